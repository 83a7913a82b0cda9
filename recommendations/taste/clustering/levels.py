"""A level deeper or higher: one vibe in two, and the two vibes that are closest to being one."""

import numpy as np

from recommendations.taste.clustering.methods import SMALLEST, Grouping, checked
from recommendations.taste.clustering.parting import n_distinct
from recommendations.taste.clustering.quality import quality_of
from recommendations.taste.geometry import unit

# A part below this share of the vibe is a few strays rather than a side of it.
SMALLEST_SHARE = 0.15
DEEPEST = 12


def split(vectors: np.ndarray, weights: np.ndarray, rng: np.random.Generator) -> Grouping | None:
    """Return a vibe in two, or None where it cannot be: too few titles, or all alike.

    Ward's tree is followed downward to the first level with two sizeable branches; what broke off
    on the way goes with the nearer of them. Every title stays in one of the two.

    Args:
        vectors: (n, d) of the vibe's titles.
        weights: (n,), positive.
        rng: unused so far: the tree leaves nothing to chance.
    Raises:
        ValueError: see `group`.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    vectors, weights = checked(vectors, weights)
    n, distinct = len(vectors), n_distinct(vectors)
    if n < 2 * SMALLEST or distinct < 2:
        return None
    enough = max(SMALLEST, SMALLEST_SHARE * n)
    tree = linkage(vectors, method="ward")
    for level in range(2, min(DEEPEST, distinct) + 1):
        labels = fcluster(tree, t=level, criterion="maxclust")
        sizes = np.bincount(labels)
        first, second = np.argsort(-sizes, kind="stable")[:2]
        if sizes[second] >= enough:
            return _in_two(vectors, weights, labels == first, labels == second)
    return None


def _in_two(
    vectors: np.ndarray, weights: np.ndarray, first: np.ndarray, second: np.ndarray
) -> Grouping:
    """Return the grouping whose cores are these, heavier one first."""
    if weights[second].sum() > weights[first].sum():
        first, second = second, first
    centroids = np.stack([unit(weights[part] @ vectors[part]) for part in (first, second)])
    labels = np.argmax(vectors @ centroids.T, axis=1)
    labels[first], labels[second] = 0, 1
    centroids = np.stack([unit(weights[labels == p] @ vectors[labels == p]) for p in (0, 1)])
    return Grouping(labels, centroids, quality_of(vectors, labels))


def closest_pair(centroids: np.ndarray) -> tuple[int, int] | None:
    """Return the numbers of the two vibes nearest to each other, the lower first; None below two.

    Args:
        centroids: (k, d).
    """
    if len(centroids) < 2:
        return None
    closeness = unit(centroids) @ unit(centroids).T
    closeness[np.tril_indices(len(centroids))] = -np.inf
    row, column = np.unravel_index(np.argmax(closeness), closeness.shape)
    return int(row), int(column)
