"""How the four algorithms would group the likes of a sample of people here (A42)."""

import datetime
import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from django.contrib.auth import get_user_model
from django.db.models import Count, Q, TextField
from django.db.models.functions import MD5, Cast

from recommendations.said import signals_of
from recommendations.taste.clustering.grounds import DEFAULT_GROUND
from recommendations.taste.clustering.methods import METHODS, group
from recommendations.vibes.finding import SEED
from recommendations.vibes.likes import Likes, liked, read_likes, spaces_now

MOST_PEOPLE = 20
MOST_TITLES = 500
LEAST_TITLES = 8
NAMES = {"kmeans": "K-means", "ward": "Ward's hierarchy", "dbscan": "DBSCAN", "birch": "BIRCH"}
GROUND_NAMES = {DEFAULT_GROUND: "everything", "mood": "mood alone"}


@dataclass(frozen=True)
class Row:
    """One algorithm on one ground, means over the people.

    Attributes:
        silhouette, davies_bouldin: over the people with two vibes or more; None without any.
        n_split: how many those are.
        outliers: share of the titles that fit nowhere.
        seconds: for one person.
    """

    algorithm: str
    ground: str
    n_vibes: float
    n_split: int
    silhouette: float | None
    davies_bouldin: float | None
    inertia: float | None
    outliers: float
    seconds: float


@dataclass(frozen=True)
class Comparison:
    """What was compared, and how it came out."""

    rows: tuple[Row, ...]
    n_people: int
    n_titles: int
    n_cut: int  # people with more titles than are compared
    seconds: float


def compare(*, n_people: int, now: datetime.datetime) -> Comparison:
    """Return the four algorithms side by side over up to twenty people; stores nothing."""
    started = time.perf_counter()
    spaces = spaces_now()
    wanted = [liked(signals_of(person, now=now)) for person in sample(n_people)]
    likes_of: dict[str, list[Likes]] = {}
    for ground in GROUND_NAMES:
        likes_of[ground] = [read_likes(strongest(w), spaces, ground=ground) for w in wanted]
    rows = [row(method, ground, likes) for ground, likes in likes_of.items() for method in METHODS]
    return Comparison(
        rows=tuple(rows),
        n_people=len(wanted),
        n_titles=sum(len(strongest(w)) for w in wanted),
        n_cut=sum(len(w) > MOST_TITLES for w in wanted),
        seconds=time.perf_counter() - started,
    )


def sample(n: int) -> list:
    """Return up to `n` people with eight liked titles or more, always the same ones."""
    loved = Count("favourites", distinct=True)
    rated = Count("ratings", filter=Q(ratings__stars__gte=4), distinct=True)
    people = get_user_model().objects.annotate(n_loved=loved, n_rated=rated)
    enough = people.filter(Q(n_loved__gte=LEAST_TITLES) | Q(n_rated__gte=LEAST_TITLES))
    return list(enough.order_by(MD5(Cast("pk", TextField())), "pk")[: min(n, MOST_PEOPLE)])


def strongest(weights: dict[int, float]) -> dict[int, float]:
    """Return the most liked titles, as many as are compared."""
    return dict(sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_TITLES])


def row(method: str, ground: str, people: Iterable[Likes]) -> Row:
    """Return how one algorithm does on one ground."""
    found, seconds = [], []
    for likes in people:
        started = time.perf_counter()
        rng = np.random.default_rng(SEED)
        found.append(group(likes.vectors, likes.weights, method=method, rng=rng))
        seconds.append(time.perf_counter() - started)
    split = [one.quality for one in found if one.quality.silhouette is not None]
    return Row(
        algorithm=NAMES[method],
        ground=GROUND_NAMES[ground],
        n_vibes=mean([len(one.centroids) for one in found]) or 0.0,
        n_split=len(split),
        silhouette=mean([one.silhouette for one in split]),
        davies_bouldin=mean([one.davies_bouldin for one in split]),
        inertia=mean([one.quality.inertia for one in found]),
        outliers=mean([one.quality.outlier_share for one in found]) or 0.0,
        seconds=mean(seconds) or 0.0,
    )


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of what is known; None of nothing."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
