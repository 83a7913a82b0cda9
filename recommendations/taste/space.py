"""The taste space as it is served: where titles lie, and what each adds to a person."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from recommendations.taste.interactions import Vocabulary


@dataclass(frozen=True)
class TasteSpace:
    """Titles and people in one space, scored by inner product.

    A person's place is Σ weight · pull of the title, over what they said. How a short history is
    best read differs from a long one, so each title has a pull for every length in `lengths`,
    and a history in between takes its share of both neighbours.

    Attributes:
        titles: n titles.
        vectors: (n, d) float32, what is searched.
        pulls: (m, n, d) float32, what a loved title adds to a person, for each length.
        lengths: (m,) float32 rising, how many statements a history has that a pull was made for.
        starts: (m, d) float32, where somebody lies before their titles pull, for each length.
        counts: (n,) int64, how many people's statements placed each title; 0 where its content did.
    """

    titles: Vocabulary
    vectors: np.ndarray
    pulls: np.ndarray
    lengths: np.ndarray
    starts: np.ndarray
    counts: np.ndarray

    def __post_init__(self) -> None:
        (n, d), m = self.vectors.shape, len(self.lengths)
        if self.pulls.shape != (m, n, d) or self.starts.shape != (m, d) or len(self.titles) != n:
            raise ValueError(
                f"vectors are {(n, d)}, pulls {self.pulls.shape}, lengths {m}, starts "
                f"{self.starts.shape}, titles {len(self.titles)}: they do not belong together"
            )

    @property
    def start(self) -> np.ndarray:
        """Return (d,) float32: where somebody lies of whom nothing is known."""
        return self.starts[0]


def shares_of(length: float, lengths: np.ndarray) -> np.ndarray:
    """Return (m,) shares that sum to one: how much each length's pull counts for a history.

    Shares are linear in the logarithm of the length, and flat beyond both ends.
    """
    return _shares_of(float(length), tuple(np.asarray(lengths, dtype=np.float64).tolist()))


@lru_cache(maxsize=4096)  # A list asks for the same few again and again.
def _shares_of(length: float, lengths: tuple[float, ...]) -> np.ndarray:
    at, where = np.log1p(max(length, 0.0)), np.log1p(lengths)
    shares = np.array([np.interp(at, where, row) for row in np.eye(len(where))])
    shares.setflags(write=False)
    return shares


def person_vector(
    pulls: np.ndarray, weights: np.ndarray, *, starts: np.ndarray, lengths: np.ndarray
) -> np.ndarray:
    """Return (d,) float32: where a person lies, from the titles they spoke of.

    Args:
        pulls: (m, k, d) of the k titles.
        weights: (k,) from `learners.base.Weights`, negative for dislikes.
        starts: (m, d).
    """
    shares = shares_of(len(weights), lengths)
    mixed = np.tensordot(shares, pulls, axes=1)
    return (shares @ starts + np.asarray(weights) @ mixed).astype(np.float32)
