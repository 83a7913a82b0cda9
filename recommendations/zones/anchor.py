"""Anchor: more like these titles, and not like those."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from recommendations.taste import text
from recommendations.taste.geometry import centroid, cosine
from recommendations.taste.profiles import closeness
from recommendations.taste.ranking import blend, standardise
from recommendations.taste.spread import SpreadRules
from recommendations.taste.tags import PLACES
from recommendations.vectorstore import read_title_vectors
from recommendations.zones import axes
from recommendations.zones.tonight import SHARPNESS
from recommendations.zones.zone import Candidates, Context, Ranking, as_fit, nearest

MOST_ANCHORS = 5
MINUS = -0.6
TASTE_SHARE = 0.15
# What makes titles kin. Chosen on tests/golden/anchors.csv, which is thus no unseen test of it.
KINSHIP = {text.STORY: 0.3, text.THEMES: 0.4, text.MOOD: 0.2, text.PEOPLE: 0.1, text.TAGS: 0.3}


@dataclass(frozen=True)
class Anchor:
    """Cut: nearest to the anchors, away from the minus anchors. Rank: closeness, then taste."""

    name: ClassVar[str] = "anchor"
    label: ClassVar[str] = "More like…"
    purpose: ClassVar[str] = "Start from titles you love, and steer."
    hides_saved: ClassVar[bool] = False
    needs_taste: ClassVar[bool] = False
    rules: ClassVar[SpreadRules] = SpreadRules()

    like: tuple[int, ...]
    not_like: tuple[int, ...] = ()
    leaves_own_story: bool = False  # Leave out other forms of the anchors' own stories.
    sliders: dict[str, float] = field(default_factory=dict)
    _stored: dict | None = field(default=None, repr=False, compare=False)

    def key(self) -> str:
        """Return the anchors and sliders."""
        inputs = (self.like, self.not_like, self.leaves_own_story, sorted(self.sliders.items()))
        return f"{self.name}/{inputs}"

    def cut(self, context: Context) -> Candidates:
        """Return the titles nearest to the anchors that are not anchors themselves."""
        named = (*self.like, *self.not_like)
        titles = context.titles.exclude(pk__in=named)
        if self.leaves_own_story:
            titles = titles.of_other_stories_than(named)
        inside = Context(**{**vars(context), "titles": titles})
        shares = axes.active(self.sliders)
        if shares:
            targets = {axis: self.target(context, axis) for axis in shares}
            return axes.cut(inside, targets, shares, n=context.n_cut)
        return nearest(inside, (self.target(context, text.COMPOSED), context.n_cut))

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return the order by kinship with the anchors, gently bent by the taste.

        Kinship weighs the axes apart, each standardised over the candidates, genres and moods
        among them: what makes two titles kin is not what makes words find one.
        """
        fits = as_fit(candidates.closeness, low=0.05, high=0.55)
        kinship, share = candidates.closeness, 0.0
        if not axes.active(self.sliders):
            kinship, share = self.kinship(context, candidates), TASTE_SHARE
        if context.taste.is_empty:
            return Ranking(scores=kinship, fits=fits, query=candidates.closeness)
        taste = closeness(context.taste.profile, candidates.vectors, sharpness=SHARPNESS)
        scores = blend(kinship, taste, weight=1 - share)
        return Ranking(scores=scores, fits=fits, query=candidates.closeness, taste=taste)

    def kinship(self, context: Context, candidates: Candidates) -> np.ndarray:
        """Return (m,) how much kin the candidates are to the anchors."""
        ids = candidates.ids.tolist()
        stored = read_title_vectors(context.space, ids, axes=tuple(KINSHIP))
        total = np.zeros(len(ids))
        for axis, share in KINSHIP.items():
            target = self.target(context, axis)
            zero = np.zeros_like(target)
            found = [stored[axis].get(i, zero) for i in ids]
            total += share * standardise(cosine(np.stack(found), target))
        return total

    def target(self, context: Context, axis: str) -> np.ndarray:
        """Return (d,) the middle of the anchors, pushed off the minus anchors, along an axis."""
        stored = self.stored(context)[axis]
        named = [i for i in (*self.like, *self.not_like) if i in stored]
        if not named:
            return np.zeros(PLACES if axis == text.TAGS else context.space.dimension)
        weights = np.array([1.0 if i in self.like else MINUS for i in named])
        return centroid(np.stack([stored[i] for i in named]), weights)

    def pulls(self, context: Context, vectors: np.ndarray) -> dict[int, np.ndarray]:
        """Return per anchor the (m,) cosines of candidates to it, for the reasons."""
        stored = self.stored(context)[text.COMPOSED]
        return {i: cosine(vectors, stored[i]) for i in self.like if i in stored}

    def stored(self, context: Context) -> dict[str, dict[int, np.ndarray]]:
        """Return the anchors' own vectors on every axis, read once a list."""
        if self._stored is None:
            named = (*self.like, *self.not_like)
            every = (text.COMPOSED, text.TAGS, *text.AXES)
            found = read_title_vectors(context.space, named, axes=every)
            object.__setattr__(self, "_stored", found)
        return self._stored or {}
