"""How many stars a person would give beyond what everybody gives: a few dimensions of taste."""

import numpy as np
from scipy import sparse

from recommendations.taste.interactions import Interactions

N_FACTORS = 12
# Counted beside a person's own: so many factors' worth of nothing, and so many ratings like all's.
RIDGE, TYPICAL = 8.0, 5.0


def star_factors(ratings: Interactions, means: np.ndarray, *, n_rounds: int = 6) -> np.ndarray:
    """Return (titles, N_FACTORS) float32: stars above a title's mean are their inner products.

    Alternating least squares over what was rated: how many more stars a person gave than the
    title's mean and their own strictness make.
    Source: Bell and Koren, "Scalable collaborative filtering with jointly derived neighborhood
    interpolation weights", ICDM 2007.

    Args:
        ratings: at most one of a pair of person and title.
        means: (titles,) mean stars.
    """
    above = ratings.stars - means[ratings.title]
    n = np.bincount(ratings.person, minlength=len(ratings.people))
    offset = np.bincount(ratings.person, weights=above, minlength=len(n)) / (n + TYPICAL)
    left = ratings.matrix(above - offset[ratings.person])
    met = left.copy()
    met.data = np.ones_like(met.data)
    # Any start will do, as long as it is always the same.
    titles = np.random.default_rng(0).normal(0, 0.1, (len(means), N_FACTORS))
    by_title, met_by = left.T.tocsr(), met.T.tocsr()
    for _ in range(n_rounds):
        people = _answers(met, left, titles)
        titles = _answers(met_by, by_title, people)
    return titles.astype(np.float32)


def _answers(met: sparse.csr_matrix, left: sparse.csr_matrix, others: np.ndarray) -> np.ndarray:
    """Return for each row the factors that make its values of those of the columns."""
    k = others.shape[1]
    squares = met @ (others[:, :, None] * others[:, None, :]).reshape(len(others), k * k)
    grams = squares.reshape(-1, k, k) + RIDGE * np.eye(k)
    return np.linalg.solve(grams, (left @ others)[:, :, None])[:, :, 0]


def expected_stars(
    stars: np.ndarray, means: np.ndarray, own: np.ndarray, factors: np.ndarray, kept: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return how much more than others somebody gives, and how much more to each candidate.

    Args:
        stars: (k,) what they gave.
        means, own: (k,) mean stars and (k, f) factors of these titles.
        factors: (c, f) of the candidates.
        kept: (t, k) float, 1 for what each of t answers may know.
    Returns:
        (t, 1) and (t, c).
    """
    above = stars - means
    offset = (kept @ above / (kept.sum(axis=1) + TYPICAL))[:, None]
    grams = (kept[:, :, None] * own).transpose(0, 2, 1) @ own + RIDGE * np.eye(own.shape[1])
    told = (kept * (above - offset)) @ own
    return offset, np.linalg.solve(grams, told[:, :, None])[:, :, 0] @ factors.T
