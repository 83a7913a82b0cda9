"""A person's place in a space, from what they said about titles."""

from dataclasses import dataclass

import numpy as np

from recommendations.taste.geometry import centroid, cosine, unit


@dataclass(frozen=True)
class Profile:
    """A person's taste in one space.

    Attributes:
        vector: (d,) at length one, or zeros for somebody who has said nothing.
        title_ids: (k,) the titles it is made of.
        weights: (k,) how much each counts, negative for dislikes.
        vectors: (k, d) the titles' own vectors, at length one.
    """

    vector: np.ndarray
    title_ids: np.ndarray
    weights: np.ndarray
    vectors: np.ndarray

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is known of this taste."""
        return not np.any(self.vector)

    @property
    def n_positive(self) -> int:
        """Return how many titles speak for something."""
        return int((self.weights > 0).sum())


def profile_of(title_ids: np.ndarray, weights: np.ndarray, vectors: np.ndarray) -> Profile:
    """Return taste = normalise(Σ wᵢ vᵢ), dislikes negative (B09).

    Somebody who only dislikes has no direction yet: the vector stays zero.
    """
    vectors = unit(vectors) if len(vectors) else np.zeros((0, 0), dtype=np.float32)
    weights = np.asarray(weights, dtype=np.float32)
    dimension = vectors.shape[1] if vectors.size else 0
    positive = bool((weights > 0).any())
    vector = centroid(vectors, weights) if positive else np.zeros(dimension, dtype=np.float32)
    return Profile(vector, np.asarray(title_ids, dtype=np.int64), weights, vectors)


def closeness(profile: Profile, candidates: np.ndarray, *, sharpness: float) -> np.ndarray:
    """Return how close candidates lie to a taste: to its middle and to single titles in it.

    Half of it is the cosine to the taste vector. The other half is the mean of the cosines to
    the liked titles, weighted by exp(`sharpness` · cosine), so that a person with several moods
    is not served only what lies between them; disliked titles push away the same way.

    Args:
        profile: the taste; not empty.
        candidates: (m, d).
    Returns:
        (m,) float64, about in [-1, 1].
    """
    near_middle = cosine(candidates, profile.vector)
    cosines = unit(candidates) @ profile.vectors.T
    pull = _soft_mean(cosines, np.maximum(profile.weights, 0), sharpness)
    push = _soft_mean(cosines, np.maximum(-profile.weights, 0), sharpness)
    return 0.5 * near_middle + 0.5 * (pull - 0.3 * push)


def _soft_mean(cosines: np.ndarray, weights: np.ndarray, sharpness: float) -> np.ndarray:
    """Return (m,) means of (m, k) cosines, the high ones counting most; 0 without weights."""
    if not weights.any():
        return np.zeros(len(cosines))
    shares = weights[None, :] * np.exp(sharpness * cosines)
    return (shares * cosines).sum(axis=1) / shares.sum(axis=1)


def without(profile: Profile, row: int) -> Profile:
    """Return the profile as it would be had the person not spoken of one title."""
    keep = np.arange(len(profile.title_ids)) != row
    return profile_of(profile.title_ids[keep], profile.weights[keep], profile.vectors[keep])
