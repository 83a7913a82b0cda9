"""Harsh or generous: how somebody's stars differ from those of others on the same titles (D24)."""

from dataclasses import dataclass

import numpy as np

# As if so many ratings without any difference came first: few ratings say little of a habit.
SHRINKAGE = 5.0
FEWEST = 5


@dataclass(frozen=True)
class Leaning:
    """How somebody rates against others.

    Attributes:
        by: stars above (positive) or below (negative) what others give, drawn towards 0.
        n: how many of their ratings could be compared.
    """

    by: float
    n: int


def leaning(own: np.ndarray, others: np.ndarray) -> Leaning | None:
    """Return Σ (own − others) / (n + `SHRINKAGE`), or None below `FEWEST` comparable ratings.

    The regularised user bias of Koren (2010), "Factor in the Neighbors", with the mean of others
    in the place of the title's own bias.

    Args:
        own: (n,) stars.
        others: (n,) the mean stars of others for the same titles; NaN where nobody gave any.
    """
    own, others = np.asarray(own, dtype=np.float64), np.asarray(others, dtype=np.float64)
    known = np.isfinite(others)
    n = int(known.sum())
    if n < FEWEST:
        return None
    return Leaning(float((own[known] - others[known]).sum() / (n + SHRINKAGE)), n)
