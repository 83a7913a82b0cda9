"""Faithful reasons: a cause is named only when the score falls without it (B26)."""

import numpy as np

from recommendations.taste.geometry import cosine, unit
from recommendations.taste.profiles import Profile, closeness, without


def causes(
    profile: Profile, candidate: np.ndarray, *, sharpness: float, n: int, n_tried: int = 8
) -> list[tuple[int, float]]:
    """Return the person's titles without which the candidate's score would fall most.

    Each of the `n_tried` likeliest is really left out and the score computed again.

    Args:
        candidate: (d,).
    Returns:
        Up to `n` pairs (row in the profile, fall of the score > 0), largest fall first.
    """
    full = float(closeness(profile, candidate[None], sharpness=sharpness)[0])
    likely = profile.weights * np.exp(sharpness * cosine(profile.vectors, candidate))
    likely = np.where(profile.weights > 0, likely, -np.inf)
    found = []
    for row in np.argsort(-likely, kind="stable")[:n_tried]:
        if not np.isfinite(likely[row]):
            continue
        rest = without(profile, int(row))
        left = 0.0
        if not rest.is_empty:
            left = float(closeness(rest, candidate[None], sharpness=sharpness)[0])
        if full - left > 1e-6:
            found.append((int(row), full - left))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:n]


def falls_without(whole: np.ndarray, left: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """Return how much each candidate's closeness to a text falls when one of its words is left out.

    Args:
        whole: (d,) the text's vector.
        left: (k, d) what is left of it without each of k words.
        candidates: (m, d).
    Returns:
        (k, m); positive where the word pulled the candidate up.
    """
    falls: np.ndarray = cosine(whole, candidates)[None, :] - cosine(left, candidates)
    return falls


def axis_falls(
    target: np.ndarray, axis_vectors: dict[str, np.ndarray], weights: dict[str, float]
) -> dict[str, float]:
    """Return per axis how much the closeness to `target` falls when the axis is left out.

    Args:
        target: (d,) what is compared with.
        axis_vectors: (d,) a title's vector on each axis; a zero one counts as unknown.
        weights: share of each axis in the composed vector.
    """

    shares = {a: weights[a] * unit(v) for a, v in axis_vectors.items()}

    def composed(left_out: str = "") -> float:
        parts = [share for a, share in shares.items() if a != left_out]
        return float(cosine(np.sum(parts, axis=0), target)) if parts else 0.0

    full = composed()
    return {axis: full - composed(axis) for axis in axis_vectors}
