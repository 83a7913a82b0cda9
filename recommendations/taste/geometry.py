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
