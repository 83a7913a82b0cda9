"""How long a start takes: of the web server to its first page and search, and of the whole site."""

from benchmarks import ground

# isort: split
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.clients import Ask, BadAnswer, connect, fetch, free_port
from benchmarks.people import Someone, reader_of
from benchmarks.report import Report, p50, p95
from benchmarks.site import forget_queries
from moviedb.embedded import ROOT, Paths
from moviedb.running import programs
from moviedb.running.children import wait_until
from tests.servers import remove_state_folder

TURNS = 5
LONGEST_START = 600.0
WORDS = ("a+lighthouse+keeper+goes+mad+in+a+storm", "two+rival+chefs+fall+in+love+in+lyon")


def measure(report: Report) -> None:
    """Print cold starts of the web server, and the first and later starts of the whole site."""
    reader = reader_of(40, rng=random.Random(5))
    cold = [cold_start(reader) for _ in range(TURNS)]
    up, page, query, later = (list(column) for column in zip(*cold, strict=True))
    report.say(
        f"The web server started {TURNS} times; then, on one connection and so in one of its two "
        "processes, Tonight of a member with 40 ratings, and two searches nobody made before.\n"
    )
    report.table(
        ("the web server", "median ms", "worst ms"),
        [
            (name, f"{p50(took):.0f}", f"{max(took):.0f}")
            for name, took in (
                ("from its start to /health/", up),
                ("first page: Tonight, ranked anew", page),
                ("first search: loads the encoder", query),
                ("second search", later),
            )
        ],
    )
    first, taps, again = whole_site()
    report.say(
        "The whole site, `python -m moviedb.local run` in an empty state folder (with what "
        f"`make run` installs already there), then {len(again)} more times, until the landing page "
        "is read:\n"
    )
    report.table(
        ("the whole site", "seconds"),
        [
            ("first start: database, catalogue, encoder, vectors", f"{first:.1f}"),
            ("right after it, from three taps to five picks", f"{taps / 1000:.2f}"),
            ("later starts, median (least–most)",
             f"{p50(again):.1f} ({min(again):.1f}–{max(again):.1f})"),
        ],
    )  # fmt: skip
    report.targets(
        [
            ("first page after a cold start", f"{p50(page):.0f} ms", "≤ 1,000 ms",
             p50(page) <= 1000),
            ("first search after a cold start", f"{p50(query):.0f} ms", "≤ 1,000 ms",
             p50(query) <= 1000),
            ("`make run` after the install step", f"{first:.1f} s", "≤ 60 s", first <= 60),
            ("restart", f"{p50(again):.1f} s", "≤ 5 s", p95(again) <= 5),
        ]
    )  # fmt: skip


def cold_start(reader: Someone) -> tuple[float, float, float, float]:
    """Start the web server; return milliseconds to /health/, a page, a search and another."""
    forget_queries()
    port = free_port()
    web = programs.web(ground.PATHS, host="127.0.0.1", port=port)
    started = time.perf_counter()
    child = web.start()
    try:
        while not (connection := open_line(port)):
            time.sleep(0.01)
        with closing(connection):
            up = 1000 * (time.perf_counter() - started)
            page = fetch(connection, Ask("/", reader.cookie, b'id="card-'))
            first, second = (
                fetch(connection, Ask(f"/search/?q={words}", reader.cookie, b'id="card-'))
                for words in WORDS
            )
        return up, page, first, second
    finally:
        web.stop(child)


def open_line(port: int) -> http.client.HTTPConnection | None:
    """Return a connection on which /health/ has answered, or None while nobody listens."""
    connection = connect(port)
    try:
        fetch(connection, Ask("/health/", expected=b"ok"))
    except (OSError, http.client.HTTPException):
        connection.close()
        return None
    return connection


def whole_site() -> tuple[float, float, list[float]]:
    """Return the seconds of a first start of everything, the milliseconds of the first picks
    there, and the seconds of five later starts.
    """
    folder = Path(tempfile.mkdtemp(prefix="moviedb-start-"))
    folder.chmod(0o755)
    paths = Paths.under(folder)
    try:
        with running_site(paths) as (port, first):
            taps = three_taps(port)
        again = []
        for _ in range(TURNS):
            with running_site(paths) as (_, seconds):
                again.append(seconds)
        return first, taps, again
    finally:
        remove_state_folder(paths)


@contextmanager
def running_site(paths: Paths) -> Iterator[tuple[int, float]]:
    """Start the whole site in a state folder; give its port, and the seconds until its first page
    was read.
    """
    port = free_port()
    replaced = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "ENCODER_DIR"}
    own = {"MOVIEDB_VAR": str(paths.var), "PORT": str(port), "HOST": "127.0.0.1"}
    environment = {name: text for name, text in os.environ.items() if name not in replaced} | own
    started = time.perf_counter()
    command = [sys.executable, "-m", "moviedb.local", "--end-with-parent", "run"]
    output = paths.var / "output.txt"
    with output.open("wb") as file:
        popen = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        opened = wait_until(
            lambda: reads_landing(port) or popen.poll() is not None, seconds=LONGEST_START
        )
        seconds = time.perf_counter() - started
        if not opened or popen.poll() is not None:
            raise RuntimeError(f"the site did not start:\n{output.read_text()[-3000:]}")
        yield port, seconds
    finally:
        popen.send_signal(signal.SIGINT)
        popen.wait(timeout=120)


def three_taps(port: int) -> float:
    """Tap three groups as a visitor does; return the milliseconds until the five are read.

    Raises:
        BadAnswer: a page of the way is not as it should be.
    """
    with closing(connect(port)) as connection:
        connection.request("GET", "/start/")
        answer = connection.getresponse()
        page = answer.read().decode()
        token = answer.headers["Set-Cookie"].partition(";")[0]
        groups = re.findall(r'name="group" value="(\d+)"', page)[:3]
        secret = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        if len(groups) < 3 or secret is None:
            raise BadAnswer(f"/start/ gave {answer.status}: {page[:300]!r}")
        form = [("csrfmiddlewaretoken", secret[1]), *(("group", group) for group in groups)]
        headers = {"Cookie": token, "Content-Type": "application/x-www-form-urlencoded"}
        started = time.perf_counter()
        connection.request("POST", "/start/", urlencode(form), headers)
        answer = connection.getresponse()
        answer.read()
        cookies = [c.partition(";")[0] for c in answer.headers.get_all("Set-Cookie") or []]
        fetch(connection, Ask("/", "; ".join([token, *cookies]), b'id="card-'))
        return 1000 * (time.perf_counter() - started)


def reads_landing(port: int) -> bool:
    """Return whether a visitor gets the landing page."""
    with closing(connect(port)) as connection:
        try:
            fetch(connection, Ask("/", expected=b'id="card-'))
        except (OSError, http.client.HTTPException):
            return False
    return True
