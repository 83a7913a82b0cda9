"""Finding a person's vibes among their likes, and which of the former ones each goes on from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.conf import settings

from recommendations.models import Vibe
from recommendations.taste.clustering.choose import algorithm_for
from recommendations.taste.clustering.matching import kept
from recommendations.taste.clustering.methods import FEW, group, grown
from recommendations.taste.clustering.quality import Quality, quality_from, quality_of_each
from recommendations.taste.geometry import centroid, cosine
from recommendations.vibes.likes import Likes

SEED = 20
# A vibe that keeps half of its titles keeps the name it was given.
SAME = 0.5


@dataclass(frozen=True)
class Former:
    """A vibe as it was stored last."""

    vibe: Vibe
    title_ids: frozenset[int]


@dataclass(frozen=True)
class Found:
    """A vibe as it was found, not stored.

    Attributes:
        title_ids: nearest to the middle first.
        fits: their cosines to the middle.
        centroid: (e,) float32, the weighted mean of its titles in the content space.
        former: the stored vibe that it goes on from.
        keeps_name: whether that one's name is its own still.
    """

    title_ids: tuple[int, ...]
    fits: tuple[float, ...]
    centroid: np.ndarray
    silhouette: float | None = None
    former: Vibe | None = None
    keeps_name: bool = False
    name: str = ""
    terms: tuple[str, ...] = ()

    @property
    def is_hidden(self) -> bool:
        """Return whether the person dropped it."""
        return self.former is not None and self.former.dropped_at is not None


@dataclass(frozen=True)
class Findings:
    """Everything one fit found for a person.

    Attributes:
        ground, axis: what was grouped by, and the content axis that middles lie on.
        said, made_in: stand for the likes and for the spaces.
        revision: of the stored set that it was worked out beside; −1 without one.
        n_joined: how many likes came or went since all were last grouped anew.
    """

    vibes: tuple[Found, ...]
    outlier_ids: tuple[int, ...]
    quality: Quality
    algorithm: str
    ground: str
    axis: str
    n_titles: int
    wanted: int | None = None
    space_id: int | None = None
    said: str = ""
    made_in: str = ""
    revision: int = -1
    n_joined: int = 0

    @property
    def shown(self) -> tuple[Found, ...]:
        """Return the vibes that the person did not drop."""
        return tuple(vibe for vibe in self.vibes if not vibe.is_hidden)


def find(
    likes: Likes, former: Sequence[Former], *, wanted: int | None, grows: bool = False
) -> Findings:
    """Group likes, around the vibes that are pinned; no names yet.

    A pinned vibe keeps its titles. One that is new joins it where it lies as near to its middle
    as its middle title does. The rest is grouped anew and matched with what was before.

    Args:
        wanted: how many vibes there should be; None lets the silhouette choose.
        grows: whether the former vibes only take in what is new.
    """
    rng = np.random.default_rng(SEED)
    pinned = [one for one in former if one.vibe.is_pinned and one.vibe.dropped_at is None]
    labels = pinned_labels(likes, pinned)
    free = np.flatnonzero(labels < 0)
    algorithm = settings.RECOMMENDER.vibe_algorithm
    algorithm = algorithm_for(len(likes)) if algorithm == "auto" else algorithm
    if len(free) and (not pinned or len(free) >= FEW):
        rest = likes.take(free)
        k = None if wanted is None else max(1, wanted - len(pinned))
        before = labels_before(rest, [one for one in former if one not in pinned])
        if grows and (before >= 0).any():
            found = grown(rest.vectors, rest.weights, before)
        else:
            found = group(rest.vectors, rest.weights, method=algorithm, k=k, rng=rng)
        labels[free] = np.where(found.labels < 0, -1, found.labels + len(pinned))
    numbers = [int(n) for n in np.unique(labels[labels >= 0])]
    each = quality_of_each(likes.vectors, labels) if numbers else []
    vibes = [
        replace(found_of(likes, np.flatnonzero(labels == number)), silhouette=one.silhouette)
        for number, one in zip(numbers, each, strict=True)
    ]
    return Findings(
        vibes=matched(vibes, numbers, pinned, former),
        outlier_ids=tuple(likes.ids[labels < 0].tolist()),
        quality=quality_from(each, labels),
        algorithm=algorithm,
        ground=likes.ground,
        axis=likes.axis,
        n_titles=len(likes),
        wanted=wanted,
    )


def labels_before(likes: Likes, former: Sequence[Former]) -> np.ndarray:
    """Return (n,) the number of the former vibe that holds each like, −1 for none."""
    labels = np.full(len(likes), -1)
    for number, one in enumerate(former):
        labels[likes.rows_of(one.title_ids)] = number
    return labels


def pinned_labels(likes: Likes, pinned: Sequence[Former]) -> np.ndarray:
    """Return (n,) the number of the pinned vibe that each like belongs to, −1 for none."""
    labels = np.full(len(likes), -1)
    closeness = np.full((len(likes), len(pinned)), -1.0)
    for number, one in enumerate(pinned):
        rows = likes.rows_of(one.title_ids)
        labels[rows] = number
        if len(rows):
            middle = centroid(likes.vectors[rows], likes.weights[rows])
            near = cosine(likes.vectors, middle)
            closeness[:, number] = np.where(near >= np.median(near[rows]), near, -1.0)
    if pinned:
        joins = (labels < 0) & (closeness.max(axis=1) > 0)
        labels[joins] = closeness[joins].argmax(axis=1)
    return labels


def found_of(likes: Likes, rows: np.ndarray) -> Found:
    """Return the vibe of these likes, its nearest titles first."""
    middle = centroid(likes.content[rows], likes.weights[rows])
    fits = np.asarray(cosine(likes.content[rows], middle), dtype=np.float64)
    order = np.lexsort((likes.ids[rows], -fits))
    return Found(
        tuple(likes.ids[rows][order].tolist()), tuple(fits[order].round(6).tolist()), middle
    )


def matched(
    vibes: Sequence[Found],
    numbers: Sequence[int],
    pinned: Sequence[Former],
    former: Sequence[Former],
) -> tuple[Found, ...]:
    """Return the vibes with the stored one that each goes on from, pinned ones first."""
    is_pinned = [number < len(pinned) for number in numbers]
    others = [one for one in former if one not in pinned]
    free = [vibe for vibe, own in zip(vibes, is_pinned, strict=True) if not own]
    old = kept([o.title_ids for o in others], [frozenset(v.title_ids) for v in free])
    result = [
        replace(vibe, former=pinned[number].vibe, keeps_name=True)
        for vibe, number, own in zip(vibes, numbers, is_pinned, strict=True)
        if own
    ]
    for vibe, place in zip(free, old, strict=True):
        if place is None:
            result.append(vibe)
            continue
        own = others[place]
        ids = frozenset(vibe.title_ids)
        overlap = len(own.title_ids & ids) / len(own.title_ids | ids)
        keeps = own.vibe.is_named_by_person or overlap >= SAME
        result.append(replace(vibe, former=own.vibe, keeps_name=keeps))
    return tuple(result)
