"""How much titles suit a person, in the content space and the taste space together."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from recommendations.taste import blending, falling
from recommendations.taste.ordering import Ordered
from recommendations.taste.ranking import blend
from recommendations.zones.zone import Candidates, Context, Ranking, as_fit

# How much the nearest of somebody's titles outweigh the others in the content space.
SHARPNESS = 8.0
# Closeness in the content space that counts as no fit and as the best.
LOW, HIGH = 0.05, 0.55


class Cause(NamedTuple):
    """One of the person's titles without which a pick would score lower.

    Attributes:
        share: of all that the tested causes give the pick, in [0, 1].
        by_love: whether it acts mostly because people love both; else by what is written.
    """

    title_id: int
    share: float
    by_love: bool


@dataclass(frozen=True)
class Personal:
    """What the person's titles say of the candidates.

    Attributes:
        scores: (m,) standardised over the candidates; they decide the order.
        fits: (m,) in [0, 1], the number behind the match word.
        closeness: (m,) the same on the scale of cosines in the content space.
    """

    scores: np.ndarray
    fits: np.ndarray
    closeness: np.ndarray


def personal(context: Context, candidates: Candidates) -> Personal:
    """Return how much the candidates suit the person.

    Inner products have no scale of their own, so for the fit a title's place among the candidates
    is taken, which are the best of the catalogue already.
    """
    taste = context.taste
    scored = blending.score(taste.profile, taste.place, candidates.considered, sharpness=SHARPNESS)
    loved = as_fit(scored.taste, low=-1.0, high=2.0)
    fits = blended(as_fit(scored.content, low=LOW, high=HIGH), loved, scored.shares)
    closeness = blended(scored.content, LOW + (HIGH - LOW) * loved, scored.shares)
    return Personal(scored.scores[0], fits, closeness)


def bent(context: Context, candidates: Candidates, scores: np.ndarray, *, weight: float) -> Ranking:
    """Return the order by these scores, bent by the person's taste where it is known.

    Args:
        scores: (m,) what the zone goes by.
        weight: their share against the taste, in [0, 1].
    """
    if context.taste.is_empty:
        return Ranking(scores=scores, fits=np.full(len(candidates), 0.5))
    own = personal(context, candidates)
    return Ranking(blend(scores, own.scores, weight=weight), own.fits, taste=own.closeness)


def blended(written: np.ndarray, loved: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return (m,) what is written and what is loved, each with its share."""
    return (1 - shares) * written + shares * loved


def causes(
    context: Context,
    candidates: Candidates,
    rows: list[int],
    *,
    n: int,
    order: Ordered | None = None,
) -> list[tuple[Cause, ...]]:
    """Return up to `n` causes for each of the picks in these rows, tested by leaving them out.

    Args:
        order: where the ranker's trees had a say; they are then asked again without the likeliest.
    """
    taste = context.taste
    if taste.is_empty or not rows:
        return [() for _ in rows]
    found = falling.causes(
        taste.profile, taste.place, candidates.considered, rows, sharpness=SHARPNESS
    )
    wrong = taste.wrong_reasons()
    picks = candidates.ids[rows].tolist()
    found = [
        [fall for fall in falls if fall.title_id != pick]
        for pick, falls in zip(picks, found, strict=True)
    ]
    if order is not None:
        found = order.falls(rows, [falls[: n + 1] for falls in found])
    causes_of = []
    for pick, others in zip(picks, found, strict=True):
        total = sum(fall.fall for fall in others) or 1.0
        # What they called a wrong reason is not told again; the score is what it is, and so are
        # the shares of the others.
        told = [one for one in others if (pick, one.title_id) not in wrong][:n]
        causes_of.append(tuple(Cause(one.title_id, one.fall / total, one.by_love) for one in told))
    return causes_of
