"""What people did, as weights: stars, hearts, saves, viewings, dismissals and their age."""

from dataclasses import dataclass

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
        days_ago = np.maximum(np.asarray(days_ago, dtype=np.float64), 0.0)
        if not self.half_life_days:
            return np.ones_like(days_ago)
        return 0.5 ** (days_ago / self.half_life_days)


@dataclass(frozen=True)
class Signal:
    """One statement of a person about a title."""

    title_id: int
    kind: str
    days_ago: float
    stars: float = 0.0
    source: str = ""  # the group's name, for a tap


def weigh(signals: list[Signal], weights: SignalWeights) -> dict[int, float]:
    """Return one weight a title in [-1, 1], strongest statement first, then the rest added.

    A rating or heart outweighs a bare viewing; a title both rated low and dismissed is not
    counted twice.
    """
    found: dict[int, list[float]] = {}
    for signal in signals:
        fade = float(weights.fade(np.asarray(signal.days_ago)))
        found.setdefault(signal.title_id, []).append(weights.of(signal.kind, signal.stars) * fade)
    return {title_id: max(values, key=abs) for title_id, values in found.items()}
