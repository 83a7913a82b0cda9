"""BIRCH's tree of summaries: many titles held as few entries, and more added as they come."""

from typing import Any, Self

import numpy as np

# Beyond so many entries the tree is rebuilt coarser; below, every title keeps its own entry.
MOST_ENTRIES = 500
CHUNK = 500
FINEST = 1e-3
# Coarsening should leave this share of the entries; so many thresholds are tried for it.
FEWEST_SHARE, TRIES = 0.3, 10


class Tree:
    """A clustering-feature tree that never grows beyond so many entries.

    Each entry sums up titles whose radius stays below a threshold. When there are too many, the
    threshold is raised and the entries are inserted anew. No title is ever read twice for that.
    Source: Zhang, Ramakrishnan and Livny, "BIRCH", 1996, phases 1 and 2.
    """

    def __init__(self, *, most: int = MOST_ENTRIES) -> None:
        """Begin empty and as fine as can be."""
        self.most, self.threshold = most, FINEST
        self._birch: Any = None

    def add(self, vectors: np.ndarray) -> Self:
        """Insert titles.

        Args:
            vectors: (n, d), as many dimensions as those before.
        """
        for start in range(0, len(vectors), CHUNK):
            self._insert(np.asarray(vectors[start : start + CHUNK], dtype=np.float32))
            while len(self.entries) > self.most:
                self._coarsen()
        return self

    @property
    def entries(self) -> np.ndarray:
        """Return (m, d) float32: where the entries lie."""
        if self._birch is None:
            return np.zeros((0, 0), dtype=np.float32)
        return self._birch.subcluster_centers_

    def nearest(self, vectors: np.ndarray) -> np.ndarray:
        """Return (n,) the number of the entry nearest to each title."""
        entries = self.entries
        # |x − e|² without |x|², which is the same for every entry.
        return np.argmin((entries**2).sum(axis=1) - 2 * (vectors @ entries.T), axis=1)

    def _insert(self, vectors: np.ndarray) -> None:
        if self._birch is None:
            self._birch = _begun(self.threshold)
        self._birch.partial_fit(vectors)

    def _coarsen(self) -> None:
        """Insert the entries anew under a threshold that leaves fewer, and not too few.

        In many dimensions all distances are alike: a little above the threshold under which
        nothing joins, everything does. So a threshold that overshoots is halved back.
        """
        from sklearn.neighbors import NearestNeighbors

        entries = self.entries
        apart, _ = NearestNeighbors(n_neighbors=1).fit(entries).kneighbors()
        # Two entries of one title each have half their distance as radius when they join.
        low, tried = self.threshold, max(1.1 * self.threshold, float(np.median(apart)) / 2)
        best: Any = None
        for _ in range(TRIES):
            birch = _begun(tried).partial_fit(entries)
            n = len(birch.subcluster_centers_)
            if n > self.most:
                low, tried = tried, 1.1 * tried
                continue
            if best is None or n > len(best.subcluster_centers_):
                best = birch
            if n >= self.most * FEWEST_SHARE:
                break
            tried = (low + tried) / 2
        self._birch = birch if best is None else best
        self.threshold = self._birch.threshold


def _begun(threshold: float) -> Any:
    from sklearn.cluster import Birch

    return Birch(threshold=threshold, n_clusters=None)
