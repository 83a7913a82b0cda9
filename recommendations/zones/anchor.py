"""Anchor: more like these titles, and not like those."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from recommendations.taste import text
from recommendations.taste.geometry import centroid, cosine
from recommendations.taste.profiles import closeness
from recommendations.taste.ranking import blend
from recommendations.taste.spread import SpreadRules
from recommendations.vectorstore import read_title_vectors
from recommendations.zones import axes
from recommendations.zones.tonight import SHARPNESS
from recommendations.zones.zone import Candidates, Context, Ranking, as_fit, nearest

MOST_ANCHORS = 5
MINUS = -0.6
TASTE_SHARE = 0.15


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
    sliders: dict[str, float] = field(default_factory=dict)

    def key(self) -> str:
        """Return the anchors and sliders."""
        return f"{self.name}/{self.like}/{self.not_like}/{sorted(self.sliders.items())}"

    def cut(self, context: Context) -> Candidates:
        """Return the titles nearest to the anchors that are not anchors themselves."""
        named = (*self.like, *self.not_like)
        titles = context.titles.exclude(pk__in=named)
        inside = Context(**{**vars(context), "titles": titles})
        shares = axes.active(self.sliders)
        if shares:
            targets = {axis: self.target(context, axis) for axis in shares}
            return axes.cut(inside, targets, shares, n=context.n_cut)
        return nearest(inside, (self.target(context, text.COMPOSED), context.n_cut))

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return the order by closeness to the anchors, gently bent by the taste."""
        fits = as_fit(candidates.closeness, low=0.15, high=0.65)
        if context.taste.is_empty:
            return Ranking(scores=candidates.closeness, fits=fits, query=candidates.closeness)
        taste = closeness(context.taste.profile, candidates.vectors, sharpness=SHARPNESS)
        share = 0.0 if axes.active(self.sliders) else TASTE_SHARE
        scores = blend(candidates.closeness, taste, weight=1 - share)
        return Ranking(scores=scores, fits=fits, query=candidates.closeness, taste=taste)

    def target(self, context: Context, axis: str) -> np.ndarray:
        """Return (d,) the middle of the anchors, pushed off the minus anchors, along an axis."""
        named = (*self.like, *self.not_like)
        stored = read_title_vectors(context.space, named, axes=(axis,))[axis]
        weights = [1.0 if i in self.like else MINUS for i in named if i in stored]
        if not stored:
            return np.zeros(context.space.dimension, dtype=np.float32)
        return centroid(np.stack([stored[i] for i in named if i in stored]), np.array(weights))

    def pulls(self, context: Context, vectors: np.ndarray) -> dict[int, np.ndarray]:
        """Return per anchor the (m,) cosines of candidates to it, for the reasons."""
        stored = read_title_vectors(context.space, self.like, axes=(text.COMPOSED,))
        return {i: cosine(vectors, vector) for i, vector in stored[text.COMPOSED].items()}
