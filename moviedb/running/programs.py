"""The five programs that make up a running MovieDB, and how each is started and ended."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from moviedb.embedded import Paths
from moviedb.running import postgres, redis
from moviedb.running.children import (
    Child,
    birth,
    find,
    find_orphans,
    pid_file,
    spawn,
    wait_until,
)
from moviedb.running.supervisor import Program

# "sync" writes a new database to the disk, beside PostgreSQL, and ends by itself.
STOP_ORDER = ("web", "beat", "worker", "redis", "postgres", "sync")
QUEUES = "default,encode,train"


def servers(paths: Paths) -> list[Program]:
    """Return the embedded servers, less those that the environment replaces."""
    embedded = []
    if not os.environ.get("DATABASE_URL"):
        start = partial(postgres.start, paths)
        embedded.append(_program(postgres.NAME, "PostgreSQL", start, postgres.stop))
    if not os.environ.get("REDIS_URL"):
        start = partial(redis.start, paths)
        embedded.append(_program(redis.NAME, "Redis", start, redis.stop))
    return embedded


def web(paths: Paths, *, host: str, port: int) -> Program:
    """Return the web server: processes for the cores, threads for what waits for the database.

    Two threads share a process' time better than four: they served a sixth more pages.
    """
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    command += ["--host", host, "--port", str(port), "--log-level", "warning"]
    command += ["--workers", os.environ.get("WEB_WORKERS") or "2", "--blocking-threads", "2"]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "5"]
    return _ours("web", [*command, "moviedb.wsgi:application"], paths, patience=10)


def worker(paths: Paths) -> Program:
    """Return the Celery worker; a task that is cut off is done again, see `acks_late`."""
    return _ours("worker", worker_command(), paths, patience=8)


def worker_command() -> list[str]:
    """Return the command of a worker for all queues."""
    command = [sys.executable, "-m", "celery", "--app", "moviedb", "worker"]
    command += ["--concurrency", "1", "--queues", QUEUES, "--loglevel", "INFO"]
    return [*command, "--without-gossip", "--without-mingle"]


def beat(paths: Paths) -> Program:
    """Return Celery's clock."""
    command = [sys.executable, "-m", "celery", "--app", "moviedb", "beat", "--loglevel", "INFO"]
    command += ["--schedule", str(paths.var / "beat-schedule"), "--pidfile", ""]
    return _ours("beat", command, paths, patience=5)


def _ours(
    name: str,
    command: Sequence[str | Path],
    paths: Paths,
    *,
    patience: float,
) -> Program:
    """Return one of the Python programs, which all end at SIGTERM.

    When we are killed the kernel kills them too, and they have no say: PostgreSQL and Redis end at
    the same moment, and Celery, asked to end just then, has been seen to wait for ever for the
    lock of its own heartbeat.
    """
    start = partial(spawn, name, command, paths=paths, death_signal=signal.SIGKILL)
    return _program(name, f"The {name} process", start, _stopper(patience))


def _program(
    name: str, title: str, start: Callable[[], Child], stop: Callable[[Child], None]
) -> Program:
    """Return a program with its place in the order of stopping."""
    return Program(title, start=start, stop=stop, stop_order=STOP_ORDER.index(name))


def _stopper(patience: float) -> Callable[[Child], None]:
    """Return what ends a program at SIGTERM, or after `patience` seconds at SIGQUIT."""

    def stop(child: Child) -> None:
        child.end(signal.SIGTERM, signal.SIGQUIT, patience=patience)

    return stop


def _let_finish(child: Child) -> None:
    """Wait for a program that ends by itself."""
    wait_until(child.has_ended, seconds=60)
    child.end(signal.SIGTERM, patience=5)


def end_leftovers(paths: Paths) -> list[str]:
    """End what a killed supervisor has left running; return the names."""
    ended = []
    stops = {"redis": redis.stop, "postgres": postgres.stop, "sync": _let_finish}
    for name in STOP_ORDER:
        child, orphans = find(paths, name), find_orphans(paths, name)
        if child is not None:
            stops.get(name, _stopper(2))(child)  # nobody waits for the others any more
        for pid in orphans:
            Child(name, pid, birth(pid) or "").end(patience=5)
        if child is not None or orphans:
            ended.append(name)
        pid_file(paths, name).unlink(missing_ok=True)
    return ended
