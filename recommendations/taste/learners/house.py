"""The space we serve: titles and people in one space of 128 dimensions, by inner product."""

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from recommendations.taste.interactions import Facts, Interactions, Vocabulary
from recommendations.taste.learners.base import Weights, histories_of
from recommendations.taste.learners.content import likeness
from recommendations.taste.learners.ease import core_of, gram_of, inverse_of, solve
from recommendations.taste.space import TasteSpace, shares_of


@dataclass(frozen=True)
class Reading:
    """How histories of some lengths are read, and how many dimensions of the space that gets.

    Attributes:
        lengths: rising, how many ratings a history has.
        dimension: the rank that its scores are cut to.
        noise, ridge: of EASE; noise 0 asks person by person instead (`thin_model`).
        beside: how much EASE counts beside the thinned model, both spread alike, with its noise
            and ridge. They err apart: the one weighs people alike, the other what they said.
    """

    lengths: tuple[float, ...]
    dimension: int
    ridge: float
    noise: float = 0.0
    beside: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class HouseSpace:
    """Reduced-rank linear models for short and for long histories, in one space.

    Short histories are read by a model that was asked person by person: everybody's history is
    thinned to that length, so that nobody counts more for having seen more, and an intercept says
    where somebody lies of whom nothing is known. Long ones are read by EASE with dropout. The
    scores that training histories get from either are cut to their leading right singular
    vectors, which cut off what changes those scores least and lift short histories by it; the
    title vectors are one orthonormal basis of both.
    Source: reduced-rank regression, Izenman 1975; for the models see `ease`.

    Attributes:
        readings: short first; their dimensions add up to that of the space, 128 at most.
        most_titles, at_least: which titles get a place; see `ease.core_of`.
        n_histories: how many people's histories the cut is judged on.
        alike: how many people who love just those two each likeness of two titles by name, genre
            and decade is worth to EASE, where facts are given: much where few people are, little
            among thousands.
    """

    readings: tuple[Reading, ...] = (
        Reading(lengths=(4.0, 10.0, 22.0), dimension=56, ridge=1.5, beside=(0.5, 40.0, 1_200.0)),
        Reading(lengths=(60.0,), dimension=72, ridge=200.0, noise=1.0),
    )
    most_titles: int = 8_000
    at_least: int = 3
    n_histories: int = 3_000
    alike: float = 50.0
    weights: Weights = field(default_factory=Weights)

    @property
    def dimension(self) -> int:
        """Return the dimension of the space."""
        return sum(reading.dimension for reading in self.readings)

    @property
    def lengths(self) -> tuple[float, ...]:
        """Return the lengths of history that pulls are made for, rising."""
        return tuple(length for reading in self.readings for length in reading.lengths)

    def fit(
        self, interactions: Interactions, *, rng: np.random.Generator, facts: Facts | None = None
    ) -> "HouseSpaceModel":
        """Return the space; where nobody likes anything no title has a place in it."""
        weights = interactions.matrix(self.weights.of(interactions))
        if not weights.nnz:
            return HouseSpaceModel(self._without_places(interactions.titles), self.weights)
        core = core_of(weights, most=self.most_titles, at_least=self.at_least)
        n_said = np.diff(interactions.known.indptr)
        told = None
        if facts is not None and self.alike:
            told = self.alike * likeness(facts, interactions.titles.ids[core])
        cuts = [
            cut(reading, weights[:, core], n_said, told, n_histories=self.n_histories, rng=rng)
            for reading in self.readings
        ]
        # An orthonormal basis keeps inner products, so that both cuts are kept as they are.
        basis, _ = np.linalg.qr(np.concatenate([made.axes for made in cuts], axis=1))
        d = basis.shape[1]
        n_titles = len(interactions.titles)
        vectors = np.zeros((n_titles, self.dimension), dtype=np.float32)
        vectors[core, :d] = basis
        pulls = np.zeros((len(self.lengths), n_titles, self.dimension), dtype=np.float32)
        placed = (pull @ (made.axes.T @ basis) for made in cuts for pull in made.pulls)
        for place, pull in enumerate(placed):
            pulls[place, core, :d] = pull
        starts = np.zeros((len(self.lengths), self.dimension), dtype=np.float32)
        begun = (start @ (made.axes.T @ basis) for made in cuts for start in made.starts)
        for place, start in enumerate(begun):
            starts[place, :d] = start
        known = np.bincount(interactions.known.indices, minlength=n_titles)
        counts = np.zeros(n_titles, dtype=np.int64)
        counts[core] = known[core]
        lengths = np.asarray(self.lengths, dtype=np.float32)
        space = TasteSpace(interactions.titles, vectors, pulls, lengths, starts, counts)
        return HouseSpaceModel(space, self.weights)

    def _without_places(self, titles: Vocabulary) -> TasteSpace:
        m, n, d = len(self.lengths), len(titles), self.dimension
        return TasteSpace(
            titles,
            vectors=np.zeros((n, d), dtype=np.float32),
            pulls=np.zeros((m, n, d), dtype=np.float32),
            lengths=np.asarray(self.lengths, dtype=np.float32),
            starts=np.zeros((m, d), dtype=np.float32),
            counts=np.zeros(n, dtype=np.int64),
        )


@dataclass(frozen=True)
class Cut:
    """What a reading says, in its own few dimensions.

    Attributes:
        axes: (c, r) orthonormal columns.
        pulls: for each length (c, r).
        starts: for each length (r,).
    """

    axes: np.ndarray
    pulls: list[np.ndarray]
    starts: list[np.ndarray]


