"""Which of a person's titles make a pick score as it does, found by leaving them out."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from recommendations.taste.blending import Considered, Place, score
from recommendations.taste.profiles import Profile


class Fall(NamedTuple):
    """How much a score falls without one of the person's titles, and whether love did it."""

    title_id: int
    fall: float
    by_love: bool


def causes(
    profile: Profile,
    place: Place | None,
    considered: Considered,
    rows: Sequence[int],
    *,
    sharpness: float,
    n_tried: int = 8,
) -> list[list[Fall]]:
    """Return for each of these rows the person's titles without which its score falls (B26).

    The likeliest of both spaces are really left out, each in turn, and everything that was
    considered is scored again.

    Returns:
        A list for each row, largest fall first; all falls are positive. Love is named only
        between titles that people placed in the taste space.
    """
    likely = _likeliest(profile, place, considered, rows, sharpness, n_tried)
    tried = sorted({title_id for one in likely for title_id in one})
    scored = score(profile, place, considered, sharpness=sharpness, without=tried)
    written = scored.written[:1] - scored.written[1:]
    loved = scored.loved[:1] - scored.loved[1:]
    placed = set(place.title_ids[place.counts > 0].tolist()) if place is not None else set()
    turn = {title_id: number for number, title_id in enumerate(tried)}
    found = []
    for row, own in zip(rows, likely, strict=True):
        falls = []
        for title_id in own:
            by_words, by_love = (float(part[turn[title_id], row]) for part in (written, loved))
            if by_words + by_love > 1e-6:
                is_placed = title_id in placed and bool(considered.counts[row] > 0)
                is_love = is_placed and by_love > by_words
                falls.append(Fall(title_id, by_words + by_love, is_love))
        found.append(sorted(falls, key=lambda fall: (-fall.fall, fall.title_id)))
    return found


def _likeliest(
    profile: Profile,
    place: Place | None,
    considered: Considered,
    rows: Sequence[int],
    sharpness: float,
    n: int,
) -> list[list[int]]:
    """Return for each row the ids of the liked titles that pull hardest, up to `n` a space."""
    found: list[list[int]] = [[] for _ in rows]
    at = list(rows)
    if profile.vectors.size:
        beside = considered.beside(profile, sharpness=sharpness)
        for own, sharp in zip(found, beside.sharp[at], strict=True):
            own += _strongest(profile.title_ids, profile.weights, sharp, n)
    if place is not None and len(place.title_ids):
        pulls = considered.taste[at] @ place.pulls_of(len(place.weights)).T
        for row, own, pull in zip(rows, found, pulls, strict=True):
            if considered.counts[row] >= 0:
                own += _strongest(place.title_ids, place.weights, pull, n)
    return [list(dict.fromkeys(own)) for own in found]


def _strongest(ids: np.ndarray, weights: np.ndarray, pulls: np.ndarray, n: int) -> list[int]:
    """Return the ids of up to `n` positive weights with the largest weight · pull."""
    order = np.argsort(-weights * pulls, kind="stable")
    return ids[order[weights[order] > 0][:n]].tolist()
