"""Hidden gems: close to what the person loves, and hardly known."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from django.conf import settings
from django.db.models import Q

from recommendations.taste.spread import SpreadRules
from recommendations.zones.gathering import narrowed, near_a_love
from recommendations.zones.personal import personal
from recommendations.zones.tonight import N_POLES, poles
from recommendations.zones.zone import Candidates, Context, Ranking, nearest

# The least known two fifths of each kind, unless the slider says otherwise.
CEILING, LOWEST, HIGHEST = 0.4, 0.05, 0.6


@dataclass(frozen=True)
class Gems:
    """Cut: little known, and near enough to a title that the person loves.

    Three things hold of every gem. It is no better known than `ceiling`, a percentile within its
    kind. Some title of the person's lies at least `gem_floor` close to it in the content space.
    Where votes are counted, `gem_votes` people voted: fewer know it because it is junk or new.
    Rank: the person's own score.
    """

    name: ClassVar[str] = "gems"
    label: ClassVar[str] = "Hidden gems"
    purpose: ClassVar[str] = "Close to what you love, and hardly known."
    inputs: ClassVar[str] = "Your taste, and how little known they shall be."
    space: ClassVar[str] = "Both spaces."
    url_name: ClassVar[str] = "gems"
    hides_saved: ClassVar[bool] = True
    needs_taste: ClassVar[bool] = True
    dismisses_here: ClassVar[bool] = True
    rules: ClassVar[SpreadRules] = SpreadRules(per_maker=1, per_story=1, variety=0.9)

    ceiling: float = CEILING

    def key(self) -> str:
        """Return the ceiling."""
        return f"{self.name}/{self.ceiling}"

    def cut(self, context: Context) -> Candidates:
        """Return the little known titles around the person that are near enough to one they love.

        Looked for as Tonight looks, among the little known ones alone.
        """
        knobs, profile, place = settings.RECOMMENDER, context.taste.profile, context.taste.place
        enough = Q(n_votes=None) | Q(n_votes__gte=knobs.gem_votes)
        titles = context.titles.filter(enough, popularity__lte=self.ceiling)
        around = poles(profile.vectors, profile.weights, n=N_POLES)
        found = nearest(
            narrowed(context, titles, max_popularity=self.ceiling),
            (profile.vector, context.n_cut),
            *[(pole, context.n_cut // 4) for pole in around],
            loved_by=(place.aim, context.n_cut // 2) if place and place.share else None,
        )
        is_near = near_a_love(context, found) >= knobs.gem_floor
        return found.take(np.flatnonzero(is_near | (found.ids == context.only)))

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return the order by how much titles suit the person."""
        own = personal(context, candidates)
        return Ranking(scores=own.scores, fits=own.fits, taste=own.closeness)
