"""What is known of a candidate for one person: the columns that a ranker puts in order by."""

from dataclasses import dataclass

import numpy as np

from recommendations.taste.geometry import unit
from recommendations.taste.interactions import Facts, Interactions
from recommendations.taste.learners.base import Weights
from recommendations.taste.learners.stars import expected_stars, star_factors
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
    "start lead", "own years apart", "stars expected", "stars by own taste", "spread of stars",
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
        factors: (n, f) float32, see `stars.star_factors`.
        spread: (n,) how far its stars lie from their mean, drawn towards that of all.
    """

    people: np.ndarray
    stars: np.ndarray
    liked: np.ndarray
    loved: np.ndarray
    disliked: np.ndarray
    years: np.ndarray
    genres: np.ndarray
    factors: np.ndarray
    spread: np.ndarray

    def take(self, rows: np.ndarray | slice) -> "Stats":
        """Return the statistics of these titles."""
        return Stats(**{name: column[rows] for name, column in vars(self).items()})


def stats_of(interactions: Interactions, facts: Facts | None, *, prior: float = 10.0) -> Stats:
    """Return the statistics of every title.

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
    means = share(stars)
    return Stats(
        people=np.log1p(1000 * counts / max(len(np.unique(ratings.person)), 1)).astype(np.float32),
        stars=means,
        liked=share(stars >= LIKED),
        loved=share(stars >= LOVED),
        disliked=share(stars <= DISLIKED),
        years=np.nan_to_num(years, nan=typical),
        genres=genres,
        factors=star_factors(ratings, means),
        spread=np.sqrt(share((stars - means[ratings.title]) ** 2)),
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
        (n,) numbers of titles not spoken of, best first, and (n, FEATURES) float32.
    """
    own = history.titles
    said = OwnTitles(space.vectors[own], space.pulls[:, own], stats.take(own), history)
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
class OwnTitles:
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


def columns(
    vectors: np.ndarray, stats: Stats, said: OwnTitles, *, starts: np.ndarray, lengths: np.ndarray
) -> np.ndarray:
    """Return (n, FEATURES) float32: what is known of candidates for one person.

    Args:
        vectors: (n, d) of the candidates, those with the highest scores first.
        stats: of the same.
        starts, lengths: of the space.
    """
    everything = np.ones((1, len(said.vectors)), dtype=bool)
    return columns_of_parts(vectors, stats, said, everything, starts=starts, lengths=lengths)[0]


def columns_without(
    vectors: np.ndarray,
    stats: Stats,
    said: OwnTitles,
    rows: np.ndarray,
    *,
    starts: np.ndarray,
    lengths: np.ndarray,
    at: np.ndarray | slice = slice(None),
) -> np.ndarray:
    """Return (t, n, FEATURES): the same had they not spoken of one of these titles, each in turn.

    Args:
        rows: (t,) of the titles in `said`.
        at: as in `columns_of_parts`.
    """
    parts = np.arange(len(said.vectors)) != rows[:, None]
    return columns_of_parts(vectors, stats, said, parts, starts=starts, lengths=lengths, at=at)


def columns_of_parts(
    vectors: np.ndarray,
    stats: Stats,
    said: OwnTitles,
    parts: np.ndarray,
    *,
    starts: np.ndarray,
    lengths: np.ndarray,
    at: np.ndarray | slice = slice(None),
) -> np.ndarray:
    """Return (t, n, FEATURES) float32: what is known of candidates from parts of what was said.

    Args:
        parts: (t, k) booleans, which titles each part holds; equally many in all.
        at: which candidates are asked about; all of them stand in the list beside them.
    """
    n, m, history = len(vectors), len(lengths), said.history
    length, kept = int(parts[0].sum()), parts.astype(np.float32)
    shares = shares_of(length, lengths)
    places = starts + np.einsum("tk,mkd->tmd", kept * history.weights, said.pulls)
    by_length = vectors @ places.astype(np.float32).transpose(0, 2, 1)
    scores = (shares @ places).astype(np.float32) @ vectors.T
    spread = scores.std(axis=1, keepdims=True)
    spread[spread == 0] = 1.0
    fifth = scores[:, min(4, n - 1), None] if n else 0.0
    leads, ahead = _standardised(by_length)[:, at], ((scores - fifth) / spread)[:, at]
    start = vectors @ (shares @ starts).astype(np.float32)
    start_leads, place = standardise(start)[at], np.arange(n)[at]
    vectors, stats, start = vectors[at], stats.take(at), start[at]
    scores, by_length = scores[:, at], by_length[:, at]
    found = np.zeros((len(parts), len(vectors), len(FEATURES)), dtype=np.float32)
    found[:, :, 0], found[:, :, 3], found[:, :, 4] = scores, place, ahead
    found[:, :, 1], found[:, :, 2] = by_length[:, :, 0], by_length[:, :, -1]
    for column, which in ((5, 0), (6, -1), (30, min(1, m - 1)), (31, max(m - 2, 0))):
        found[:, :, column] = leads[:, :, which]
    told = (stats.people, stats.stars, stats.liked, stats.loved, stats.disliked, stats.years)
    found[:, :, 7:13] = np.stack(told, axis=1)
    found[:, :, 29], found[:, :, 36] = start, start_leads
    found[:, :, 38], found[:, :, 40] = stats.stars, stats.spread
    if not length:
        return found
    own, stars = said.stats, history.stars
    liked, disliked = stars >= LIKED, stars <= DISLIKED
    loved = kept * (np.maximum(history.weights, 0) + 1e-6)
    n_loved = loved.sum(axis=1, keepdims=True)
    year, people = loved @ own.years / n_loved[:, 0], kept @ own.people / length
    mean = kept @ stars / length
    about = (length, mean, kept @ liked, year, people, mean - kept @ own.stars / length)
    for column, each in enumerate(about, start=13):
        found[:, :, column] = np.reshape(each, (-1, 1))
    found[:, :, 19] = np.abs(stats.years - year[:, None])
    found[:, :, 20] = stats.people - people[:, None]
    per_title, genres = np.maximum(stats.genres.sum(axis=1), 1), stats.genres.T
    refused = kept * disliked
    n_refused = refused.sum(axis=1, keepdims=True)
    found[:, :, 21] = loved @ own.genres / (n_loved + 1) @ genres / per_title
    found[:, :, 22] = refused @ own.genres / (n_refused + 1) @ genres / per_title
    near = unit(vectors) @ unit(said.vectors).T
    best = -np.sort(-np.where(parts[:, None, liked], near[:, liked], -np.inf), axis=2)[:, :, :3]
    if liked.any():
        is_there = np.isfinite(best)
        best = np.where(is_there, best, 0.0)
        found[:, :, 23] = best[:, :, 0]
        found[:, :, 24] = best.sum(axis=2) / np.maximum(is_there.sum(axis=2), 1)
    if disliked.any():
        worst = np.where(parts[:, None, disliked], near[:, disliked], -np.inf).max(axis=2)
        found[:, :, 25] = np.where(np.isfinite(worst), worst, 0.0)
    close = np.maximum(near, 0).T
    found[:, :, 26] = (kept * (stars - mean[:, None])) @ close / (kept @ close + 0.1)
    pulls = vectors @ np.tensordot(shares, said.pulls, axes=1).T
    pulled = pulls * history.weights
    found[:, :, 27] = np.where(parts[:, None], pulled, -np.inf).max(axis=2)
    found[:, :, 28] = kept @ (pulled > 0).T
    # A score hears what was liked. What somebody has met at all says which titles they meet, and
    # what they did not like says it as well.
    met = (np.ones_like(liked), disliked, ~disliked & ~liked, stars >= LOVED)
    for column, some in enumerate(met, start=32):
        found[:, :, column] = (kept * some) @ pulls.T
    years = own.years - own.years.mean()
    variance = np.maximum(kept @ years**2 / length - (kept @ years / length) ** 2, 0)
    found[:, :, 37] = np.sqrt(variance)[:, None]
    offset, found[:, :, 39] = expected_stars(stars, own.stars, own.factors, stats.factors, kept)
    found[:, :, 38] += offset + found[:, :, 39]
    return found


def _standardised(values: np.ndarray) -> np.ndarray:
    """Return (t, n, m) with mean 0 and deviation 1 along the candidates."""
    centred = values - values.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True))
    return np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-12)


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
