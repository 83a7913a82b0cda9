"""What each part of a recipe is worth: one thing changed at a time, everything else the same."""

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from recommendations.batch.measuring import Task, varied
from recommendations.taste.evaluation.splits import Split, new_people
from recommendations.taste.interactions import Interactions
from recommendations.taste.learners.base import Learner

FEWER = 0.1  # of the people stay where more data is switched off
DISLIKES = (0.0, -0.25, -0.5, -1.0)
CURVE = (0, 1, 3, 5, 10, 20, 50)
CAUSES = "causes"
DISLIKE_WEIGHTS = "dislikes"
LEARNING_CURVE = "curve"
KINDS = (CAUSES, DISLIKE_WEIGHTS, LEARNING_CURVE)

# Only 4.5 stars and more count: how each learner is told so.
_ONLY_FULL = {
    "Item2Vec": {"positive": 4.5},
    "Bpr": {"at_least": 4.5},
    "House": {"space.weights.positive": 0.0, "space.weights.mild": 0.0},
}
_ONLY_FULL_BY_WEIGHTS = {"weights.positive": 0.0, "weights.mild": 0.0}
# What the libraries that first offered a learner set when nobody chooses: gensim 4's Word2Vec,
# implicit 0.7's ALS, BPR and item-item recommenders, Surprise 1.1's SVD. EASE has no such
# default: 500 is the λ of its author's notebook, and dropout came later.
_UNTUNED = {
    "Item2Vec": {"dimension": 100, "window": 5, "negatives": 5, "ns_exponent": 0.75, "epochs": 5},
    "Als": {
        "dimension": 100,
        "alpha": 1.0,
        "regularization": 0.01,
        "iterations": 15,
        "short_history": 0.0,
    },
    "Bpr": {"d": 100, "epochs": 100, "rate": 0.01, "bias_penalty": 0.01, "vector_penalty": 0.01},
    "ItemNeighbours": {"n_neighbours": 20, "shrinkage": 0.0, "asymmetry": 0.5, "power": 1.0},
    "BiasedMf": {
        "d": 100,
        "epochs": 20,
        "rate": 0.005,
        "bias_penalty": 0.02,
        "vector_penalty": 0.02,
    },
    "Ease": {"ridge": 500.0, "noise": 0.0},
}


def causes(task: Task, *, rng: np.random.Generator) -> Iterator[Task]:
    """Yield the run as it is, and with each of the three causes switched off in turn (A31).

    They are: more data, some credit for 4.0 stars, tuned settings. A learner that has no settings
    to be untuned goes without the third.
    """
    yield task
    fewer = fewer_people(task.split.train, rng=rng)
    yield dataclasses.replace(task, learnt_from=fewer, variation="a tenth of the people")
    learner = without_partial_credit(task.learner)
    yield dataclasses.replace(task, learner=learner, variation="no credit below 4.5 stars")
    settings = _UNTUNED.get(type(task.learner).__name__)
    if settings:
        learner = _with(task.learner, settings)
        yield dataclasses.replace(task, learner=learner, variation="settings not tuned")


def fewer_people(train: Interactions, *, rng: np.random.Generator) -> Interactions:
    """Return all statements of a tenth of the people, of one person at least."""
    people = np.unique(train.person)
    stay = rng.permutation(people)[: max(round(FEWER * len(people)), 1)]
    return train.take(np.isin(train.person, stay))


def without_partial_credit(learner: Learner) -> Learner:
    """Return a learner for which only 4.5 stars and more count.

    Raises:
        ValueError: it has no weights to change.
    """
    return _with(learner, _ONLY_FULL.get(type(learner).__name__, _ONLY_FULL_BY_WEIGHTS))


def dislikes(task: Task, weights: Sequence[float] = DISLIKES) -> Iterator[Task]:
    """Yield the run with low stars counting less and less (B33).

    Raises:
        ValueError: the learner has no such weight.
    """
    for weight in weights:
        learner = varied(task.learner, "weights.low", weight)
        yield dataclasses.replace(task, learner=learner, variation=f"dislikes count {weight:g}")


def learning_curve(
    task: Task,
    interactions: Interactions,
    *,
    rng: np.random.Generator,
    ks: Sequence[int] = CURVE,
    share: float | None = None,
    n: int | None = None,
) -> Iterator[Task]:
    """Yield the runs for people of whom ever more is known, from nothing to `max(ks)` (B34).

    The people and their held-out titles are the same at every point, what is known at one point
    is known at the next, and the learner never meets them in training.

    Args:
        task: which data, recipe, learner and seed; its split is not used.
        share, n: how many of the people are new.
    """
    most = new_people(interactions, k=max(ks), rng=rng, share=share, n=n)
    train, is_new = most.train, np.isin(most.train.person, most.people)
    order = np.lexsort((rng.random(len(train)), train.person))
    person = train.person[order]
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - np.searchsorted(person, person)
    others = train.take(~is_new)
    for k in ks:
        known = train.take(~is_new | (place < k))
        split = Split(known, most.test, most.people)
        yield dataclasses.replace(task, split=split, split_name=f"curve-k{k}", learnt_from=others)


def _with(learner: Learner, settings: dict[str, float]) -> Learner:
    for name, value in settings.items():
        learner = varied(learner, name, value)
    return learner
