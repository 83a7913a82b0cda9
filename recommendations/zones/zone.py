"""A zone is a cut and a rank: who is considered, and in what order."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

import numpy as np
from django.db.models import BigIntegerField, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from catalog.models import Adaptation
from catalog.models.titles import TitleQuerySet
from recommendations.models import Space, TitleVector
from recommendations.taste.spread import SpreadRules
from recommendations.taste.text import COMPOSED
from recommendations.tastes import Taste
from recommendations.vectorstore import Packed, as_array
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


@dataclass(frozen=True)
class Candidates:
    """The titles a zone considers, with their vectors in the content space.

    Attributes:
        ids: (m,) title ids.
        vectors: (m, d) float32, composed.
        closeness: (m,) to what the cut was made around, in [-1, 1].
        franchises: m ids, None outside franchises.
        makers: m names, "" when unknown.
        kinds: m kinds of title.
        stories: m ids that the forms of one story share.
        popularities: m percentiles, 1 for the best known.
        years: m years, None when unknown.
    """

    ids: np.ndarray
    vectors: np.ndarray
    closeness: np.ndarray
    franchises: list[int | None]
    makers: list[str]
    kinds: list[str]
    stories: list[int]
    popularities: list[float]
    years: list[int | None]

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: np.ndarray | list[int]) -> "Candidates":
        """Return only these rows, in this order."""
        rows = np.asarray(rows, dtype=np.int64)
        return Candidates(
            self.ids[rows],
            self.vectors[rows],
            self.closeness[rows],
            [self.franchises[row] for row in rows],
            [self.makers[row] for row in rows],
            [self.kinds[row] for row in rows],
            [self.stories[row] for row in rows],
            [self.popularities[row] for row in rows],
            [self.years[row] for row in rows],
        )

    def after(self, given: "Candidates") -> "Candidates":
        """Return the given ones first, then these."""
        return Candidates(
            np.concatenate([given.ids, self.ids]),
            np.concatenate([given.vectors, self.vectors]),
            np.concatenate([given.closeness, self.closeness]),
            given.franchises + self.franchises,
            given.makers + self.makers,
            given.kinds + self.kinds,
            given.stories + self.stories,
            given.popularities + self.popularities,
            given.years + self.years,
        )


@dataclass(frozen=True)
class Ranking:
    """Scores of the candidates, in their order.

    Attributes:
        scores: (m,), higher is better; they decide the order.
        fits: (m,) in [0, 1], the number behind the match word.
        query: (m,) cosine to the words, or None where there are none.
        taste: (m,) closeness to the person, or None for somebody unknown.
    """

    scores: np.ndarray
    fits: np.ndarray
    query: np.ndarray | None = None
    taste: np.ndarray | None = None
    components: dict[str, np.ndarray] = field(default_factory=dict)


class Zone(Protocol):
    """What every zone offers to the pipeline."""

    name: ClassVar[str]
    label: ClassVar[str]
    purpose: ClassVar[str]
    hides_saved: ClassVar[bool]  # what was saved waits in the library and comes no more
    needs_taste: ClassVar[bool]  # without a taste, a sample takes its place
    rules: ClassVar[SpreadRules]

    def cut(self, context: Context) -> Candidates:
        """Return who is considered."""
        ...

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return in what order they come."""
        ...

    def key(self) -> str:
        """Return what tells this zone's inputs apart, for caches."""
        ...


# What a cut reads of every candidate, in one statement.
COLUMNS = (
    "title_id", "packed", "closeness", "title__franchise_id", "title__maker", "title__kind",
    "story", "title__popularity", "title__year",
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
) -> Candidates:
    """Return the titles let through that lie closest to any of the targets, exactly.

    Args:
        also: titles that come along if they are let through, with their closeness to the first.
        targets: pairs of a (d,) vector and how many titles around it to take. All are found in
            one statement; a title near several comes once, with its first closeness.
    """
    found = TitleVector.objects.along(context.space, axis).of(context.titles)
    found = found.annotate(packed=Packed("vector"), story=STORY)
    first, *others = [found.nearest_to(target, n=n).values_list(*COLUMNS) for target, n in targets]
    if also:
        asked_for = found.filter(title__in=list(also)).nearest_to(targets[0][0], n=len(also))
        others.append(asked_for.values_list(*COLUMNS))
    rows = first.union(*others, all=True) if others else first
    candidates = candidates_of(list(rows), context.space.dimension)
    _, firsts = np.unique(candidates.ids, return_index=True)
    return candidates.take(np.sort(firsts))


def beside(context: Context, ids: Sequence[int]) -> Candidates:
    """Return the titles that stand on the page already, whatever the filters say of them."""
    found = TitleVector.objects.along(context.space, COMPOSED).filter(title__in=list(ids))
    found = found.annotate(packed=Packed("vector"), story=STORY, closeness=Value(0.0))
    return candidates_of(list(found.values_list(*COLUMNS)), context.space.dimension)


def candidates_of(rows: list[tuple], dimension: int) -> Candidates:
    """Return candidates from rows of COLUMNS."""
    return Candidates(
        np.array([row[0] for row in rows], dtype=np.int64),
        as_array((row[1] for row in rows), dimension=dimension),
        np.array([row[2] for row in rows], dtype=np.float64),
        [row[3] for row in rows],
        [row[4] or "" for row in rows],
        [row[5] for row in rows],
        [row[6] for row in rows],
        [row[7] for row in rows],
        [row[8] for row in rows],
    )


def as_fit(closeness: np.ndarray, *, low: float, high: float) -> np.ndarray:
    """Return closeness stretched from [low, high] onto [0, 1]."""
    return np.clip((np.asarray(closeness, dtype=np.float64) - low) / (high - low), 0.0, 1.0)
