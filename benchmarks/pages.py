"""Time the pages of the real web server, eight clients at once, beside a page that says hello.

    .venv/bin/python -m benchmarks.pages [--write] [--rounds 5] [--only pages]

One round asks for every page; the ratio to hello is taken inside a round, so that whatever else
the machine does hits both. The people are made up and labelled SYNTHETIC, with 3 to 80 statements.
"""

from benchmarks import ground

# isort: split
import argparse
import csv
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from urllib.parse import urlencode

import numpy as np

from benchmarks import starting, statements
from benchmarks.clients import Ask, Load, crowd, one_by_one
from benchmarks.people import Someone, make_people
from benchmarks.report import Report, p50, p95
from benchmarks.site import forget_lists, forget_queries, site, worker
from catalog.models import Title
from moviedb.embedded import ROOT
from moviedb.running.children import wait_until
from recommendations.batch.sessions import WAITING

COMMAND = ".venv/bin/python -m benchmarks.pages"
TONIGHT, TONIGHT_KEPT = "Tonight, ranked anew", "Tonight, ranked ids cached"
SEARCH = "search, words never met"
CARD = b'id="card-'
SECONDS = 2.5  # of a burst of requests that may be made over and over
MOST_SECONDS = 8.0  # of a burst in which each request is made once


@dataclass(frozen=True)
class Page:
    """A page under load.

    Attributes:
        asks: its requests in a round; given the round, so that no two rounds ask the same.
        forget: what the caches forget first; each request is then made once, since the second
            would find what the first has left. Without it, all are made once before the clock
            runs, and then over and over.
    """

    name: str
    asks: Callable[[int], list[Ask]]
    forget: Callable[[], None] | None = None


