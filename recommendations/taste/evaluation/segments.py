"""Where lists fail: the same metrics for those of whom little is known (D22)."""

from dataclasses import dataclass

import numpy as np

from recommendations.taste.evaluation.metrics import Report, gains, hits
from recommendations.taste.interactions import Interactions

HISTORIES = (0, 5, 20, 50, 100)  # ratings up to which a person belongs to a segment
BANDS = (0.01, 0.1, 1.0)  # shares of the catalogue, the best known first


@dataclass(frozen=True)
class Segment:
    """One part of the people, or of the titles, and what the lists are worth for it.

    Attributes:
        of: "people", by how many ratings are known of them, or "titles", by their renown.
        low, high: for people the fewest and most ratings, `high` None for no end; for titles the
            share of the catalogue that is better known, and that share with this band.
        n: how many people, or how many held-out loved titles.
        value: mean NDCG@5 of the people; share of the loved titles found in the first ten.
    """

    of: str
    low: float
    high: float | None
    n: int
    value: float


def by_history(report: Report, n_known: np.ndarray) -> list[Segment]:
    """Return the people by how much is known of them, least first; empty segments are left out.

    Args:
        n_known: (people,) how many ratings each person has in train.
    """
    known, values = n_known[report.people], report.by_person["ndcg@5"]
    found = []
    for low, high in zip((-1, *HISTORIES), (*HISTORIES, None), strict=True):
        chosen = (known > low) & (known <= (np.inf if high is None else high))
        if chosen.any():
            mean = float(values[chosen].mean())
            found.append(Segment("people", low + 1, high, int(chosen.sum()), mean))
    return found


def by_renown(
    lists: np.ndarray, people: np.ndarray, test: Interactions, counts: np.ndarray
) -> list[Segment]:
    """Return the loved held-out titles by renown, and which share of them was found in ten.

    Args:
        lists: (k, n) numbers of `test.titles`.
        people: (k,) numbers of `test.people`, whose list each row is.
        counts: (titles,) how often each title was rated in train.
    """
    test = test.ratings
    held = test.matrix(gains(test.stars))[people]
    found_titles = lists[:, :10][hits(lists[:, :10], held) > 0]
    place = np.empty(len(counts))
    place[np.argsort(-counts, kind="stable")] = (np.arange(len(counts)) + 1) / max(len(counts), 1)
    segments, low = [], 0.0
    for high in BANDS:
        n = int(((place[held.indices] > low) & (place[held.indices] <= high)).sum())
        n_found = int(((place[found_titles] > low) & (place[found_titles] <= high)).sum())
        if n:
            segments.append(Segment("titles", low, high, n, n_found / n))
        low = high
    return segments
