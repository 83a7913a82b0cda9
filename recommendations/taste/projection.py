"""A space of many dimensions seen from one side: two directions, the same for everybody."""

from dataclasses import dataclass

import numpy as np

from recommendations.taste.geometry import unit


@dataclass(frozen=True)
class Projection:
    """Where a flat map of a space has its origin, and which way its two axes point.

    Attributes:
        middle: (d,) the mean of the vectors it was fitted to.
        axes: (2, d) at length one and at right angles.
        scale: what one unit on the map is in the space, so that most titles lie within ±1.
        kept: the share of the titles' variance that the map shows, in [0, 1].
    """

    middle: np.ndarray
    axes: np.ndarray
    scale: float
    kept: float

    def places(self, vectors: np.ndarray) -> np.ndarray:
        """Return (n, 2) places on the map of (n, d) vectors, of any length each.

        Raises:
            ValueError: the vectors have another dimension than the map.
        """
        vectors = np.asarray(vectors, dtype=np.float32)
        if vectors.ndim != 2 or vectors.shape[1] != len(self.middle):
            raise ValueError(f"vectors are {vectors.shape}, expected (n, {len(self.middle)})")
        return (unit(vectors) - self.middle) @ self.axes.T / self.scale


def fit_projection(vectors: np.ndarray) -> Projection:
    """Return the plane that keeps most of the variance of the vectors (principal components).

    The signs, which the method leaves open, are chosen so that the heaviest coordinate of each
    axis is positive: the same vectors give the same map on every machine.

    Args:
        vectors: (n, d), n ≥ 3; their directions count.
    Raises:
        ValueError: there are fewer than three, or they all point the same way.
    """
    directions = unit(vectors)
    if directions.ndim != 2 or len(directions) < 3:
        raise ValueError(f"a map needs at least three titles, there are {len(directions)}")
    middle = directions.mean(axis=0)
    centred = (directions - middle).astype(np.float64)
    values, vectors_of = np.linalg.eigh(centred.T @ centred / len(centred))
    total = float(np.maximum(values, 0.0).sum())
    if total < 1e-12:
        raise ValueError("all titles lie in one place, so no direction tells them apart")
    axes = vectors_of[:, [-1, -2]].T
    heaviest = np.abs(axes).argmax(axis=1)
    axes = axes * np.sign(axes[np.arange(2), heaviest])[:, None]
    places = centred @ axes.T
    scale = float(np.quantile(np.abs(places).max(axis=1), 0.98)) or 1.0
    kept = float(np.maximum(values[-2:], 0.0).sum()) / total
    return Projection(middle.astype(np.float32), axes.astype(np.float32), scale, kept)


def share_of_neighbours(
    projection: Projection, vectors: np.ndarray, *, rows: np.ndarray, n: int = 10
) -> float:
    """Return which share of the titles next to one another in the space are so on the map.

    For each of `rows`, its `n` nearest in the space by cosine are looked for among its `n`
    nearest on the map. A map drawn by chance keeps n / (m − 1).

    Args:
        vectors: (m, d), m > n.
        rows: (r,) which titles to look around.
    Returns:
        The mean share, in [0, 1].
    """
    directions, places = unit(vectors), projection.places(vectors)
    unlike = -(directions[rows] @ directions.T)
    away = ((places[rows, None] - places[None]) ** 2).sum(axis=2)
    itself = (np.arange(len(rows)), rows)
    unlike[itself] = away[itself] = np.inf
    near, beside = (np.argpartition(one, n - 1, axis=1)[:, :n] for one in (unlike, away))
    both = [len(set(a) & set(b)) for a, b in zip(near.tolist(), beside.tolist(), strict=True)]
    return float(np.mean(both)) / n
