"""Measuring recipes on a prepared data set, again and again alike, and what a run leaves behind."""

import dataclasses
import hashlib
import itertools
import math
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from catalog.sources.tables import find_file
from recommendations.batch.evaluation import Outcome, evaluate
from recommendations.batch.ratingfiles import RatingsFile, RatingsUnreadable, read_ratings
from recommendations.batch.titlefiles import TitlesFile, read_titles
from recommendations.models.runs import Run, key_of
from recommendations.taste.evaluation import splits
from recommendations.taste.evaluation.leaderboard import measures_of
from recommendations.taste.evaluation.splits import Split
from recommendations.taste.interactions import Facts, Interactions
from recommendations.taste.learners.base import Learner

SPLITS = ("p1", "p2r", "p2", "p3")
SHARE = 0.2  # of the ratings are held out
NEW = 0.1  # of the people are new in p3
PLACES = 6  # decimals kept of a metric: more would differ between processors


@dataclass(frozen=True)
class DataSet:
    """Ratings, and what is told of their titles, from one folder."""

    name: str
    ratings: RatingsFile
    titles: TitlesFile | None

    @property
    def interactions(self) -> Interactions:
        """All ratings."""
        return self.ratings.interactions


def read_data(folder: Path, *, scale: float = 1.0) -> DataSet:
    """Return the data set of a folder: ratings.csv with movies.csv, films.csv or movies.dat.

    Raises:
        RatingsUnreadable: there is no such folder, or no table of ratings in it.
        TitlesUnreadable: there is a file of titles that is none.
    """
    ratings = find_file(folder, "ratings.csv") if folder.is_dir() else None
    if ratings is None:
        raise RatingsUnreadable(
            f"{folder}: found no ratings.csv or ratings.csv.gz; give a folder such as MovieLens' "
            "ml-latest-small ('manage.py fetch_movielens' loads it)"
        )
    names = ("movies.csv", "films.csv", "movies.dat")
    titles = next((path for name in names if (path := find_file(folder, name))), None)
    return DataSet(
        name=folder.resolve().name,
        ratings=read_ratings(ratings, scale=scale),
        titles=read_titles(titles) if titles else None,
    )


def split_of(
    interactions: Interactions, name: str, *, k: int = 10, seed: int = 0, new: float = NEW
) -> Split:
    """Return a split by its name; the same seed, the same split.

    Args:
        name: p1 holds out any fifth of the ratings, p2r a random fifth of each person's, p2 their
            latest fifth, p3 all but `k` ratings of people who are new.
        new: for p3 a share of the people, or how many when it is 1 or more.
    """
    rng = np.random.default_rng([seed, 1])
    match name:
        case "p1":
            return splits.global_random(interactions, share=SHARE, rng=rng)
        case "p2r":
            return splits.per_person(interactions, share=SHARE, rng=rng)
        case "p2":
            return splits.by_time(interactions, share=SHARE)
        case "p3":
            return splits.new_people(interactions, k=k, rng=rng, **share_or_number(new))
    raise ValueError(f"found the split {name!r}, expected one of {', '.join(SPLITS)}")


def share_or_number(new: float) -> dict[str, Any]:
    """Return how many people are new, as the splits ask for it: a share, or 1 and more of them."""
    return {"share": new} if new < 1 else {"n": round(new)}


@dataclass(frozen=True)
class Task:
    """One run to come.

    Attributes:
        split_name: as it is stored, p3-k10 for instance.
        variation: what is changed about the recipe, "" for nothing.
        learnt_from: what to learn from, where it is not the split's train.
    """

    data: str
    split_name: str
    split: Split
    recipe: str
    learner: Learner
    seed: int
    variation: str = ""
    learnt_from: Interactions | None = None


def run(task: Task, *, facts: Facts | None, version: str) -> tuple[Run, Outcome]:
    """Measure once; the same task gives the same metrics.

    Raises:
        NothingToLearn: the split left nothing in train or test.
        ValueError: the learner refuses the data; it says why.
    """
    started_at = datetime.now(UTC)
    rng = np.random.default_rng([task.seed, 2])
    train, test = task.split.train, task.split.test
    outcome = evaluate(
        task.learner, train, test, rng=rng, facts=facts, learnt_from=task.learnt_from
    )
    measures = measures_of(outcome.report, seed=task.seed)
    settings = settings_of(task.learner)
    found = Run(
        data=task.data,
        split=task.split_name,
        recipe=task.recipe,
        variation=task.variation,
        settings=settings,
        settings_key=key_of(settings),
        seed=task.seed,
        code_version=version,
        started_at=started_at,
        seconds=round(outcome.seconds, 3),
        memory_mb=round(outcome.memory_mb, 1),
        n_people=len(outcome.report.people),
        metrics={name: [_rounded(value) for value in each] for name, each in measures.items()},
        segments=[
            {name: _rounded(v) if isinstance(v, float) else v for name, v in vars(each).items()}
            for each in outcome.segments
        ],
        by_person=[_rounded(value) for value in outcome.report.by_person["ndcg@5"].tolist()],
    )
    return found, outcome


