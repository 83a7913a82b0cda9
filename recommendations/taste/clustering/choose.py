"""How many groups, and by which algorithm."""

import numpy as np

from recommendations.taste.clustering.parting import TRIAL_STARTS, n_distinct, parted
from recommendations.taste.clustering.tree import Tree
from recommendations.taste.geometry import unit

MOST_GROUPS = 8
TITLES_A_GROUP = 4  # on average at least
# From so many liked titles on BIRCH groups them (A42).
LARGE = 5_000
# Of more titles than these a sample chooses k.
MOST_TRIED = 2_000
# What cutting a single taste in parts reaches by force: in few dimensions something for any
# number of titles, and more the fewer there are. Below twenty titles it rises no more: two clear
# kinds of films reach little above that, and what lies just below still has more tag words in
# common than chance has (docs/vibes.md has the figures).
FLOOR, FLOOR_BY_ROOT, HIGHEST_FLOOR = 0.02, 0.22, 0.07


def algorithm_for(n: int) -> str:
    """Return the algorithm for so many liked titles: k-means, from 5,000 on BIRCH."""
    return "kmeans" if n < LARGE else "birch"


def silhouette_floor(n: int) -> float:
    """Return the silhouette that a split of n titles must exceed to say more than chance."""
    return float(min(FLOOR + FLOOR_BY_ROOT / np.sqrt(max(n, 1)), HIGHEST_FLOOR))


def best_k(
    vectors: np.ndarray, weights: np.ndarray, *, method: str, rng: np.random.Generator
) -> int:
    """Return the number of groups, 2 … min(8, n // 4), by the silhouette, or 1.

    One group is right where no split exceeds `silhouette_floor`. Of the numbers whose silhouette
    lies within one standard error of the best, which cannot be told apart, the largest is taken:
    finer vibes say more. (The one-standard-error rule: Breiman and others, "Classification and
    Regression Trees", 1984, section 3.4.3.)

    Args:
        vectors: (n, d); rows of zeros are left out.
        weights: (n,), positive.
        method: "kmeans", "ward" or "birch"; DBSCAN finds the number by itself.
    """
    from sklearn.metrics import silhouette_samples

    vectors = unit(vectors)
    known = np.flatnonzero(vectors.any(axis=1))
    if len(known) > MOST_TRIED:
        known = np.sort(rng.permutation(known)[:MOST_TRIED])
    vectors, weights = vectors[known], np.asarray(weights)[known]
    n = len(vectors)
    most = min(MOST_GROUPS, n // TITLES_A_GROUP, n_distinct(vectors))
    apart = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * (vectors @ vectors.T)))
    np.fill_diagonal(apart, 0.0)
    tree = Tree().add(vectors) if method == "birch" and most > 1 else None
    tried: dict[int, np.ndarray] = {}
    for k in range(2, most + 1):
        labels = parted(
            vectors, weights, method=method, k=k, rng=rng, tree=tree, n_starts=TRIAL_STARTS
        )
        if 2 <= len(np.unique(labels)) < n:
            tried[k] = silhouette_samples(apart, labels, metric="precomputed")
    if not tried:
        return 1
    best = max(tried.values(), key=lambda values: float(values.mean()))
    if best.mean() <= silhouette_floor(n):
        return 1
    enough = max(best.mean() - best.std() / np.sqrt(n), silhouette_floor(n))
    return max(k for k, values in tried.items() if values.mean() >= enough)
