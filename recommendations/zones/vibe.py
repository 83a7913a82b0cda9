"""From a vibe: what lies nearest to its middle, in the order of the person's taste."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
from django.conf import settings

from recommendations.models import TitleVector, Vibe, VibeTitle
from recommendations.taste.geometry import centroid
from recommendations.taste.spread import SpreadRules
from recommendations.taste.text import COMPOSED
from recommendations.vectorstore import read_title_vectors
from recommendations.zones.personal import personal
from recommendations.zones.zone import Candidates, Context, Ranking, as_fit, beside, nearest

# Cosines to a vibe's middle that count as no fit and as the best. Of the titles that 68 vibes over
# the starter catalogue are made of, a twentieth lies farther than the first, and a twentieth nearer
# than the second.
LOW, HIGH = 0.15, 0.7


@dataclass(frozen=True)
class FromVibe:
    """Cut: the hundred nearest to the vibe's stored middle. Rank: the person's own score."""

    name: ClassVar[str] = "vibe"
    label: ClassVar[str] = "From a vibe"
    purpose: ClassVar[str] = "Five from one of your moods, in the order of your taste."
    inputs: ClassVar[str] = "One of your vibes; your taste orders what lies around it."
    space: ClassVar[str] = "The content space for the vibe, both for your taste."
    url_name: ClassVar[str] = "vibes"
    hides_saved: ClassVar[bool] = True
    needs_taste: ClassVar[bool] = False
    dismisses_here: ClassVar[bool] = True
    rules: ClassVar[SpreadRules] = SpreadRules(per_story=1)

    vibe_id: int
    centroid: np.ndarray = field(compare=False)  # (d,), along `axis` of the space it was made in
    axis: str = COMPOSED
    space_id: int | None = None

    @classmethod
    def of(cls, vibe: Vibe) -> "FromVibe":
        """Return the zone of a stored vibe."""
        middle = np.asarray(vibe.centroid, dtype=np.float32)
        return cls(vibe.pk, middle, vibe.axis, vibe.space_id)

    def key(self) -> str:
        """Return the vibe with its middle, which moves from one fit to the next."""
        middle = hashlib.sha256(self.centroid.tobytes()).hexdigest()[:16]
        return f"{self.name}/{self.vibe_id}/{self.axis}/{middle}"

    def cut(self, context: Context) -> Candidates:
        """Return exactly the titles let through that lie nearest to the middle, by cosine."""
        middle = self.middle(context)
        if self.axis == COMPOSED:
            return nearest(context, (middle, settings.RECOMMENDER.n_vibe))
        return self.nearest_along(context, middle)

    def middle(self, context: Context) -> np.ndarray:
        """Return the stored middle; in another space than it was made in, that of its titles."""
        if self.space_id == context.space.pk:
            return self.centroid
        ids = VibeTitle.objects.filter(vibe=self.vibe_id).values_list("title_id", flat=True)
        stored = read_title_vectors(context.space, list(ids), axes=(self.axis,))[self.axis]
        vectors = [stored[i] for i in sorted(stored)]
        if not vectors:
            return np.zeros(context.space.dimension, dtype=np.float32)
        return centroid(np.stack(vectors), np.ones(len(vectors)))

    def nearest_along(self, context: Context, middle: np.ndarray) -> Candidates:
        """Return the same along one axis alone, with the composed vectors that ranks read."""
        along = TitleVector.objects.along(context.space, self.axis)
        found: Any = along.of(context.titles).nearest_to(middle, n=settings.RECOMMENDER.n_vibe)
        closeness = dict(found.values_list("title_id", "closeness"))
        if context.only is not None and context.only not in closeness:
            asked_for: Any = along.filter(title=context.only).nearest_to(middle, n=1)
            closeness |= dict(asked_for.values_list("title_id", "closeness"))
        candidates = beside(context, list(closeness))
        near = np.array([closeness[i] for i in candidates.ids.tolist()])
        order = np.lexsort((candidates.ids, -near))
        return replace(candidates.take(order), closeness=near[order])

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return the order by how much titles suit the person; both fits stand beside it."""
        inside = as_fit(candidates.closeness, low=LOW, high=HIGH)
        if context.taste.is_empty:
            return Ranking(scores=candidates.closeness, fits=inside, query=inside)
        own = personal(context, candidates)
        return Ranking(scores=own.scores, fits=own.fits, query=inside, taste=own.fits)
