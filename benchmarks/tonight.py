"""Time a five for Tonight without its cache, beside the same searched by the database.

    .venv/bin/python -m benchmarks.tonight [--write] [--sizes 655 40000]

Everything a page waits for is in it, but the page itself: what the person said, the cut in both
spaces, the ranking, the causes and the cards. The people are made up and labelled SYNTHETIC, and
titles beyond the starter catalogue are GENERATED. Every person is asked for in each way in turn.
"""

from benchmarks import ground

# isort: split
import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from threadpoolctl import threadpool_limits

from benchmarks.generated import fill_up_to
from benchmarks.people import Someone, make_people
from benchmarks.report import Report, p50, p95
from benchmarks.site import forget_lists
from catalog.models import Title
from recommendations import zones
from recommendations.batch.placing import place_by_content
from recommendations.models import TitleVector
from recommendations.taste.text import COMPOSED
from recommendations.tastes import taste_of
from recommendations.zones import tonight
from recommendations.zones.pipeline import allowed, serving_space, serving_spaces
from recommendations.zones.zone import Context, nearest, searched

COMMAND = ".venv/bin/python -m benchmarks.tonight"
HELD, SEARCHED, PLAIN = (
    "Tonight, vectors held by the process",
    "Tonight, vectors searched by the database",
    "rival: the exact scan of one space by the database, nothing else",
)
STARTER, GROWN = 655, 40_000
MOST_P50, MOST_P95 = 25, 50  # milliseconds, at the starter's size and at the grown one's


@contextmanager
def searching(way: Callable) -> Iterator[None]:
    """Have Tonight's cut made in this way."""
    former, tonight.nearest = tonight.nearest, way
    try:
        yield
    finally:
        tonight.nearest = former


def five(someone: Someone) -> zones.Shelf:
    """Return somebody's five, made anew."""
    return zones.recommend(someone.user, zones.Tonight(), now=timezone.now())


def plain_scan(someone: Someone) -> None:
    """Read the nearest to the person of all titles, unfiltered: ids and cosines."""
    space = serving_space()
    target = taste_of(someone.user, space, now=timezone.now()).profile.vector
    rows = TitleVector.objects.along(space, COMPOSED).nearest_to(target, n=200)
    list(rows.values_list("title_id", "closeness"))


def taken(call: Callable[[Someone], object], someone: Someone) -> tuple[float, float]:
    """Return in how many milliseconds something was done, with no list in the cache.

    The second number is the part of them that Python computed: whatever else runs on the machine
    does not wait in it.
    """
    forget_lists()
    started, used = time.perf_counter(), time.process_time()
    call(someone)
    return 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - used)


def measure(report: Report, people: list[Someone]) -> dict[str, np.ndarray]:
    """Print every way's milliseconds and return those of the clock; each way's first warms up."""
    times: dict[str, list[tuple[float, float]]] = {HELD: [], SEARCHED: [], PLAIN: []}
    first = []
    for turn, someone in enumerate([people[0], *people]):
        for name, way in ((HELD, nearest), (SEARCHED, searched)):
            with searching(way):
                times[name].append(taken(five, someone))
        times[PLAIN].append(taken(plain_scan, someone))
        if not turn:
            first = [own.pop() for own in times.values()]
    found = {name: np.array(own) for name, own in times.items()}
    report.table(
        ("way", "p50 ms", "p95 ms", "Python alone, p50 ms", "first of all, ms"),
        [
            (name, f"{p50(own[:, 0]):.1f}", f"{p95(own[:, 0]):.1f}", f"{p50(own[:, 1]):.1f}",
             f"{warming:.0f}")
            for (name, own), (warming, _) in zip(found.items(), first, strict=True)
        ],
    )  # fmt: skip
    return {name: own[:, 0] for name, own in found.items()}


def alike(people: list[Someone]) -> float:
    """Return which share of the titles that one way cuts the other cuts too.

    It is not always all: the database rounds where somebody lies to sixteen bits before it looks.
    """
    space, loved = serving_spaces()
    now, shares = timezone.now(), []
    for someone in people:
        taste = taste_of(someone.user, space, loved=loved, now=now)
        titles = allowed(someone.user, zones.Tonight(), zones.Wants(), now=now)
        context = Context(someone.user, space, taste, zones.Wants(), titles, now, 200, loved=loved)
        cuts = []
        for way in (nearest, searched):
            with searching(way):
                cuts.append(set(zones.Tonight().cut(context).ids.tolist()))
        shares.append(len(cuts[0] & cuts[1]) / len(cuts[0] | cuts[1]))
    return float(np.mean(shares))


def n_statements(someone: Someone) -> int:
    """Return how many statements a five takes."""
    sent: Counter[str] = Counter()

    def note(execute, sql, params, many, context):
        sent[sql] += 1
        return execute(sql, params, many, context)

    forget_lists()
    with connection.execute_wrapper(note):
        five(someone)
    return sent.total()


def main() -> None:
    """Measure at every size, smallest first."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into docs/speed.md")
    parser.add_argument("--sizes", type=int, nargs="+", default=[STARTER, GROWN])
    parser.add_argument("--people", type=int, default=60)
    options = parser.parse_args()
    # Workers have threads enough: products on several more wait for one another.
    with ground.Ground(), threadpool_limits(limits=1):
        call_command("retrain_taste", "--starter", verbosity=0)
        report, targets = Report("tonight", command=COMMAND), []
        for size in sorted(options.sizes):
            fill_up_to(size, serving_space(), rng=np.random.default_rng(11))
            place_by_content(serving_spaces().taste)
            cache.clear()
            ground.count_rows()
            people = make_people(options.people, rng=random.Random(7))
            n = Title.objects.count()
            report.say(
                f"**{n:,} titles**, of them {Title.objects.exclude(starter_id=None).count()} real "
                f"and the others GENERATED, in a content and a taste space; {len(people)} people "
                "with 3 to 80 statements.\n"
            )
            times = measure(report, people)
            report.say(f"{n_statements(people[0])} statements. The two ways have "
                       f"{alike(people[:20]):.2%} of the titles they cut in common.\n")  # fmt: skip
            half, most = p50(times[HELD]), p95(times[HELD])
            if n < GROWN:
                targets.append((f"five at {n:,}, p50", f"{half:.1f} ms", f"≤ {MOST_P50} ms",
                                half <= MOST_P50))  # fmt: skip
            targets.append((f"five at {n:,}, p95", f"{most:.1f} ms", f"≤ {MOST_P95} ms",
                            most <= MOST_P95))  # fmt: skip
        report.targets(targets)
        report.finish(write=options.write)


if __name__ == "__main__":
    main()
