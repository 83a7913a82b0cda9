"""Groups of one person's liked titles, by any of four algorithms, and a set that grows."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from recommendations.taste.clustering.choose import best_k
from recommendations.taste.clustering.parting import METHODS, by_entries, n_distinct, parted
from recommendations.taste.clustering.quality import Quality, quality_of
from recommendations.taste.clustering.tree import Tree
from recommendations.taste.geometry import unit

__all__ = ["METHODS", "Grouping", "Growing", "group", "grown"]

SMALLEST = 2  # titles in a vibe
FEW = 4  # with fewer titles than these there is one vibe and nothing to tell apart.
# How many robust deviations beyond the median make a title an outlier, as Leys and others (2013)
# advise; and the smallest deviation that counts, for groups of near-copies.
FAR, LEAST_DEVIATION = 3.0, 0.02
ENOUGH_TO_JUDGE = 5


@dataclass(frozen=True)
class Grouping:
    """Titles in groups, heaviest group first; in a set that grows they keep their numbers.

    Attributes:
        labels: (n,) int, the group of each title, −1 for one that fits nowhere yet.
        centroids: (k, d) float32, weighted means of the groups at length one.
        quality: of the whole set.
    """

    labels: np.ndarray
    centroids: np.ndarray
    quality: Quality


def group(
    vectors: np.ndarray,
    weights: np.ndarray,
    *,
    method: str,
    k: int | None = None,
    rng: np.random.Generator,
) -> Grouping:
    """Group liked titles.

    A title that is much further from the centroid of its group than the others fits nowhere:
    three robust deviations (1.4826 · MAD) beyond the group's median distance. So does one that
    would be a group of its own, and one of which nothing is known (a row of zeros). With fewer
    than four titles all are one group.

    Args:
        vectors: (n, d) of any length; they are compared by direction.
        weights: (n,), how much each is liked, positive.
        method: one of METHODS.
        k: how many groups; None lets the silhouette choose. DBSCAN finds the number by itself.
    Raises:
        ValueError: there is no such method, k is below 1, a weight is not positive, or the two
            differ in length.
    """
    vectors, weights = checked(vectors, weights)
    if method not in METHODS:
        raise ValueError(f"found the method {method!r}, expected one of {', '.join(METHODS)}")
    if k is not None and k < 1:
        raise ValueError(f"found {k} groups asked for, expected at least 1")
    labels = np.full(len(vectors), -1)
    known = np.flatnonzero(vectors.any(axis=1))
    if len(known) < FEW:
        labels[known] = 0
        return settled(vectors, weights, labels)
    inside, heavy = turned(vectors[known]), weights[known]
    if k is None and method != "dbscan":
        k = best_k(inside, heavy, method=method, rng=rng)
    k = min(k or 1, n_distinct(inside))
    labels[known] = parted(inside, heavy, method=method, k=k, rng=rng)
    return settled(vectors, weights, labels)


def checked(vectors: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the vectors at length one and the weights, once both are known to be usable.

    Raises:
        ValueError: they differ in length, or a weight is not positive.
    """
    vectors, weights = unit(vectors), np.asarray(weights, dtype=np.float64)
    if vectors.ndim != 2 or weights.shape != (len(vectors),):
        raise ValueError(f"vectors are {vectors.shape}, weights {weights.shape}: expected n of n")
    if not (weights > 0).all():
        raise ValueError(
            f"{int((~(weights > 0)).sum())} weights are not positive; only liked titles are grouped"
        )
    return vectors, weights


def turned(vectors: np.ndarray) -> np.ndarray:
    """Return the vectors in at most n dimensions, turned so that no distance changes.

    Fifty titles span fifty dimensions of a space of a thousand; the rest only costs time.

    Args:
        vectors: (n, d).
    Returns:
        (n, min(n, d)) float32.
    """
    n, d = vectors.shape
    if n >= d:
        return vectors
    # The rows of R' are the vectors' coordinates in the basis Q.
    _, right = np.linalg.qr(np.asarray(vectors, dtype=np.float64).T)
    return np.ascontiguousarray(right.T, dtype=np.float32)


def settled(
    vectors: np.ndarray,
    weights: np.ndarray,
    labels: np.ndarray,
    *,
    is_heaviest_first: bool = True,
) -> Grouping:
    """Return the grouping once outliers and groups too small to be one are set apart.

    Args:
        vectors: (n, d) at length one.
        labels: (n,) group numbers, −1 for what already fits nowhere.
        is_heaviest_first: whether groups go by weight; else they stay in the order they have.
    """
    labels = labels.copy()
    few = vectors.any(axis=1).sum() < FEW
    for label in np.unique(labels[labels >= 0]):
        rows = np.flatnonzero(labels == label)
        if not few:
            labels[rows[far_off(vectors[rows], weights[rows])]] = -1
            if (labels == label).sum() < SMALLEST:
                labels[labels == label] = -1
    groups = np.unique(labels[labels >= 0])
    heavy = np.array([weights[labels == label].sum() for label in groups])
    order = groups[np.argsort(-heavy, kind="stable")] if is_heaviest_first else groups
    ordered = np.full(len(labels), -1)
    for number, label in enumerate(order):
        ordered[labels == label] = number
    centroids = np.zeros((len(order), vectors.shape[1]), dtype=np.float32)
    for number in range(len(order)):
        rows = ordered == number
        centroids[number] = unit(weights[rows] @ vectors[rows])
    return Grouping(ordered, centroids, quality_of(vectors, ordered))


