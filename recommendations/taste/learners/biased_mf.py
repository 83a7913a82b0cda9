"""Stars as a sum of habits and a product of tastes, learnt by gradient descent in NumPy alone."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recommendations.taste.interactions import Facts, Interactions, Vocabulary


@dataclass(frozen=True)
class Factors:
    """The terms of r̂ = μ + b_u + b_i + p_u·q_i (D12).

    Attributes:
        mean: μ, in stars.
        person_biases, title_biases: (people,), (titles,) float32, in stars.
        person_vectors, title_vectors: (people, d), (titles, d) float32.
    """

    mean: float
    person_biases: np.ndarray
    title_biases: np.ndarray
    person_vectors: np.ndarray
    title_vectors: np.ndarray

    def parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the four arrays themselves, in the order of the attributes."""
        return self.person_biases, self.title_biases, self.person_vectors, self.title_vectors

    def rows(self, people: np.ndarray, titles: np.ndarray) -> Self:
        """Return copies of the terms of some people and titles, in that order."""
        return replace(
            self,
            person_biases=self.person_biases[people],
            title_biases=self.title_biases[titles],
            person_vectors=self.person_vectors[people],
            title_vectors=self.title_vectors[titles],
        )

    def predict(self, person: np.ndarray, title: np.ndarray) -> np.ndarray:
        """Return (n,) expected stars of pairs of numbers; not cut to 0.5–5."""
        products = np.einsum("nd,nd->n", self.person_vectors[person], self.title_vectors[title])
        return self.mean + self.person_biases[person] + self.title_biases[title] + products


@dataclass(frozen=True)
class Rated:
    """Ratings as three columns of the same length: who, which title, how many stars."""

    person: np.ndarray
    title: np.ndarray
    stars: np.ndarray

    @classmethod
    def of(cls, interactions: Interactions) -> Self:
        """Return the ratings of interactions; hearts and saves name no stars and are left out."""
        ratings = interactions.ratings
        return cls(ratings.person, ratings.title, ratings.stars)

    def take(self, rows: np.ndarray) -> Self:
        """Return only these rows."""
        return replace(
            self, person=self.person[rows], title=self.title[rows], stars=self.stars[rows]
        )


def loss(factors: Factors, rated: Rated, *, bias_penalty: float, vector_penalty: float) -> float:
    """Return ½ Σ (r̂ − r)² + λ_b (b_u² + b_i²) + λ (|p_u|² + |q_i|²), over the ratings (D13).

    The penalty stands inside the sum, so that who rates more is held back more.
    """
    errors = factors.predict(rated.person, rated.title) - rated.stars
    biases = (factors.person_biases[rated.person] ** 2).sum()
    biases += (factors.title_biases[rated.title] ** 2).sum()
    vectors = (factors.person_vectors[rated.person] ** 2).sum()
    vectors += (factors.title_vectors[rated.title] ** 2).sum()
    return 0.5 * float((errors**2).sum() + bias_penalty * biases + vector_penalty * vectors)


def gradients(
    factors: Factors, rated: Rated, *, bias_penalty: float, vector_penalty: float
) -> Factors:
    """Return the derivative of `loss` by every term, as `Factors`; that of the mean is left 0.

    With e = r̂ − r, one rating adds e + λ_b b to both biases, e q_i + λ p_u to its person and
    e p_u + λ q_i to its title.
    """
    person, title = rated.person, rated.title
    errors = (factors.predict(person, title) - rated.stars).astype(np.float32)
    p, q = factors.person_vectors[person], factors.title_vectors[title]
    b_u, b_i = factors.person_biases[person], factors.title_biases[title]
    return Factors(
        0.0,
        sums(person, errors + bias_penalty * b_u, like=factors.person_biases),
        sums(title, errors + bias_penalty * b_i, like=factors.title_biases),
        sums(person, errors[:, None] * q + vector_penalty * p, like=factors.person_vectors),
        sums(title, errors[:, None] * p + vector_penalty * q, like=factors.title_vectors),
    )


def sums(numbers: np.ndarray, values: np.ndarray, *, like: np.ndarray) -> np.ndarray:
    """Return an array shaped as `like` whose row i is the sum of the values numbered i.

    Args:
        numbers: (n,) rows, in any order, repeats welcome.
        values: (n,) or (n, d).
    """
    total = np.zeros_like(like)
    if values.ndim == 1:
        np.add.at(total, numbers, values.astype(like.dtype))
        return total
    # One flat index is five times as fast as rows of a table.
    d = values.shape[1]
    cells = (numbers.astype(np.int64)[:, None] * d + np.arange(d)).ravel()
    np.add.at(total.reshape(-1), cells, values.astype(like.dtype).ravel())
    return total


