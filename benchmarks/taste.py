"""The house recipes beside their peers on the public splits, all in one run.

    python -m benchmarks.taste --data FOLDER --splits P2r-small-s1,by-time-small --write

FOLDER holds the data sets and, under `splits`, prepared train and test files. Two more are cut
here: `by-time-small` holds out the latest fifth of each person's ratings of latest-small, and
`letterboxd-k5` (k10, k20) 1,000 people of the Letterboxd ratings who are known by so many.
Nothing is tuned here: a recipe is what its line in `taste/recipes.py` says. `--summary` alone
writes the table at the head of the document anew from the sections; `--write` does so after each.
"""

import argparse
import gc
import os
from collections.abc import Sequence
from pathlib import Path

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moviedb.settings")
django.setup()

from django.conf import settings  # noqa: E402

from benchmarks import report as reports  # noqa: E402
from benchmarks import taste_summary  # noqa: E402
from benchmarks.report import Report  # noqa: E402
from recommendations.batch.describing import facts_for  # noqa: E402
from recommendations.batch.evaluation import Outcome, evaluate, together  # noqa: E402
from recommendations.batch.measuring import read_data, split_of  # noqa: E402
from recommendations.batch.ratingfiles import read_ratings  # noqa: E402
from recommendations.batch.titlefiles import TitlesFile, read_titles  # noqa: E402
from recommendations.taste.evaluation.leaderboard import Measure, difference, measures_of  # noqa: E402
from recommendations.taste.evaluation.splits import Split  # noqa: E402
from recommendations.taste.interactions import Facts  # noqa: E402
from recommendations.taste.recipes import RECIPES, learner  # noqa: E402

PUBLIC = ("P1-small-s1", "P2r-small-s1", "P2r-ml1m", "P3-ml1m-k5", "P3-ml1m-k10", "P3-ml1m-k20")
OURS = ("by-time-small", "letterboxd-k5", "letterboxd-k10", "letterboxd-k20")
PEERS = ("popularity", "itemknn", "als", "item2vec", "ease", "house_space", "house")
N_NEW = 1000  # Letterboxd people who are held out
COLUMNS = ("recall@10", "coverage@5", "popularity percentile", "disliked@5")
# What every seed shares may be told once: these draw nothing at all.
WITHOUT_CHANCE = ("nothing", "popularity", "content_tfidf", "content_embed", "itemknn", "ease")


