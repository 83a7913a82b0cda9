"""Matrix factorisation of graded confidences by alternating least squares, on implicit."""

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from recommendations.taste.interactions import Facts, Interactions, Vocabulary
from recommendations.taste.learners.base import Weights, histories_of

CHUNK = 512  # People folded in at a time: (512, d, d) floats stay below 40 MB at 128 dimensions.


@dataclass(frozen=True)
class AlsModel:
    """Titles and people in one space; a person's place is solved for, whoever they are.

    Attributes:
        titles: n titles.
        title_vectors: (n, d) float32.
        settings: what it was fitted with.
    """

    titles: Vocabulary
    title_vectors: np.ndarray
    settings: "Als"

    def person_vectors(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, d) float32: the least-squares place of each person among fixed titles.

        Nobody need have been there in training; who said nothing lies at zero.
        """
        weights = self.settings.weights.of(histories)
        said = histories_of(histories, self.titles, people, weights)
        ridge = self.settings.regularization
        lengths = np.maximum(np.diff(said.indptr), 1)
        return folded_in(
            self.title_vectors,
            said,
            alpha=self.settings.alpha,
            regularization=ridge * (1.0 + self.settings.short_history / lengths),
        )

    def scores(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, n) float32: inner products of people and titles."""
        return self.person_vectors(histories, people) @ self.title_vectors.T


@dataclass(frozen=True)
class Als:
    """Learn that what people love has preference 1, the more surely the more they love it.

    Confidence in a pair is 1 + alpha · weight; in a pair nobody spoke of it is 1, with
    preference 0. Source: Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback
    datasets", 2008, by the solver of github.com/benfred/implicit.

    Attributes:
        dimension: of the vectors.
        alpha: what a weight of 1 adds to the confidence.
        regularization: λ of the squared norms.
        short_history: a person with n statements is folded in with λ · (1 + short_history / n).
            Silence about a title says little while somebody has said little, and λ keeps it from
            being believed; 0 serves as it trains.
        iterations: how often titles and people are solved for in turn.
        weights: how much each statement counts; weights of 0 are left out.
    """

    dimension: int = 32
    alpha: float = 5.0
    regularization: float = 20.0
    short_history: float = 50.0
    iterations: int = 10
    weights: Weights = field(default_factory=lambda: Weights(mild=0.0, seen=0.0))

    def fit(
        self, interactions: Interactions, *, rng: np.random.Generator, facts: Facts | None = None
    ) -> AlsModel:
        """Return title vectors learnt from all pairs; `facts` are not used."""
        values = self.weights.of(interactions)
        if not (values > 0).any():  # Nobody likes anything: every title is as good as any other.
            nothing = np.zeros((len(interactions.titles), self.dimension), dtype=np.float32)
            return AlsModel(interactions.titles, nothing, self)
        from implicit.cpu.als import AlternatingLeastSquares
        from threadpoolctl import threadpool_limits

        confidence = interactions.matrix(np.maximum(values, 0.0))
        confidence.data = 1.0 + self.alpha * confidence.data
        # implicit spreads its own rows over threads, on top of which OpenBLAS would spread each.
        with threadpool_limits(limits=1, user_api="blas"):
            solver = AlternatingLeastSquares(
                factors=self.dimension,
                regularization=self.regularization,
                alpha=1.0,
                iterations=self.iterations,
                # One thread: the order of sums, and so the last bits, would be a matter of luck.
                num_threads=1,
                random_state=int(rng.integers(2**31)),
            )
            solver.fit(confidence, show_progress=False)
        return AlsModel(
            titles=interactions.titles,
            title_vectors=np.asarray(solver.item_factors, dtype=np.float32),
            settings=self,
        )


def folded_in(
    titles: np.ndarray, said: sparse.csr_matrix, *, alpha: float, regularization: np.ndarray
) -> np.ndarray:
    """Return (k, d) float32: where people lie best among fixed titles.

    With confidence c = 1 + alpha · w and preference 1 for what is said, the loss is least at
    x = (YᵗY + Σ (c − 1) y yᵗ + λI)⁻¹ Σ c y. Source: Hu, Koren and Volinsky, 2008, equation 4.

    Args:
        titles: (n, d) float32, the rows y of Y.
        said: (k, n) weights w; those of 0 and below count as not said.
        regularization: (k,) λ of each person.
    """
    d = titles.shape[1]
    y = titles.astype(np.float64)
    everybody = y.T @ y
    places = np.zeros((said.shape[0], d), dtype=np.float32)
    for start in range(0, said.shape[0], CHUNK):
        rows = range(start, min(start + CHUNK, said.shape[0]))
        left, right = np.empty((len(rows), d, d)), np.empty((len(rows), d))
        for place, row in enumerate(rows):
            span = slice(said.indptr[row], said.indptr[row + 1])
            w, own = np.maximum(said.data[span], 0.0), y[said.indices[span]]
            ridge = regularization[row] * np.eye(d)
            left[place] = everybody + ridge + (own.T * (alpha * w)) @ own
            right[place] = ((w > 0) * (1.0 + alpha * w)) @ own
        places[start : start + len(rows)] = np.linalg.solve(left, right[..., None])[..., 0]
    return places
