"""The four algorithms, bare: vectors in, group numbers out."""

import numpy as np
from scipy import sparse

from recommendations.taste.clustering.tree import Tree

METHODS = ("kmeans", "ward", "dbscan", "birch")
# Of k-means, the tightest stays; fewer while the number of groups is still being tried.
STARTS, TRIAL_STARTS = 4, 2
# Which distances to the k-th neighbour DBSCAN tries as its reach.
REACHES = tuple(np.arange(0.1, 1.0, 0.1))
NEIGHBOURS = 3


def parted(
    vectors: np.ndarray,
    weights: np.ndarray,
    *,
    method: str,
    k: int,
    rng: np.random.Generator,
    tree: Tree | None = None,
    n_starts: int = STARTS,
) -> np.ndarray:
    """Return (n,) group numbers; −1 for what DBSCAN calls noise.

    Args:
        vectors: (n, d) at length one.
        weights: (n,), positive; Ward and DBSCAN do not use them.
        k: how many groups, at most n; DBSCAN finds its own number.
        tree: BIRCH's, where these titles are in one already.
        n_starts: of k-means.
    Raises:
        ValueError: there is no such method.
    """
    if method == "kmeans":
        return by_kmeans(vectors, weights, k=k, rng=rng, n_starts=n_starts)
    if method == "ward":
        return by_ward(vectors, k=k)
    if method == "dbscan":
        return by_dbscan(vectors)
    if method == "birch":
        tree = tree or Tree().add(vectors)
        return by_entries(tree, vectors, weights, k=k, rng=rng, n_starts=n_starts)
    raise ValueError(f"found the method {method!r}, expected one of {', '.join(METHODS)}")


def n_distinct(vectors: np.ndarray) -> int:
    """Return how many different places there are; what only rounding parts is one."""
    return len(np.unique(np.round(vectors, 4) + 0.0, axis=0))


def by_kmeans(
    vectors: np.ndarray,
    weights: np.ndarray,
    *,
    k: int,
    rng: np.random.Generator,
    init: np.ndarray | None = None,
    n_starts: int = STARTS,
) -> np.ndarray:
    """Return (n,) group numbers by weighted k-means.

    Args:
        init: (k, d) where the groups' middles begin; without it k-means++ draws them.
    """
    from sklearn.cluster import KMeans

    seed = int(rng.integers(2**31))
    start = "k-means++" if init is None else init
    n_starts = n_starts if init is None else 1
    model = KMeans(n_clusters=k, init=start, n_init=n_starts, random_state=seed)
    return model.fit(vectors, sample_weight=weights).labels_


def by_ward(vectors: np.ndarray, *, k: int) -> np.ndarray:
    """Return (n,) group numbers at the level of Ward's tree that has k groups."""
    from sklearn.cluster import AgglomerativeClustering

    if len(vectors) < 2:
        return np.zeros(len(vectors), dtype=np.int64)
    return AgglomerativeClustering(n_clusters=k, linkage="ward").fit_predict(vectors)


def by_dbscan(vectors: np.ndarray) -> np.ndarray:
    """Return (n,) group numbers by DBSCAN, −1 for noise.

    Its reach is read off the titles' own distances to their third neighbour: of the deciles of
    those, the one stays whose groups have the best silhouette times the share of titles that are
    in one. Where none makes two groups, the widest is taken, and most titles are in one.
    Source: Ester and others, "A density-based algorithm", 1996, section 4.2 (the k-distance).
    """
    from sklearn.cluster import DBSCAN
    from sklearn.metrics import pairwise_distances, silhouette_score

    neighbours = min(NEIGHBOURS, len(vectors) - 1)
    if neighbours < 1:
        return np.zeros(len(vectors), dtype=np.int64)
    apart = pairwise_distances(vectors).astype(np.float64)
    np.fill_diagonal(apart, 0.0)
    reached = np.partition(apart, neighbours, axis=1)[:, neighbours]
    best, best_worth = None, 0.0
    labels = np.zeros(len(vectors), dtype=np.int64)
    for reach in np.unique(np.quantile(reached, REACHES)):
        # A hair more, so that the title the reach was read from is within it.
        model = DBSCAN(eps=float(reach) + 1e-6, min_samples=neighbours + 1, metric="precomputed")
        labels = model.fit_predict(apart)
        fits = labels >= 0
        if 2 <= len(np.unique(labels[fits])) < fits.sum():
            inner = apart[np.ix_(fits, fits)]
            worth = silhouette_score(inner, labels[fits], metric="precomputed") * fits.mean()
            if worth > best_worth:
                best, best_worth = labels, worth
    return labels if best is None else best


def by_entries(
    tree: Tree,
    vectors: np.ndarray,
    weights: np.ndarray,
    *,
    k: int,
    rng: np.random.Generator,
    init: np.ndarray | None = None,
    n_starts: int = STARTS,
) -> np.ndarray:
    """Return (n,) group numbers: k-means over the entries of a tree, each as heavy as its titles.

    Source: Zhang and others 1996, phases 3 and 4.
    """
    entry = tree.nearest(vectors)
    m = len(tree.entries)
    heavy = np.bincount(entry, weights=weights, minlength=m)
    held = np.flatnonzero(heavy > 0)
    dealt = sparse.csr_matrix((weights, (entry, np.arange(len(entry)))), shape=(m, len(entry)))
    middles = ((dealt @ vectors)[held] / heavy[held, None]).astype(np.float32)
    k = min(k, len(held))
    init = init if init is not None and len(init) == k else None
    of = np.zeros(m, dtype=np.int64)
    of[held] = by_kmeans(middles, heavy[held], k=k, rng=rng, init=init, n_starts=n_starts)
    # Numbers without gaps, also where two groups have become one.
    return np.unique(of[entry], return_inverse=True)[1]
