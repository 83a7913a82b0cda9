"""The staff's leaderboard: the current runs of one split, in any order."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from recommendations.models import Run
from recommendations.reports.naming import METRICS, split_name
from recommendations.reports.tables import Column, Line, columns_of, lines_of
from recommendations.taste.evaluation.leaderboard import Row, rows_of

ALSO = ("seconds", "memory_mb", "recipe")  # a board may be sorted by these, too


@dataclass(frozen=True)
class StaffBoard:
    """One split of one data set.

    Attributes:
        at: "data/split", as the address names it; "" where nothing was measured.
        places: every (at, label) that can be chosen.
    """

    at: str
    asked: str
    by: str
    places: list[tuple[str, str]]
    columns: list[Column]
    lines: list[Line]
    runs: list[Run]

    def table(self) -> Iterator[list[Any]]:
        """Yield the lines of a CSV file: one a run, every metric with its interval."""
        names = list(METRICS)
        yield [
            *("data", "split", "recipe", "variation", "seed", "code_version", "started_at"),
            *("n_people", "seconds", "memory_mb", "settings"),
            *(f"{name}{end}" for name in names for end in ("", " low", " high")),
        ]
        for run in self.runs:
            measures = [run.metrics.get(name) or [None, None, None] for name in names]
            started_at = run.started_at.isoformat() if run.started_at else ""
            yield [
                *(run.data, run.split, run.recipe, run.variation, run.seed, run.code_version),
                *(started_at, run.n_people, run.seconds, run.memory_mb),
                json.dumps(run.settings, sort_keys=True),
                *("" if value is None else value for each in measures for value in each),
            ]


def read(at: str, by: str) -> StaffBoard:
    """Return the board of "data/split", sorted by a metric; the first there is for anything else.

    Args:
        by: a metric, "seconds", "memory_mb" or "recipe"; NDCG@5 for anything else.
    """
    runs = list(Run.objects.ours().current().defer("by_person"))
    places = list(dict.fromkeys(f"{run.data}/{run.split}" for run in runs))
    at = at if at in places else next(iter(places), "")
    by = by if by in METRICS or by in ALSO else "ndcg@5"
    here = [run for run in runs if f"{run.data}/{run.split}" == at]
    rows = sorted_rows(rows_of([run.as_result() for run in here], by=by), by=by)
    columns = columns_of(rows, among=tuple(METRICS), by=by)
    order = {(row.recipe, row.variation): place for place, row in enumerate(rows)}
    return StaffBoard(
        at=at,
        asked=split_name(at.rpartition("/")[2]) if at else "",
        by=by,
        places=[(place, place.replace("/", ", ")) for place in places],
        columns=columns,
        lines=lines_of(rows, columns),
        runs=sorted(here, key=lambda run: (order[run.recipe, run.variation], run.seed)),
    )


def sorted_rows(rows: list[Row], *, by: str) -> list[Row]:
    """Return rows in the order of a column that is no metric; as they are for a metric."""
    match by:
        case "seconds" | "memory_mb":
            return sorted(rows, key=lambda row: (getattr(row, by), row.recipe, row.variation))
        case "recipe":
            return sorted(rows, key=lambda row: (row.recipe, row.variation))
    return rows
