"""What has to be done once before the site can be opened, and again when its sources change."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from moviedb.embedded import ROOT, Paths
from moviedb.running.children import Child, StartFailed, birth, isolation


@dataclass(frozen=True)
class Step:
    """One `manage.py` command of the set-up."""

    title: str
    command: tuple[str, ...]


STEPS = (
    Step("Database tables", ("migrate", "--no-input")),
    Step("Static files", ("collectstatic", "--no-input")),
    Step("Starter catalogue", ("load_titles", "starter")),
    Step("Vectors of the titles", ("embed_titles",)),
    Step("What people love together", ("retrain_taste", "--starter")),
)
# What the site can be opened without: until it is done, searches find names and say so.
LATE_STEPS = (Step("Text encoder", ("prepare_encoder",)),)
N_STEPS = len(STEPS) + len(LATE_STEPS)
# What the steps read. A change in any of these has them run again; each of them may run twice.
SOURCES = ("requirements.txt", "*/migrations/*.py", "*/starter/**/*", "static/**/*")
SETTINGS = ("DATABASE_URL", "ENCODER", "ENCODER_SHA256", "ENCODER_DIR")


def are_done(paths: Paths) -> bool:
    """Whether the steps have run to their end over the present sources and settings."""
    if not os.environ.get("DATABASE_URL") and not (paths.postgres_data / "PG_VERSION").exists():
        return False  # somebody has removed the database since
    try:
        stamp = json.loads(_stamp_file(paths).read_text())
    except (FileNotFoundError, ValueError):
        return False
    return stamp.get("sources") == fingerprint()


def run_all(
    paths: Paths,
    *,
    n_before: int,
    say: Callable[[str], None],
    open_site: Callable[[], None] = lambda: None,
) -> None:
    """Run the steps in their order, what they print going straight to the console.

    Args:
        n_before: how many steps were told before these, for the numbers.
        open_site: called as soon as the site can be opened, before the late steps.
    Raises:
        StartFailed: one of them failed.
    """
    sources, n_all = fingerprint(), n_before + N_STEPS
    _stamp_file(paths).unlink(missing_ok=True)
    _run(STEPS, n_before=n_before, n_all=n_all, say=say)
    open_site()
    _run(LATE_STEPS, n_before=n_before + len(STEPS), n_all=n_all, say=say)
    mark_done(paths, sources=sources)


def _run(steps: Sequence[Step], *, n_before: int, n_all: int, say: Callable[[str], None]) -> None:
    """Run some steps, numbered among all."""
    for number, step in enumerate(steps, start=n_before + 1):
        say(f"[{number}/{n_all}] {step.title} (manage.py {' '.join(step.command)})")
        started = time.monotonic()
        code = run_to_end([sys.executable, str(ROOT / "manage.py"), *step.command])
        if code:
            raise StartFailed(
                f"`manage.py {' '.join(step.command)}` ended with {code}; what it printed above "
                "says why. The steps before it are kept: mend it and start again"
            )
        say(f"      done in {time.monotonic() - started:.1f} s")


def check_settings() -> None:
    """Run Django's checks, which name each wrong setting and how to mend it.

    Raises:
        StartFailed: with what they say.
    """
    command = [sys.executable, str(ROOT / "manage.py"), "check"]
    checked = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, **isolation(signal.SIGTERM)
    )
    if checked.returncode:
        raise StartFailed(f"it cannot start like this.\n{checked.stderr.strip()}")


def mark_done(paths: Paths, *, sources: str) -> None:
    """Note that the steps have run over these sources."""
    _stamp_file(paths).write_text(json.dumps({"sources": sources}) + "\n")


def run_to_end(command: Sequence[str], *, interactive: bool = False) -> int:
    """Run a command on our console until it ends, and end it when we are stopped.

    Args:
        interactive: leave it in our terminal session, so that it can ask questions.
    """
    apart = isolation(signal.SIGTERM) | ({"start_new_session": False} if interactive else {})
    popen = subprocess.Popen(command, cwd=ROOT, **apart)
    try:
        return popen.wait()
    except BaseException:
        child = Child("command", popen.pid, birth(popen.pid) or "", popen)
        child.end(signal.SIGINT, patience=10)
        raise


def _stamp_file(paths: Paths) -> Path:
    """Return where it is noted that the steps are done."""
    return paths.var / "ready.json"


def fingerprint() -> str:
    """Return what the sources and the settings of the steps hash to."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for name in SETTINGS:
        digest.update(f"{name}={os.environ.get(name, '')}\0".encode())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    """Yield the files that the steps read, in a fixed order."""
    for pattern in SOURCES:
        yield from sorted(path for path in ROOT.glob(pattern) if path.is_file())
