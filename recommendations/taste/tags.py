"""Genres and moods as a vector of their own: what kind of thing a title is, in so many words."""

import hashlib

import numpy as np

from recommendations.taste.geometry import unit

PLACES = 512


def tag_vector(genres: tuple[str, ...], moods: tuple[str, ...]) -> np.ndarray:
    """Return (512,) float32 at length one: genres and moods hashed into places, half each.

    Equal words share a place on every server, so the vectors of two servers compare.
    """
    return unit(_hashed("genre", genres) + _hashed("mood", moods))


def _hashed(kind: str, words: tuple[str, ...]) -> np.ndarray:
    found = np.zeros(PLACES, dtype=np.float32)
    for word in words:
        digest = hashlib.sha256(f"{kind}/{word.lower()}".encode()).digest()
        found[int.from_bytes(digest[:2], "big") % PLACES] += 1.0
    return unit(found)
