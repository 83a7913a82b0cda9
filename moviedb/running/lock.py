"""One supervisor for one state folder, held by a lock that the kernel lets go when we die."""

import fcntl
import os
from types import TracebackType

from moviedb.embedded import Paths
from moviedb.running.children import wait_until
from moviedb.running.folders import make_folders


class FolderInUse(RuntimeError):
    """Another supervisor runs from the same state folder."""


class Lock:
    """Holds a state folder; use it as a context."""

    def __init__(self, paths: Paths, *, address: str) -> None:
        """Prepare the lock of `paths`; `address` is what a second start will be told."""
        self.paths, self.address = paths, address
        self.file = -1

    def __enter__(self) -> "Lock":
        """Take the lock.

        Raises:
            FolderInUse: somebody else holds it.
        """
        make_folders(self.paths)
        self.file = os.open(self.paths.run / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        if not wait_until(lambda: _take(self.file), seconds=0.5):
            pid, _, address = os.read(self.file, 1000).decode().strip().partition(" ")
            os.close(self.file)
            raise FolderInUse(
                f"it already runs from {self.paths.var} (process {pid}, {address}); "
                "stop that with Ctrl-C or `make stop`, or name another folder in MOVIEDB_VAR"
            )
        os.ftruncate(self.file, 0)
        os.write(self.file, f"{os.getpid()} {self.address}\n".encode())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go."""
        os.close(self.file)


def holder(paths: Paths) -> int | None:
    """Return the process that holds a state folder; None when nobody does."""
    try:
        file = os.open(paths.run / "lock", os.O_RDWR)
    except OSError:
        return None
    try:
        if _take(file):
            return None
        pid = os.read(file, 1000).decode().partition(" ")[0]
        return int(pid) if pid.isdigit() else None
    finally:
        os.close(file)


def _take(file: int) -> bool:
    """Try to take the lock on an open file; return whether it is ours."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
