"""What was measured, for the pages: every number comes from a run, none is written here (D09)."""

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings

from recommendations.models import Run
from recommendations.reports.naming import (
    METRICS,
    SOURCES,
    Source,
    recipe_name,
    segment_name,
    split_name,
)
from recommendations.reports.tables import MAIN, Column, Line, columns_of, decimals, lines_of
from recommendations.taste.evaluation.leaderboard import (
    Row,
    best_and_baseline,
    ratio,
    rows_of,
)

FOLDER = Path(settings.BASE_DIR) / "recommendations" / "starter"
SHIPPED, QUOTED = FOLDER / "runs.json", FOLDER / "quoted_runs.json"
CURVE = "curve-k"


@dataclass(frozen=True)
class Times:
    """How many times as good the best is as the first baseline, in words."""

    best: str
    baseline: str
    mean: str
    low: str
    high: str


@dataclass(frozen=True)
class Weak:
    """A part of the people or titles, and what the best recipe and popularity give it."""

    name: str
    n: int
    best: str
    popularity: str


@dataclass(frozen=True)
class Board:
    """One leaderboard: everything measured on one split of one data set.

    Attributes:
        lines: recipes as they are, best first, and quoted numbers last.
        varied: recipes with something changed.
        times: None where there is no baseline to compare with.
        weak: where the best recipe fails most, worst first.
    """

    data: str
    split: str
    asked: str
    measured_at: datetime.datetime | None
    n_people: int
    columns: list[Column]
    lines: list[Line]
    varied: list[Line]
    times: Times | None
    weak: list[Weak]


@dataclass(frozen=True)
class Curve:
    """NDCG@5 by how many ratings are known, for each recipe (B34)."""

    data: str
    metric: str
    known: list[int]
    rows: list[tuple[str, list[str]]]
    n_people: int


@dataclass(frozen=True)
class Methods:
    """The whole page.

    Attributes:
        is_shipped: whether the numbers came with the program instead of from here.
        elsewhere: what others published of splits that are not ours: the run, and its line.
    """

    boards: list[Board]
    curves: list[Curve]
    elsewhere: list[tuple[Run, Line]]
    columns: list[Column]
    sources: list[Source]
    is_shipped: bool


def methods() -> Methods:
    """Return everything on the methods page, from stored runs, or from the shipped ones."""
    runs = list(Run.objects.ours().current().defer("by_person"))
    is_shipped = not runs
    if is_shipped:
        runs = read_runs(SHIPPED)
    quoted = read_runs(QUOTED)
    curves = [run for run in runs if run.split.startswith(CURVE)]
    plain = [run for run in runs if not run.split.startswith(CURVE)]
    places = list(dict.fromkeys((run.data, run.split) for run in sorted(plain, key=_order)))
    strangers = [run for run in quoted if (run.data, run.split) not in places]
    others = [rows_of([run.as_result()])[0] for run in strangers]
    columns = columns_of(others)
    return Methods(
        boards=_boards(plain, quoted, places),
        curves=[_curve(data, curves) for data in dict.fromkeys(run.data for run in curves)],
        elsewhere=list(zip(strangers, lines_of(others, columns), strict=True)),
        columns=columns,
        sources=[SOURCES[name] for name in dict.fromkeys(d for d, _ in places) if name in SOURCES],
        is_shipped=is_shipped and bool(runs),
    )


def read_runs(path: Path) -> list[Run]:
    """Return the runs of a file, not stored; none when there is no such file."""
    if not path.exists():
        return []
    records = json.loads(path.read_text(encoding="utf-8"))["runs"]
    return [Run.from_json(record) for record in records]


def _order(run: Run) -> tuple[str, str, int]:
    split, _, k = run.split.partition("-k")
    return run.data, split, int(k or 0)


def _boards(runs: list[Run], quoted: list[Run], places: Sequence[tuple[str, str]]) -> list[Board]:
    """Return a board for each place; what pairs need of the people is fetched at once."""
    here = {place: [run for run in runs if (run.data, run.split) == place] for place in places}
    pairs = {
        place: best_and_baseline(rows_of(run.as_result() for run in found))
        for place, found in here.items()
    }
    people = _by_person(
        run
        for place, pair in pairs.items()
        if pair
        for run in here[place]
        if not run.variation and run.recipe in (pair[0].recipe, pair[1].recipe)
    )
    return [_board(place, here[place], quoted, pairs[place], people) for place in places]


