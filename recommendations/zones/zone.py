"""A zone is a cut and a rank: who is considered, and in what order."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Protocol

import numpy as np
from django.db.models import BigIntegerField, BinaryField, F, FloatField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from catalog.columns import Edition, columns, edition
from catalog.models import Adaptation, Title
from catalog.models.titles import TitleQuerySet
from recommendations.held import Order, held
from recommendations.models import Space, TitleVector
from recommendations.models.vectors import TitleVectorQuerySet
from recommendations.taste.geometry import cosine
from recommendations.taste.ordering import Ordered
from recommendations.taste.spread import SpreadRules
from recommendations.taste.text import COMPOSED
from recommendations.tastes import Taste
from recommendations.vectorstore import Packed, PackedWithCount, as_array, as_counted_array
from recommendations.zones.candidates import Candidates
from recommendations.zones.letting import let_through, told
from recommendations.zones.wants import Wants


@dataclass(frozen=True)
class Context:
    """Everything a zone may look at while it makes one list."""

    user: object
    space: Space
    taste: Taste
    wants: Wants
    titles: TitleQuerySet  # what the filters and guarantees let through
    now: datetime.datetime
    n_cut: int
    loved: Space | None = None  # the taste space; none before the first is built
    only: int | None = None  # this title is considered, whatever the filters say of it
    edition: Edition | None = None  # of the catalogue; looked up where a cut needs it


@dataclass(frozen=True)
class Ranking:
    """Scores of the candidates, in their order.

    Attributes:
        scores: (m,), higher is better; they decide the order.
        fits: (m,) in [0, 1], the number behind the match word.
        query: (m,) cosine to the words, or None where there are none.
        taste: (m,) closeness to the person, or None for somebody unknown.
        by_love: (m,) whether what people love together weighs most in the likeness to the anchors.
        order: what the ranker's trees added to the scores; None where they were not asked.
    """

    scores: np.ndarray
    fits: np.ndarray
    query: np.ndarray | None = None
    taste: np.ndarray | None = None
    by_love: np.ndarray | None = None
    order: Ordered | None = None
    components: dict[str, np.ndarray] = field(default_factory=dict)


class Zone(Protocol):
    """What every zone offers to the pipeline."""

    name: ClassVar[str]
    label: ClassVar[str]
    purpose: ClassVar[str]
    inputs: ClassVar[str]  # in words: what a list is made from
    space: ClassVar[str]  # in words: where closeness is measured
    url_name: ClassVar[str]  # of its page; "" where it has none of its own
    hides_saved: ClassVar[bool]  # what was saved waits in the library and comes no more
    needs_taste: ClassVar[bool]  # without a taste, a sample takes its place
    dismisses_here: ClassVar[bool]  # "not for me" means this zone, until the person says more
    rules: ClassVar[SpreadRules]

    def cut(self, context: Context) -> Candidates:
        """Return who is considered."""

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return in what order they come."""

    def key(self) -> str:
        """Return what tells this zone's inputs apart, for caches."""


# What a cut reads of every candidate, in one statement.
COLUMNS = (
    "title_id", "packed", "closeness", "title__franchise_id", "title__maker", "title__kind",
    "story", "title__popularity", "title__year", "loved",
)  # fmt: skip
# The work that a title was made from, or the title itself: the same for all forms of a story.
STORY = Coalesce(
    Subquery(
        Adaptation.objects.filter(form=OuterRef("title_id"))
        .order_by("origin_id")
        .values("origin_id")[:1]
    ),
    F("title_id"),
    output_field=BigIntegerField(),
)


def nearest(
    context: Context,
    *targets: tuple[np.ndarray, int],
    axis: str = COMPOSED,
    also: Sequence[int] = (),
    loved_by: tuple[np.ndarray, int] | None = None,
) -> Candidates:
    """Return the titles let through that lie closest to any of the targets, exactly.

    This process holds the vectors, and what the catalogue says of every title; the database is
    asked by filters that look further, and searches the vectors too where they are too many. A
    title found several times comes once.

    Args:
        targets: pairs of a (d,) vector and how many titles around it to take.
        also: titles that come along if they are let through.
        loved_by: a (e,) place in the taste space, and how many titles to take by their inner
            product with it.
    Returns:
        The candidates, with their closeness to the first target.
    """
    content = held(context.space, axis) if axis == COMPOSED else None
    loved = held(context.loved, TitleVector.TASTE) if context.loved and content else None
    if content is None or (context.loved is not None and loved is None):
        return searched(context, *targets, axis=axis, also=also, loved_by=loved_by)
    near = content.cosines(np.stack([target for target, _ in targets]))
    orders = [Order(content.ids, -near[:, k], n) for k, (_, n) in enumerate(targets)]
    if loved_by is not None and loved is not None:
        place, n = loved_by
        is_embedded = content.rows_of(loved.ids) >= 0
        behind = np.where(is_embedded, -(loved.vectors @ place.astype(np.float32)), np.inf)
        orders.append(Order(loved.ids, behind, n))
    known = columns(context.edition or edition())
    found = let_through(
        context.titles, orders, also, known=known, is_narrow=bool(context.wants.active())
    )
    if context.only is not None:
        found.append(known.ids[known.is_visible & (known.ids == context.only)])
    ids = np.concatenate(found)
    ids = ids[np.sort(np.unique(ids, return_index=True)[1])]
    candidates = told(ids, known, content, loved)
    near_first = near[content.rows_of(candidates.ids), 0].astype(np.float64)
    return replace(candidates, closeness=np.clip(near_first, -1.0, 1.0))


