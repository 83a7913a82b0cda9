"""What people loved together and what titles are like, blended by how much is known (B44)."""

from dataclasses import dataclass

import numpy as np

from recommendations.taste.interactions import Facts, Interactions, Vocabulary
from recommendations.taste.learners.base import Learner, Model, histories_of


@dataclass(frozen=True)
class HybridModel:
    """Two models over the same titles, and how many statements each title rests on.

    Attributes:
        together: learnt from what people loved together.
        content: learnt from what titles are like.
        counts: (n,) float, how many statements each title had in training.
        settings: what it was fitted with.
    """

    together: Model
    content: Model
    counts: np.ndarray
    settings: "Hybrid"

    @property
    def titles(self) -> Vocabulary:
        return self.together.titles

    def shares(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, n) in [0, 1): how much the collaborative score counts for each pair."""
        ones = np.ones(len(histories), dtype=np.float32)
        said = np.diff(histories_of(histories, self.titles, people, ones).indptr)
        of_person = said / (said + self.settings.half_at_person)
        of_title = self.counts / (self.counts + self.settings.half_at_title)
        return np.outer(of_person, of_title).astype(np.float32)

    def scores(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, n) float32: the blend of both, each standardised over a person's titles."""
        share = self.shares(histories, people)
        together = standardised(self.together.scores(histories, people))
        content = standardised(self.content.scores(histories, people))
        return share * together + (1.0 - share) * content


@dataclass(frozen=True)
class Hybrid:
    """Blend a collaborative and a content learner.

    The collaborative share of a pair is n / (n + a) of the person's n statements times
    m / (m + b) of the title's m: whoever or whatever is new is judged by content.

    Attributes:
        together, content: the two learners.
        half_at_person: a, in statements; 0 trusts the first statement wholly.
        half_at_title: b, likewise.
    """

    together: Learner
    content: Learner
    half_at_person: float = 5.0
    half_at_title: float = 5.0

    def fit(
        self, interactions: Interactions, *, rng: np.random.Generator, facts: Facts | None = None
    ) -> HybridModel:
        """Return both models, fitted one after the other from one `rng`.

        Raises:
            ValueError: the two know different titles.
        """
        together = self.together.fit(interactions, rng=rng, facts=facts)
        content = self.content.fit(interactions, rng=rng, facts=facts)
        if not np.array_equal(together.titles.ids, content.titles.ids):
            raise ValueError(
                f"the collaborative learner knows {len(together.titles)} titles, the content "
                f"learner {len(content.titles)}; both must score the titles they were trained on"
            )
        counts = np.bincount(interactions.title, minlength=len(interactions.titles))
        return HybridModel(together, content, counts.astype(np.float64), self)


def standardised(scores: np.ndarray) -> np.ndarray:
    """Return scores with mean 0 and deviation 1 in each row; a constant row becomes zeros.

    Scores of −inf (never to be listed) stay, and do not count for mean and deviation.
    """
    scores = np.asarray(scores, dtype=np.float32)
    finite = np.isfinite(scores)
    n = np.maximum(finite.sum(axis=1, keepdims=True), 1)
    filled = np.where(finite, scores, 0.0)
    centred = np.where(finite, scores - filled.sum(axis=1, keepdims=True) / n, 0.0)
    deviation = np.sqrt((centred**2).sum(axis=1, keepdims=True) / n)
    blended = np.divide(centred, deviation, out=np.zeros_like(centred), where=deviation > 1e-6)
    return np.where(finite, blended, -np.inf).astype(np.float32)
