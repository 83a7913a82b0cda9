"""Which vibe of the last fit each new one goes on from, so that a name survives the next fit."""

from collections.abc import Sequence

import numpy as np

# With less in common than this a vibe is a new one.
FLOOR = 0.2


def kept(
    old: Sequence[frozenset[int]], new: Sequence[frozenset[int]], *, floor: float = FLOOR
) -> list[int | None]:
    """Return for each new vibe the number of the old one that it continues, or None.

    One to one, so that the Jaccard overlaps of the pairs, those below the floor counting
    nothing, have the largest sum (Kuhn 1955).

    Args:
        old, new: the title ids of each vibe.
        floor: in (0, 1], the smallest overlap that still is the same vibe.
    """
    if not old or not new:
        return [None] * len(new)
    overlap = np.array([[_jaccard(one, other) for one in old] for other in new])
    overlap[overlap < floor] = 0.0
    from scipy.optimize import linear_sum_assignment  # an eighth of what a web process loads

    rows, columns = linear_sum_assignment(overlap, maximize=True)
    found: list[int | None] = [None] * len(new)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if overlap[row, column] > 0:
            found[row] = column
    return found


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    together = len(one | other)
    return len(one & other) / together if together else 0.0
