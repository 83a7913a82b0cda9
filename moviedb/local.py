"""Runs MovieDB on one machine: `python -m moviedb.local setup|run|db|worker|with|stop|env`.

`make run` is `run`: PostgreSQL, Redis, the web server, the Celery worker and beat under one
supervisor in the foreground. DATABASE_URL and REDIS_URL replace the embedded servers.
"""

import argparse
import http.client
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from moviedb.embedded import ROOT, Paths, database_url, default_paths, redis_url
from moviedb.running import programs, steps
from moviedb.running.children import StartFailed, end_with_parent, last_lines, wait_until
from moviedb.running.lock import FolderInUse, Lock, holder
from moviedb.running.supervisor import (
    Follower,
    Stopped,
    Supervisor,
    catch_signals,
    ignore_signals,
)

SECONDS_TO_ANSWER = 120.0
WEB_WORKER_FELL = "Unexpected exit from worker"  # granian's words, after which it tries again


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; return the exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    os.environ.setdefault("PYTHONUNBUFFERED", "1")  # progress is of use while it is made
    if options.end_with_parent:
        end_with_parent(os.getppid(), death_signal=signal.SIGTERM)
    catch_signals()
    try:
        return options.do(default_paths(), options)
    except Stopped:
        return 0
    except (StartFailed, FolderInUse) as error:
        print(f"\nMovieDB: {error}", file=sys.stderr, flush=True)
        return 1


