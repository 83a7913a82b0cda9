"""What titles are grouped by: content, mood, taste, or shares of them side by side."""

from collections.abc import Mapping

import numpy as np

from recommendations.taste.geometry import unit

# Shares per axis; how they were chosen and what each is worth stands in docs/vibes.md.
GROUNDS: dict[str, dict[str, float]] = {
    "content": {"composed": 1.0},
    "mood": {"mood": 1.0},
    "taste": {"taste": 1.0},
    "blend": {"composed": 0.8, "mood": 0.05, "taste": 0.15},
}
DEFAULT_GROUND = "content"


def joined(parts: Mapping[str, np.ndarray], shares: Mapping[str, float]) -> np.ndarray:
    """Return the axes side by side, so that cosines are share-weighted means of cosines.

    Each part is set to length one, multiplied by the root of its share and put beside the
    others. The inner product of two rows is then Σ share · cosine. A title that an axis does
    not know has zeros there and keeps its length by the other axes.

    Args:
        parts: axis → (n, d_axis), a row of zeros where an axis does not know a title; axes
            without a share are left out.
        shares: axis → share, positive.
    Returns:
        (n, Σ d_axis) float32, rows at length one, or zero for a title that no axis knows.
    Raises:
        ValueError: an axis with a share is missing, or the parts differ in their rows.
    """
    missing = sorted(set(shares) - set(parts))
    if missing:
        raise ValueError(f"axes {', '.join(missing)} have a share and no vectors")
    rows = {len(parts[axis]) for axis in shares}
    if len(rows) > 1:
        raise ValueError(f"the axes have {', '.join(map(str, sorted(rows)))} rows, expected one n")
    return unit(np.hstack([share**0.5 * unit(parts[axis]) for axis, share in shares.items()]))