People = dict[tuple[str, str, str, int], np.ndarray]


def _by_person(runs: Iterable[Run]) -> People:
    """Return each run's values by person, under its data, split, recipe and seed."""
    runs = list(runs)
    stored = [run.pk for run in runs if run.pk]
    rows = Run.objects.filter(pk__in=stored).values_list("pk", "by_person") if stored else []
    values = dict(rows)
    return {_name(run): np.array(values[run.pk] if run.pk else run.by_person) for run in runs}


def _name(run: Run) -> tuple[str, str, str, int]:
    return run.data, run.split, run.recipe, run.seed


def _board(
    place: tuple[str, str],
    runs: list[Run],
    quoted: list[Run],
    pair: tuple[Row, Row] | None,
    people: People,
) -> Board:
    data, split = place
    quotes = [run.as_result() for run in quoted if (run.data, run.split) == place]
    rows = rows_of([run.as_result() for run in runs] + quotes)
    plain = [row for row in rows if not row.variation]
    columns = columns_of(rows)
    if any("rmse" in row.measures for row in rows if row.is_quoted):
        columns = columns_of(rows, among=(*MAIN, "rmse"))
    return Board(
        data=SOURCES[data].name if data in SOURCES else data,
        split=split,
        asked=split_name(split),
        measured_at=max((run.started_at for run in runs if run.started_at), default=None),
        n_people=max(run.n_people for run in runs),
        columns=columns,
        lines=lines_of(plain, columns),
        varied=lines_of([row for row in rows if row.variation], columns),
        times=_times(pair, runs, people) if pair else None,
        weak=_weak(plain[0].recipe, runs) if plain and not plain[0].is_quoted else [],
    )


def _times(pair: tuple[Row, Row], runs: list[Run], people: People) -> Times | None:
    """Return the ratio of the best to the baseline over the people of all seeds."""
    columns = []
    for row in pair:
        own = [run for run in runs if run.recipe == row.recipe and not run.variation]
        pieces = [people[_name(run)] for run in sorted(own, key=lambda run: run.seed)]
        columns.append(np.concatenate(pieces))
    try:
        found = ratio(columns[0], columns[1], rng=np.random.default_rng(0))
    except ValueError:
        return None  # the runs are of different people, or the baseline found nothing
    best, baseline = (recipe_name(row.recipe) for row in pair)
    return Times(best, baseline, *(f"{value:.2f}" for value in found))


def _weak(recipe: str, runs: list[Run]) -> list[Weak]:
    """Return the segments of a recipe's first seed, worst first, beside popularity's."""

    def first(name: str) -> Run | None:
        own = [run for run in runs if run.recipe == name and not run.variation]
        return min(own, key=lambda run: run.seed, default=None)

    best, popular = first(recipe), first("popularity")
    if best is None:
        return []
    others = {_key(each): each["value"] for each in (popular.segments if popular else [])}
    known = [each for each in best.segments if each["value"] is not None]
    return [
        Weak(
            segment_name(each), each["n"], decimals(each["value"]), decimals(others.get(_key(each)))
        )
        for each in sorted(known, key=lambda each: each["value"])
    ]


def _key(segment: dict) -> tuple:
    return segment["of"], segment["low"], segment["high"]


def _curve(data: str, runs: list[Run]) -> Curve:
    """Return the learning curve of each recipe on one data set."""
    runs = [run for run in runs if run.data == data]
    known = sorted({_order(run)[2] for run in runs})
    found: dict[str, list[float | None]] = {}
    for recipe in dict.fromkeys(run.recipe for run in runs):
        own = [run for run in runs if run.recipe == recipe]
        means: list[float | None] = []
        for k in known:
            values = [run.measure("ndcg@5").mean for run in own if _order(run)[2] == k]
            means.append(float(np.mean(values)) if values else None)
        found[recipe] = means
    ranked = sorted(found.items(), key=lambda pair: -(pair[1][-1] or 0))
    name = SOURCES[data].name if data in SOURCES else data
    rows = [(recipe_name(recipe), [decimals(mean) for mean in means]) for recipe, means in ranked]
    return Curve(name, str(METRICS["ndcg@5"]), known, rows, max(run.n_people for run in runs))