@dataclass(frozen=True)
class BiasedMfModel:
    """What was learnt of people and titles, and how to place people who come later.

    Attributes:
        people, titles: whose terms the factors hold, by number.
        losses: (epochs,) the loss after each epoch, over the ratings learnt from.
    """

    people: Vocabulary
    titles: Vocabulary
    factors: Factors
    losses: np.ndarray
    bias_penalty: float
    vector_penalty: float

    @property
    def title_vectors(self) -> np.ndarray:
        """(titles, d): q, whose cosine tells which films are like which (D14)."""
        return self.factors.title_vectors

    def predict(self, person: np.ndarray, title: np.ndarray) -> np.ndarray:
        """Return (n,) expected stars for people of the training, by numbers, within 0.5–5."""
        return np.clip(self.factors.predict(person, title), 0.5, 5.0)

    def placed(self, histories: Interactions, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (k,) biases and (k, d) vectors of people, from their ratings alone.

        Each is the exact minimum of `loss` over one person's terms while the titles stay: a ridge
        regression, with as many penalties as ratings.
        """
        d = self.title_vectors.shape[1]
        rated = Rated.of(histories)
        title = self.titles.numbers(histories.titles.ids)[rated.title]
        biases = np.zeros(len(people), dtype=np.float32)
        vectors = np.zeros((len(people), d), dtype=np.float32)
        penalties = np.diag([self.bias_penalty] + [self.vector_penalty] * d)
        for row, (titles, stars) in enumerate(_by_person(rated, title, people)):
            if not len(titles):
                continue
            left = stars - self.factors.mean - self.factors.title_biases[titles]
            terms = np.column_stack([np.ones(len(titles)), self.title_vectors[titles]])
            # A trace keeps the system solvable where no penalty is asked for.
            square = terms.T @ terms + len(titles) * penalties + 1e-6 * np.eye(d + 1)
            found = np.linalg.solve(square, terms.T @ left)
            biases[row], vectors[row] = found[0], found[1:]
        return biases, vectors

    def scores(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, titles) float32 expected stars, not cut; everybody is placed anew."""
        biases, vectors = self.placed(histories, people)
        scores = vectors @ self.title_vectors.T
        scores += self.factors.mean + biases[:, None] + self.factors.title_biases
        return scores.astype(np.float32)


def _by_person(
    rated: Rated, title: np.ndarray, people: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return each person's titles that the model knows (number not −1) and their stars."""
    known = np.flatnonzero(title >= 0)
    order = known[np.argsort(rated.person[known], kind="stable")]
    person = rated.person[order]
    starts, ends = np.searchsorted(person, people), np.searchsorted(person, people, side="right")
    spans = [order[start:end] for start, end in zip(starts, ends, strict=True)]
    return [(title[span], rated.stars[span].astype(np.float64)) for span in spans]


@dataclass(frozen=True)
class BiasedMf:
    """Matrix factorisation with biases, by stochastic gradient descent.

    Source: Funk, "Netflix update: try this at home", 2006; Koren, Bell and Volinsky, "Matrix
    factorization techniques for recommender systems", 2009. The updates are summed over small
    batches instead of made one by one: the same steps to first order, and NumPy can take them at
    once. The defaults were chosen on ratings held out of training data.

    Attributes:
        d: length of the vectors.
        epochs: how often each rating is used.
        rate: size of the first steps; it falls linearly to a tenth.
        bias_penalty, vector_penalty: λ of biases and vectors, for each rating.
        spread: standard deviation of the first vectors.
        batch: ratings a step.
    """

    d: int = 64
    epochs: int = 50
    rate: float = 0.02
    bias_penalty: float = 0.05
    vector_penalty: float = 0.1
    spread: float = 0.1
    batch: int = 1000

    def fit(
        self, interactions: Interactions, *, rng: np.random.Generator, facts: Facts | None = None
    ) -> BiasedMfModel:
        """Return the factors; people and titles without a rating get zeros.

        Raises:
            ValueError: nobody rated anything.
        """
        rated = Rated.of(interactions)
        if not len(rated.stars):
            raise ValueError(
                f"found {len(interactions)} statements and no rating; this learner needs stars"
            )
        penalties = {"bias_penalty": self.bias_penalty, "vector_penalty": self.vector_penalty}
        factors = self._start(interactions, rated, rng)
        losses = np.empty(self.epochs)
        for epoch in range(self.epochs):
            rate = self.rate * (1 - 0.9 * epoch / self.epochs)
            order = rng.permutation(len(rated.stars))
            for start in range(0, len(order), self.batch):
                part = rated.take(order[start : start + self.batch])
                self._step(factors, part, rate)
            losses[epoch] = loss(factors, rated, **penalties)
        return BiasedMfModel(interactions.people, interactions.titles, factors, losses, **penalties)

    def _start(self, interactions: Interactions, rated: Rated, rng: np.random.Generator) -> Factors:
        """Return the mean stars, no biases, and small random vectors for all with ratings."""
        n_people, n_titles = interactions.shape
        p = rng.normal(0, self.spread, (n_people, self.d)).astype(np.float32)
        q = rng.normal(0, self.spread, (n_titles, self.d)).astype(np.float32)
        p[np.bincount(rated.person, minlength=n_people) == 0] = 0
        q[np.bincount(rated.title, minlength=n_titles) == 0] = 0
        zeros = np.zeros(n_people, np.float32), np.zeros(n_titles, np.float32)
        return Factors(float(rated.stars.mean(dtype=np.float64)), *zeros, p, q)

    def _step(self, factors: Factors, part: Rated, rate: float) -> None:
        """Move the terms of a batch down its slope, in place."""
        # Renumbered, what the batch does not name need not be touched.
        people, person = np.unique(part.person, return_inverse=True)
        titles, title = np.unique(part.title, return_inverse=True)
        slope = gradients(
            factors.rows(people, titles),
            Rated(person, title, part.stars),
            bias_penalty=self.bias_penalty,
            vector_penalty=self.vector_penalty,
        )
        for terms, by, rows in zip(
            factors.parts(), slope.parts(), (people, titles, people, titles), strict=True
        ):
            terms[rows] -= np.float32(rate) * by
