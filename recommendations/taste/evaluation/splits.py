"""Cutting interactions into what is learnt from and what is asked for."""

from dataclasses import dataclass

import numpy as np

from recommendations.taste.interactions import RATED, Interactions


@dataclass(frozen=True)
class Split:
    """Train and test over the same vocabularies.

    Attributes:
        people: (k,) numbers of the people who are asked for.
    """

    train: Interactions
    test: Interactions
    people: np.ndarray


def _split(interactions: Interactions, is_test: np.ndarray) -> Split:
    test = interactions.take(is_test)
    return Split(interactions.take(~is_test), test, np.unique(test.person).astype(np.int64))


def global_random(interactions: Interactions, *, share: float, rng: np.random.Generator) -> Split:
    """Return a split that holds out a share of all ratings, whoever gave them."""
    is_rating = interactions.kind == RATED
    is_test = np.zeros(len(interactions), dtype=bool)
    rows = np.flatnonzero(is_rating)
    is_test[rng.permutation(rows)[: round(share * len(rows))]] = True
    return _split(interactions, is_test)


def places_from_end(interactions: Interactions, key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each rating its place from the end of its person's own, and how many they have."""
    order = np.lexsort((key, interactions.person))
    person = interactions.person[order]
    counts = np.bincount(person, minlength=len(interactions.people))
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = counts[person] - 1 - (np.arange(len(order)) - starts[person])
    return place, counts[interactions.person]


def per_person(
    interactions: Interactions, *, share: float, at_least: int = 5, rng: np.random.Generator
) -> Split:
    """Return a split that holds out a random share of each person's ratings.

    People who would keep fewer than they give are left whole in train.
    """
    ratings = interactions.ratings
    return _of_last(interactions, ratings, rng.random(len(ratings)), share, at_least)


def by_time(interactions: Interactions, *, share: float, at_least: int = 5) -> Split:
    """Return a split that holds out the latest share of each person's ratings."""
    ratings = interactions.ratings
    at = np.nan_to_num(ratings.at, nan=-np.inf)
    return _of_last(interactions, ratings, at, share, at_least)


def _of_last(
    interactions: Interactions, ratings: Interactions, key: np.ndarray, share: float, at_least: int
) -> Split:
    place, n = places_from_end(ratings, key)
    held = np.maximum(np.floor(share * n), at_least)
    is_held = (place < held) & (n > held)
    is_test = np.zeros(len(interactions), dtype=bool)
    is_test[np.flatnonzero(interactions.kind == RATED)[is_held]] = True
    return _split(interactions, is_test)


def new_people(
    interactions: Interactions,
    *,
    k: int,
    rng: np.random.Generator,
    share: float | None = None,
    n: int | None = None,
    at_least: int = 5,
) -> Split:
    """Return a split in which some people are known by `k` ratings only.

    Train holds everybody else's statements and `k` random ratings of each new person (k may be
    0); test holds the rest of theirs.

    Args:
        share, n: how many people are new: a share of those with enough ratings, or a number.
        at_least: how many ratings must be left to ask for.
    """
    if (share is None) == (n is None):
        raise ValueError("say either which share of the people is new, or how many")
    ratings = interactions.ratings
    counts = np.bincount(ratings.person, minlength=len(interactions.people))
    enough = np.flatnonzero(counts >= k + at_least)
    n_new = min(n if n is not None else round((share or 0) * len(enough)), len(enough))
    is_new = np.zeros(len(interactions.people), dtype=bool)
    is_new[rng.permutation(enough)[:n_new]] = True
    place, _ = places_from_end(ratings, rng.random(len(ratings)))
    of_new = is_new[ratings.person]
    rows = np.flatnonzero(interactions.kind == RATED)
    is_test = np.zeros(len(interactions), dtype=bool)
    is_test[rows[of_new & (place >= k)]] = True
    # Their hearts and saves would give away what is asked for.
    gone = is_new[interactions.person] & (interactions.kind != RATED)
    split = _split(interactions, is_test)
    return Split(interactions.take(~is_test & ~gone), split.test, split.people)
