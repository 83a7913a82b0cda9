"""Places in the taste space for titles that nobody has rated yet, from what they are like."""

import warnings
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from recommendations.taste.geometry import unit
from recommendations.taste.interactions import Vocabulary
from recommendations.taste.space import TasteSpace

CHUNK = 1024


class Placement(Protocol):
    """What was learnt: from content to places."""

    def place(self, content: np.ndarray) -> np.ndarray:
        """Return (k, D) float32 places of titles with (k, c) content."""
        ...


class Placer(Protocol):
    """A frozen dataclass of settings."""

    def fit(
        self,
        content: np.ndarray,
        targets: np.ndarray,
        *,
        weights: np.ndarray | None = None,
        rng: np.random.Generator,
    ) -> Placement:
        """Return what maps content to places.

        Args:
            content: (n, c) of titles whose place is known.
            targets: (n, D) their places.
            weights: (n,) how far each place is to be trusted; None for alike.
        """
        ...


@dataclass(frozen=True)
class Linear:
    """A linear map: place = content · slope + constant."""

    slope: np.ndarray
    constant: np.ndarray

    def place(self, content: np.ndarray) -> np.ndarray:
        return (content @ self.slope + self.constant).astype(np.float32)


@dataclass(frozen=True)
class ByRidge:
    """Place by ridge regression: least squares with λ of the squared slopes."""

    regularization: float = 10.0

    def fit(
        self,
        content: np.ndarray,
        targets: np.ndarray,
        *,
        weights: np.ndarray | None = None,
        rng: np.random.Generator,
    ) -> Linear:
        content, targets, weights = checked(content, targets, weights)
        middle = np.average(content, axis=0, weights=weights)
        mean = np.average(targets, axis=0, weights=weights)
        x, y = content - middle, targets - mean
        squares = (x.T * weights) @ x + self.regularization * np.eye(x.shape[1])
        slope = np.linalg.solve(squares, (x.T * weights) @ y)
        return Linear(slope, mean - middle @ slope)


@dataclass(frozen=True)
class Nearby:
    """Titles with known places, looked up by the cosine of content."""

    content: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    n: int
    power: float

    def place(self, content: np.ndarray) -> np.ndarray:
        known, n = unit(self.content), min(self.n, len(self.content))
        places = np.zeros((len(content), self.targets.shape[1]), dtype=np.float32)
        for start in range(0, len(content), CHUNK):
            closeness = unit(content[start : start + CHUNK]) @ known.T
            best = np.argpartition(-closeness, n - 1, axis=1)[:, :n]
            shares = np.maximum(np.take_along_axis(closeness, best, axis=1), 1e-6) ** self.power
            shares *= self.weights[best]
            shares /= shares.sum(axis=1, keepdims=True)
            places[start : start + CHUNK] = np.einsum("kn,knd->kd", shares, self.targets[best])
        return places


@dataclass(frozen=True)
class ByNeighbours:
    """Place at the mean of the titles most alike, weighted by cosine ** power and trust."""

    n: int = 20
    power: float = 4.0

    def fit(
        self,
        content: np.ndarray,
        targets: np.ndarray,
        *,
        weights: np.ndarray | None = None,
        rng: np.random.Generator,
    ) -> Nearby:
        content, targets, weights = checked(content, targets, weights)
        return Nearby(content, targets, weights, self.n, self.power)


@dataclass(frozen=True)
class Network:
    """A fitted network and the scales of what goes in and comes out."""

    regressor: object
    middle: np.ndarray
    mean: np.ndarray
    scale: float

    def place(self, content: np.ndarray) -> np.ndarray:
        found = self.regressor.predict(content - self.middle)  # type: ignore[attr-defined]
        return (np.reshape(found, (len(content), -1)) * self.scale + self.mean).astype(np.float32)


