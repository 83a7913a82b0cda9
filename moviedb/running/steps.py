"""What has to be done once before the site can be opened, and again when its sources change."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
# What the steps read. A change in any of these has them run again; each of them may run twice.
SOURCES = ("requirements.txt", "*/migrations/*.py", "*/starter/**/*", "static/**/*")
SETTINGS = ("DATABASE_URL", "ENCODER", "ENCODER_SHA256", "ENCODER_DIR")


def missing(paths: Paths) -> tuple[Sequence[Step], Sequence[Step]]:
    """Return which steps have not run to their end over the present sources and settings.

    Those before the site can be opened, and those after.
    """
    everything = (STEPS, LATE_STEPS)
    if not os.environ.get("DATABASE_URL") and not (paths.postgres_data / "PG_VERSION").exists():
        return everything  # somebody has removed the database since
    try:
        stamp = json.loads(_stamp_file(paths).read_text())
    except (FileNotFoundError, ValueError):
        return everything
    if stamp.get("sources") != fingerprint():
        return everything
    return (), () if stamp.get("late") else LATE_STEPS


def n_missing(paths: Paths) -> int:
    """Return how many steps have to be run."""
    return sum(map(len, missing(paths)))


def run_missing(
    paths: Paths,
    *,
    n_before: int,
    say: Callable[[str], None],
    open_site: Callable[[], None] = lambda: None,
) -> None:
    """Run the steps that are missing in their order; what they print goes to the console.

    Args:
        n_before: how many steps were told before these, for the numbers.
        open_site: called as soon as the site can be opened, before the late steps. Whoever ends
            the site while those run need not wait for the others again.
    Raises:
        StartFailed: one of them failed.
    """
    sources, (early, late) = fingerprint(), missing(paths)
    n_all = n_before + len(early) + len(late)
    if early:
        _stamp_file(paths).unlink(missing_ok=True)
        _run(early, n_before=n_before, n_all=n_all, say=say)
        mark_done(paths, sources=sources, late=False)
    open_site()
    if late:
        _run(late, n_before=n_before + len(early), n_all=n_all, say=say)
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


@contextmanager
def checking_settings() -> Iterator[Callable[[], None]]:
    """Run Django's checks, which name each wrong setting and how to mend it, beside what follows.

    Gives what waits for them to end. Calling it raises StartFailed with what they say.
    """
    command = [sys.executable, str(ROOT / "manage.py"), "check"]
    checks = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        **isolation(signal.SIGTERM),
    )

    def wait() -> None:
        if checks.returncode is None:
            _, told = checks.communicate()
            if checks.returncode:
                raise StartFailed(f"it cannot start like this.\n{told.strip()}")

    try:
        yield wait
    finally:
        if checks.returncode is None:
            checks.terminate()
            checks.communicate()


def mark_done(paths: Paths, *, sources: str, late: bool = True) -> None:
    """Note that the steps have run over these sources, with the late ones or without."""
    _stamp_file(paths).write_text(json.dumps({"sources": sources, "late": late}) + "\n")


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
