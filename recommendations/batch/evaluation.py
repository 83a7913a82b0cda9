"""Measuring a learner: train, make lists, compare them with what people held out."""

import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recommendations.batch.titlefiles import of_the_same_ids
from recommendations.taste.evaluation.lists import lists_of
from recommendations.taste.evaluation.metrics import Report, coverage, gains, report, rmse
from recommendations.taste.evaluation.segments import Segment, by_history, by_renown
from recommendations.taste.evaluation.splits import Split
from recommendations.taste.interactions import Facts, Interactions, Vocabulary
from recommendations.taste.learners.base import Learner, Model


class NothingToLearn(ValueError):
    """Train or test hold no rating."""


@dataclass(frozen=True)
class Outcome:
    """What a learner is worth on one split.

    Attributes:
        split: train and test over the same vocabularies.
        people: (k,) numbers of everybody in test, in the order of its rows.
        lists: (k, n) numbers of titles, best first, −1 where there are no more.
        report: metrics of those people who have a loved title held out; whole["rmse"] where the
            model predicts stars.
        segments: the same, for parts of the people and of the titles.
        fit_seconds, seconds: for training alone, and with the lists.
        memory_mb: the most that the process held meanwhile, in MiB.
    """

    split: Split
    people: np.ndarray
    lists: np.ndarray
    report: Report
    segments: list[Segment]
    fit_seconds: float
    seconds: float
    memory_mb: float


def evaluate(
    learner: Learner,
    train: Interactions,
    test: Interactions,
    *,
    rng: np.random.Generator,
    facts: Facts | None = None,
    learnt_from: Interactions | None = None,
    n: int = 10,
) -> Outcome:
    """Return what a learner's lists are worth for everybody in test.

    Both may hold ids that the other does not. Somebody of whom train says nothing gets a list too.

    Args:
        learnt_from: what to learn from instead of train, which then only says what is known of
            the people.
    Raises:
        NothingToLearn: train or test hold no rating.
    """
    for name, part in (("train", train), ("test", test)):
        if not len(part.ratings) and not (learnt_from and part is train):
            raise NothingToLearn(
                f"{name} holds no rating; expected at least one line with stars from 0.5 to 5"
            )
    split = together(train, test)
    train, test, people = split.train, split.test, split.people
    lesson = train if learnt_from is None else _over(learnt_from, train.people, train.titles)
    if facts is not None:
        facts = of_the_same_ids(facts, train.titles)
    _forget_peak()
    started = time.monotonic()
    model = learner.fit(lesson, rng=rng, facts=facts)
    fitted = time.monotonic()
    lists = lists_of(model, train, people, n=n)
    seconds = time.monotonic() - started
    counts = np.bincount(train.ratings.title, minlength=len(train.titles))
    found = _report(lists, people, test, counts)
    found.whole.update(_error(model, train, test))
    n_known = np.bincount(train.ratings.person, minlength=len(train.people))
    return Outcome(
        split=split,
        people=people,
        lists=lists,
        report=found,
        segments=[*by_history(found, n_known), *by_renown(lists, people, test, counts)],
        fit_seconds=fitted - started,
        seconds=seconds,
        memory_mb=peak_memory(),
    )


def _report(
    lists: np.ndarray, people: np.ndarray, test: Interactions, counts: np.ndarray
) -> Report:
    """Return the metrics; without anybody who loved anything, only how much was shown."""
    if (gains(test.ratings.stars) > 0).any():
        return report(lists, people, test, counts=counts)
    nobody = np.zeros(0, dtype=np.int64)
    shown = coverage(lists, len(counts))
    return Report(nobody, {"ndcg@5": np.zeros(0)}, {"coverage@5": shown})


def together(train: Interactions, test: Interactions) -> Split:
    """Return both over one vocabulary of people and one of titles, and who is asked for.

    Ids that are texts in one and numbers in the other become texts.
    """
    people, titles = _union(train.people, test.people), _union(train.titles, test.titles)
    train, test = _over(train, people, titles), _over(test, people, titles)
    _, first = np.unique(test.person, return_index=True)
    return Split(train, test, test.person[np.sort(first)].astype(np.int64))


def _union(some: Vocabulary, others: Vocabulary) -> Vocabulary:
    """Return the ids of both."""
    if some is others:
        return some
    if not len(some) or not len(others):
        return some if len(some) else others
    return Vocabulary.of(np.concatenate(_alike(some.ids, others.ids)))


def _alike(ids: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both as numbers if both are, else both as texts."""
    if (ids.dtype.kind == "U") == (others.dtype.kind == "U"):
        return ids, others
    return ids.astype(str), others.astype(str)


def _over(interactions: Interactions, people: Vocabulary, titles: Vocabulary) -> Interactions:
    """Return the same rows, numbered by other vocabularies."""
    return Interactions(
        people,
        titles,
        _renumbered(interactions.person, interactions.people, people),
        _renumbered(interactions.title, interactions.titles, titles),
        interactions.stars,
        interactions.at,
        interactions.kind,
    )


def _renumbered(numbers: np.ndarray, old: Vocabulary, new: Vocabulary) -> np.ndarray:
    if old is new or not len(old):
        return numbers
    ids, _ = _alike(old.ids, new.ids)
    return new.numbers(ids)[numbers].astype(np.int32)


def _error(model: Model, train: Interactions, test: Interactions) -> dict[str, float]:
    """Return the root mean squared error in stars, for models that predict them."""
    predict = getattr(model, "predict", None)
    if predict is None:
        return {}
    rated = test.ratings
    is_known = np.isin(rated.person, train.person)
    rated = rated.take(is_known)
    if not len(rated):
        return {}
    return {"rmse": rmse(predict(rated.person, rated.title), rated.stars)}


def _forget_peak() -> None:
    """Begin to measure the peak of memory anew, where the kernel can, see proc(5)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_memory() -> float:
    """Return the most memory this process held, in MiB; since `evaluate` began, on Linux."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        unit = 2**20 if sys.platform == "darwin" else 2**10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