def searched(
    context: Context,
    *targets: tuple[np.ndarray, int],
    axis: str = COMPOSED,
    also: Sequence[int] = (),
    loved_by: tuple[np.ndarray, int] | None = None,
) -> Candidates:
    """Return what `nearest` returns, searched by the database in one statement."""
    along = TitleVector.objects.along(context.space, axis)
    found = described(along.of(context.titles), context)
    parts = [found.nearest_to(target, n=n) for target, n in targets]
    if also:
        parts.append(found.filter(title__in=list(also)).nearest_to(targets[0][0], n=len(also)))
    if context.only is not None:
        asked_for = described(along.of(Title.objects.visible().filter(pk=context.only)), context)
        parts.append(asked_for.nearest_to(targets[0][0], n=1))
    if loved_by is not None and context.loved is not None:
        parts.append(_most_loved(context, context.loved, *loved_by, axis=axis))
    first, *others = [part.values_list(*COLUMNS) for part in parts]
    rows = list(first.union(*others, all=True) if others else first)
    candidates = candidates_of([row for row in rows if row[1] is not None], context)
    candidates = candidates.take(np.sort(np.unique(candidates.ids, return_index=True)[1]))
    near_first = np.asarray(cosine(candidates.vectors, targets[0][0]), dtype=np.float64)
    return replace(candidates, closeness=near_first)


def described(found: TitleVectorQuerySet, context: Context) -> TitleVectorQuerySet:
    """Return rows of the content space with all that COLUMNS name, except their closeness."""
    loved: Value | Subquery = Value(None, output_field=BinaryField())
    if context.loved is not None:
        own = TitleVector.objects.along(context.loved, TitleVector.TASTE)
        own = own.filter(title=OuterRef("title_id"))
        loved = Subquery(own.values(both=PackedWithCount("n_people", "vector"))[:1])
    return found.annotate(packed=Packed("vector"), story=STORY, loved=loved)


def _most_loved(
    context: Context, loved: Space, place: np.ndarray, n: int, *, axis: str
) -> TitleVectorQuerySet:
    """Return rows with all of COLUMNS for the titles with the largest inner product."""
    own = TitleVector.objects.along(context.space, axis).filter(title=OuterRef("title_id"))
    rows = TitleVector.objects.along(loved, TitleVector.TASTE).of(context.titles)
    return rows.annotate(
        packed=Subquery(own.values(both=Packed("vector"))[:1]),
        story=STORY,
        loved=PackedWithCount("n_people", "vector"),
        closeness=Value(0.0, output_field=FloatField()),
    ).most_loved_by(place, n=n)


def beside(context: Context, ids: Sequence[int]) -> Candidates:
    """Return the titles that stand on the page already, whatever the filters say of them."""
    found = TitleVector.objects.along(context.space, COMPOSED).filter(title__in=list(ids))
    found = described(found, context).annotate(closeness=Value(0.0))
    return candidates_of(list(found.values_list(*COLUMNS)), context)


def candidates_of(rows: Sequence[tuple], context: Context) -> Candidates:
    """Return candidates from rows of COLUMNS."""
    dimension = context.loved.dimension if context.loved else 0
    loved, counts = as_counted_array((row[9] for row in rows), dimension=dimension)
    return Candidates(
        np.array([row[0] for row in rows], dtype=np.int64),
        as_array((row[1] for row in rows), dimension=context.space.dimension),
        np.array([row[2] for row in rows], dtype=np.float64),
        [row[3] for row in rows],
        [row[4] or "" for row in rows],
        [row[5] for row in rows],
        [row[6] for row in rows],
        [row[7] for row in rows],
        [row[8] for row in rows],
        loved,
        counts,
    )


def as_fit(closeness: np.ndarray, *, low: float, high: float) -> np.ndarray:
    """Return closeness stretched from [low, high] onto [0, 1]."""
    return np.clip((np.asarray(closeness, dtype=np.float64) - low) / (high - low), 0.0, 1.0)
