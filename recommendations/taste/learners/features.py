"""What is known of a candidate for one person: the columns that a ranker puts in order by."""

from dataclasses import dataclass

import numpy as np

from recommendations.taste.geometry import unit
from recommendations.taste.interactions import Facts, Interactions
from recommendations.taste.learners.base import Weights
from recommendations.taste.ranking import standardise
from recommendations.taste.space import TasteSpace, shares_of

LIKED, DISLIKED, LOVED = 4.0, 2.5, 4.5
# Columns of the features, in their order.
FEATURES = (
    "score", "score as a short history", "score as a long history", "place", "lead over fifth",
    "short lead", "long lead", "people", "mean stars", "share liked", "share loved",
    "share disliked", "year", "length", "own mean stars", "own liked", "own mean year",
    "own mean people", "own strictness", "years away", "people away", "genres liked",
    "genres disliked", "nearest liked", "three nearest liked", "nearest disliked",
    "stars of near", "strongest pull", "pulls for it", "start", "second lead", "last but one lead",
    "pull of all said", "pull of the disliked", "pull of the middling", "pull of the loved",
    "start lead", "own years apart",
)  # fmt: skip


@dataclass(frozen=True)
class Stats:
    """What people in general say of each title.

    Attributes:
        people: (n,) float32, log(1 + how many of a thousand people rated it): a share, so that
            trees grown on a part of the people can be asked about all of them.
        stars: (n,) mean stars, drawn towards the mean of all where few rated it.
        liked, loved, disliked: (n,) shares of its ratings, drawn in the same way.
        years: (n,) float32; the mean year where unknown.
        genres: (n, g) float32, 1 where it has the genre.
    """

    people: np.ndarray
    stars: np.ndarray
    liked: np.ndarray
    loved: np.ndarray
    disliked: np.ndarray
    years: np.ndarray
    genres: np.ndarray

    def take(self, rows: np.ndarray) -> "Stats":
        """Return the statistics of these titles."""
        return Stats(**{name: column[rows] for name, column in vars(self).items()})


def stats_of(interactions: Interactions, facts: Facts | None, *, prior: float = 10.0) -> Stats:
    """Return the statistics of every title of the vocabulary.

    Args:
        prior: how many average ratings each title is given beforehand.
    """
    ratings = interactions.ratings
    n = len(interactions.titles)

    def share(values: np.ndarray) -> np.ndarray:
        mean = float(values.mean()) if len(values) else 0.0
        sums = np.bincount(ratings.title, weights=values, minlength=n)
        return ((sums + prior * mean) / (counts + prior)).astype(np.float32)

    counts = np.bincount(ratings.title, minlength=n)
    n_people = max(len(np.unique(ratings.person)), 1)
    stars = ratings.stars.astype(np.float64)
    years = np.full(n, np.nan, dtype=np.float32)
    names = sorted({genre for row in facts.genres for genre in row}) if facts else []
    genres = np.zeros((n, max(len(names), 1)), dtype=np.float32)
    if facts:
        rows = facts.rows_for(interactions.titles)
        years[rows >= 0] = facts.years[rows[rows >= 0]]
        place = {name: i for i, name in enumerate(names)}
        for title in np.flatnonzero(rows >= 0):
            genres[title, [place[name] for name in facts.genres[rows[title]]]] = 1.0
    typical = float(np.nanmean(years)) if np.isfinite(years).any() else 0.0
    return Stats(
        people=np.log1p(1000 * counts / n_people).astype(np.float32),
        stars=share(stars),
        liked=share(stars >= LIKED),
        loved=share(stars >= LOVED),
        disliked=share(stars <= DISLIKED),
        years=np.nan_to_num(years, nan=typical),
        genres=genres,
    )


@dataclass(frozen=True)
class History:
    """What one person said, over numbers of titles.

    Attributes:
        titles: (k,) numbers.
        weights: (k,) as in `base.Weights`.
        stars: (k,) 0.5 to 5; a heart stands for 5, a save for 4, other statements for 3.
    """

    titles: np.ndarray
    weights: np.ndarray
    stars: np.ndarray