def pages(people: list[Someone]) -> list[Page]:
    """Return every page that is measured, rivals first."""
    titles = list(
        Title.objects.visible().order_by("-popularity", "pk").values_list("pk", flat=True)
    )
    with (ROOT / "tests" / "golden" / "queries.csv").open(encoding="utf-8") as file:
        texts = [row["text"] for row in csv.DictReader(file)]

    def by_everybody(path: str, expected: bytes = CARD) -> Callable[[int], list[Ask]]:
        return lambda turn: [Ask(path, someone.cookie, expected) for someone in people]

    def each(paths: list[str], expected: bytes = CARD) -> Callable[[int], list[Ask]]:
        def asks(turn: int) -> list[Ask]:
            asking = people[7 * turn :] + people[: 7 * turn]  # others than in the round before
            return [Ask(p, s.cookie, expected) for p, s in zip(paths, cycle(asking), strict=False)]

        return asks

    searches = [f"/search/?{urlencode({'q': text})}" for text in texts]
    tabs = [f"/library/?tab={tab}" for tab in ("rated", "favourites", "watchlist")]
    some = titles[:: max(1, len(titles) // 120)][:120]
    return [
        Page("hello, under the same middleware", by_everybody("/hello/", b"Hello")),
        Page("hello, Django alone", by_everybody("/bare/", b"Hello")),
        Page("landing, for a visitor", lambda turn: [Ask("/", "", CARD)]),
        Page(TONIGHT, by_everybody("/"), forget_lists),
        Page(TONIGHT_KEPT, by_everybody("/")),
        Page(SEARCH, each(searches), forget_queries),
        Page("search, words met, ranked anew", each(searches), forget_lists),
        Page("search, ranked ids cached", each(searches[:40])),
        Page("like, ranked anew", each([f"/like/?a={i}" for i in some]), forget_lists),
        Page("title", each([f"/title/{i}/" for i in some], b"<h1")),
        Page("title: more like this", each([f"/title/{i}/similar/" for i in some], b"similar"),
             forget_lists),
        Page("title: how it fits", each([f"/title/{i}/fit/" for i in some], b"fit"), forget_lists),
        Page("library", each(tabs * 40, b"<h1")),
    ]  # fmt: skip


def burst(port: int, page: Page, turn: int) -> Load:
    """Return what one page does in one round."""
    asks = page.asks(turn)
    if page.forget:
        page.forget()
        return crowd(port, asks, seconds=MOST_SECONDS)
    crowd(port, asks)
    return crowd(port, cycle(asks), seconds=SECONDS)


def alone_times(port: int, page: Page, turn: int) -> np.ndarray:
    """Return (n,) milliseconds of a page for a single client."""
    asks = page.asks(turn)[:60]
    if page.forget:
        page.forget()
        return one_by_one(port, asks)
    one_by_one(port, asks)
    return one_by_one(port, asks * (60 // len(asks)))


def kept_up(port: int, page: Page) -> float:
    """Return how many lists a second the worker stores, with nothing else to do."""
    WAITING.clear()
    crowd(port, cycle(page.asks(0)), seconds=3 * SECONDS)
    n = len(WAITING)
    with worker():
        wait_until(lambda: len(WAITING) < n, seconds=60)
        left, started = len(WAITING), time.perf_counter()
        wait_until(lambda: not len(WAITING), seconds=60)
        return (left - len(WAITING)) / (time.perf_counter() - started)


def measure(report: Report, people: list[Someone], *, rounds: int) -> None:
    """Print requests a second and milliseconds of every page."""
    measured = pages(people)
    hello, bare, *own = [page.name for page in measured]
    by_name = {page.name: page for page in measured}
    loads: dict[str, list[Load]] = {page.name: [] for page in measured}
    with site() as port:
        for page in measured:
            burst(port, page, rounds)  # warm: both processes have met every page
        for turn in range(rounds):
            for page in measured:
                loads[page.name].append(burst(port, page, turn))
        alone = {name: alone_times(port, by_name[name], rounds + 1) for name in own}
        stored = kept_up(port, by_name[TONIGHT_KEPT])
        with worker():
            working = [burst(port, by_name[TONIGHT_KEPT], turn) for turn in range(2)]
    rates = {name: p50([load.per_second for load in done]) for name, done in loads.items()}
    ratios = {
        name: [
            p50([o.per_second / r.per_second for o, r in zip(done, loads[rival], strict=True)])
            for rival in (hello, bare)
        ]
        for name, done in loads.items()
    }
    times = {name: np.concatenate([load.times for load in done]) for name, done in loads.items()}
    report.say(
        f"Eight clients on 2 processes of 2 threads, all on the same cores; {len(people)} people, "
        f"{Title.objects.count()} titles; medians of {rounds} rounds (least to most), "
        f"{sum(map(len, times.values())):,} requests. No worker ran, except in the last line.\n"
    )
    rows = [
        (name, f"{rates[name]:.0f} ({spread(loads[name])})", *map(one_in, ratios[name]),
         f"{p50(times[name]):.0f}", f"{p95(times[name]):.0f}")
        for name in loads
    ]  # fmt: skip
    busy = np.concatenate([load.times for load in working])
    rate = p50([load.per_second for load in working])
    rows.append((f"{TONIGHT_KEPT}, a worker logging what is shown", f"{rate:.0f}", "", "",
                 f"{p50(busy):.0f}", f"{p95(busy):.0f}"))  # fmt: skip
    report.table(("page", "requests/s", "of hello", "of Django alone", "p50 ms", "p95 ms"), rows)
    report.say(f"The worker by itself logs {stored:.0f} lists a second.\n")
    report.say("One client alone, one request after another:\n")
    report.table(
        ("page", "p50 ms", "p95 ms"),
        [(name, f"{p50(took):.1f}", f"{p95(took):.1f}") for name, took in alone.items()],
    )
    slow = [f"{name} {p95(times[name]):.0f}" for name in own if p95(times[name]) > 150]
    found = f"{len(own) - len(slow)} of {len(own)} pages" + (
        f"; not {', '.join(slow)}" * bool(slow)
    )
    least = p95(alone[SEARCH])
    report.targets(
        [
            *(
                (
                    f"five picks, {state}, of {rival}",
                    one_in(ratio),
                    f"≥ 1/{most}",
                    ratio >= 1 / most,
                )
                for name, state, most in (
                    (TONIGHT, "uncached", 20),
                    (TONIGHT_KEPT, "ids cached", 8),
                )
                for rival, ratio in zip((hello, bare), ratios[name], strict=True)
            ),
            ("p95 of a page, 8 clients", found, "≤ 150 ms on an idle machine", not slow),
            ("warm query, p95, one client", f"{least:.0f} ms", "≤ 100 ms", least <= 100),
        ]
    )


def spread(loads: list[Load]) -> str:
    """Return the least and the most requests a second."""
    rates = [load.per_second for load in loads]
    return f"{min(rates):.0f}–{max(rates):.0f}"


def one_in(ratio: float) -> str:
    """Return .125 as 1/8.0."""
    return f"1/{1 / ratio:.1f}"


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into docs/speed.md")
    parser.add_argument("--only", choices=("pages", "statements", "starts"), help="one part alone")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=120)
    options = parser.parse_args()

    def wanted(part: str) -> bool:
        return options.only in (None, part)

    with ground.Ground():
        people = make_people(options.people, rng=random.Random(7))
        if wanted("pages"):
            report = Report("pages", command=COMMAND + " --only pages")
            measure(report, people, rounds=options.rounds)
            report.finish(write=options.write)
        if wanted("statements"):
            report = Report("statements", command=COMMAND + " --only statements")
            statements.measure(report)
            report.finish(write=options.write)
        if wanted("starts"):
            report = Report("starts", command=COMMAND + " --only starts")
            starting.measure(report)
            report.finish(write=options.write)


if __name__ == "__main__":
    main()