def cut(
    reading: Reading,
    weights: sparse.csr_matrix,
    n_said: np.ndarray,
    told: np.ndarray | None,
    *,
    n_histories: int,
    rng: np.random.Generator,
) -> Cut:
    """Return a reading's models, cut to the rank that keeps most of the scores they give.

    Args:
        weights: (people, c) over the core.
        n_said: (people,) how many titles each spoke of.
        told: (c, c) what EASE hears of titles beside the weights; see `ease.solve`.
    """
    able = np.flatnonzero(np.diff(weights.indptr) > 0)
    judged = np.sort(rng.permutation(able)[:n_histories])
    models, scores = [], []
    gram = gram_of(weights) if reading.noise or reading.beside else None
    between = other = np.zeros((0, 0), dtype=np.float32)
    start = np.zeros(0, dtype=np.float32)
    if gram is not None and reading.beside:
        _, noise, ridge = reading.beside
        other = solve(gram, noise=noise, ridge=ridge, likeness=told)
    if gram is not None and reading.noise:
        between = solve(gram, noise=reading.noise, ridge=reading.ridge, likeness=told)
        start = np.zeros(len(between), dtype=np.float32)
    for length in reading.lengths:
        histories = thinned(weights[judged], length / n_said[judged], rng)
        if not reading.noise:
            between, start = thin_model(weights, n_said, length=length, ridge=reading.ridge)
        given = histories @ between + start
        if reading.beside:
            beside = histories @ other
            share = reading.beside[0] * spread_of(given) / spread_of(beside)
            between, given = between + share * other, given + share * beside
        # Alike in scale, so that a history between two lengths takes its share of both.
        spread = spread_of(given)
        models.append((between / spread, start / spread))
        scores.append(given / spread)
    # Here, because whoever only serves the space shall not load the library.
    from sklearn.utils.extmath import randomized_svd

    rank = min(reading.dimension, weights.shape[1], sum(map(len, scores)))
    *_, right = randomized_svd(
        np.concatenate(scores), rank, n_iter=4, random_state=int(rng.integers(2**31 - 1))
    )
    axes = right.T.astype(np.float32)
    return Cut(axes, [b @ axes for b, _ in models], [start @ axes for _, start in models])


def spread_of(scores: np.ndarray) -> float:
    """Return how far the scores of one history lie apart, on average; 1 where they do not."""
    return float(np.mean(scores.std(axis=1))) or 1.0


def thinned(
    rows: sparse.csr_matrix, shares: np.ndarray, rng: np.random.Generator
) -> sparse.csr_matrix:
    """Return the rows with each entry kept by its row's chance."""
    chances = np.repeat(np.minimum(shares, 1.0), np.diff(rows.indptr))
    kept = rows.copy()
    kept.data = np.where(rng.random(len(chances)) < chances, kept.data, 0).astype(np.float32)
    kept.eliminate_zeros()
    return kept


def thin_model(
    weights: sparse.csr_matrix, n_said: np.ndarray, *, length: float, ridge: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return (B, start) that rebuild people's weights from `length` random ones of theirs.

    The least-squares answer over all the ways to thin each person's history, in closed form: of
    person u each title stays with chance q = length / n_u, so that two titles stay together with
    q². B has a zero diagonal: a title never speaks for itself.

    Args:
        weights: (people, n).
        n_said: (people,) how many titles each spoke of.
    Returns:
        (n, n) float32, and (n,) float32 for a history without any title.
    """
    chance = np.where(n_said > 0, np.minimum(length / np.maximum(n_said, 1), 0.7), 0.0)
    once = sparse.diags(chance.astype(np.float32)) @ weights
    twice = sparse.diags((chance**2).astype(np.float32)) @ weights
    matrix = np.asarray((weights.T @ twice).toarray(), dtype=np.float32)
    target = np.asarray((once.T @ weights).toarray(), dtype=np.float32)
    # A title is always there together with itself, so that its own square is thinned once.
    matrix[np.diag_indices_from(matrix)] = np.diag(target) + ridge
    n_people = max(int((n_said > 0).sum()), 1)
    met = np.asarray(once.sum(axis=0), dtype=np.float32).ravel()
    loved = np.asarray(weights.sum(axis=0), dtype=np.float32).ravel()
    matrix -= np.outer(met, met) / n_people
    target -= np.outer(met, loved) / n_people
    inverse = inverse_of(matrix)
    answer = inverse @ target
    answer -= inverse * (np.diag(answer) / np.diag(inverse))[None, :]
    start = (loved - met @ answer) / n_people
    return answer, start


@dataclass(frozen=True)
class HouseSpaceModel:
    """The space, with people folded in."""

    space: TasteSpace
    weights: Weights

    @property
    def titles(self) -> Vocabulary:
        """Which titles the space holds."""
        return self.space.titles

    @property
    def title_vectors(self) -> np.ndarray:
        """(titles, d): what is searched."""
        return self.space.vectors

    def person_vectors(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, d) float32: where these people lie."""
        rows = histories_of(histories, self.titles, people, self.weights.of(histories))
        n_said = np.diff(histories.known.indptr)[people]
        shares = np.array([shares_of(length, self.space.lengths) for length in n_said])
        vectors = shares @ self.space.starts
        for place in range(len(self.space.lengths)):
            used = shares[:, place] > 0
            if used.any():
                pulled = rows[used] @ self.space.pulls[place]
                vectors[used] += shares[used, place : place + 1] * pulled
        return vectors.astype(np.float32)

    def scores(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, titles); titles without a place come last."""
        scores = self.person_vectors(histories, people) @ self.space.vectors.T
        scores[:, self.space.counts == 0] = -1e6
        return scores
