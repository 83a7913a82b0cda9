"""By mood: a way in for somebody who knows how they want to feel, and not yet what to see."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from catalog.models import Mood
from recommendations.taste.spread import SpreadRules
from recommendations.zones.gathering import gathered, narrowed
from recommendations.zones.personal import personal
from recommendations.zones.zone import Candidates, Context, Ranking, nearest


@dataclass(frozen=True)
class ByMood:
    """Cut: titles of one mood, nearest to the person; the best known ones for somebody unknown.

    Rank: the person's own score, or how well known a title is.
    """

    name: ClassVar[str] = "mood"
    label: ClassVar[str] = "By mood"
    purpose: ClassVar[str] = "Say how it shall feel; the rest is yours already."
    inputs: ClassVar[str] = "One of ten moods; your taste orders them, where it is known."
    space: ClassVar[str] = "Both spaces, among titles of the mood."
    url_name: ClassVar[str] = "moods"
    hides_saved: ClassVar[bool] = False
    needs_taste: ClassVar[bool] = False
    dismisses_here: ClassVar[bool] = True
    rules: ClassVar[SpreadRules] = SpreadRules(per_maker=1, per_story=1, variety=0.9)

    mood: str = Mood.WONDER

    def key(self) -> str:
        """Return the mood."""
        return f"{self.name}/{self.mood}"

    def cut(self, context: Context) -> Candidates:
        """Return titles of the mood around the person, or the best known of them."""
        titles = context.titles.filter(mood=self.mood)
        if context.taste.is_empty:
            return gathered(context, titles.order_by("-popularity", "pk")[: context.n_cut])
        inside = narrowed(context, titles, moods=(self.mood,))
        return nearest(inside, (context.taste.profile.vector, context.n_cut))

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return the order by how much titles suit the person, else by how well known they are."""
        if context.taste.is_empty:
            known = np.array(candidates.popularities, dtype=np.float64)
            return Ranking(scores=known, fits=np.full(len(candidates), 0.5))
        own = personal(context, candidates)
        return Ranking(scores=own.scores, fits=own.fits, taste=own.closeness)
