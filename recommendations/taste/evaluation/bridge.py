"""From one kind of title to another: are a person's books found from their films alone?"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recommendations.taste.evaluation import metrics
from recommendations.taste.interactions import Interactions


@dataclass(frozen=True)
class Crossing:
    """What is learnt from, and the people whose books are asked for.

    Attributes:
        train: everything of the other people, and what the asked said of films.
        test: what the asked said of books, all of it.
        people: (k,) numbers of the asked.
        is_asked: (titles,) whether a title is of the kind that is asked for.
    """

    train: Interactions
    test: Interactions
    people: np.ndarray
    is_asked: np.ndarray


def crossing(
    interactions: Interactions,
    *,
    is_asked: np.ndarray,
    share: float,
    rng: np.random.Generator,
    among: np.ndarray | None = None,
) -> Crossing:
    """Return a split that hides one whole kind from a share of the people who know both.

    Args:
        is_asked: (titles,) whether a title is of the kind to hide.
        among: numbers of people who may be asked; None for everybody.
    Raises:
        ValueError: nobody knows both kinds.
    """
    of_kind = is_asked[interactions.title]
    n_people = len(interactions.people)
    has_asked = np.bincount(interactions.person[of_kind], minlength=n_people) > 0
    has_other = np.bincount(interactions.person[~of_kind], minlength=n_people) > 0
    able = np.flatnonzero(has_asked & has_other)
    if among is not None:
        able = np.intersect1d(able, among)
    if not len(able):
        raise ValueError(
            "nobody has statements about both kinds: the bridge needs people who know both"
        )
    people = np.sort(rng.permutation(able)[: max(round(share * len(able)), 1)])
    hidden = np.isin(interactions.person, people) & of_kind
    return Crossing(interactions.take(~hidden), interactions.take(hidden), people, is_asked)


def lists_across(scores: np.ndarray, crossed: Crossing, *, n: int = 50) -> np.ndarray:
    """Return (k, n) title numbers, best first: only the asked kind, −1 where a list is short.

    Titles of that kind which nobody in train spoke of are never listed; ties go by number.

    Args:
        scores: (k, titles) for `crossed.people`.
    """
    seen = np.bincount(crossed.train.title, minlength=len(crossed.is_asked)) > 0
    columns = np.flatnonzero(crossed.is_asked & seen)
    n_real = min(n, len(columns))
    lists = np.full((len(scores), n), -1, dtype=np.int64)
    for row, own in enumerate(-scores[:, columns] if n_real else []):
        # Only what is as good as the nth is sorted; flatnonzero keeps ties in order.
        good = np.flatnonzero(own <= np.partition(own, n_real - 1)[n_real - 1])
        lists[row, :n_real] = columns[good[np.argsort(own[good], kind="stable")[:n_real]]]
    return lists


def measured(lists: np.ndarray, crossed: Crossing) -> dict[str, np.ndarray]:
    """Return name → (k,) one value for each asked person.

    Every hidden title counts as wanted, whether anybody in train knew it or not.
    """
    ones = np.ones(len(crossed.test), dtype=np.float32)
    held = crossed.test.matrix(ones)[crossed.people]
    found = metrics.hits(lists, held)
    return {
        "recall@10": metrics.recall(found[:, :10], held, n=10),
        "recall@50": metrics.recall(found[:, :50], held, n=50),
        "ndcg@10": metrics.ndcg(found, held, n=10),
        "hit@10": np.asarray((found[:, :10] > 0).any(axis=1), dtype=np.float64),
        "hit@50": np.asarray((found[:, :50] > 0).any(axis=1), dtype=np.float64),
    }


@dataclass(frozen=True)
class Bridge:
    """A closed-form map from films to books, kept as one space.

    Attributes:
        vectors: (titles, d) float32, what is searched; zero for films.
        pulls: (titles, d) float32, what a film adds to a person; zero for books.
    """

    vectors: np.ndarray
    pulls: np.ndarray

    def scores(self, said: sparse.csr_matrix) -> np.ndarray:
        """Return (k, titles) float32 from (k, titles) of what people said."""
        return np.asarray(said @ self.pulls, dtype=np.float32) @ self.vectors.T


def closed_form(
    said: sparse.csr_matrix,
    *,
    is_asked: np.ndarray,
    dimension: int,
    regularization: float,
    dropout: float,
    at_least: int = 3,
) -> Bridge:
    """Return the ridge regression of books on films, cut to its strongest directions.

    B = (F'F + λI + p/(1−p)·diag(F'F))⁻¹ F'K is EASE^R between two kinds, where its zero diagonal
    has nothing to forbid. Its best d directions for the people at hand are those of the singular
    vectors of F·B (reduced-rank regression): with F·B ≈ U S V', B·V V' ≈ B.
    Source: Steck, "Embarrassingly shallow autoencoders", 2019, and "Autoencoders that don't
    overfit towards the identity", 2020; Izenman, "Reduced-rank regression", 1975.

    Args:
        said: (people, titles) weights of both kinds.
        dropout: p in [0, 1).
        at_least: people who must have spoken of a title for it to be learnt.
    """
    counts = np.diff(said.tocsc().indptr)
    films = np.flatnonzero(~is_asked & (counts >= at_least))
    books = np.flatnonzero(is_asked & (counts >= at_least))
    if not len(films) or not len(books):
        raise ValueError(
            f"{len(films)} titles of one kind and {len(books)} of the other are known to "
            f"{at_least} people: lower `at_least`, or bring more statements"
        )
    f, k = said[:, films].tocsr(), said[:, books].tocsr()
    squares = np.asarray((f.T @ f).todense(), dtype=np.float64)
    squares[np.diag_indices(len(films))] *= 1.0 + dropout / (1.0 - dropout)
    squares[np.diag_indices(len(films))] += regularization
    slopes = np.linalg.solve(squares, np.asarray((f.T @ k).todense(), dtype=np.float64))
    rank = min(dimension, *slopes.shape)
    fitted = f @ slopes
    # The right singular vectors of F·B, from the smaller of its two squares.
    values, directions = np.linalg.eigh(fitted.T @ fitted)
    best = directions[:, np.argsort(-values)[:rank]]
    vectors, pulls = np.zeros((2, said.shape[1], rank), dtype=np.float32)
    vectors[books], pulls[films] = best, slopes @ best
    return Bridge(vectors, pulls)
