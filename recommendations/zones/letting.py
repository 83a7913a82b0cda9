"""Which titles of several orders are let through, and what is known of them."""

from collections.abc import Sequence

import numpy as np

from catalog.columns import NO_ID, Columns
from catalog.models.titles import TitleQuerySet
from recommendations.held import Held, Order, listed
from recommendations.taste.interactions import Vocabulary
from recommendations.zones.candidates import Candidates

# How many times as many titles as a cut wants are asked of a query; more where it is narrow.
SLACK, NARROWED = 2, 8


def let_through(
    titles: TitleQuerySet,
    orders: Sequence[Order],
    also: Sequence[int],
    *,
    known: Columns,
    is_narrow: bool,
) -> list[np.ndarray]:
    """Return the ids of the first titles of each order that are let through, and those of `also`.

    Titles that a rule lets through are told from the columns that are known. Of others the
    database is asked: of the likeliest first, and of every title where too few of those are let
    through. What comes back is exact in all ways.

    Args:
        is_narrow: whether filters are set, so that few of the likeliest may be let through.
    """
    rule = getattr(titles, "rule", None)
    if rule is not None:
        return _first(orders, also, known.ids[rule.passes(known)])
    slack = NARROWED if is_narrow else SLACK
    likely = [order.first(slack * order.n) for order in orders]
    asked = np.concatenate([*likely, np.array(also, dtype=np.int64)])
    through = _ids(titles.filter(pk__in=listed(asked)))
    found = [
        ids[np.isin(ids, through)][: order.n] for ids, order in zip(likely, orders, strict=True)
    ]
    if any(
        len(own) < order.n and len(ids) == slack * order.n
        for own, ids, order in zip(found, likely, orders, strict=True)
    ):
        return _first(orders, also, _ids(titles))
    return [*found, through[np.isin(through, list(also))]]


def _first(orders: Sequence[Order], also: Sequence[int], through: np.ndarray) -> list[np.ndarray]:
    """Return the first titles of each order among those let through, and those of `also`."""
    among: dict[int, np.ndarray] = {}  # Several orders are of the same titles.
    for order in orders:
        if id(order.ids) not in among:
            among[id(order.ids)] = Vocabulary(through).numbers(order.ids) >= 0
    found = [order.where(among[id(order.ids)]).first(order.n) for order in orders]
    return [*found, through[np.isin(through, list(also))]]


def _ids(titles: TitleQuerySet) -> np.ndarray:
    return np.sort(np.fromiter(titles.order_by().values_list("pk", flat=True), dtype=np.int64))


def told(ids: np.ndarray, known: Columns, content: Held, loved: Held | None) -> Candidates:
    """Return those of these titles that are known and have a vector, in their order."""
    places, rows = known.rows_of(ids), content.rows_of(ids)
    is_told = (places >= 0) & (rows >= 0)
    ids, places, rows = ids[is_told], places[is_told], rows[is_told]
    vectors, counts = np.zeros((len(ids), 0), dtype=np.float32), np.full(len(ids), -1)
    if loved is not None:
        numbers = loved.rows_of(ids)
        vectors = np.zeros((len(ids), loved.vectors.shape[1]), dtype=np.float32)
        vectors[numbers >= 0] = loved.vectors[numbers[numbers >= 0]]
        counts[numbers >= 0] = loved.counts[numbers[numbers >= 0]]
    return Candidates(
        ids,
        content.vectors[rows],
        np.zeros(len(ids)),
        [None if i == NO_ID else i for i in known.franchises[places].tolist()],
        known.makers[places].tolist(),
        known.kinds[places].tolist(),
        known.stories[places].tolist(),
        known.popularities[places].tolist(),
        [None if year != year else int(year) for year in known.years[places].tolist()],  # NaN
        vectors,
        counts,
    )
