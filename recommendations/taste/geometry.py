"""Lengths, angles and neighbours. Titles and people use the same functions (A64)."""

import numpy as np


def unit(vectors: np.ndarray) -> np.ndarray:
    """Return the vectors at length one; a zero vector stays zero.

    Args:
        vectors: (..., d) floats.
    Returns:
        (..., d) float32.
    """
    vectors = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def cosine(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the cosine of every pair, in [-1, 1]; with a zero vector it is 0, never NaN.

    Args:
        left: (d,) or (m, d).
        right: (d,) or (n, d).
    Returns:
        A number, (m,), (n,) or (m, n), as `left @ right.T` would have.
    Raises:
        ValueError: the two have different dimensions.
    """
    left, right = np.asarray(left), np.asarray(right)
    if left.shape[-1] != right.shape[-1]:
        raise ValueError(f"vectors of {left.shape[-1]} and {right.shape[-1]} dimensions")
    return np.clip(unit(left) @ unit(right).T, -1.0, 1.0)


def nearest(vectors: np.ndarray, target: np.ndarray, *, n: int) -> np.ndarray:
    """Return the rows closest to `target` by cosine, nearest first, ties in row order.

    Args:
        vectors: (m, d).
        target: (d,).
        n: how many; fewer come back when m < n.
    Returns:
        (min(n, m),) row numbers.
    """
    return np.argsort(-cosine(vectors, target), kind="stable")[:n]


def crowding(vectors: np.ndarray, *, k: int = 10) -> np.ndarray:
    """Return half the mean cosine of each vector to its `k` nearest among the others.

    In many dimensions a few vectors, the hubs, are among the nearest of nearly all. Taken off a
    closeness this sends them back; half and ten are the authors' own, nothing was tuned.
    Source: Conneau, Lample, Ranzato, Denoyer and Jégou, "Word translation without parallel data",
    ICLR 2018, cross-domain similarity local scaling; the half that belongs to what is compared
    with is the same for all.

    Args:
        vectors: (m, d), any length.
    Returns:
        (m,); 0 where there is no other.
    """
    vectors = unit(vectors)
    return crowded(vectors @ vectors.T, k=k)


def crowded(near: np.ndarray, *, k: int = 10) -> np.ndarray:
    """Return what `crowding` returns, from the cosines of every two vectors.

    Args:
        near: (m, m); its diagonal is overwritten.
    """
    m = len(near)
    k = min(k, m - 1)
    if k < 1:
        return np.zeros(m)
    np.fill_diagonal(near, -np.inf)
    found: np.ndarray = np.partition(near, m - k, axis=1)[:, m - k :].mean(axis=1) / 2
    return found


def centroid(vectors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weighted sum of the vectors at length one; zero when nothing is left.

    Args:
        vectors: (n, d), of any length each.
        weights: (n,), negative for what is disliked.
    Returns:
        (d,) float32.
    """
    vectors = np.asarray(vectors, dtype=np.float32)
    return unit(np.asarray(weights, dtype=np.float32) @ vectors)