def _parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    parser = argparse.ArgumentParser(prog="python -m moviedb.local", description=__doc__)
    parser.add_argument(
        "--end-with-parent", action="store_true", help="stop when the caller is killed (Linux)"
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for name, do, text in (
        ("setup", setup, "do everything up to the first start"),
        ("run", run, "run the whole site until Ctrl-C"),
        ("db", db, "run PostgreSQL and Redis alone until Ctrl-C"),
        ("worker", worker, "run a Celery worker in the foreground"),
        ("with", with_servers, "run a command while PostgreSQL and Redis are up"),
        ("stop", stop, "stop what runs from this state folder"),
        ("env", env, "print the addresses of PostgreSQL and Redis for a shell"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.set_defaults(do=do)
        if name == "with":
            verb.add_argument("command", nargs=argparse.REMAINDER)
    return parser


def say(text: str) -> None:
    """Tell whoever started us."""
    print(text, flush=True)


def setup(paths: Paths, options: argparse.Namespace) -> int:
    """Do everything up to the first start."""
    with steps.checking_settings() as wait_for_checks:
        wait_for_checks()
    with _servers_up(paths) as n_started:
        if not steps.n_missing(paths):
            say("Everything is set up; `make run` starts the site.")
        else:
            steps.run_missing(paths, n_before=n_started, say=say)
            say("Set up. `make run` starts the site.")
    return 0


def run(paths: Paths, options: argparse.Namespace) -> int:
    """Run the whole site until we are stopped."""
    host, port = os.environ.get("HOST") or "127.0.0.1", _port()
    with _supervised(paths, address=f"http://{host}:{port}/") as supervisor:
        _check_port(host, port)
        follower = Follower(paths.logs / "web.log")
        with steps.checking_settings() as wait_for_checks:
            n_started = _start_servers(paths, supervisor)
            if steps.n_missing(paths):
                wait_for_checks()

            def open_site() -> None:
                supervisor.start(programs.web(paths, host=host, port=port))
                wait_for_checks()
                _wait_for_site(supervisor, paths, follower, host=host, port=port)

            steps.run_missing(paths, n_before=n_started, say=say, open_site=open_site)
        supervisor.start(programs.worker(paths))
        supervisor.start(programs.beat(paths))
        _welcome(paths, host=host, port=port)
        supervisor.watch(each_tick=lambda: _echo(follower))
    return 0


def db(paths: Paths, options: argparse.Namespace) -> int:
    """Run the two servers alone, for work on the code."""
    with _supervised(paths, address="PostgreSQL and Redis only") as supervisor:
        _start_servers(paths, supervisor)
        env(paths, options)
        say("Ctrl-C stops them.")
        supervisor.watch(each_tick=lambda: None)
    return 0


def worker(paths: Paths, options: argparse.Namespace) -> int:
    """Run a worker in the foreground, beside the site's own or alone."""
    with _servers_up(paths):
        return steps.run_to_end(programs.worker_command(), interactive=True)


def with_servers(paths: Paths, options: argparse.Namespace) -> int:
    """Run a command while the servers are up; they are stopped after it if they were down."""
    with _servers_up(paths, quietly=True):
        return steps.run_to_end(options.command, interactive=True)


def stop(paths: Paths, options: argparse.Namespace) -> int:
    """Stop the supervisor of this folder, or what a killed one has left."""
    pid = holder(paths)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        if not wait_until(lambda: holder(paths) is None, seconds=180, step=0.1):
            raise StartFailed(f"process {pid} does not stop; see {paths.logs}")
        say("Stopped.")
    else:
        ended = programs.end_leftovers(paths)
        say(f"Stopped {', '.join(ended)}." if ended else "Nothing is running.")
    return 0


def env(paths: Paths, options: argparse.Namespace) -> int:
    """Print where the servers are, for `eval` in a shell."""
    say(f"export DATABASE_URL='{os.environ.get('DATABASE_URL') or database_url(paths)}'")
    say(f"export REDIS_URL='{os.environ.get('REDIS_URL') or redis_url(paths)}'")
    return 0


@contextmanager
def _supervised(paths: Paths, *, address: str) -> Iterator[Supervisor]:
    """Hold the state folder and a supervisor, whose programs are ended in order on the way out."""
    supervisor = Supervisor()
    with Lock(paths, address=address):
        try:
            left = programs.end_leftovers(paths)
            if left:
                say(f"Ended what a killed start had left running: {', '.join(left)}.")
            yield supervisor
        except Stopped:
            say("\nStopping …")
            raise
        finally:
            ignore_signals()
            supervisor.stop_all()
            programs.end_leftovers(paths)  # started, but the signal came before it was noted


@contextmanager
def _servers_up(paths: Paths, *, quietly: bool = False) -> Iterator[int]:
    """Have the servers up, those of a running MovieDB or our own; give how many were started."""
    if holder(paths) is not None:
        yield 0
        return
    with _supervised(paths, address="a command") as supervisor:
        yield _start_servers(paths, supervisor, quietly=quietly)


def _start_servers(paths: Paths, supervisor: Supervisor, *, quietly: bool = False) -> int:
    """Start the embedded servers and tell how long each took; return how many there are."""
    embedded = programs.servers(paths)
    n_all = len(embedded) + steps.n_missing(paths)
    for number, program in enumerate(embedded, start=1):
        started = time.monotonic()
        supervisor.start(program)
        if not quietly:
            took = time.monotonic() - started
            say(f"[{number}/{n_all}] {program.name} is up after {took:.1f} s")
    return len(embedded)


def _port() -> int:
    """Return the port that PORT names."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise StartFailed(f"PORT must be a number from 1 to 65535, not {text!r}")
    return int(text)


def _check_port(host: str, port: int) -> None:
    """Refuse a port that somebody else listens on, before anything is started."""
    if not wait_until(lambda: not _port_problem(host, port), seconds=1, step=0.1):
        raise StartFailed(
            f"port {port} on {host} cannot be used ({_port_problem(host, port)}); "
            f"choose another, for example: make run PORT={port + 1 if port < 65535 else 8000}"
        )


def _port_problem(host: str, port: int) -> str:
    """Return why a port cannot be listened on; nothing when it can."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _wait_for_site(
    supervisor: Supervisor, paths: Paths, follower: Follower, *, host: str, port: int
) -> None:
    """Wait until the site answers; a web server that dies or stays silent ends the start."""
    web = supervisor.programs[-1].child
    assert web is not None
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not _answers(host, port):
        fell = web.has_ended() or WEB_WORKER_FELL in follower.news()
        if fell or time.monotonic() > deadline:
            end = last_lines(paths.logs / "web.log")
            raise StartFailed(f"the web server did not start; the end of its log:\n{end}")
        time.sleep(0.1)


def _answers(host: str, port: int) -> bool:
    """Whether /health/ is answered."""
    connection = http.client.HTTPConnection(_local_name(host), port, timeout=10)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _local_name(host: str) -> str:
    """Return where this machine finds a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def _welcome(paths: Paths, *, host: str, port: int) -> None:
    """Say where the site is and what can be done now."""
    name = _local_name(host)
    python = Path(sys.executable)
    python = python.relative_to(ROOT) if python.is_relative_to(ROOT) else python
    say(
        f"\nMovieDB is open at http://{f'[{name}]' if ':' in name else name}:{port}/\n"
        f"  make an admin   {python} manage.py make_admin you@example.org\n"
        f"  look at logs    {paths.logs}\n"
        "  stop            Ctrl-C\n"
    )


def _echo(follower: Follower) -> None:
    """Show on the console what the web server has to say: errors, and e-mails in development."""
    news = follower.news()
    if news:
        print(news, end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