def main() -> None:
    """Measure, compare in pairs, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of data sets and splits")
    parser.add_argument("--splits", default="P2r-small-s1", help=f"{', '.join(PUBLIC + OURS)}")
    parser.add_argument("--recipes", default=",".join(PEERS))
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--write", action="store_true", help="into docs/taste-space.md")
    parser.add_argument("--summary", action="store_true", help="measure nothing, only sum up")
    options = parser.parse_args()
    # Each split has its own section, so that one can be measured again without the others.
    reports.DOCUMENT = reports.DOCUMENT.with_name("taste-space.md")
    if options.summary:
        sum_up()
        return
    if options.data is None:
        parser.error("say with --data in which folder the data sets are")
    wanted = options.recipes.split(",")
    names = [name for name in wanted if name in RECIPES]
    seeds = [int(seed) for seed in options.seeds.split(",")]
    for place in options.splits.split(","):
        command = (
            f"benchmarks.taste --splits {place} --recipes {options.recipes} --seeds {options.seeds}"
        )
        report = Report(f"taste-{place}", command=command)
        report.say(f"### {place}\n")
        if missing := [name for name in wanted if name not in RECIPES]:
            report.say(f"Not measured, because no recipe has the name: {', '.join(missing)}.\n")
        measure(report, options.data, place, names, seeds)
        report.finish(write=options.write)
        if options.write:
            sum_up()


def sum_up() -> None:
    """Write the summary anew from the sections."""
    told = taste_summary.summary(reports.DOCUMENT)
    print(told)
    reports.write_section(taste_summary.NAME, told)


def measure(
    report: Report, data: Path, place: str, names: Sequence[str], seeds: Sequence[int]
) -> None:
    """Measure every recipe with every seed on one split, and compare it with the best peer."""
    split, facts = read_split(data, place, names)
    report.say(
        f"{len(split.train):,} ratings to learn from, {len(split.people):,} people asked for, "
        f"{len(split.train.titles):,} titles.\n"
    )
    found: dict[str, list[Outcome]] = {}
    rows = []
    for name in names:
        found[name] = []
        for seed in seeds[:1] if name in WITHOUT_CHANCE else seeds:
            outcome = evaluate(
                learner(name), split.train, split.test,
                rng=np.random.default_rng([seed, 2]), facts=facts,
            )  # fmt: skip
            found[name].append(outcome)
            gc.collect()
        rows.append(line(name, found[name]))
        print(" | ".join(rows[-1]), flush=True)
    report.table(
        ("recipe", "NDCG@5 / P@5 / SSR", "NDCG@5, 95 %", "SSR, 95 %", "Recall@10",
         "coverage@5", "popularity percentile", "disliked@5", "seeds", "seconds", "MiB"),
        rows,
    )  # fmt: skip
    pairs(report, found)


def read_split(data: Path, place: str, names: Sequence[str]) -> tuple[Split, Facts | None]:
    """Return a prepared split, or one that is cut here, with what is told of its titles.

    Raises:
        RatingsUnreadable: a file of it is missing.
        ValueError: there is no split of that name.
    """
    if place in PUBLIC:
        folder = data / "splits" / place
        parts = (read_ratings(folder / f"{part}.csv.gz").interactions for part in ("train", "test"))
        titles = data / ("ml-1m/movies.dat" if "ml1m" in place else "ml-latest-small/movies.csv")
        return together(*parts), described(read_titles(titles) if titles.exists() else None, names)
    if place == "by-time-small":
        found = read_data(data / "ml-latest-small")
        split = split_of(found.interactions, "p2")
    elif place in OURS:
        found = read_data(data / "letterboxd-ratings", scale=0.5)
        k = int(place.rpartition("-k")[2])
        split = split_of(found.interactions, "p3", k=k, new=N_NEW)
    else:
        raise ValueError(f"found the split {place!r}, expected one of {', '.join(PUBLIC + OURS)}")
    return split, described(found.titles, names)


def described(told: TitlesFile | None, names: Sequence[str]) -> Facts | None:
    """Return what is told of titles, with content vectors where a recipe reads them."""
    learners = [learner(name) for name in names]
    return facts_for(learners, told, settings.RECOMMENDER) if told else None


def line(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    """Return a recipe's row: means over its seeds, intervals of the first."""
    measures = [measures_of(each.report, seed=0) for each in outcomes]
    first = measures[0]

    def mean(metric: str) -> str:
        return short(float(np.mean([each[metric].mean for each in measures])))

    return [
        name,
        "/".join(mean(metric) for metric in ("ndcg@5", "p@5", "ssr")),
        bounds(first["ndcg@5"]),
        bounds(first["ssr"]),
        *(mean(metric) for metric in COLUMNS),
        str(len(outcomes)),
        f"{np.mean([each.seconds for each in outcomes]):.1f}",
        f"{max(each.memory_mb for each in outcomes):,.0f}",
    ]


def pairs(report: Report, found: dict[str, list[Outcome]]) -> None:
    """Tell by how much each recipe differs from the best peer, person by person."""

    def values(name: str) -> np.ndarray:
        every = [each.report.by_person["ndcg@5"] for each in found[name]]
        return np.mean(every, axis=0)

    peers = [name for name in found if not name.startswith("house")]
    if not peers:
        return
    best = max(peers, key=lambda name: values(name).mean())
    rows = []
    for name in found:
        if name == best:
            continue
        apart = difference(values(name), values(best), rng=np.random.default_rng(0))
        is_sure = apart.low > 0 or apart.high < 0
        rows.append((name, f"{apart.mean:+.4f}", bounds(apart), "yes" if is_sure else "no"))
    report.say(f"NDCG@5 beside {best}, the best that is not ours, paired by person:\n")
    report.table(("recipe", "difference", "95 %", "surely apart"), rows)


def short(value: float) -> str:
    """Return three decimals without the leading zero, as in the table of the opponents."""
    return f"{value:.3f}".replace("0.", ".", 1)


def bounds(measure: Measure) -> str:
    """Return an interval in words."""
    return f"{short(measure.low)} to {short(measure.high)}"


if __name__ == "__main__":
    main()
