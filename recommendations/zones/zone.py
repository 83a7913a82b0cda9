"""A zone is a cut and a rank: who is considered, and in what order."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Protocol

import numpy as np
from django.db.models import BigIntegerField, BinaryField, F, FloatField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from catalog.models import Adaptation, Title
from catalog.models.titles import TitleQuerySet
from recommendations.held import Held, Order, held, listed
from recommendations.models import Space, TitleVector
from recommendations.models.vectors import TitleVectorQuerySet
from recommendations.taste.geometry import cosine
from recommendations.taste.ordering import Ordered
from recommendations.taste.spread import SpreadRules
from recommendations.taste.text import COMPOSED
from recommendations.tastes import Taste
from recommendations.vectorstore import Packed, PackedWithCount, as_array, as_counted_array
from recommendations.zones.candidates import Candidates
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
# The same of a title itself, without vectors.
FACTS = ("franchise_id", "maker", "kind", "story", "popularity", "year")
# How many times as many titles as a cut wants are asked of the filters; more where some are set.
SLACK, NARROWED = 2, 8


def story_of(title: str) -> Coalesce:
    """Return the work that the title in this column was made from, or the title itself.

    It is the same for all forms of a story.
    """
    origins = Adaptation.objects.filter(form=OuterRef(title)).order_by("origin_id")
    return Coalesce(
        Subquery(origins.values("origin_id")[:1]), F(title), output_field=BigIntegerField()
    )


STORY = story_of("title_id")


def nearest(
    context: Context,
    *targets: tuple[np.ndarray, int],
    axis: str = COMPOSED,
    also: Sequence[int] = (),
    loved_by: tuple[np.ndarray, int] | None = None,
) -> Candidates:
    """Return the titles let through that lie closest to any of the targets, exactly.

    The database says what is let through and what it is; this process holds the vectors, or the
    database searches them too where they are too many. A title found several times comes once.

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
    found, facts = _let_through(context, orders, also)
    if context.only is not None:
        asked_for = Title.objects.visible().filter(pk=context.only)
        facts |= _facts(asked_for)
        found.append(np.array([context.only], dtype=np.int64))
    ids = np.concatenate(found)
    candidates = _told(ids[np.sort(np.unique(ids, return_index=True)[1])], facts, content, loved)
    near_first = np.asarray(cosine(candidates.vectors, targets[0][0]), dtype=np.float64)
    return replace(candidates, closeness=near_first)


def _let_through(
    context: Context, orders: Sequence[Order], also: Sequence[int]
) -> tuple[list[np.ndarray], dict[int, tuple]]:
    """Return the ids of the first titles of each order that are let through, and those of `also`,
    with the facts of them all.

    The filters are asked of the likeliest first. Where they let too few of those through, as
    narrow filters do, they are asked of every title: what comes back is exact in both ways.
    """
    slack = NARROWED if context.wants.active() else SLACK
    likely = [order.first(slack * order.n) for order in orders]
    asked = np.concatenate([*likely, np.array(also, dtype=np.int64)])
    facts = _facts(context.titles.filter(pk__in=listed(asked)))
    through = np.array(sorted(facts), dtype=np.int64)
    found = [
        ids[np.isin(ids, through)][: order.n] for ids, order in zip(likely, orders, strict=True)
    ]
    if any(
        len(own) < order.n and len(ids) == slack * order.n
        for own, ids, order in zip(found, likely, orders, strict=True)
    ):
        facts = _facts(context.titles)
        through = np.array(sorted(facts), dtype=np.int64)
        found = [order.among(through).first(order.n) for order in orders]
    return [*found, through[np.isin(through, list(also))]], facts


def _facts(titles: TitleQuerySet) -> dict[int, tuple]:
    """Return FACTS of these titles, by id."""
    rows = titles.order_by().annotate(story=story_of("pk")).values_list("pk", *FACTS)
    return {row[0]: row[1:] for row in rows}


def _told(
    ids: np.ndarray, facts: dict[int, tuple], content: Held, loved: Held | None
) -> Candidates:
    """Return those of these titles that there are facts of, in their order."""
    rows = content.rows_of(ids)
    is_told = np.array([i in facts for i in ids.tolist()], dtype=bool) & (rows >= 0)
    ids, rows = ids[is_told], rows[is_told]
    told = [facts[i] for i in ids.tolist()]
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
        [fact[0] for fact in told],
        [fact[1] or "" for fact in told],
        [fact[2] for fact in told],
        [fact[3] for fact in told],
        [fact[4] for fact in told],
        [fact[5] for fact in told],
        vectors,
        counts,
    )


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
