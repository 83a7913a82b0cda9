"""A small learner and made-up people, for tests of what serves a taste space."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse.linalg import svds

from accounts.models import PooledConsent, User
from catalog.models import Rating
from recommendations.taste.interactions import Interactions, Vocabulary
from recommendations.taste.learners.base import Weights
from recommendations.taste.space import TasteSpace, person_vector


@dataclass(frozen=True)
class SmallModel:
    """A space and the scores it gives."""

    space: TasteSpace

    @property
    def titles(self) -> Vocabulary:
        return self.space.titles

    def scores(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        said = histories.matrix(Weights().of(histories))[people]
        places = [
            person_vector(
                self.space.pulls[:, row.indices],
                row.data,
                starts=self.space.starts,
                lengths=self.space.lengths,
            )
            for row in said
        ]
        return np.stack(places) @ self.space.vectors.T


@dataclass(frozen=True)
class SmallSpace:
    """Truncated singular vectors of the graded weights: the plainest space there is.

    The second pull is a tenth longer than the first, so that both lengths are told apart.
    """

    dimension: int = 4
    turned: float = 1.0  # −1 recommends what people do not love, which must lose

    def fit(self, interactions: Interactions, *, rng: np.random.Generator, facts=None):
        loved = interactions.matrix(Weights().of(interactions))
        k = min(self.dimension, min(loved.shape) - 1)
        _, _, vt = svds(loved, k=k, v0=rng.random(min(loved.shape)))
        vectors = (vt.T * np.sign(vt.sum(axis=1))).astype(np.float32)
        counts = np.bincount(interactions.title, minlength=len(interactions.titles))
        pulls = self.turned * np.stack([vectors, 1.1 * vectors])
        start = self.turned * 0.1 * vectors.mean(axis=0)
        return SmallModel(
            TasteSpace(
                interactions.titles,
                vectors,
                pulls.astype(np.float32),
                np.array([3.0, 30.0], dtype=np.float32),
                np.stack([start, start]).astype(np.float32),
                counts.astype(np.int64),
            )
        )


def make_crowd(
    camps: Sequence[Sequence[int]], *, n_people: int, n_ratings: int = 24, seed: int = 3
) -> list[User]:
    """Store made-up people who all lend their ratings: each loves its camp's titles, not others'.

    Args:
        camps: ids of titles; person i belongs to camp i modulo their number.
        n_ratings: how many titles each rates, a third of them of other camps.
    """
    rng = np.random.default_rng(seed)
    people = User.objects.bulk_create(
        User(username=f"crowd{seed}-{i}", email=f"crowd{seed}-{i}@example.org")
        for i in range(n_people)
    )
    PooledConsent.objects.bulk_create(PooledConsent(user=user) for user in people)
    start = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    rows = []
    for i, user in enumerate(people):
        own = camps[i % len(camps)]
        others = [t for number, c in enumerate(camps) if number != i % len(camps) for t in c]
        loved = rng.choice(own, size=min(2 * n_ratings // 3, len(own)), replace=False)
        unloved = rng.choice(others, size=min(n_ratings // 3, len(others)), replace=False)
        said = [(t, "4.5") for t in loved] + [(t, "2.0") for t in unloved]
        for title_id, stars in said:
            at = start + datetime.timedelta(days=int(rng.integers(300)))
            rows.append(
                Rating(user=user, title_id=int(title_id), stars=stars, rated_at=at, created_at=at)
            )
    Rating.objects.bulk_create(rows)
    return people
