"""Child programs: started so that they cannot outlive us, found again after a crash, and ended."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from moviedb.embedded import ROOT, Paths

LARGEST_LOG = 5_000_000  # bytes; a larger one is put aside when its program starts
_PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class StartFailed(RuntimeError):
    """A program could not be started; the message says why and what to do."""


@dataclass
class Child:
    """One running program, ours or found again by its process id.

    Attributes:
        name: what its log and its pid file are called.
        pid: its process id, which is its process group too.
        born: when it began, as `birth` tells; a later process of the same id differs.
        popen: how we hold it, when we started it ourselves.
    """

    name: str
    pid: int
    born: str
    popen: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def is_alive(self) -> bool:
        """Whether the program still runs; a finished child of ours is reaped on the way."""
        if self.popen is not None:
            return self.popen.poll() is None
        return birth(self.pid) == self.born

    def has_ended(self) -> bool:
        """Whether the program is gone."""
        return not self.is_alive()

    def end(self, *signals: signal.Signals, patience: float) -> None:
        """Send the signals in turn, each with `patience` seconds to obey; kill what is left."""
        was_alive = self.is_alive()
        for number in (*signals, signal.SIGKILL):
            if not self.is_alive():
                break
            _send(os.kill, self.pid, number)
            wait_until(self.has_ended, seconds=patience)
        if was_alive:
            self.end_group()

    def end_group(self) -> None:
        """Kill what the program, which has just died, has left in its process group.

        Waits a little, because until those are gone they hold on to ports and files.
        """
        _send(os.killpg, self.pid, signal.SIGKILL)
        wait_until(lambda: not _lives(self.pid), seconds=2)


def _send(how: Callable[[int, int], None], pid: int, number: int) -> None:
    """Send a signal to a process or a group that may be gone already."""
    with suppress(ProcessLookupError, PermissionError):
        how(pid, number)


def spawn(
    name: str,
    command: Sequence[str | Path],
    *,
    paths: Paths,
    account: pwd.struct_passwd | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    cwd: Path = ROOT,
    environment: dict[str, str] | None = None,
) -> Child:
    """Start a program in a session of its own, its output in a log, its id in a pid file.

    Args:
        account: whom it runs as; None for ourselves.
        death_signal: what the kernel sends it when we die, however we die (Linux).
    """
    log = paths.logs / f"{name}.log"
    _put_aside(log)
    with log.open("ab") as output:
        popen = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=environment,
            **isolation(death_signal, account),
        )
    child = Child(name, popen.pid, birth(popen.pid) or "", popen)
    pid_file(paths, name).write_text(f"{child.pid} {child.born}\n")
    return child


def isolation(
    death_signal: signal.Signals, account: pwd.struct_passwd | None = None
) -> dict[str, Any]:
    """Return Popen's arguments for a session of its own that ends with this process."""
    last_words = partial(_die_with_parent, os.getpid(), death_signal)
    return {"start_new_session": True, "preexec_fn": last_words, **identity(account)}


def identity(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Return Popen's arguments for running as an account, and nothing more than that."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def end_with_parent(parent: int, *, death_signal: signal.Signals) -> None:
    """Have the kernel send us a signal when our parent dies; end now if it has died (Linux)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)


def _die_with_parent(parent: int, death_signal: signal.Signals) -> None:
    """Make a new child, which is still a copy of us, end with its parent."""
    if death_signal != signal.SIGKILL:
        # The copy has our handlers until it becomes the program: a signal in that moment would
        # only be noted in a memory that is thrown away.
        signal.signal(death_signal, signal.SIG_DFL)
    end_with_parent(parent, death_signal=death_signal)


def pid_file(paths: Paths, name: str) -> Path:
    """Return where a program's process id is kept."""
    return paths.run / f"{name}.pid"


def find(paths: Paths, name: str) -> Child | None:
    """Return the program that an earlier start left running, if there is one."""
    child = _recorded(paths, name)
    return child if child and child.is_alive() else None


def find_orphans(paths: Paths, name: str, *, cwd: Path = ROOT) -> list[int]:
    """Return what is left of the group of a program that was killed together with its starter."""
    child = _recorded(paths, name)
    if child is None or child.is_alive():
        return []
    return [pid for pid in living_in(cwd) if _group(pid) == child.pid]


def _recorded(paths: Paths, name: str) -> Child | None:
    """Return what a pid file says, whether or not it still holds."""
    try:
        pid, _, born = pid_file(paths, name).read_text().strip().partition(" ")
        return Child(name, int(pid), born)
    except (FileNotFoundError, ValueError):
        return None


def _group(pid: int) -> int | None:
    """Return a process's group; None when it is gone."""
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _lives(group: int) -> bool:
    """Whether a process group still has a member that is more than a zombie (Linux)."""
    pids = (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
    return any(_group(pid) == group and birth(pid) is not None for pid in pids)


def birth(pid: int) -> str | None:
    """Return when a process began, as the system counts it; None when it is gone or a zombie."""
    if _libc is None:
        return _birth_by_ps(pid)
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        # A zombie whose other threads are still ending holds its ports and files for as long.
        is_over = fields[0] in "ZX" and len(os.listdir(f"/proc/{pid}/task")) <= 1
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if is_over else fields[19]  # state and starttime, see proc_pid_stat(5)


def _birth_by_ps(pid: int) -> str | None:
    """Return the same where there is no /proc."""
    shown = subprocess.run(
        ["/bin/ps", "-o", "state=,lstart=", "-p", str(pid)], capture_output=True, text=True
    ).stdout.split()
    return None if not shown or shown[0].startswith("Z") else "-".join(shown[1:])


def living_in(folder: Path) -> list[int]:
    """Return the processes whose working folder is `folder`, as far as we may look (Linux)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == folder and birth(int(entry.name)):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def wait_until(happened: Callable[[], bool], *, seconds: float, step: float = 0.02) -> bool:
    """Wait for something to become true; return whether it did in time."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True


def last_lines(log: Path, *, n: int = 15) -> str:
    """Return the end of a log, to be shown with an error."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-n:]
    except FileNotFoundError:
        return f"({log} does not exist)"
    return "\n".join(f"    {line}" for line in lines)


def _put_aside(log: Path) -> None:
    """Rename a log that has grown large; one earlier log is kept."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
