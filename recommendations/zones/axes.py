"""Closeness along several axes at once, as the sliders ask for it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from recommendations.held import along
from recommendations.taste import text
from recommendations.zones.zone import Candidates, Context, nearest

SLIDERS = {text.STORY: "Story", text.THEMES: "Themes", text.MOOD: "Mood", text.PEOPLE: "People"}


def active(sliders: Mapping[str, float]) -> dict[str, float]:
    """Return the axes whose slider is up, as shares of one; empty when none is."""
    up = {axis: value for axis, value in sliders.items() if axis in SLIDERS and value > 0}
    total = sum(up.values())
    return {axis: value / total for axis, value in up.items()}


def cut(
    context: Context, targets: Mapping[str, np.ndarray], shares: Mapping[str, float], *, n: int
) -> Candidates:
    """Return the `n` titles closest along the weighted axes.

    Each axis gives its own nearest; titles found by any are weighed on all. With one axis up,
    this is exactly that axis's order (B43).
    """
    ids: set[int] = set()
    for axis in shares:
        ids |= set(nearest(context, (targets[axis], n), axis=axis).ids.tolist())
    narrowed = context.titles.filter(pk__in=ids)
    first = targets[next(iter(shares))]
    everything = nearest(replace(context, titles=narrowed), (first, len(ids) or 1))
    scores = closeness(context, everything.ids, targets, shares)
    order = np.lexsort((everything.ids, -scores))[:n]
    found = everything.take(order)
    return replace(found, closeness=scores[order])


def closeness(
    context: Context,
    title_ids: np.ndarray,
    targets: Mapping[str, np.ndarray],
    shares: Mapping[str, float],
) -> np.ndarray:
    """Return (m,) Σ share · cosine along the axes; a title without an axis scores 0 there."""
    found = along(context.space, tuple(shares), title_ids.tolist())
    total = np.zeros(len(title_ids))
    for axis, share in shares.items():
        rows = found[axis].rows_of(title_ids)
        total += share * found[axis].closeness(rows, targets[axis])
    return total
