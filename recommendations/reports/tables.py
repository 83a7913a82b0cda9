"""Leaderboard rows as pages show them: every number as words, in the order of the columns."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from recommendations.reports.naming import METRICS, recipe_name
from recommendations.taste.evaluation.leaderboard import Measure, Row

# What the public page shows of every recipe.
MAIN = ("ndcg@5", "p@5", "ssr", "recall@10", "coverage@5", "popularity percentile", "disliked@5")
NONE = "–"


@dataclass(frozen=True)
class Cell:
    """A number in words, and its interval, "" without one."""

    text: str
    bounds: str = ""


@dataclass(frozen=True)
class Column:
    """A column: a metric, its label, and whether rows are sorted by it."""

    key: str
    label: str
    is_sorted: bool = False


@dataclass(frozen=True)
class Line:
    """One recipe.

    Attributes:
        cells: one for each column.
        lift: recall@10 beside popularity's, such as "+48.2 %".
    """

    name: str
    variation: str
    is_quoted: bool
    cells: list[Cell]
    lift: str
    seconds: str
    memory: str
    n_seeds: int


def columns_of(rows: Sequence[Row], *, among: Sequence[str] = MAIN, by: str = "") -> list[Column]:
    """Return those metrics that any row has, as columns."""
    found = [name for name in among if any(name in row.measures for row in rows)]
    return [Column(name, str(METRICS[name]), name == by) for name in found]


def lines_of(rows: Sequence[Row], columns: Sequence[Column]) -> list[Line]:
    """Return rows as lines of a table with these columns."""
    return [
        Line(
            name=recipe_name(row.recipe),
            variation=row.variation,
            is_quoted=row.is_quoted,
            cells=[cell(row.measures.get(column.key)) for column in columns],
            lift=NONE if row.lift is None else f"{row.lift:+.1%}".replace("-", "−"),
            seconds=NONE if row.is_quoted else f"{row.seconds:.1f}",
            memory=NONE if row.is_quoted else f"{row.memory_mb:.0f}",
            n_seeds=len(row.seeds),
        )
        for row in rows
    ]


def cell(measure: Measure | None) -> Cell:
    """Return a measure in words."""
    if measure is None or math.isnan(measure.mean):
        return Cell(NONE)
    if math.isnan(measure.low):
        return Cell(decimals(measure.mean))
    return Cell(decimals(measure.mean), f"{decimals(measure.low)}–{decimals(measure.high)}")


def decimals(value: float | None) -> str:
    """Return a number with three decimals; a dash for none."""
    return NONE if value is None or math.isnan(value) else f"{value:.3f}"
