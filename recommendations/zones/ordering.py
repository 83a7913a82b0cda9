"""The trees that were learnt with the taste space, asked about one person's candidates."""

from functools import lru_cache

import numpy as np

from recommendations.held import held
from recommendations.models import Space, SpaceRanker, TitleVector
from recommendations.taste import ordering
from recommendations.taste.ordering import Ordered, Ranker, Spoken
from recommendations.taste.signals import Signal
from recommendations.zones.zone import Candidates, Context

# What a statement that is no rating is worth in stars, as where the trees grew.
STARS = {"loved": 5.0, "saved": 4.0, "tapped": 4.0, "seen": 3.0, "dismissed": 2.0}


def ranker_of(space: Space) -> Ranker | None:
    """Return the ranker of a space, read once an edition in each process; None without one."""
    return _ranker(space.pk, str(space.edition))


@lru_cache(maxsize=2)
def _ranker(space_id: int, edition: str) -> Ranker | None:
    packed = SpaceRanker.objects.filter(space=space_id).values_list("packed", flat=True).first()
    return None if packed is None else Ranker.unpacked(bytes(packed))


def spoken_by(context: Context) -> Spoken | None:
    """Return what the person said as the trees ask about it; None where nothing can be asked."""
    place = context.taste.place
    known = held(context.loved, TitleVector.TASTE) if context.loved and place else None
    if place is None or known is None or not len(place.title_ids):
        return None
    rows = known.rows_of(place.title_ids)
    vectors = np.where((rows >= 0)[:, None], known.vectors[rows], 0.0)
    said = stars_of(context.taste.signals)
    return Spoken(place, vectors, np.array([said[i] for i in place.title_ids.tolist()]))


def stars_of(signals: tuple[Signal, ...]) -> dict[int, float]:
    """Return {title: stars}: those given, else the most that a statement stands for."""
    found: dict[int, float] = {}
    for signal in signals:
        if signal.kind != "rating":
            stars = STARS[signal.kind]
            found[signal.title_id] = max(stars, found.get(signal.title_id, 0.0))
    return found | {s.title_id: float(s.stars) for s in signals if s.kind == "rating"}


def ordered(context: Context, candidates: Candidates, scores: np.ndarray) -> Ordered | None:
    """Return the candidates in the order of the person's own scores and the trees' together."""
    spoken = spoken_by(context)
    ranker = ranker_of(context.loved) if context.loved and spoken else None
    if spoken is None or ranker is None:
        return None
    return ordering.ordered(
        ranker, spoken, candidates.ids, candidates.loved, candidates.counts, scores
    )
