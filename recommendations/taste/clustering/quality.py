"""How well groups hold together: silhouette, Davies-Bouldin, inertia, and the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# A silhouette compares every pair; of more titles than these a sample is compared.
MOST_COMPARED = 5_000
# The upper and the lower quarter of 224 vibes of 60 real people (docs/vibes.md) begin here.
WELL, ENOUGH = 0.10, 0.04


@dataclass(frozen=True)
class Quality:
    """Figures of a set of groups, or of one group among the others.

    Attributes:
        silhouette: in [-1, 1], higher is better (Rousseeuw 1987); None without two groups.
        davies_bouldin: from 0, lower is better (Davies and Bouldin 1979); None without two groups.
        inertia: the sum of squared distances to the plain mean of the own group, titles that fit
            nowhere left out; None when there is no group.
        outlier_share: in [0, 1], which share of the titles fits nowhere.
    """

    silhouette: float | None
    davies_bouldin: float | None
    inertia: float | None
    outlier_share: float = 0.0


def quality_of(vectors: np.ndarray, labels: np.ndarray) -> Quality:
    """Return the figures of a whole set of groups, by Euclidean distance as scikit-learn has them.

    Args:
        vectors: (n, d).
        labels: (n,) group numbers, −1 for titles that fit nowhere; those count in nothing but
            the share of outliers.
    """
    from sklearn.metrics import davies_bouldin_score, silhouette_score

    fits = labels >= 0
    share = float(1 - fits.mean()) if len(labels) else 0.0
    inside, of = np.asarray(vectors)[fits], labels[fits]
    if not len(inside):
        return Quality(None, None, None, share)
    inertia = sum(_inertia(inside[of == label]) for label in np.unique(of))
    if not 2 <= len(np.unique(of)) < len(of):
        return Quality(None, None, inertia, share)
    sample = MOST_COMPARED if len(of) > MOST_COMPARED else None
    silhouette = silhouette_score(inside, of, sample_size=sample, random_state=0)
    return Quality(float(silhouette), float(davies_bouldin_score(inside, of)), inertia, share)


def quality_of_each(vectors: np.ndarray, labels: np.ndarray) -> list[Quality]:
    """Return the figures of each group among the others, by group number.

    The silhouette is the mean over the group's titles, Davies-Bouldin the worst ratio that the
    group has with another, so that their means over titles and over groups are the set's.
    """
    from sklearn.metrics import silhouette_samples

    fits = labels >= 0
    inside, of = np.asarray(vectors, dtype=np.float64)[fits], labels[fits]
    groups = np.unique(of)
    parts = [inside[of == label] for label in groups]
    inertias = [_inertia(part) for part in parts]
    if not 2 <= len(groups) < len(of):
        return [Quality(None, None, inertia) for inertia in inertias]
    if len(of) > MOST_COMPARED:
        # Even steps through the titles: no chance, and every group keeps its share.
        step = -(-len(of) // MOST_COMPARED)
        inside, of = inside[::step], of[::step]
    values = silhouette_samples(inside, of) if len(np.unique(of)) > 1 else np.zeros(len(of))
    means = np.stack([part.mean(axis=0) for part in parts])
    spread = np.array(
        [np.linalg.norm(p - m, axis=1).mean() for p, m in zip(parts, means, strict=True)]
    )
    apart = np.linalg.norm(means[:, None] - means[None], axis=-1)
    np.fill_diagonal(apart, np.inf)
    # Groups whose means coincide are not apart at all; scikit-learn, too, lets them count nothing.
    ratios = np.divide(
        spread[:, None] + spread[None], apart, out=np.zeros_like(apart), where=apart > 0
    ).max(axis=1)
    return [
        Quality(float(values[of == label].mean()) if (of == label).any() else None, float(r), i)
        for label, r, i in zip(groups, ratios, inertias, strict=True)
    ]


def quality_from(each: Sequence[Quality], labels: np.ndarray) -> Quality:
    """Return the figures of a whole set from those of its groups, nothing compared again.

    Args:
        each: what `quality_of_each` returns.
        labels: (n,) that it was asked about.
    """
    sizes = np.unique(labels[labels >= 0], return_counts=True)[1]
    share = float((labels < 0).mean()) if len(labels) else 0.0
    if not each:
        return Quality(None, None, None, share)
    inertia = sum(one.inertia or 0.0 for one in each)
    told = [(one.silhouette, n) for one, n in zip(each, sizes.tolist(), strict=True)]
    known = [(value, n) for value, n in told if value is not None]
    if len(each) < 2 or not known:
        return Quality(None, None, inertia, share)
    silhouette = sum(value * n for value, n in known) / sum(n for _, n in known)
    return Quality(
        silhouette, float(np.mean([one.davies_bouldin or 0.0 for one in each])), inertia, share
    )


def in_words(quality: Quality, size: int) -> str:
    """Return in plain words how well a vibe, or a set of them, holds together.

    Args:
        size: how many titles it has.
    """
    if size < 4:
        return "too few titles to tell yet"
    if quality.silhouette is None:
        return "one taste, all of a piece"
    if quality.silhouette >= WELL:
        return "holds together well"
    if quality.silhouette >= ENOUGH:
        return "holds together"
    if quality.silhouette >= 0.0:
        return "loosely held together"
    return "runs into your other vibes"


def _inertia(part: np.ndarray) -> float:
    part = np.asarray(part, dtype=np.float64)
    return float(((part - part.mean(axis=0)) ** 2).sum())