def features(
    space: TasteSpace, stats: Stats, history: History, *, n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the `n` titles the space puts first for a person, and what is known of each.

    Returns:
        (n,) numbers of titles the person did not speak of, best first, and (n, FEATURES)
        float32.
    """
    own = history.titles
    said = Said(space.vectors[own], space.pulls[:, own], stats.take(own), history)
    shares = shares_of(len(own), space.lengths)
    scores = space.vectors @ (shares @ said.places(space.starts)).astype(np.float32)
    scores[space.counts == 0] = -np.inf
    scores[own] = -np.inf
    n = min(n, int(np.isfinite(scores).sum()))
    best = np.argpartition(-scores, max(n - 1, 0))[:n]
    best = best[np.lexsort((best, -scores[best]))]
    vectors, starts = space.vectors[best], space.starts
    return best, columns(vectors, stats.take(best), said, starts=starts, lengths=space.lengths)


@dataclass(frozen=True)
class Said:
    """What is known of the titles that a person spoke of.

    Attributes:
        vectors: (k, d) where they lie.
        pulls: (m, k, d) what each adds, for each length of history.
        stats: of these k titles.
        history: what was said of them; its `titles` are not looked at.
    """

    vectors: np.ndarray
    pulls: np.ndarray
    stats: Stats
    history: History

    def places(self, starts: np.ndarray) -> np.ndarray:
        """Return (m, d): where the person lies, for each length of history."""
        return starts + np.einsum("k,mkd->md", self.history.weights, self.pulls)

    def without(self, row: int) -> "Said":
        """Return the same without one of the titles."""
        keep = np.arange(len(self.vectors)) != row
        history = History(*(column[keep] for column in vars(self.history).values()))
        return Said(self.vectors[keep], self.pulls[:, keep], self.stats.take(keep), history)


def columns(
    vectors: np.ndarray, stats: Stats, said: Said, *, starts: np.ndarray, lengths: np.ndarray
) -> np.ndarray:
    """Return (n, FEATURES) float32: what is known of candidates for one person.

    Args:
        vectors: (n, d) of the candidates, those with the highest scores first.
        stats: of the same.
        starts, lengths: of the space.
    """
    n, history = len(vectors), said.history
    shares, places = shares_of(len(history.stars), lengths), said.places(starts)
    by_length = vectors @ places.T.astype(np.float32)
    scores = vectors @ (shares @ places).astype(np.float32)
    spread = float(scores.std()) or 1.0
    fifth = scores[min(4, n - 1)] if n else 0.0
    found = np.zeros((n, len(FEATURES)), dtype=np.float32)
    leads = [standardise(by_length[:, column]) for column in (0, -1)]
    found[:, 0:7] = np.stack(
        [
            scores,
            by_length[:, 0],
            by_length[:, -1],
            np.arange(n),
            (scores - fifth) / spread,
            *leads,
        ],
        axis=1,
    )
    found[:, 7:13] = np.stack(
        [stats.people, stats.stars, stats.liked, stats.loved, stats.disliked, stats.years], axis=1
    )
    found[:, 29] = vectors @ (shares @ starts).astype(np.float32)
    m = len(lengths)
    for column, length in ((30, min(1, m - 1)), (31, max(m - 2, 0))):
        found[:, column] = standardise(by_length[:, length])
    found[:, 36] = standardise(found[:, 29])
    if not len(history.stars):
        return found
    own, stars = said.stats, history.stars
    loved = np.maximum(history.weights, 0) + 1e-6
    year = float(np.average(own.years, weights=loved))
    people = float(own.people.mean())
    strict = float(stars.mean() - own.stars.mean())
    found[:, 13:19] = [len(stars), stars.mean(), (stars >= LIKED).sum(), year, people, strict]
    found[:, 19] = np.abs(found[:, 12] - year)
    found[:, 20] = found[:, 7] - people
    per_title = np.maximum(stats.genres.sum(axis=1), 1)
    liked, disliked = stars >= LIKED, stars <= DISLIKED
    found[:, 21] = stats.genres @ (loved @ own.genres / (loved.sum() + 1)) / per_title
    found[:, 22] = stats.genres @ (disliked @ own.genres / (disliked.sum() + 1)) / per_title
    near = unit(vectors) @ unit(said.vectors).T
    if liked.any():
        ordered = np.sort(near[:, liked], axis=1)
        found[:, 23], found[:, 24] = ordered[:, -1], ordered[:, -3:].mean(axis=1)
    if disliked.any():
        found[:, 25] = near[:, disliked].max(axis=1)
    close = np.maximum(near, 0)
    found[:, 26] = close @ (stars - stars.mean()) / (close.sum(axis=1) + 0.1)
    pulls = vectors @ np.tensordot(shares, said.pulls, axes=1).T
    pulled = pulls * history.weights
    found[:, 27], found[:, 28] = pulled.max(axis=1), (pulled > 0).sum(axis=1)
    # A score hears what was liked. What somebody has met at all says which titles they meet, and
    # what they did not like says it as well.
    found[:, 32] = pulls.sum(axis=1)
    for column, some in ((33, disliked), (34, ~disliked & ~liked), (35, stars >= LOVED)):
        found[:, column] = pulls[:, some].sum(axis=1)
    found[:, 37] = own.years.std()
    return found


def histories(interactions: Interactions, weights: Weights, people: np.ndarray) -> list[History]:
    """Return what each of these people said; the strongest of several about one title."""
    said = weights.of(interactions)
    stars = np.where(
        interactions.kind == 0,
        np.nan_to_num(interactions.stars, nan=3.0),
        np.array([3.0, 5.0, 4.0, 3.0])[interactions.kind],
    )
    order = np.lexsort((-said, interactions.title, interactions.person))
    person, title = interactions.person[order], interactions.title[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (person[1:] != person[:-1]) | (title[1:] != title[:-1])
    order, person = order[first], person[first]
    starts = np.searchsorted(person, people, side="left")
    ends = np.searchsorted(person, people, side="right")
    return [
        History(interactions.title[rows], said[rows], stars[rows].astype(np.float32))
        for rows in (order[a:b] for a, b in zip(starts, ends, strict=True))
    ]
