"""The supervisor behind `make run`, with real processes that are really killed."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from moviedb.embedded import ROOT, Paths
from moviedb.running import postgres, steps
from moviedb.running.children import birth, living_in, spawn, wait_until
from tests.servers import make_state_folder, remove_state_folder

SECONDS_TO_OPEN = 180  # patience, no promise: other work may keep the machine busy
PROGRAMS = ("postgres", "redis", "web", "worker", "beat")


class Site:
    """One `python -m moviedb.local run` in a state folder of its own, on a port of its own."""

    def __init__(self, paths: Paths, port: int) -> None:
        """Start it; the steps of the set-up count as done."""
        self.paths, self.port = paths, port
        self.output = paths.var / "output.txt"
        self.environment = environment(paths, port)
        with self.output.open("wb") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "moviedb.local", "run"],
                env=self.environment,
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def is_open(self) -> bool:
        """Whether the site has said that it is open."""
        return "MovieDB is open at" in self.output.read_text()

    def wait_until_open(self) -> "Site":
        """Wait for that sentence."""
        assert wait_until(
            lambda: self.is_open() or self.popen.poll() is not None, seconds=SECONDS_TO_OPEN
        )
        assert self.is_open(), self.output.read_text()
        return self

    def pid(self, program: str) -> int:
        """Return a program's process id."""
        return int((self.paths.run / f"{program}.pid").read_text().split()[0])

    def answers(self) -> bool:
        """Whether /health/ says ok."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
            try:
                connection.request("GET", "/health/")
                return connection.getresponse().status == 200
            except OSError:
                return False

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and return the exit code."""
        self.popen.send_signal(number)
        return self.popen.wait(timeout=60)


def environment(paths: Paths, port: int) -> dict[str, str]:
    """Return our environment, less the test servers, plus a state folder and a port."""
    replaced = {"DATABASE_URL", "REDIS_URL"}
    own = {"MOVIEDB_VAR": str(paths.var), "PORT": str(port), "HOST": "127.0.0.1"}
    own["WEB_WORKERS"] = "1"  # one below its master is started and ended as two are, sooner
    return {name: text for name, text in os.environ.items() if name not in replaced} | own


def belonging_to(paths: Paths) -> list[int]:
    """Return the processes whose environment or arguments name a state folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
        except OSError:
            continue
        pid = int(entry.name)
        if str(paths.var).encode() in words and pid != os.getpid() and birth(pid):
            found.append(pid)
    return found


@pytest.fixture
def paths(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paths]:
    """A state folder that counts as set up."""
    paths = Paths.under(make_state_folder())
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    postgres.stop(postgres.start(paths, careless=True))
    steps.mark_done(paths, sources=steps.fingerprint())
    yield paths
    for pid in belonging_to(paths):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not living_in(paths.postgres_data.resolve()), seconds=10)
    remove_state_folder(paths)


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_whatever_is_killed_comes_back_and_ctrl_c_ends_everything(paths: Paths, port: int) -> None:
    site = Site(paths, port).wait_until_open()
    before = {program: site.pid(program) for program in PROGRAMS}

    for pid in before.values():
        os.kill(pid, signal.SIGKILL)

    assert wait_until(
        lambda: (
            all(site.pid(name) != pid and birth(site.pid(name)) for name, pid in before.items())
            and site.answers()
        ),
        seconds=30,
    )
    assert site.end(signal.SIGINT) == 0
    assert belonging_to(paths) == []
    assert "make_admin" in site.output.read_text()


def test_a_killed_supervisor_takes_everything_with_it(paths: Paths, port: int) -> None:
    site = Site(paths, port).wait_until_open()

    site.end(signal.SIGKILL)

    assert wait_until(lambda: not belonging_to(paths), seconds=30), belonging_to(paths)


def test_programs_that_heed_no_signal_end_with_a_killed_supervisor(paths: Paths, port: int) -> None:
    site = Site(paths, port).wait_until_open()
    for program in ("web", "worker", "beat"):
        os.kill(site.pid(program), signal.SIGSTOP)

    site.end(signal.SIGKILL)

    assert wait_until(lambda: not belonging_to(paths), seconds=30), belonging_to(paths)


def test_a_start_ends_what_a_killed_one_left_and_refuses_another_beside_it(
    paths: Paths, port: int
) -> None:
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(1000)"
    left = spawn("web", [sys.executable, "-c", stubborn], paths=paths)

    site = Site(paths, port).wait_until_open()

    assert left.has_ended()
    assert "had left running: web" in site.output.read_text()

    second = local("run", paths, port)

    assert second.returncode == 1
    assert re.search(rf"already runs from .* \(process {site.popen.pid}, http://", second.stderr)
    assert local("stop", paths, port).stdout == "Stopped.\n"
    assert site.popen.wait(timeout=10) == 0
    assert belonging_to(paths) == []


def test_a_taken_port_is_named_before_anything_is_started(paths: Paths, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()

        refused = local("run", paths, port)

    assert refused.returncode == 1
    assert f"make run PORT={port + 1}" in refused.stderr
    assert not (paths.logs / "redis.log").exists()


def test_a_command_runs_beside_servers_that_are_stopped_after_it(paths: Paths, port: int) -> None:
    script = "import os, sys; sys.exit(len(os.listdir(os.environ['MOVIEDB_VAR'] + '/run/pg')))"

    done = local("with", paths, port, sys.executable, "-c", script)

    assert done.returncode == 2  # PostgreSQL's socket and the socket's lock
    assert belonging_to(paths) == []


def local(verb: str, paths: Paths, port: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m moviedb.local` with a verb to its end."""
    return subprocess.run(
        [sys.executable, "-m", "moviedb.local", verb, *arguments],
        env=environment(paths, port),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_OPEN,
    )
