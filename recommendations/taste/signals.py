"""What people did, as weights: stars, hearts, saves, viewings, dismissals and their age."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

RATING, LOVED, SAVED, SEEN, DISMISSED, TAPPED = (
    "rating",
    "loved",
    "saved",
    "seen",
    "dismissed",
    "tapped",
)


@dataclass(frozen=True)
class SignalWeights:
    """How much each statement says about a person's taste.

    Stars count by where they lie on the person's own scale: full above `full`, partly above
    `positive`, against the title below `negative`. Weights of one title add up, capped at 1.

    Attributes:
        half_life_days: after so long a statement counts half; 0 keeps all at full weight.
    """

    full: float = 4.5
    positive: float = 4.0
    mild: float = 3.5
    negative: float = 2.5
    full_weight: float = 1.0
    positive_weight: float = 0.7
    mild_weight: float = 0.3
    neutral_weight: float = 0.1
    dislike_weight: float = -0.5
    loved: float = 1.0
    saved: float = 0.5
    seen: float = 0.1
    dismissed: float = -0.4
    tapped: float = 0.35
    half_life_days: float = 365.0

    def of_stars(self, stars: float) -> float:
        """Return the weight of a rating of half to five stars."""
        if stars >= self.full:
            return self.full_weight
        if stars >= self.positive:
            return self.positive_weight
        if stars >= self.mild:
            return self.mild_weight
        return self.neutral_weight if stars > self.negative else self.dislike_weight

    def of(self, kind: str, stars: float = 0.0) -> float:
        """Return the weight of one statement.

        Raises:
            KeyError: the kind is unknown.
        """
        if kind == RATING:
            return self.of_stars(stars)
        return {
            LOVED: self.loved,
            SAVED: self.saved,
            SEEN: self.seen,
            DISMISSED: self.dismissed,
            TAPPED: self.tapped,
        }[kind]

    def fade(self, days_ago: np.ndarray) -> np.ndarray:
        """Return the share of its weight that a statement keeps, in (0, 1], by age in days."""
        return faded(days_ago, self.half_life_days)


@dataclass(frozen=True)
class Signal:
    """One statement of a person about a title.

    Attributes:
        source: the group's name, for a tap; the zone, for a dismissal in one zone.
        counts: whether it says something about their taste; not once they took the title out of
            it, or began anew since.
        half_life_days: the person's own; None for the one of `SignalWeights`.
        wrong_for: ids of the titles that this one is no reason for, as the person said.
    """

    title_id: int
    kind: str
    days_ago: float
    stars: float = 0.0
    source: str = ""
    counts: bool = True
    half_life_days: float | None = None
    wrong_for: tuple[int, ...] = ()


class Outline(NamedTuple):
    """What statements tell before any vector is looked at.

    Attributes:
        weights: {title: weight} of everything that counts.
        version: changes whenever a statement does; caches carry it in their keys.
        speaks: whether any statement is for something.
    """

    weights: dict[int, float]
    version: str
    speaks: bool


def weigh(
    signals: Iterable[Signal], weights: SignalWeights, *, half_life_days: float | None = None
) -> dict[int, float]:
    """Return one weight a title in [-1, 1]: that of the strongest statement about it.

    A rating or heart outweighs a bare viewing; a title both rated low and dismissed is not
    counted twice. Statements that do not count for the taste have no weight at all.

    Args:
        half_life_days: instead of the people's own and of ours; 0 lets nothing fade.
    """
    counted = [signal for signal in signals if signal.counts]
    half_lives = [
        weights.half_life_days if one.half_life_days is None else one.half_life_days
        for one in counted
    ]
    fades = faded(
        np.array([one.days_ago for one in counted]),
        np.array(half_lives) if half_life_days is None else half_life_days,
    )
    found: dict[int, float] = {}
    for signal, fade in zip(counted, fades.tolist(), strict=True):
        weight = weights.of(signal.kind, signal.stars) * fade
        if abs(weight) > abs(found.get(signal.title_id, 0.0)):
            found[signal.title_id] = weight
        else:
            found.setdefault(signal.title_id, weight)
    return found


def faded(days_ago: np.ndarray, half_lives: np.ndarray | float) -> np.ndarray:
    """Return (n,) shares in (0, 1] that statements keep; a half-life of 0 keeps everything."""
    days_ago = np.maximum(np.asarray(days_ago, dtype=np.float64), 0.0)
    half_lives = np.broadcast_to(np.asarray(half_lives, dtype=np.float64), days_ago.shape)
    ages = np.divide(days_ago, half_lives, out=np.zeros_like(days_ago), where=half_lives > 0)
    return 0.5**ages


def by_title(signals: Iterable[Signal]) -> dict[int, list[Signal]]:
    """Return everything that was said, by title."""
    found: dict[int, list[Signal]] = {}
    for signal in signals:
        found.setdefault(signal.title_id, []).append(signal)
    return found


def relation(signals: Iterable[Signal], title_id: int) -> str:
    """Return in words what the person said about a title."""
    said = {s.kind: s for s in signals if s.title_id == title_id}
    if LOVED in said:
        return "You loved it"
    if RATING in said:
        return f"You gave it {stars_in_words(said[RATING].stars)}"
    if SAVED in said:
        return "You saved it"
    if SEEN in said:
        return "You have seen it"
    if DISMISSED in said:
        return "You put it away"
    return f"From the group “{said[TAPPED].source}”" if TAPPED in said else ""


def stars_in_words(stars: float) -> str:
    """Return 4.5 as "4½"."""
    whole, half = divmod(round(stars * 2), 2)
    return f"{whole or ''}{'½' if half else ''}"
