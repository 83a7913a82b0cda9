"""Anchor: more like these titles, and not like those."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
from django.db.models import Exists, OuterRef

from catalog.models import Title
from catalog.models.titles import TitleQuerySet
from recommendations.held import along, crowding_among
from recommendations.models import TitleVector
from recommendations.taste import text
from recommendations.taste.blending import trust
from recommendations.taste.geometry import centroid, cosine
from recommendations.taste.ranking import blend, standardise
from recommendations.taste.spread import SpreadRules
from recommendations.taste.tags import PLACES
from recommendations.tastes import known_vectors
from recommendations.zones import axes
from recommendations.zones.passing import restricted
from recommendations.zones.personal import personal
from recommendations.zones.zone import Candidates, Context, Ranking, as_fit, nearest

MOST_ANCHORS = 5
MINUS = -0.6
TASTE_SHARE = 0.15
# The most that being loved by the same people counts against kinship by what is written, and what
# makes titles kin. Chosen on tests/golden/anchors.csv, which is thus no unseen test of them: 35 of
# 40 anchors find three of their ten kin. Chosen on either half of the file alone, such shares give
# 17 of 20 on the other.
LOVED_SHARE = 0.3
KINSHIP = {text.STORY: 0.3, text.THEMES: 0.3, text.MOOD: 0.2, text.PEOPLE: 0.1, text.TAGS: 0.4}


@dataclass(frozen=True)
class Anchor:
    """Cut: nearest to the anchors, away from the minus anchors, and loved by the same people.

    Rank: kinship, by what is written and by who loves it, then the person's own taste.
    """

    name: ClassVar[str] = "anchor"
    label: ClassVar[str] = "More like…"
    purpose: ClassVar[str] = "Start from titles you love, and steer."
    inputs: ClassVar[str] = "Up to five titles, others to keep away from, and what shall be alike."
    space: ClassVar[str] = "The content space axis by axis, then the taste space."
    url_name: ClassVar[str] = "like"
    hides_saved: ClassVar[bool] = False
    needs_taste: ClassVar[bool] = False
    dismisses_here: ClassVar[bool] = False
    rules: ClassVar[SpreadRules] = SpreadRules()

    like: tuple[int, ...]
    not_like: tuple[int, ...] = ()
    leaves_own_story: bool = False  # Leave out other forms of the anchors' own stories.
    across_genres: bool = False  # Only titles that share no genre with any of the anchors.
    sliders: dict[str, float] = field(default_factory=dict)
    _stored: dict | None = field(default=None, repr=False, compare=False)

    def key(self) -> str:
        """Return the anchors and sliders."""
        inputs = (self.like, self.not_like, self.leaves_own_story, self.across_genres)
        return f"{self.name}/{inputs}/{sorted(self.sliders.items())}"

    def cut(self, context: Context) -> Candidates:
        """Return the titles nearest to the anchors that are not anchors themselves."""
        named = (*self.like, *self.not_like)
        titles = restricted(
            context.titles, without=named, met=named if self.leaves_own_story else ()
        )
        if self.across_genres:
            titles = of_other_genres(titles, self.like)
        inside = replace(context, titles=titles)
        shares = axes.active(self.sliders)
        if shares:
            targets = {axis: self.target(context, axis) for axis in shares}
            return axes.cut(inside, targets, shares, n=context.n_cut)
        target = self.target(context, text.COMPOSED)
        loved, believed = self.loved(context)
        loved_by = (loved, context.n_cut // 4) if believed else None
        return nearest(inside, (target, context.n_cut), loved_by=loved_by)

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return the order by kinship with the anchors, gently bent by the taste.

        Kinship weighs the axes apart, each standardised over the candidates, genres and moods
        among them: what makes two titles kin is not what makes words find one.
        """
        fits = as_fit(candidates.closeness, low=0.05, high=0.55)
        kinship, share, by_love = candidates.closeness, 0.0, None
        if not axes.active(self.sliders):
            kinship, share = self.kinship(context, candidates), TASTE_SHARE
            written, loved = self.both(context, candidates, kinship)
            kinship, by_love = written + loved, loved > np.maximum(written, 0.0)
            by_love &= candidates.counts > 0
        if context.taste.is_empty:
            return Ranking(kinship, fits, query=candidates.closeness, by_love=by_love)
        own = personal(context, candidates)
        scores = blend(kinship, own.scores, weight=1 - share)
        return Ranking(scores, fits, candidates.closeness, own.closeness, by_love)

    def both(
        self, context: Context, candidates: Candidates, kinship: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return (m,) what kinship gives to the score, and what being loved together gives."""
        target, believed = self.loved(context)
        known = candidates.counts >= 0
        if context.loved is None or not believed or not known.any():
            return standardise(kinship), np.zeros(len(candidates))
        loved = np.zeros(len(candidates))
        crowds = crowding_among(context.loved, TitleVector.TASTE, candidates.ids[known])
        loved[known] = standardise(cosine(candidates.loved[known], target) - crowds)
        shares = LOVED_SHARE * believed * trust(candidates.counts)
        return (1 - shares) * standardise(kinship), shares * loved

    def kinship(self, context: Context, candidates: Candidates) -> np.ndarray:
        """Return (m,) how much kin the candidates are to the anchors.

        Along every axis some titles lie close to everything, and would stand on every list: what
        counts is how much closer a title is to the anchors than to its own neighbours.
        """
        found = along(context.space, tuple(KINSHIP), candidates.ids.tolist())
        total = np.zeros(len(candidates))
        for axis, share in KINSHIP.items():
            known = found[axis]
            if not len(known.ids):
                continue  # an axis that the space does not have
            rows = known.rows_of(candidates.ids)
            near = known.closeness(rows, self.target(context, axis)) - known.crowding(rows)
            total += share * standardise(near)
        return total

    def target(self, context: Context, axis: str) -> np.ndarray:
        """Return (d,) the middle of the anchors, pushed off the minus anchors, along an axis."""
        stored = self.stored(context)[axis]
        named = [i for i in (*self.like, *self.not_like) if i in stored]
        if not named:
            return np.zeros(PLACES if axis == text.TAGS else context.space.dimension)
        weights = np.array([1.0 if i in self.like else MINUS for i in named])
        return centroid(np.stack([stored[i][0] for i in named]), weights)

    def loved(self, context: Context) -> tuple[np.ndarray, float]:
        """Return (e,) where whoever loves the anchors lies, and how far that is believed.

        The second is 0 where there is no taste space or it knows none of the anchors. What a title
        adds to a person is asked, not where it lies itself: who loves both is between those two.
        """
        axes_of = context.loved.pull_axes[:1] if context.loved else ()
        stored = self.stored(context).get(axes_of[0], {}) if axes_of else {}
        named = [i for i in (*self.like, *self.not_like) if i in stored]
        if not any(i in stored for i in self.like):
            return np.zeros(0, dtype=np.float32), 0.0
        weights = np.array([1.0 if i in self.like else MINUS for i in named])
        believed = np.mean([trust(stored[i][1]) for i in self.like if i in stored])
        return centroid(np.stack([stored[i][0] for i in named]), weights), float(believed)

    def pulls(self, context: Context, vectors: np.ndarray) -> dict[int, np.ndarray]:
        """Return per anchor the (m,) cosines of candidates to it, for the reasons."""
        stored = self.stored(context)[text.COMPOSED]
        return {i: cosine(vectors, stored[i][0]) for i in self.like if i in stored}

    def stored(self, context: Context) -> dict[str, dict[int, tuple[np.ndarray, int]]]:
        """Return the anchors' own vectors on every axis of both spaces, looked up once a list.

        With each stands how many people placed the title there.
        """
        if self._stored is None:
            named = (*self.like, *self.not_like)
            both = known_vectors(context.space, context.loved, named)
            found = {axis: own for (_, axis), own in both.items()}
            apart = along(context.space, tuple(KINSHIP), named)
            found |= {axis: known.by_title(named) for axis, known in apart.items()}
            object.__setattr__(self, "_stored", found)
        return self._stored or {}


def of_other_genres(titles: TitleQuerySet, anchors: Collection[int]) -> TitleQuerySet:
    """Return titles that have genres, but none in common with any of the anchors."""
    genres_of = Title.genres.through.objects
    shared = genres_of.filter(title__in=list(anchors)).values("genre")
    own = genres_of.filter(title=OuterRef("pk"))
    return titles.filter(Exists(own)).exclude(Exists(own.filter(genre__in=shared)))