def _rounded(value: float) -> float | None:
    """Return a number as it is stored: JSON has no NaN."""
    return round(value, PLACES) if math.isfinite(value) else None


def settings_of(learner: Learner) -> dict[str, Any]:
    """Return a learner's settings as they are stored."""
    found: dict[str, Any] = dataclasses.asdict(learner)  # type: ignore[call-overload]
    return {"learner": type(learner).__name__, **{n: _plain(v) for n, v in found.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return value if isinstance(value, str | int | float | bool | None) else repr(value)


def varied(learner: Learner, name: str, value: Any) -> Learner:
    """Return a learner with one setting changed; `weights.low` reaches into its weights.

    Args:
        value: of the setting's own type, or a text that spells one.
    Raises:
        ValueError: there is no such setting, or the text is no value for it.
    """
    first, _, rest = name.partition(".")
    known = [field.name for field in dataclasses.fields(learner)]  # type: ignore[arg-type]
    if first not in known:
        raise ValueError(
            f"{type(learner).__name__} has no setting {first!r}; it has {', '.join(known)}"
        )
    old = getattr(learner, first)
    new = varied(old, rest, value) if rest else _spelled(name, value, old)
    return dataclasses.replace(learner, **{first: new})  # type: ignore[type-var]


def _spelled(name: str, value: Any, old: Any) -> Any:
    """Return what a text spells, as the same type that the setting has."""
    if not isinstance(value, str):
        return value
    if value.lower() == "none":
        return None
    if isinstance(old, bool):
        if value.lower() not in ("true", "false"):
            raise ValueError(f"{name}={value}: found {value!r}, expected true or false")
        return value.lower() == "true"
    for kind in (int, float) if not isinstance(old, str) else ():
        try:
            return kind(value) if not isinstance(old, float) else float(value)
        except ValueError:
            continue
    if isinstance(old, int | float):
        raise ValueError(f"{name}={value}: found {value!r}, expected a number such as {old}")
    return value


def grid(learner: Learner, choices: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, Learner]]:
    """Yield (variation, learner) for every combination of settings, the learner as it is without.

    Raises:
        ValueError: see `varied`.
    """
    for values in itertools.product(*choices.values()):
        changed, said = learner, []
        for name, value in zip(choices, values, strict=True):
            changed = varied(changed, name, value)
            said.append(f"{name}={value}")
        yield ", ".join(said), changed


def tasks(
    data: DataSet,
    recipes: Iterable[tuple[str, str, Learner]],
    *,
    split: str,
    ks: Sequence[int],
    seeds: Sequence[int],
    new: float = NEW,
) -> Iterator[Task]:
    """Yield the runs of every recipe on every split, one split after another.

    Args:
        recipes: (name, variation, learner).
        ks: for p3, how many ratings of a new person are known; one split each.
    """
    recipes = list(recipes)
    for seed, k in itertools.product(seeds, ks if split == "p3" else [0]):
        cut = split_of(data.interactions, split, k=k, seed=seed, new=new)
        name = f"p3-k{k}" if split == "p3" else split
        for recipe, variation, learner in recipes:
            yield Task(data.name, name, cut, recipe, learner, seed, variation)


def code_version(root: Path, *, ask: Callable[..., Any] = subprocess.run) -> str:
    """Return what tells this code from another: the commit, or a hash of the sources."""
    sources = sorted((root / "recommendations" / "taste").rglob("*.py"))
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    if (root / ".git").exists():
        told = ["git", "-C", str(root), "describe", "--always", "--dirty=+", "--abbrev=12"]
        try:
            commit = ask(told, capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            commit = ""
        if commit and not commit.endswith("+"):
            return commit
    # Not a commit, or changed since: what the sources of the learners hash to.
    return f"sources {digest}"
