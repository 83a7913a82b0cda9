"""Titles in the order a person would have them, learnt by gradient descent in NumPy alone.

What counts as loved: a rating of at least four stars, a heart, and a watchlist save where asked
for. What it is set against: any title, evenly drawn, that the person does not love, unknown or
disliked.

Source: Rendle and others, "BPR: Bayesian personalized ranking from implicit feedback", 2009.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recommendations.taste.interactions import LOVED, SAVED, Facts, Interactions, Vocabulary
from recommendations.taste.learners.biased_mf import sums

LEAST_PENALTY = 1e-3


@dataclass(frozen=True)
class Places:
    """Where people and titles lie: person u expects b_i + p_u·q_i of title i.

    Attributes:
        title_biases: (titles,) float32.
        person_vectors, title_vectors: (people, d), (titles, d) float32.
    """

    title_biases: np.ndarray
    person_vectors: np.ndarray
    title_vectors: np.ndarray

    def parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the three arrays themselves, in the order of the attributes."""
        return self.title_biases, self.person_vectors, self.title_vectors

    def rows(self, people: np.ndarray, titles: np.ndarray) -> Self:
        """Return copies of the terms of some people and titles, in that order."""
        return replace(
            self,
            title_biases=self.title_biases[titles],
            person_vectors=self.person_vectors[people],
            title_vectors=self.title_vectors[titles],
        )

    def expected(self, person: np.ndarray, title: np.ndarray) -> np.ndarray:
        """Return (n,) scores of pairs of numbers."""
        products = np.einsum("nd,nd->n", self.person_vectors[person], self.title_vectors[title])
        return self.title_biases[title] + products


@dataclass(frozen=True)
class Triples:
    """Person u loves title i more than title j: three columns of numbers."""

    person: np.ndarray
    loved: np.ndarray
    other: np.ndarray

    def take(self, rows: np.ndarray | slice) -> Self:
        """Return only these rows."""
        return replace(
            self, person=self.person[rows], loved=self.loved[rows], other=self.other[rows]
        )


def loss(places: Places, triples: Triples, *, bias_penalty: float, vector_penalty: float) -> float:
    """Return Σ −ln σ(x_ui − x_uj) + ½ λ_b (b_i² + b_j²) + ½ λ (|p_u|² + |q_i|² + |q_j|²)."""
    person, loved, other = triples.person, triples.loved, triples.other
    margins = places.expected(person, loved) - places.expected(person, other)
    biases, q = places.title_biases, places.title_vectors
    penalty = bias_penalty * (biases[loved] ** 2 + biases[other] ** 2).sum()
    vectors = (places.person_vectors[person] ** 2).sum()
    vectors += (q[loved] ** 2).sum() + (q[other] ** 2).sum()
    return float(np.logaddexp(0, -margins).sum() + 0.5 * (penalty + vector_penalty * vectors))


def gradients(
    places: Places, triples: Triples, *, bias_penalty: float, vector_penalty: float
) -> Places:
    """Return the derivative of `loss` by every term, as `Places`.

    With s = σ(x_uj − x_ui), how wrong the order is, one triple adds −s (q_i − q_j) to its person,
    −s p_u to the loved title and +s p_u to the other, and each term its own penalty.
    """
    person, loved, other = triples.person, triples.loved, triples.other
    p = places.person_vectors[person]
    q_i, q_j = places.title_vectors[loved], places.title_vectors[other]
    b_i, b_j = places.title_biases[loved], places.title_biases[other]
    margins = b_i - b_j + np.einsum("nd,nd->n", p, q_i - q_j)
    wrong = (1 / (1 + np.exp(np.clip(margins, -50, 50)))).astype(p.dtype)
    pull = wrong[:, None] * p
    titles = np.concatenate([loved, other])
    of_biases = np.concatenate([bias_penalty * b_i - wrong, bias_penalty * b_j + wrong])
    of_titles = np.concatenate([vector_penalty * q_i - pull, vector_penalty * q_j + pull])
    of_people = vector_penalty * p - wrong[:, None] * (q_i - q_j)
    return Places(
        sums(titles, of_biases, like=places.title_biases),
        sums(person, of_people, like=places.person_vectors),
        sums(titles, of_titles, like=places.title_vectors),
    )


