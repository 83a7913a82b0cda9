"""How good lists are: one number a person, so that means have intervals and models pair.

Gain of a held-out title is 1 for 4.5 stars and more, 0.5 for 4, else 0; relevant is what has a
gain. The whole catalogue is ranked, no negatives are sampled. A title the person knew already, a
repeat, and an empty place (−1) are misses.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recommendations.taste.interactions import Interactions

FULL, PARTIAL = 1.0, 0.5
DISLIKED = 2.5  # stars up to which a held-out title counts as disliked


def gains(stars: np.ndarray, *, full: float = 4.5, partial: float = 4.0) -> np.ndarray:
    """Return (n,) float32 gains of stars: 1 from `full`, 0.5 from `partial`, else 0 (A29)."""
    stars = np.nan_to_num(np.asarray(stars, dtype=np.float32), nan=0.0)
    return np.select([stars >= full, stars >= partial], [FULL, PARTIAL], 0.0).astype(np.float32)


def hits(lists: np.ndarray, held: sparse.csr_matrix) -> np.ndarray:
    """Return (k, n) what stands in `held` for each place of each list; repeats and −1 give 0.

    Args:
        lists: (k, n) title numbers, best first, −1 where a list is short.
        held: (k, titles) one value for each held-out title.
    """
    k, n = lists.shape
    if not k:
        return np.zeros((0, n))
    rows = np.repeat(np.arange(k), n)
    found = np.asarray(held[rows, np.maximum(lists.ravel(), 0)]).reshape(k, n).astype(np.float64)
    found[lists < 0] = 0.0
    for place in range(1, n):
        again = (lists[:, :place] == lists[:, place : place + 1]).any(axis=1)
        found[again, place] = 0.0
    return found


def ndcg(found: np.ndarray, held: sparse.csr_matrix, *, n: int = 5) -> np.ndarray:
    """Return (k,) normalised discounted cumulative gain of the first `n` places, graded.

    The ideal list is the person's own held-out gains. NaN for people without any.
    Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002.
    """
    discount = 1.0 / np.log2(np.arange(2, n + 2))
    got = found[:, :n] @ discount[: found.shape[1]]
    ideal = np.zeros(held.shape[0])
    for row in range(held.shape[0]):
        best = np.sort(held.data[held.indptr[row] : held.indptr[row + 1]])[::-1][:n]
        ideal[row] = best @ discount[: len(best)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(ideal > 0, got / ideal, np.nan)


def precision(found: np.ndarray, *, n: int = 5) -> np.ndarray:
    """Return (k,) the share of `n` places that are relevant; always over `n` (A08)."""
    return (found[:, :n] > 0).sum(axis=1) / n


def partial_precision(found: np.ndarray, *, n: int = 5) -> np.ndarray:
    """Return (k,) precision where a 4.0 counts half (A08)."""
    return found[:, :n].sum(axis=1) / n


def success(found: np.ndarray, *, n: int = 5, at_least: int = 3) -> np.ndarray:
    """Return (k,) 1.0 where at least three of the first five are relevant (SSR)."""
    return ((found[:, :n] > 0).sum(axis=1) >= at_least).astype(np.float64)


def recall(found: np.ndarray, held: sparse.csr_matrix, *, n: int = 10) -> np.ndarray:
    """Return (k,) the share of the relevant held-out titles among the first `n`; NaN without."""
    relevant = np.diff(held.indptr).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(relevant > 0, (found[:, :n] > 0).sum(axis=1) / relevant, np.nan)


def coverage(lists: np.ndarray, n_titles: int, *, n: int = 5) -> float:
    """Return the share of the catalogue that stands in anybody's first `n`."""
    shown = np.unique(lists[:, :n])
    return float((shown >= 0).sum() / max(n_titles, 1))


def popularity_percentile(lists: np.ndarray, counts: np.ndarray, *, n: int = 5) -> np.ndarray:
    """Return (k,) mean percentile of popularity of the first `n`: 1 for the best known.

    Args:
        counts: (titles,) how many people rated each in training.
    """
    order = np.argsort(np.argsort(counts, kind="stable"), kind="stable")
    percentile = (order + 1) / max(len(counts), 1)
    first = lists[:, :n]
    taken = np.where(first >= 0, percentile[np.maximum(first, 0)], np.nan)
    with np.errstate(invalid="ignore"):
        return np.array([row[~np.isnan(row)].mean() if (~np.isnan(row)).any() else np.nan
                         for row in taken])  # fmt: skip


def rmse(predicted: np.ndarray, stars: np.ndarray) -> float:
    """Return the root of the mean squared error, in stars."""
    difference = np.asarray(predicted, dtype=np.float64) - np.asarray(stars, dtype=np.float64)
    return float(np.sqrt(np.mean(difference**2)))


@dataclass(frozen=True)
class Report:
    """What one set of lists is worth.

    Attributes:
        people: (k,) numbers of the people who count: those with a relevant held-out title.
        by_person: name → (k,) one value each.
        whole: name → a number that belongs to all lists together.
    """

    people: np.ndarray
    by_person: dict[str, np.ndarray]
    whole: dict[str, float]

    def means(self) -> dict[str, float]:
        """Return every metric as one number."""
        means = {name: float(np.nanmean(v)) if len(v) else float("nan")
                 for name, v in self.by_person.items()}  # fmt: skip
        return {**means, **self.whole}


def report(
    lists: np.ndarray, people: np.ndarray, test: Interactions, *, counts: np.ndarray
) -> Report:
    """Return the metrics of lists against what the people held out.

    Args:
        lists: (k, n) numbers of `test.titles`, best first, −1 where short.
        people: (k,) numbers of `test.people`, whose list each row is.
        counts: (titles,) how often each of `test.titles` was rated in training.
    """
    test = test.ratings
    held = test.matrix(gains(test.stars))[people]
    disliked = test.matrix((test.stars <= DISLIKED).astype(np.float32))[people]
    counted = np.diff(held.indptr) > 0
    lists, people = lists[counted], people[counted]
    held, disliked = held[counted], disliked[counted]
    found = hits(lists, held)
    return Report(
        people=people,
        by_person={
            "ndcg@5": ndcg(found, held, n=5),
            "p@5": precision(found),
            "p@5 partial": partial_precision(found),
            "ssr": success(found),
            "recall@10": recall(found, held),
            "disliked@5": precision(hits(lists, disliked)),
            "popularity percentile": popularity_percentile(lists, counts),
        },
        whole={"coverage@5": coverage(lists, len(counts))},
    )


def interval(
    values: np.ndarray, *, rng: np.random.Generator, n_draws: int = 1000, level: float = 0.95
) -> tuple[float, float]:
    """Return the bootstrap interval of a mean over people.

    Pass the differences of two models for the same people to pair them.
    Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
    """
    values = np.asarray(values, dtype=np.float64)
    values = values[~np.isnan(values)]
    if not len(values):
        return float("nan"), float("nan")
    means = np.empty(n_draws)
    for i in range(n_draws):
        means[i] = values[rng.integers(len(values), size=len(values))].mean()
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
