"""From scores to lists: the best titles a person does not know yet."""

import numpy as np

from recommendations.taste.interactions import Interactions
from recommendations.taste.learners.base import Model, histories_of

CHUNK = 512  # people scored at a time: 80 MB for 40,000 titles


def lists_of(
    model: Model, histories: Interactions, people: np.ndarray, *, n: int = 10, chunk: int = CHUNK
) -> np.ndarray:
    """Return each person's best titles, none of which they said anything about.

    Args:
        model: scores the titles it was trained on; the others are never listed.
        histories: what is known of the people.
        people: (k,) numbers of people in `histories`.
    Returns:
        (k, n) int64 numbers of `histories.titles`, best first, −1 where there are no more; equal
        scores go by title number.
    Raises:
        ValueError: the model scored NaN.
    """
    numbers = histories.titles.numbers(model.titles.ids)
    said = np.ones(len(histories), dtype=np.float32)
    lists = np.full((len(people), n), -1, dtype=np.int64)
    for start in range(0, len(people), chunk):
        some = people[start : start + chunk]
        scores = np.array(model.scores(histories, some), dtype=np.float32)
        if n_wrong := int(np.isnan(scores).any(axis=1).sum()):
            raise ValueError(
                f"{type(model).__name__} scored NaN for {n_wrong} of {len(some)} people; expected "
                "numbers or −inf: look for a division by zero in it"
            )
        known = histories_of(histories, model.titles, some, said).tocoo()
        scores[known.row, known.col] = -np.inf
        scores[:, numbers < 0] = -np.inf
        best = best_columns(scores, n=n)
        lists[start : start + chunk] = np.where(best >= 0, numbers[best], -1)
    return lists


def best_columns(scores: np.ndarray, *, n: int) -> np.ndarray:
    """Return (k, n) the columns with the highest scores, highest first, −1 where −inf.

    Of equal scores the lower column comes first, also at the cut.
    """
    k, n_columns = scores.shape
    best = np.full((k, n), -1, dtype=np.int64)
    if not n_columns:
        return best
    at_cut = max(n_columns - n, 0)
    least = np.partition(scores, at_cut, axis=1)[:, at_cut]
    for row in range(k):
        columns = np.flatnonzero((scores[row] >= least[row]) & (scores[row] > -np.inf))
        ranked = columns[np.argsort(-scores[row, columns], kind="stable")][:n]
        best[row, : len(ranked)] = ranked
    return best
