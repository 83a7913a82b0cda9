"""Keeping a list of picks from saying the same thing twice."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from recommendations.taste.geometry import unit

# So many picks in a row count as one list when kinds are counted.
WINDOW = 10


@dataclass(frozen=True)
class SpreadRules:
    """What a list may hold of one thing.

    Attributes:
        near_duplicate: two picks are closer than this by no means.
        per_franchise: picks of one franchise.
        per_story: forms of one story, the novel and its film for instance.
        per_maker: picks by one director, creator or author, in a list of ten.
        variety: how much closeness to earlier picks costs, in standard deviations of the score.
        weaves: whether the list holds several kinds where none is asked for.
    """

    near_duplicate: float = 0.95
    per_franchise: int = 1
    per_story: int = 50
    per_maker: int = 2
    variety: float = 0.0
    weaves: bool = True


def spread(
    scores: np.ndarray,
    vectors: np.ndarray,
    *,
    franchises: list[int | None],
    stories: list[int] | None = None,
    makers: list[str],
    n: int,
    rules: SpreadRules,
    n_given: int = 0,
    kinds: list[str] | None = None,
    least_kinds: int = 0,
) -> list[int]:
    """Return up to `n` row numbers, best first, that keep the rules.

    Greedy by maximal marginal relevance: each step takes the best of what the rules still
    allow, where likeness to what was already taken costs `variety`.
    Source: Carbonell and Goldstein, "The use of MMR", SIGIR 1998.

    Args:
        scores: (m,), higher is better.
        vectors: (m, d) at length one.
        franchises: m ids, None outside franchises.
        stories: m ids that the forms of one story share; each its own when not given.
        makers: m names, "" when unknown.
        n_given: how many of the first rows stand on the page already: what is returned keeps the
            rules beside them, and they are not returned again; their scores do not matter.
        kinds: m kinds of title, where the list shall hold several.
        least_kinds: how many kinds every `WINDOW` picks in a row shall hold. As long as there is
            room for those that are missing the best comes next; then only they may.
    """
    scores = np.asarray(scores, dtype=np.float64)
    unit_of_score = float(scores[n_given:].std()) if len(scores) > n_given else 0.0
    unit_of_score = unit_of_score or 1.0
    allowed = np.ones(len(scores), dtype=bool)
    likeness = np.full(len(scores), -1.0)
    taken: list[int] = []
    stories = stories if stories is not None else list(range(len(scores)))
    n_franchise: Counter[int] = Counter()
    n_story: Counter[int] = Counter()
    n_maker: Counter[str] = Counter()
    kind_of = np.array(kinds if kinds is not None else [""] * len(scores))
    order: list[int] = []

    def take(row: int) -> None:
        nonlocal likeness
        franchise = franchises[row]
        if franchise is not None:
            n_franchise[franchise] += 1
        n_story[stories[row]] += 1
        n_maker[makers[row]] += 1
        likeness = np.maximum(likeness, vectors @ vectors[row])
        order.append(row)

    def open_to_next() -> np.ndarray:
        n_here = len(order) % WINDOW
        held = set(kind_of[order[len(order) - n_here :]].tolist()) if n_here else set()
        if least_kinds - len(held) < WINDOW - n_here:
            return allowed
        of_others = allowed & ~np.isin(kind_of, list(held))
        return of_others if of_others.any() else allowed

    for row in range(n_given):
        allowed[row] = False
        take(row)
    while len(taken) < n and allowed.any():
        value = scores - rules.variety * unit_of_score * np.maximum(likeness, 0.0)
        row = int(np.argmax(np.where(open_to_next(), value, -np.inf)))
        allowed[row] = False
        if likeness[row] > rules.near_duplicate:
            continue
        franchise, maker = franchises[row], makers[row]
        if franchise is not None and n_franchise[franchise] >= rules.per_franchise:
            continue
        if n_story[stories[row]] >= rules.per_story:
            continue
        if maker and n_maker[maker] >= rules.per_maker:
            continue
        taken.append(row)
        take(row)
    return taken


def variety(vectors: np.ndarray) -> float:
    """Return how unlike the members of a list are: 1 − mean cosine of its pairs; 0 for one."""
    vectors = unit(vectors)
    n = len(vectors)
    if n < 2:
        return 0.0
    total = float((vectors @ vectors.T).sum() - n)
    return 1.0 - total / (n * (n - 1))
