"""Results beside one another: who is best, by how much, and how sure that is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from recommendations.taste.evaluation.metrics import Report, interval

# No leaderboard without them: what does nothing, what guesses, and what everybody loves.
FLOOR = ("nothing", "chance", "popularity")
# What the best is compared with (A30): the first of these that was measured.
BASELINES = ("content_tfidf", "content_embed", "popularity")
LOWER_IS_BETTER = ("rmse", "disliked@5", "popularity percentile")


class Measure(NamedTuple):
    """A mean and its 95 % interval; NaN bounds where there is none."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Result:
    """One recipe, measured once.

    Attributes:
        variation: what was changed about the recipe, "" for nothing.
        seed: what chance began with; None for a quoted number.
        by_person: (k,) NDCG@5 of each person, empty when it was not kept.
        is_quoted: somebody else's number, on their data.
    """

    recipe: str
    measures: dict[str, Measure]
    variation: str = ""
    seed: int | None = 0
    seconds: float = 0.0
    memory_mb: float = 0.0
    by_person: np.ndarray = field(default_factory=lambda: np.zeros(0))
    is_quoted: bool = False


@dataclass(frozen=True)
class Row:
    """A recipe on the leaderboard: the mean over its seeds.

    Attributes:
        measures: means over the seeds, with the widest interval that any seed gave.
        by_person: (k,) NDCG@5 of the people of all seeds, one seed after another.
        lift: recall@10 against popularity's on the same split, 0.5 for half as much again; None
            without it.
    """

    recipe: str
    variation: str
    seeds: tuple[int | None, ...]
    measures: dict[str, Measure]
    seconds: float
    memory_mb: float
    by_person: np.ndarray
    lift: float | None
    is_quoted: bool


def with_floor(recipes: Iterable[str]) -> list[str]:
    """Return the recipes to measure, with those that no leaderboard is without."""
    return list(dict.fromkeys([*FLOOR, *recipes]))


def measures_of(report: Report, *, seed: int) -> dict[str, Measure]:
    """Return every metric of a report with its bootstrap interval over people."""
    found = {}
    for name, values in report.by_person.items():
        # Each metric draws from its own start, so that a new metric leaves the others alone.
        rng = np.random.default_rng([seed, *name.encode()])
        mean = float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")
        found[name] = Measure(mean, *interval(values, rng=rng))
    for name, value in report.whole.items():
        found[name] = Measure(value, float("nan"), float("nan"))
    return found


def rows_of(results: Iterable[Result], *, by: str = "ndcg@5") -> list[Row]:
    """Return the leaderboard, best first; quoted numbers go last, ties by name."""
    groups: dict[tuple[str, str, bool], list[Result]] = {}
    for result in results:
        key = result.recipe, result.variation, result.is_quoted
        groups.setdefault(key, []).append(result)
    popular = groups.get(("popularity", "", False), [])
    base = _mean(popular, "recall@10")
    rows = [_row(group, base) for group in groups.values()]
    sign = 1 if by in LOWER_IS_BETTER else -1

    def order(row: Row) -> tuple:
        value = sign * row.measures[by].mean if by in row.measures else float("nan")
        return row.is_quoted, not np.isfinite(value), value, row.recipe, row.variation

    return sorted(rows, key=order)


def _row(group: Sequence[Result], base: float) -> Row:
    """Return one recipe's row from its seeds."""
    group = sorted(group, key=lambda result: result.seed or 0)
    first = group[0]
    names = list(dict.fromkeys(name for result in group for name in result.measures))
    recall = _mean(group, "recall@10")
    has_lift = not first.is_quoted and base > 0 and np.isfinite(recall)
    has_people = all(len(result.by_person) for result in group)
    return Row(
        recipe=first.recipe,
        variation=first.variation,
        seeds=tuple(result.seed for result in group),
        measures={name: _widest(group, name) for name in names},
        seconds=float(np.mean([result.seconds for result in group])),
        memory_mb=max(result.memory_mb for result in group),
        by_person=np.concatenate([r.by_person for r in group]) if has_people else np.zeros(0),
        lift=recall / base - 1 if has_lift else None,
        is_quoted=first.is_quoted,
    )


def _mean(group: Sequence[Result], name: str) -> float:
    values = [result.measures[name].mean for result in group if name in result.measures]
    return float(np.mean(values)) if values else float("nan")


def _widest(group: Sequence[Result], name: str) -> Measure:
    found = [result.measures[name] for result in group if name in result.measures]
    lows, highs = [each.low for each in found], [each.high for each in found]
    if not np.isfinite(lows).all():
        return Measure(_mean(group, name), float("nan"), float("nan"))
    return Measure(_mean(group, name), min(lows), max(highs))


def difference(row: np.ndarray, other: np.ndarray, *, rng: np.random.Generator) -> Measure:
    """Return how much better one list of values a person is than another, paired (95 %).

    Raises:
        ValueError: they are not about the same people.
    """
    _check_pairs(row, other)
    return Measure(float(np.nanmean(row - other)), *interval(row - other, rng=rng))


def ratio(
    row: np.ndarray, other: np.ndarray, *, rng: np.random.Generator, n_draws: int = 1000
) -> Measure:
    """Return how many times as good one is as another: the ratio of the means, paired (A30).

    People are drawn with both of their values; the interval is that of the drawn ratios.

    Raises:
        ValueError: they are not about the same people, or the other's mean is zero.
    """
    _check_pairs(row, other)
    if not np.nanmean(other) > 0:
        raise ValueError("the baseline found nothing at all, so nothing is a multiple of it")
    drawn = np.empty(n_draws)
    for i in range(n_draws):
        people = rng.integers(len(row), size=len(row))
        below = np.nanmean(other[people])
        drawn[i] = np.nanmean(row[people]) / below if below > 0 else np.inf
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Measure(float(np.nanmean(row) / np.nanmean(other)), float(low), float(high))


def _check_pairs(row: np.ndarray, other: np.ndarray) -> None:
    if not len(row) or row.shape != other.shape:
        raise ValueError(
            f"{len(row)} people beside {len(other)}; pairs need the same people in both: measure "
            "both on the same split and seeds"
        )


def best_and_baseline(rows: Sequence[Row]) -> tuple[Row, Row] | None:
    """Return the best row and the first baseline that was measured, if they had the same seeds."""
    ours = [row for row in rows if not row.variation and not row.is_quoted]
    named = {row.recipe: row for row in ours}
    found = next((named[name] for name in BASELINES if name in named), None)
    if found is None or ours[0] is found or ours[0].seeds != found.seeds:
        return None
    return ours[0], found