def far_off(vectors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return (n,) bool: which titles of a group are much further from its centroid than the rest.

    Source: Leys and others, "Detecting outliers", Journal of Experimental Social Psychology 2013.
    """
    if len(vectors) < ENOUGH_TO_JUDGE:
        return np.zeros(len(vectors), dtype=bool)
    distance = 1.0 - vectors @ unit(weights @ vectors)
    middle = np.median(distance)
    deviation = 1.4826 * np.median(np.abs(distance - middle))
    return distance > middle + FAR * max(deviation, LEAST_DEVIATION)


def grown(vectors: np.ndarray, weights: np.ndarray, labels: np.ndarray) -> Grouping:
    """Return groups found before with further titles in them, each in the nearest.

    Each group is what BIRCH holds of one, a sum that grows by a title: nothing is found anew, so
    titles stay where they were, but for those that have come to lie far off.

    Args:
        vectors: (n, d) of any length.
        weights: (n,), positive.
        labels: (n,) the group of each title, −1 for those that have none yet.
    Raises:
        ValueError: see `group`; or no title has a group.
    """
    vectors, weights = checked(vectors, weights)
    groups, own = np.unique(labels[labels >= 0], return_inverse=True)
    if not len(groups):
        raise ValueError("no title has a group yet; `group` finds the first ones")
    found = np.full(len(vectors), -1)
    found[labels >= 0] = own
    middles = np.stack([weights[found == i] @ vectors[found == i] for i in range(len(groups))])
    new = np.flatnonzero((found < 0) & vectors.any(axis=1))
    found[new] = np.argmax(vectors[new] @ unit(middles).T, axis=1)
    return settled(vectors, weights, found, is_heaviest_first=False)


class Growing:
    """Groups that take in further liked titles without beginning from nothing (A38).

    New titles go into a BIRCH tree; the groups' middles then move on from where they were.
    """

    def __init__(self, *, k: int | None = None, rng: np.random.Generator) -> None:
        """Begin empty.

        Args:
            k: how many groups; None lets the silhouette choose once, with the first titles.
        """
        self.k, self.rng = k, rng
        self.tree = Tree()
        self._vectors = np.zeros((0, 0), dtype=np.float32)
        self._weights = np.zeros(0)
        self._middles: np.ndarray | None = None

    def partial_fit(self, vectors: np.ndarray, weights: np.ndarray | None = None) -> Self:
        """Take in further titles.

        Args:
            vectors: (n, d), as many dimensions as those before.
            weights: (n,), positive; all 1 without them.
        Raises:
            ValueError: see `group`; or the dimensions differ from those before.
        """
        ones = np.ones(len(vectors)) if weights is None else weights
        vectors, new = checked(vectors, ones)
        if len(self._weights) and vectors.shape[1] != self._vectors.shape[1]:
            raise ValueError(
                f"new titles have {vectors.shape[1]} dimensions, "
                f"expected {self._vectors.shape[1]} as before"
            )
        self.tree.add(vectors[vectors.any(axis=1)])
        before = self._vectors if len(self._weights) else vectors[:0]
        self._vectors = np.concatenate([before, vectors])
        self._weights = np.concatenate([self._weights, new])
        return self

    def grouping(self) -> Grouping:
        """Return all titles so far in groups, in the order in which they came."""
        vectors, weights = self._vectors, self._weights
        labels = np.full(len(vectors), -1)
        known = np.flatnonzero(vectors.any(axis=1)) if len(vectors) else np.zeros(0, dtype=int)
        if len(known) < FEW:
            labels[known] = 0
            return settled(vectors, weights, labels)
        inside, heavy = vectors[known], weights[known]
        if self._middles is None:
            k = self.k or best_k(inside, heavy, method="birch", rng=self.rng)
            self.k = min(k, n_distinct(inside))
        labels[known] = by_entries(
            self.tree, inside, heavy, k=self.k or 1, rng=self.rng, init=self._middles
        )
        parts = [labels == label for label in range(labels.max() + 1)]
        means = [np.average(vectors[part], axis=0, weights=weights[part]) for part in parts]
        self._middles = np.stack(means).astype(np.float32)
        return settled(vectors, weights, labels, is_heaviest_first=False)
