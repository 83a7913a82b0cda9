"""Titles as words, people's liked titles as sentences: item2vec, on gensim's Word2Vec."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from scipy import sparse

from recommendations.taste.geometry import unit
from recommendations.taste.interactions import (
    LOVED,
    RATED,
    SAVED,
    Facts,
    Interactions,
    Vocabulary,
)  # fmt: skip
from recommendations.taste.learners.base import histories_of
from recommendations.taste.learners.softmax import full_softmax

NEGATIVE, HIERARCHICAL, SOFTMAX = "negative", "hierarchical", "softmax"
OUTPUT, POPULAR_COSINE = "output", "popular cosine"
MOST_FOR_SOFTMAX = 12_000  # titles: the full softmax holds a (titles, titles) float32 table.


@dataclass(frozen=True)
class Item2VecModel:
    """Titles and people in one space, scored by inner product.

    Attributes:
        titles: n titles.
        title_vectors: (n, d) float32, what is searched; (n, d + 1) where a tree was learnt, whose
            titles have a constant too.
        input_vectors: (n, d) float32, what a liked title adds to a person; by their cosine lie
            "titles like this one". Zero where a title was liked too seldom to be learnt.
        settings: what it was fitted with.
    """

    titles: Vocabulary
    title_vectors: np.ndarray
    input_vectors: np.ndarray
    settings: "Item2Vec"

    def person_vectors(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, d) float32: the weighted mean of what each person liked."""
        weights = self.settings.weights_of(histories)
        said = histories_of(histories, self.titles, people, weights)
        sums = np.asarray(said @ self.input_vectors, dtype=np.float32)
        means = sums / np.maximum(np.asarray(said.sum(axis=1)), 1e-9).astype(np.float32)
        if self.title_vectors.shape[1] > means.shape[1]:
            return np.hstack([means, np.ones((len(means), 1), dtype=np.float32)])
        return means

    def scores(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, n) float32: inner products of people and titles."""
        return self.person_vectors(histories, people) @ self.title_vectors.T


@dataclass(frozen=True)
class Item2Vec:
    """Learn vectors that foretell which titles stand in one person's list of liked titles.

    Source: Barkan and Koenigstein, "Item2vec: neural item embedding for collaborative
    filtering", 2016; Caselles-Dupré, Lesaint and Royo-Letelier, "Word2vec applied to
    recommendation: hyperparameters matter", 2018, for the exponent of the negatives.

    Attributes:
        dimension: of the vectors.
        window: how many liked titles to each side count as context; None for the whole list.
        objective: "negative", "hierarchical" or "softmax" (over all titles, for small catalogues).
        negatives: how many titles stand against each right one, for "negative".
        ns_exponent: they are drawn by count ** this; below 0 prefers the unpopular.
        positive: stars from which a title is liked (A23).
        loved, saved: weights of hearts and watchlist saves; 0 leaves them out (A24, A25).
        epochs: how often the lists are read.
        at_least: people who must like a title before it gets a vector; where no title has so
            many, those with the most.
        is_by_time: whether lists stand in order of time; else each reading shuffles them, and a
            window reaches every pair sooner or later.
        rate: how far the first steps go.
        scoring: "output": input · output vector; "popular cosine": cosine of input vectors times
            log(1 + how many like the title). Cosine alone finds titles that nobody else knows.
    """

    dimension: int = 64
    window: int | None = None
    objective: str = NEGATIVE
    negatives: int = 10
    ns_exponent: float = -0.5
    positive: float = 4.0
    loved: float = 1.0
    saved: float = 0.0
    epochs: int = 60
    at_least: int = 3
    is_by_time: bool = False
    rate: float = 0.025
    scoring: str = OUTPUT

    def __post_init__(self) -> None:
        _check_choice("objective", self.objective, (NEGATIVE, HIERARCHICAL, SOFTMAX))
        _check_choice("scoring", self.scoring, (OUTPUT, POPULAR_COSINE))

    def weights_of(self, interactions: Interactions) -> np.ndarray:
        """Return (n,) float32: 1 for liked ratings, the flags' weights for hearts and saves."""
        by_kind = np.zeros(4)
        by_kind[[LOVED, SAVED]] = self.loved, self.saved
        weights = by_kind[interactions.kind]
        is_liked = np.nan_to_num(interactions.stars, nan=0.0) >= self.positive
        weights[interactions.kind == RATED] = is_liked[interactions.kind == RATED]
        return weights.astype(np.float32)

    def fit(
        self, interactions: Interactions, *, rng: np.random.Generator, facts: Facts | None = None
    ) -> Item2VecModel:
        """Return vectors learnt from the lists of liked titles; `facts` are not used."""
        liked = interactions.matrix(self.weights_of(interactions))
        counts = np.diff(liked.tocsc().indptr)
        if not counts.any():  # Nobody likes anything: every title is as good as any other.
            nothing = np.zeros((len(counts), self.dimension), dtype=np.float32)
            return Item2VecModel(interactions.titles, nothing, nothing, self)
        # In a tiny world nobody is liked often enough; what is liked most must do.
        enough = min(self.at_least, int(counts.max()))
        lists = _Lists.of(interactions, self.weights_of(interactions), self.is_by_time, rng)
        if self.objective == SOFTMAX:
            inputs, outputs = self._by_softmax(lists, counts, enough, rng)
        else:
            inputs, outputs = self._by_gensim(lists, counts, enough, rng)
        if self.scoring == POPULAR_COSINE:
            inputs = unit(inputs)
            outputs = inputs * np.log1p(counts)[:, None].astype(np.float32)
        return Item2VecModel(interactions.titles, outputs, inputs, self)

    def _by_gensim(
        self, lists: "_Lists", counts: np.ndarray, enough: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        from gensim.models import Word2Vec

        longest = max(len(titles) for titles in lists.titles)
        is_tree = self.objective == HIERARCHICAL
        model = Word2Vec(
            vector_size=self.dimension,
            window=self.window or max(longest, 1),
            shrink_windows=self.window is not None,
            min_count=enough,
            sg=1 if self.window else 0,
            hs=int(is_tree),
            negative=0 if is_tree else self.negatives,
            ns_exponent=self.ns_exponent,
            alpha=self.rate,
            sample=0,
            workers=1,  # More would make the order of steps, and so the vectors, a matter of luck.
            seed=int(rng.integers(2**31)),
            hashfxn=_hash,
        )
        model.build_vocab_from_freq({str(t): int(counts[t]) for t in np.flatnonzero(counts)})
        model.train(lists, total_examples=len(lists.titles), epochs=self.epochs)
        inputs = np.zeros((len(counts), self.dimension), dtype=np.float32)
        outputs = np.zeros((len(counts), self.dimension + is_tree), dtype=np.float32)
        if is_tree:  # What cannot be learnt stands below every leaf.
            outputs[:, -1] = -np.log(2.0) * 2 * np.log2(max(len(counts), 2))
        known = np.array([int(word) for word in model.wv.index_to_key])
        inputs[known] = model.wv.vectors
        outputs[known] = _path_sums(model) if is_tree else model.syn1neg
        return inputs, outputs

    def _by_softmax(
        self, lists: "_Lists", counts: np.ndarray, enough: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        known = np.flatnonzero(counts >= enough)
        if len(known) > MOST_FOR_SOFTMAX:
            raise ValueError(
                f"the softmax over {len(known)} titles is too large (at most {MOST_FOR_SOFTMAX}): "
                f"choose objective={NEGATIVE!r} or {HIERARCHICAL!r}, or raise `at_least`"
            )
        pairs = lists.pairs(window=self.window, n_titles=len(counts))[known][:, known]
        learnt = full_softmax(pairs.tocsr(), dimension=self.dimension, epochs=self.epochs, rng=rng)
        inputs, outputs = np.zeros((2, len(counts), self.dimension), dtype=np.float32)
        inputs[known], outputs[known] = learnt
        return inputs, outputs


@dataclass(frozen=True)
class _Lists:
    """Everybody's liked titles, as the sentences that gensim reads, anew in each epoch.

    Attributes:
        titles: one array of title numbers a person with any, by time where it is known.
        weights: their weights; a title of weight .5 is read in half of the epochs.
    """

    titles: list[np.ndarray]
    weights: list[np.ndarray]
    is_by_time: bool
    rng: np.random.Generator

    @classmethod
    def of(
        cls, interactions: Interactions, weights: np.ndarray, is_by_time: bool,
        rng: np.random.Generator,
    ) -> "_Lists":  # fmt: skip
        """Return the lists; of a title both rated and loved, the larger weight stays."""
        rows = np.flatnonzero(weights > 0)
        person, title = interactions.person[rows], interactions.title[rows]
        order = np.lexsort((-weights[rows], title, person))
        first = np.ones(len(order), dtype=bool)
        first[1:] = np.diff(person[order]).astype(bool) | np.diff(title[order]).astype(bool)
        rows = rows[order[first]]
        at = np.nan_to_num(interactions.at[rows], nan=-np.inf)
        rows = rows[np.lexsort((interactions.title[rows], at, interactions.person[rows]))]
        ends = np.flatnonzero(np.diff(interactions.person[rows])) + 1
        return cls(
            np.split(interactions.title[rows], ends), np.split(weights[rows], ends), is_by_time, rng
        )

    def __iter__(self) -> Iterator[list[str]]:
        for titles, weights in zip(self.titles, self.weights, strict=True):
            read = titles
            if (weights < 1).any():
                read = read[self.rng.random(len(read)) < weights]
            if not self.is_by_time:
                read = self.rng.permutation(read)
            yield [str(title) for title in read]

    def pairs(self, *, window: int | None, n_titles: int) -> sparse.csr_matrix:
        """Return (n_titles, n_titles) how often, by weight, two titles stand near each other.

        A list of n counts 1 / (n − 1) a pair, so that long lists do not drown the short.
        """
        total = sparse.csr_matrix((n_titles, n_titles), dtype=np.float32)
        held: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        for titles, weights in zip(self.titles, self.weights, strict=True):
            near = np.abs(np.subtract.outer(np.arange(len(titles)), np.arange(len(titles))))
            left, right = np.nonzero((near > 0) & (near <= (window or len(titles))))
            share = weights[left] * weights[right] / max(len(titles) - 1, 1)
            held.append((titles[left], titles[right], share.astype(np.float32)))
            if sum(len(part[0]) for part in held) > 5_000_000:
                total, held = total + _summed(held, n_titles), []
        return (total + _summed(held, n_titles)).tocsr()


def _summed(
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]], n_titles: int
) -> sparse.csr_matrix:
    """Return the sum of (left, right, value) triples as one matrix."""
    if not parts:
        return sparse.csr_matrix((n_titles, n_titles), dtype=np.float32)
    left, right, values = (np.concatenate(column) for column in zip(*parts, strict=True))
    return sparse.csr_matrix((values, (left, right)), shape=(n_titles, n_titles))


def _path_sums(model: Any) -> np.ndarray:
    """Return (words, d + 1) output vectors and constants of a Huffman tree's leaves.

    log P(leaf | h) is Σ log σ(±h · node) over its path; to first order in h that is
    ½ Σ ±node · h − log 2 · (length of the path), which an inner product with (h, 1) gives.
    """
    n, d = model.wv.vectors.shape
    sums = np.zeros((n, d + 1), dtype=np.float32)
    for word in range(len(sums)):
        points = model.wv.get_vecattr(model.wv.index_to_key[word], "point")
        codes = model.wv.get_vecattr(model.wv.index_to_key[word], "code")
        sums[word, :-1] = ((1.0 - 2.0 * codes) / 2.0) @ model.syn1[points]
        sums[word, -1] = -np.log(2.0) * len(codes)
    return sums


def _hash(word: str) -> int:
    """Return the same number for a word in every process; Python's own hash is salted."""
    return crc32(word.encode())


def _check_choice(name: str, found: str, known: tuple[str, ...]) -> None:
    if found not in known:
        raise ValueError(f"{name} is {found!r}; choose one of {', '.join(map(repr, known))}")
