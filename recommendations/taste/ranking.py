"""Orders: standardising scores, blending them, and the blend of words and taste."""

import numpy as np


def standardise(scores: np.ndarray) -> np.ndarray:
    """Return scores with mean 0 and deviation 1 within the list; equal scores become 0.

    Args:
        scores: (m,) floats.
    Returns:
        (m,) float64.
    """
    scores = np.asarray(scores, dtype=np.float64)
    if not scores.size:
        return scores
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread > 1e-12 else np.zeros_like(scores)


def blend(query: np.ndarray, taste: np.ndarray, *, weight: float) -> np.ndarray:
    """Return `weight` · query + (1 − `weight`) · taste, each standardised within the list (B15).

    With weight 1 the order is the query's, with 0 the taste's.

    Raises:
        ValueError: the weight is no share, or the lists differ in length.
    """
    if not 0 <= weight <= 1:
        raise ValueError(f"the weight is {weight}, expected a share from 0 to 1")
    if np.shape(query) != np.shape(taste):
        raise ValueError(f"{np.shape(query)} query scores for {np.shape(taste)} taste scores")
    return weight * standardise(query) + (1 - weight) * standardise(taste)


def components(
    popularities: np.ndarray,
    years: np.ndarray,
    heats: np.ndarray,
    *,
    popularity: float,
    recency: float,
    trending: float,
) -> dict[str, np.ndarray]:
    """Return what being well known, recent and much spoken for add to standardised scores, by name.

    Args:
        popularities: (m,) percentiles.
        years: (m,) years, NaN when unknown, which counts as the mean.
        heats: (m,) time-decayed counts; twice as many is one step.
        popularity, recency, trending: their weights; one of 0 is left out.
    """
    found = {}
    if popularity:
        found["Popularity"] = popularity * standardise(popularities)
    if recency:
        known = np.where(np.isnan(years), np.nanmean(years), years) if len(years) else years
        found["Recency"] = recency * standardise(known)
    if trending:
        found["Trending here"] = trending * standardise(np.log2(0.1 + np.asarray(heats)))
    return found


def by_score(scores: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Return row numbers, best score first, ties by id, so that runs repeat exactly."""
    return np.lexsort((np.asarray(ids), -np.asarray(scores, dtype=np.float64)))