@dataclass(frozen=True)
class ByNetwork:
    """Place by a network of one hidden layer of rectified units, stopped early."""

    hidden: int = 128
    decay: float = 1.0
    epochs: int = 60

    def fit(
        self,
        content: np.ndarray,
        targets: np.ndarray,
        *,
        weights: np.ndarray | None = None,
        rng: np.random.Generator,
    ) -> Network:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.neural_network import MLPRegressor

        content, targets, weights = checked(content, targets, weights)
        middle = np.average(content, axis=0, weights=weights)
        mean = np.average(targets, axis=0, weights=weights)
        scale = float(np.sqrt(np.average(((targets - mean) ** 2).mean(axis=1), weights=weights)))
        regressor = MLPRegressor(
            hidden_layer_sizes=(self.hidden,),
            alpha=self.decay,
            max_iter=self.epochs,
            # A tenth of the titles says when to stop; with a handful there is none to spare.
            early_stopping=len(content) >= 100,
            n_iter_no_change=5,
            random_state=int(rng.integers(2**31)),
        )
        scaled = (targets - mean) / max(scale, 1e-12)
        with warnings.catch_warnings():
            # `epochs` is meant as the end, reached or not.
            warnings.simplefilter("ignore", ConvergenceWarning)
            regressor.fit(content - middle, scaled, sample_weight=weights)
        return Network(regressor, middle, mean, scale)


def checked(
    content: np.ndarray, targets: np.ndarray, weights: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what a placer learns from as floats, with weights of mean 1.

    Raises:
        ValueError: rows that do not belong together, no title at all, or numbers that are none.
    """
    content, targets = np.asarray(content, np.float64), np.asarray(targets, np.float64)
    trust = np.ones(len(content)) if weights is None else np.asarray(weights, np.float64)
    if content.ndim != 2 or targets.ndim != 2 or len({len(content), len(targets), len(trust)}) > 1:
        raise ValueError(
            f"content {content.shape}, targets {targets.shape} and weights {trust.shape} do not "
            "belong together: expected (n, c), (n, D) and (n,)"
        )
    if not len(content) or not trust.sum() > 0:
        raise ValueError("no title with a known place to learn from; train a taste space first")
    if not (np.isfinite(content).all() and np.isfinite(targets).all()):
        raise ValueError("content or targets hold NaN or infinity; leave such titles out")
    return content, targets, trust / trust.mean()


def with_new_titles(
    space: TasteSpace,
    *,
    known: np.ndarray,
    new_titles: Vocabulary,
    new: np.ndarray,
    placer: Placer,
    rng: np.random.Generator,
    stretch: float = 1.0,
    trusted_from: int = 5,
) -> TasteSpace:
    """Return the space with titles added where their content puts them.

    A title's vector and all its pulls are placed at once. The start is kept, and the counts of
    the new are 0.

    Args:
        known: (n, c) content of the space's own titles; rows of NaN where there is none.
        new: (k, c) content of `new_titles`.
        stretch: what placed vectors are multiplied by. Content tells little of a place, so what
            is learnt from it is short, and by inner product short vectors never come first.
        trusted_from: how many people must have placed a title that placing learns from; all
            titles are taken where none has so many.
    Raises:
        ValueError: a new title is in the space already, or shapes differ.
    """
    both = space.titles.numbers(new_titles.ids) >= 0
    if both.any():
        raise ValueError(
            f"{int(both.sum())} of {len(new_titles)} new titles have a place already, "
            f"such as {new_titles.ids[both][0]!r}; place only those without one"
        )
    (m, n, d), k = space.pulls.shape, len(new_titles)
    usable = np.isfinite(known).all(axis=1)
    if (usable & (space.counts >= trusted_from)).any():
        usable &= space.counts >= trusted_from
    targets = np.hstack([space.vectors, space.pulls.transpose(1, 0, 2).reshape(n, m * d)])
    trust = np.sqrt(np.maximum(space.counts, 1))
    fitted = placer.fit(known[usable], targets[usable], weights=trust[usable], rng=rng)
    placed = fitted.place(new)
    pulls = placed[:, d:].reshape(k, m, d).transpose(1, 0, 2)
    titles = Vocabulary.of(np.concatenate([space.titles.ids, new_titles.ids]))
    order = np.argsort(np.concatenate([space.titles.ids, new_titles.ids]), kind="stable")
    return replace(
        space,
        titles=titles,
        vectors=np.concatenate([space.vectors, stretch * placed[:, :d]])[order],
        pulls=np.concatenate([space.pulls, pulls], axis=1)[:, order],
        counts=np.concatenate([space.counts, np.zeros(k, dtype=space.counts.dtype)])[order],
    )
