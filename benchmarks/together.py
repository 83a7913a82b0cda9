"""Five for a table: how long they take, and what the lowest fit gains over the mean's order.

    .venv/bin/python -m benchmarks.together [--write] [--rooms 1000]

Rooms of two to six people who are made up and labelled SYNTHETIC; every third person has typed a
mood. For each room the five are made without a cache: what everybody said, the cuts, the fits, the
order. Beside them stands the rival: of the same titles with the same fits, under the same rules,
the five in the order of the mean. What is compared is how well the five suit whoever they suit
least, paired by room.
"""

from benchmarks import ground

# isort: split
import argparse
import random
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from threadpoolctl import threadpool_limits

from benchmarks import report as reports
from benchmarks.people import Someone, make_people
from benchmarks.report import Report, p50, p95
from recommendations import zones
from recommendations.tastes import taste_of
from recommendations.zones.pipeline import serving_spaces, spread_beside
from recommendations.zones.table import five_for, tabled
from recommendations.zones.together import Together, Voice, shown
from recommendations.zones.zone import Ranking

COMMAND = ".venv/bin/python -m benchmarks.together"
DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "people.md"
N_PEOPLE, MOST_P95 = 120, 1000  # people to draw rooms from; milliseconds
SHARES = ((2, 0.6), (3, 0.15), (4, 0.15), (6, 0.1))  # of rooms, by how many sit in them
MOODS = (
    "something tense", "warm and funny", "robots and loneliness", "a quiet life in a village",
    "war at sea", "a slow ghost story", "friends on the road", "big questions about time",
)  # fmt: skip


class Told(NamedTuple):
    """One room: how many sit there, its milliseconds, and each order's five.

    Attributes:
        lowest: of (lowest fit first, mean first): over the five, the mean of each title's lowest
            standardised fit.
        worst: the lowest of all fits in the five, likewise.
        means: the mean of all fits in the five, likewise.
        n_common: how many titles both orders have.
    """

    n: int
    milliseconds: float
    lowest: tuple[float, float]
    worst: tuple[float, float]
    means: tuple[float, float]
    n_common: int


def voices_of(people: list[Someone], moods: list[str]) -> list[Voice]:
    """Return these people's voices, as a room reads them."""
    space, loved = serving_spaces()
    now = timezone.now()
    return [
        Voice(
            someone.user.pk,
            taste_of(someone.user, space, loved=loved, now=now),
            zones.Search(mood) if mood else None,
        )
        for someone, mood in zip(people, moods, strict=True)
    ]


def tell(people: list[Someone], moods: list[str]) -> Told:
    """Deal for one room in both orders."""
    wants, now = zones.Wants(), timezone.now()
    started = time.perf_counter()
    five_for(voices_of(people, moods), wants=wants, now=now)
    milliseconds = 1000 * (time.perf_counter() - started)
    voices = voices_of(people, moods)
    found = tabled(voices, wants, now=now)
    if found is None:
        raise SystemExit("there is no space to look in; run embed_titles first")
    zone = Together(tuple(voices))
    both = []
    for scores in (
        zone.rank(found.context, found.candidates).scores,
        found.fits.mean(axis=0),
    ):
        order = Ranking(scores=scores, fits=shown(scores))
        both.append(spread_beside(found.context, zone, found.candidates, order, exclude=(), n=5))
    ours, rivals = (found.fits[:, rows] for rows in both)
    return Told(
        len(people),
        milliseconds,
        (float(ours.min(axis=0).mean()), float(rivals.min(axis=0).mean())),
        (float(ours.min()), float(rivals.min())),
        (float(ours.mean()), float(rivals.mean())),
        len(set(both[0]) & set(both[1])),
    )


def interval(differences: np.ndarray, *, rng: np.random.Generator) -> tuple[float, float]:
    """Return a 95 % interval of the mean of paired differences, by resampling rooms."""
    draws = rng.integers(0, len(differences), size=(2000, len(differences)))
    low, high = np.percentile(differences[draws].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def print_rooms(report: Report, told: list[Told]) -> None:
    """Print latency and the paired comparison, by how many sit in a room."""
    report.table(
        ("people in the room", "rooms", "p50 ms", "p95 ms"),
        [
            (name, len(own), f"{p50([t.milliseconds for t in own]):.0f}",
             f"{p95([t.milliseconds for t in own]):.0f}")
            for name, own in parts(told)
        ],
    )  # fmt: skip
    rng = np.random.default_rng(3)
    rows = []
    for name, own in parts(told):
        lowest = np.array([t.lowest[0] - t.lowest[1] for t in own])
        worst = np.array([t.worst[0] - t.worst[1] for t in own])
        means = np.array([t.means[0] - t.means[1] for t in own])
        low, high = interval(lowest, rng=rng)
        better, same = np.mean(worst > 1e-9), np.mean(np.abs(worst) <= 1e-9)
        rows.append(
            (
                name,
                f"{lowest.mean():+.3f} ({low:+.3f} to {high:+.3f})",
                f"{better:.0%} / {same:.0%} / {max(1 - better - same, 0):.0%}",
                f"{worst.mean():+.3f}",
                f"{means.mean():+.3f}",
                f"{np.mean([t.n_common for t in own]):.1f}",
            )
        )
    report.table(
        ("people in the room", "each title's lowest fit, mean of the five (95 %)",
         "worst fit among the five: higher / same / lower", "worst fit, mean difference",
         "all fits, mean difference", "titles in common"),
        rows,
    )  # fmt: skip


def parts(told: list[Told]) -> list[tuple[str, list[Told]]]:
    """Return the rooms by size, all of them first."""
    sizes = sorted({t.n for t in told})
    return [("all", told), *((str(n), [t for t in told if t.n == n]) for n in sizes)]


def main() -> None:
    """Draw the rooms, deal, print."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into docs/people.md")
    parser.add_argument("--rooms", type=int, default=1000)
    options = parser.parse_args()
    reports.DOCUMENT = DOCUMENT
    rng = random.Random(5)
    with ground.Ground(), threadpool_limits(limits=1):
        call_command("retrain_taste", "--starter", verbosity=0)
        report = Report("together", command=COMMAND)
        cache.clear()
        people = make_people(N_PEOPLE, rng=rng)
        told = []
        sizes, weights = zip(*SHARES, strict=True)
        tell(people[:2], [MOODS[0], ""])  # reads the vectors and the encoder
        for _ in range(options.rooms):
            here = rng.sample(people, rng.choices(sizes, weights)[0])
            moods = [rng.choice(MOODS) if rng.random() < 1 / 3 else "" for _ in here]
            told.append(tell(here, moods))
            if len(told) % 100 == 0:
                print(f"{len(told)} rooms", file=sys.stderr, flush=True)
        report.say(
            f"**{len(told):,} rooms** of people drawn from {N_PEOPLE} who are SYNTHETIC, over the "
            "starter catalogue. Fits are standardised: one is a deviation of somebody's own "
            "scores over the titles that were considered. Differences are those of the order by "
            "the lowest fit less those of the order by the mean.\n"
        )
        print_rooms(report, told)
        slow = p95([t.milliseconds for t in told])
        gained = np.mean([t.lowest[0] - t.lowest[1] for t in told])
        report.targets(
            [
                ("five for a room, p95", f"{slow:.0f} ms", f"≤ {MOST_P95} ms", slow <= MOST_P95),
                ("lowest fits above the mean's order", f"{gained:+.3f}", "> 0", gained > 0),
            ]
        )
        report.finish(write=options.write)


if __name__ == "__main__":
    main()