@dataclass(frozen=True)
class Positives:
    """Which titles are loved by whom, and how others are drawn beside them.

    Attributes:
        person, title: (n,) the loved pairs, each once.
        keys: (n,) the same pairs as sorted numbers person · n_titles + title.
        n_titles: how many titles there are to draw from.
    """

    person: np.ndarray
    title: np.ndarray
    keys: np.ndarray
    n_titles: int

    @classmethod
    def of(cls, interactions: Interactions, is_loved: np.ndarray) -> Self:
        """Return the pairs of the rows that say love."""
        n_titles = len(interactions.titles)
        pairs = interactions.person[is_loved].astype(np.int64) * n_titles
        keys = np.unique(pairs + interactions.title[is_loved])
        return cls(keys // max(n_titles, 1), keys % max(n_titles, 1), keys, n_titles)

    def loves(self, person: np.ndarray, title: np.ndarray) -> np.ndarray:
        """Return (n,) whether each pair is a loved one."""
        keys = person.astype(np.int64) * self.n_titles + title
        found = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return self.keys[found] == keys

    def drawn(self, rng: np.random.Generator, *, tries: int = 4) -> Triples:
        """Return every loved pair once, in random order, each beside a title not loved.

        A pair whose every draw is a loved title is left out: its person loves almost everything.
        """
        order = rng.permutation(len(self.keys))
        person, loved = self.person[order], self.title[order]
        other = rng.integers(self.n_titles, size=len(order))
        for _ in range(tries):
            again = self.loves(person, other)
            other[again] = rng.integers(self.n_titles, size=int(again.sum()))
        return Triples(person, loved, other).take(~self.loves(person, other))


@dataclass(frozen=True)
class BprModel:
    """What was learnt of people and titles, and how to place people who come later.

    Attributes:
        people, titles: whose terms the places hold, by number.
        losses: (epochs,) mean −ln σ of the triples of each epoch, each before its step.
        panel: (m,) titles that stand for all others when somebody new is placed.
        settings: what it was learnt with.
    """

    people: Vocabulary
    titles: Vocabulary
    places: Places
    losses: np.ndarray
    panel: np.ndarray
    settings: "Bpr"

    @property
    def title_vectors(self) -> np.ndarray:
        """(titles, d): q, without the biases."""
        return self.places.title_vectors

    def placed(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, d) float32 vectors of people, from what they love alone.

        Each is the minimum of `loss` over one person's vector while the titles stay, all they love
        against all of the panel; a convex problem that a few Newton steps solve. It needs no
        generator, and nobody's place depends on who else is asked for.
        """
        loved = self.settings.is_loved(histories)
        title = self.titles.numbers(histories.titles.ids)[histories.title[loved]]
        order = np.argsort(histories.person[loved], kind="stable")
        person, title = histories.person[loved][order], title[order]
        vectors = np.zeros((len(people), self.title_vectors.shape[1]), dtype=np.float32)
        for row, number in enumerate(people):
            start, end = np.searchsorted(person, [number, number + 1])
            own = np.unique(title[start:end])
            vectors[row] = self._placed_one(own[own >= 0])
        return vectors

    def _placed_one(self, loved: np.ndarray) -> np.ndarray:
        """Return (d,) the vector of a person who loves these titles."""
        others = self.panel[~np.isin(self.panel, loved)]
        p = np.zeros(self.title_vectors.shape[1])
        if not len(loved) or not len(others):
            return p
        # Somebody whose loves can be told from all others would lie infinitely far without one.
        penalty = max(self.settings.vector_penalty, LEAST_PENALTY) * len(loved)
        b_i, q_i = self._terms(loved)
        b_j, q_j = self._terms(others)
        for _ in range(self.settings.newton_steps):
            margins = (b_i + q_i @ p)[:, None] - (b_j + q_j @ p)
            wrong = 1 / (1 + np.exp(np.clip(margins, -50, 50)))
            slope = penalty * p - (wrong.sum(axis=1) @ q_i - wrong.sum(axis=0) @ q_j) / len(others)
            bend = wrong * (1 - wrong) / len(others)
            across = q_i.T @ bend @ q_j
            curve = (q_i.T * bend.sum(axis=1)) @ q_i + (q_j.T * bend.sum(axis=0)) @ q_j
            curve += penalty * np.eye(len(p)) - across - across.T
            p = p - np.linalg.solve(curve, slope)
        return p

    def _terms(self, titles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        biases, vectors = self.places.title_biases[titles], self.places.title_vectors[titles]
        return biases.astype(np.float64), vectors.astype(np.float64)

    def scores(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, titles) float32; everybody is placed anew."""
        return self.scores_of(self.placed(histories, people))

    def scores_of(self, vectors: np.ndarray) -> np.ndarray:
        """Return (k, titles) float32 scores of people who lie there (D16)."""
        return (vectors @ self.title_vectors.T + self.places.title_biases).astype(np.float32)


@dataclass(frozen=True)
class Bpr:
    """Bayesian personalised ranking: loved titles above others, by stochastic gradient descent.

    The steps are those of AdaGrad (Duchi, Hazan and Singer, 2011), each for a small batch of
    triples at once. The defaults were chosen on ratings held out of training data.

    Attributes:
        d: length of the vectors.
        epochs: how often each loved title is used, each time beside another one.
        rate: size of the steps.
        bias_penalty, vector_penalty: λ of biases and vectors, for each triple.
        spread: standard deviation of the first vectors.
        batch: triples a step.
        at_least: stars from which a title counts as loved.
        saves: whether a watchlist save counts as love.
        panel: how many titles stand for all others when somebody new is placed.
        newton_steps: how many steps place somebody new.
    """

    d: int = 64
    epochs: int = 80
    rate: float = 0.05
    bias_penalty: float = 0.01
    vector_penalty: float = 0.02
    spread: float = 0.1
    batch: int = 1000
    at_least: float = 4.0
    saves: bool = False
    panel: int = 300
    newton_steps: int = 8

    def is_loved(self, interactions: Interactions) -> np.ndarray:
        """Return (n,) whether each row says love; stars are NaN, so no, where none were given."""
        loved = (interactions.stars >= self.at_least) | (interactions.kind == LOVED)
        return loved | (interactions.kind == SAVED) if self.saves else loved

    def fit(
        self, interactions: Interactions, *, rng: np.random.Generator, facts: Facts | None = None
    ) -> BprModel:
        """Return where people and titles lie; all stay near the middle when nobody loves anything.

        Titles that nobody loves sink, because they are drawn as others only.
        """
        positives = Positives.of(interactions, self.is_loved(interactions))
        n_people, n_titles = interactions.shape
        places = Places(
            np.zeros(n_titles, dtype=np.float32),
            rng.normal(0, self.spread, (n_people, self.d)).astype(np.float32),
            rng.normal(0, self.spread, (n_titles, self.d)).astype(np.float32),
        )
        squares = Places(*(np.full_like(terms, 1e-8) for terms in places.parts()))
        losses = np.full(self.epochs, np.nan)
        for epoch in range(self.epochs if len(positives.keys) else 0):
            losses[epoch] = self._epoch(places, squares, positives.drawn(rng))
        panel = np.sort(rng.permutation(n_titles)[: self.panel])
        return BprModel(
            interactions.people, interactions.titles, places, losses, panel, settings=self
        )

    def _epoch(self, places: Places, squares: Places, triples: Triples) -> float:
        """Take one step a batch, in place, and return the mean loss met on the way."""
        penalties = {"bias_penalty": self.bias_penalty, "vector_penalty": self.vector_penalty}
        met = 0.0
        for start in range(0, len(triples.person), self.batch):
            part = triples.take(np.s_[start : start + self.batch])
            # Only what the batch names moves: renumbered, the rest need not be touched.
            people, person = np.unique(part.person, return_inverse=True)
            titles, both = np.unique(np.concatenate([part.loved, part.other]), return_inverse=True)
            part, few = Triples(person, *np.split(both, 2)), places.rows(people, titles)
            met += loss(few, part, bias_penalty=0, vector_penalty=0)
            slope = gradients(few, part, **penalties)
            of = (titles, people, titles)
            columns = zip(of, places.parts(), squares.parts(), slope.parts(), strict=True)
            for rows, terms, seen, by in columns:
                seen[rows] += by * by
                terms[rows] -= np.float32(self.rate) * by / np.sqrt(seen[rows])
        return met / max(len(triples.person), 1)
