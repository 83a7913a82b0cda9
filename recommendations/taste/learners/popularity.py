"""What most people love: the rival that every learner has to beat (D18)."""

from dataclasses import dataclass, field

import numpy as np

from recommendations.taste.interactions import Facts, Interactions, Vocabulary
from recommendations.taste.learners.base import Weights


@dataclass(frozen=True)
class PopularityModel:
    """How much love each title got, the same for everybody.

    Attributes:
        love: (titles,) float32, the sum of the weights of what people said.
    """

    titles: Vocabulary
    love: np.ndarray

    def scores(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, titles) float32, every row the same."""
        return np.tile(self.love, (len(people), 1))


@dataclass(frozen=True)
class Popularity:
    """Learns how many people loved each title."""

    weights: Weights = field(default_factory=Weights)

    def fit(
        self, interactions: Interactions, *, rng: np.random.Generator, facts: Facts | None = None
    ) -> PopularityModel:
        """Return the sum of weights of each title; nothing here is drawn."""
        return PopularityModel(interactions.titles, love_of(interactions, self.weights))


def love_of(interactions: Interactions, weights: Weights) -> np.ndarray:
    """Return (titles,) float32: the sum over what people said of each title."""
    n = len(interactions.titles)
    return np.bincount(interactions.title, weights.of(interactions), minlength=n).astype(np.float32)
