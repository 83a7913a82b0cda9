"""Two that know nothing: a learner no better than these has learnt nothing."""

from dataclasses import dataclass

import numpy as np

from recommendations.taste.interactions import Facts, Interactions, Vocabulary


@dataclass(frozen=True)
class ChanceModel:
    """Scores drawn anew for each person, always the same ones for the same person."""

    titles: Vocabulary
    seed: int

    def scores(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, titles) float32 in [0, 1)."""
        scores = np.empty((len(people), len(self.titles)), dtype=np.float32)
        for row, person in enumerate(people):
            # A generator a person, so that asking in chunks changes nothing.
            rng = np.random.default_rng((self.seed, int(person)))
            scores[row] = rng.random(len(self.titles), dtype=np.float32)
        return scores


@dataclass(frozen=True)
class Chance:
    """Recommends at random."""

    def fit(
        self, interactions: Interactions, *, rng: np.random.Generator, facts: Facts | None = None
    ) -> ChanceModel:
        """Return a model that draws from its own seed."""
        return ChanceModel(interactions.titles, int(rng.integers(2**32)))


@dataclass(frozen=True)
class NothingModel:
    """Every title is worth the same to everybody."""

    titles: Vocabulary

    def scores(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, titles) float32 zeros."""
        return np.zeros((len(people), len(self.titles)), dtype=np.float32)


@dataclass(frozen=True)
class Nothing:
    """Does nothing: what lists are worth when only the order of ties decides."""

    def fit(
        self, interactions: Interactions, *, rng: np.random.Generator, facts: Facts | None = None
    ) -> NothingModel:
        """Return a model without an opinion."""
        return NothingModel(interactions.titles)
