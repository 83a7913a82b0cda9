"""A linear item-to-item model in closed form, weighed by taste, for histories of a given length.

Source: Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019; the dropout in
closed form from Steck, "Autoencoders that don't overfit towards the identity", NeurIPS 2020; what
titles are like from Jeunen, Van Balen and Goethals, "Closed-form models for collaborative
filtering with side-information", RecSys 2020.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy import linalg, sparse

from recommendations.taste.interactions import Facts, Interactions, Vocabulary
from recommendations.taste.learners.base import Weights, histories_of


def solve(
    gram: np.ndarray, *, noise: float, ridge: float, likeness: np.ndarray | None = None
) -> np.ndarray:
    """Return (n, n) float32 B with a zero diagonal that rebuilds a row of weights from the rest.

    B = I − P / diag(P) with P = (G + ridge·I + noise·diag(G))⁻¹. With dropout p of the history,
    noise is p / (1 − p): the shorter the histories that are served, the more of it.

    Args:
        gram: (n, n) symmetric, XᵀX of the weights; left as it is.
        likeness: (n, n) CCᵀ of what is told of the titles; each column of C is one more row of X
            that is never thinned, so that titles few people met lean on what they are like.
    Raises:
        ValueError: ridge or noise is not positive where it must be.
    """
    if ridge <= 0 or noise < 0:
        raise ValueError(f"ridge is {ridge} and noise {noise}; expected above 0, and 0 or more")
    matrix = np.array(gram, dtype=np.float32)
    matrix[np.diag_indices_from(matrix)] += ridge + noise * np.diag(gram)
    if likeness is not None:
        matrix += likeness
    inverse = inverse_of(matrix)
    weights = inverse / -np.diag(inverse)[None, :]
    np.fill_diagonal(weights, 0.0)
    return weights


def inverse_of(matrix: np.ndarray) -> np.ndarray:
    """Return the inverse of a symmetric positive definite matrix; `matrix` is overwritten.

    By Cholesky factors: half the work of a general inverse.
    """
    if not len(matrix):
        return matrix
    factor, info = linalg.lapack.spotrf(matrix, lower=1, overwrite_a=1)
    if info == 0:
        lower, info = linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
    if info:
        raise ValueError(f"the matrix is not positive definite (at row {abs(info)}): more ridge")
    lower = np.tril(lower)
    return lower + np.tril(lower, -1).T


def core_of(weights: sparse.csr_matrix, *, most: int, at_least: int) -> np.ndarray:
    """Return the numbers of the titles worth a row: enough people, the best known if too many.

    The work grows with their number cubed.
    """
    counts = np.bincount(weights.indices, minlength=weights.shape[1])
    order = np.argsort(-counts, kind="stable")[:most]
    core = order[counts[order] >= at_least]
    if not len(core):
        core = order[counts[order] > 0]
    return np.sort(core)


def gram_of(weights: sparse.csr_matrix) -> np.ndarray:
    """Return (n, n) float32 XᵀX, dense."""
    return np.asarray((weights.T @ weights).toarray(), dtype=np.float32)


@dataclass(frozen=True)
class Ease:
    """EASE with graded weights and dropout.

    Attributes:
        noise: p / (1 − p) of dropout p; 1 for whole histories, about 30 for ten ratings.
        ridge: added to the diagonal.
        most_titles, at_least: which titles get a row; see `core_of`.
    """

    noise: float = 1.0
    ridge: float = 200.0
    most_titles: int = 12_000
    at_least: int = 2
    weights: Weights = field(default_factory=Weights)

    def fit(
        self, interactions: Interactions, *, rng: np.random.Generator, facts: Facts | None = None
    ) -> "EaseModel":
        """Return the item-to-item weights; nothing is random about them."""
        matrix = interactions.matrix(self.weights.of(interactions))
        core = core_of(matrix, most=self.most_titles, at_least=self.at_least)
        kept = matrix[:, core]
        between = solve(gram_of(kept), noise=self.noise, ridge=self.ridge)
        # Titles outside the core come after all others, the better known ones first.
        rest = np.asarray(matrix.sum(axis=0)).ravel().astype(np.float32)
        return EaseModel(interactions.titles, core, between, rest, self.weights)


@dataclass(frozen=True)
class EaseModel:
    """Item-to-item weights over the core, and how well liked the other titles are.

    Attributes:
        core: (c,) numbers of titles.
        between: (c, c) float32, from history to candidate.
        liked: (titles,) float32 sums of weights.
    """

    titles: Vocabulary
    core: np.ndarray
    between: np.ndarray
    liked: np.ndarray
    weights: Weights

    def scores(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, titles); see `base.Model`."""
        rows = histories_of(histories, self.titles, people, self.weights.of(histories))
        scores = np.tile(self.liked * 1e-9 - 1.0, (len(people), 1)).astype(np.float32)
        scores[:, self.core] = rows[:, self.core] @ self.between
        scores[:, self.core] += self.liked[self.core] * 1e-9
        return scores
