"""Who is near whom: people are compared by the same function as titles (A64)."""

import math
from collections.abc import Collection, Sequence

import numpy as np

from recommendations.taste.geometry import cosine

# A match is told in steps, and each is blurred by up to half a step either way before it is
# rounded: as dithering does, that keeps it right on average and hides how far the next step is.
# Else whoever moved their own taste to just below a step could read from its flipping what a
# single title in a hidden library does.
STEP = 10
# For each of the nearest so many groups of people are looked at.
GROUPS = 32
WORDS = ((80, "very close"), (60, "close"), (40, "some overlap"), (0, "far apart"))


def percent_of(closeness: float, *, blur: float = 0.0) -> int:
    """Return a cosine as a percentage in steps of ten; what points apart is 0.

    Args:
        blur: in [-0.5, 0.5], what is added before rounding, in steps.
    """
    steps = 100 * max(0.0, min(1.0, closeness)) / STEP + blur
    return STEP * max(0, min(100 // STEP, math.floor(steps + 0.5)))


def in_words(percent: int) -> str:
    """Return how near a match is, in words."""
    return next(words for least, words in WORDS if percent >= least)


def nearest_people(
    targets: np.ndarray,
    people: np.ndarray,
    *,
    k: int,
    without: Sequence[Collection[int]],
) -> list[list[tuple[int, float]]]:
    """Return for each target the `k` nearest people by cosine, exactly.

    Args:
        targets: (t, d), any length.
        people: (n, d), any length.
        k: how many; fewer come back where fewer are left.
        without: for each target, the rows of `people` that do not count, such as its own.
    Returns:
        For each target pairs of a row of `people` and the cosine, nearest first, ties in row
        order.
    Raises:
        ValueError: the two have different dimensions, or `without` is not one for each target.
    """
    if len(without) != len(targets):
        raise ValueError(f"{len(targets)} targets, but {len(without)} sets of rows to leave out")
    if not len(people) or k < 1:
        return [[] for _ in targets]
    near = np.atleast_2d(cosine(targets, people))
    for closeness, out in zip(near, without, strict=True):
        closeness[list(out)] = -np.inf
    found = []
    for closeness, least in zip(near, _at_least(near, k=k), strict=True):
        rows = np.flatnonzero((closeness >= least) & np.isfinite(closeness))
        rows = rows[np.argsort(-closeness[rows], kind="stable")][:k]
        found.append(list(zip(rows.tolist(), closeness[rows].tolist(), strict=True)))
    return found


def _at_least(near: np.ndarray, *, k: int) -> np.ndarray:
    """Return (t,) for each row a value that its `k` largest reach, and few others.

    Each row is cut into groups; the k-th largest of the groups' maxima is no larger than the
    k-th largest of all, and looking for it among few costs a tenth of looking among all.
    """
    n = near.shape[1]
    if n <= k:
        return np.full(len(near), -np.inf, dtype=near.dtype)
    n_each = max(n // (GROUPS * k), 1)
    n_groups = n // n_each
    tops = near[:, : n_groups * n_each].reshape(len(near), n_each, n_groups).max(axis=1)
    return np.partition(tops, n_groups - k, axis=1)[:, n_groups - k]
