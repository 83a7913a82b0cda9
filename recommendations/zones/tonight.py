"""Tonight: five for this person, from what they love."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommendations.taste.spread import SpreadRules
from recommendations.zones.ordering import ordered
from recommendations.zones.personal import personal
from recommendations.zones.zone import Candidates, Context, Ranking, nearest

N_POLES = 4


@dataclass(frozen=True)
class Tonight:
    """Cut: nearest to the person and to their strongest likes, and most loved by people alike.

    Rank: the person's own score, which blends both spaces, and the more of it the ranker that was
    learnt with the taste space the more the person has said.
    """

    name: ClassVar[str] = "tonight"
    label: ClassVar[str] = "Tonight"
    purpose: ClassVar[str] = "Five for you, from what you love."
    inputs: ClassVar[str] = "Your taste."
    space: ClassVar[str] = "Both spaces."
    url_name: ClassVar[str] = "home"
    hides_saved: ClassVar[bool] = True
    needs_taste: ClassVar[bool] = True
    dismisses_here: ClassVar[bool] = False
    rules: ClassVar[SpreadRules] = SpreadRules(per_maker=1, per_story=1, variety=0.9)

    def key(self) -> str:
        """Return the zone's name: it has no inputs of its own."""
        return self.name

    def cut(self, context: Context) -> Candidates:
        """Return the titles nearest to the person's middle, to their likes furthest from it, and
        those that the taste space sees closest to them.
        """
        profile, place = context.taste.profile, context.taste.place
        around = poles(profile.vectors, profile.weights, n=N_POLES)
        targets = [(pole, context.n_cut // 4) for pole in around]
        loved_by = (place.aim, context.n_cut // 2) if place and place.share else None
        return nearest(context, (profile.vector, context.n_cut), *targets, loved_by=loved_by)

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return the order by how much titles suit the person."""
        own = personal(context, candidates)
        order = ordered(context, candidates, own.scores)
        scores = own.scores if order is None else order.scores
        sure = 1.0 - np.exp(-context.taste.profile.n_positive / 3.0)
        fits = own.fits * (0.6 + 0.4 * sure)
        return Ranking(scores, fits, taste=own.closeness, order=order)


def poles(vectors: np.ndarray, weights: np.ndarray, *, n: int) -> list[np.ndarray]:
    """Return up to `n` liked vectors that lie far from one another, strongest first.

    Farthest-point choice: each next one is the like that is least like those chosen so far.
    One strong like alone needs no pole: the taste vector is that like.

    Args:
        vectors: (k, d) at length one.
        weights: (k,), negative for dislikes.
    """
    liked = vectors[weights > 0] if len(vectors) else vectors
    if len(liked) < 2:
        return []
    strongest = int(np.argmax(weights[weights > 0]))
    chosen = [strongest]
    likeness = liked @ liked[strongest]
    while len(chosen) < min(n, len(liked)):
        row = int(np.argmin(likeness))
        chosen.append(row)
        likeness = np.maximum(likeness, liked @ liked[row])
    return [liked[row] for row in chosen]
