"""The Reel experiment: a model of stars and a model of order, side by side on one split.

Its finding is that the first, exact about stars, makes poor lists (D07). So films like a film come
from the model of stars, and lists from the model of order (D08).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from recommendations.taste.evaluation.lists import lists_of
from recommendations.taste.evaluation.metrics import report, rmse
from recommendations.taste.evaluation.splits import Split, global_random
from recommendations.taste.geometry import cosine
from recommendations.taste.interactions import Facts, Interactions, Vocabulary
from recommendations.taste.learners.base import Model
from recommendations.taste.learners.biased_mf import BiasedMf
from recommendations.taste.learners.bpr import Bpr
from recommendations.taste.learners.popularity import Popularity

LABEL = "SYNTHETIC"


@dataclass(frozen=True)
class Recipe:
    """What is learnt with, and what is asked.

    Attributes:
        test_share: of all ratings, held out at random whoever gave them.
        n_anchors: how many of the most rated films are asked for their like.
        n_like: how many films of other genres are named beside each.
        known_by: ratings that a film needs to be named: fewer place it by chance.
        nearest: films of other genres are looked for among so many nearest.
    """

    stars: BiasedMf = field(default_factory=BiasedMf)
    order: Bpr = field(default_factory=Bpr)
    popularity: Popularity = field(default_factory=Popularity)
    test_share: float = 0.2
    n_anchors: int = 100
    n_like: int = 3
    known_by: int = 20
    nearest: int = 50


@dataclass(frozen=True)
class Like:
    """Films of other genres that lie closest to a film, by number, nearest first."""

    film: int
    others: tuple[int, ...]
    cosines: tuple[float, ...]


@dataclass(frozen=True)
class Reel:
    """What the experiment found.

    Attributes:
        n_train, n_test: ratings.
        n_people: who have a held-out rating of four stars or more: only they count in recalls.
        rmse: of the model of stars, over the held-out ratings, in stars.
        recalls: Recall@10 of "order", "popularity" and "stars".
        likes: for each of the most rated films, its like in other genres; may be empty.
    """

    n_train: int
    n_test: int
    n_people: int
    rmse: float
    recalls: dict[str, float]
    likes: tuple[Like, ...]

    @property
    def lift(self) -> float:
        """Recall@10 of the model of order over that of popularity, less one (D18)."""
        popular = self.recalls["popularity"]
        return self.recalls["order"] / popular - 1 if popular else float("nan")

    @property
    def share_with_likes(self) -> float:
        """How many of the most rated films have any like in other genres (D05)."""
        return float(np.mean([bool(like.others) for like in self.likes])) if self.likes else 0.0


def run(
    interactions: Interactions, facts: Facts, *, rng: np.random.Generator, recipe: Recipe
) -> Reel:
    """Return the experiment's figures; the same generator gives the same ones."""
    for_split, for_stars, for_order, for_popularity = rng.spawn(4)
    split = global_random(interactions, share=recipe.test_share, rng=for_split)
    stars = recipe.stars.fit(split.train, rng=for_stars)
    models: dict[str, Model] = {
        "order": recipe.order.fit(split.train, rng=for_order),
        "popularity": recipe.popularity.fit(split.train, rng=for_popularity),
        "stars": stars,
    }
    judged = {name: _recall(model, split) for name, model in models.items()}
    predicted = stars.predict(split.test.person, split.test.title)
    return Reel(
        n_train=len(split.train),
        n_test=len(split.test),
        n_people=judged["order"][1],
        rmse=rmse(predicted, split.test.stars),
        recalls={name: recall for name, (recall, _) in judged.items()},
        likes=tuple(likes_of(stars.title_vectors, split.train, facts, recipe=recipe)),
    )


def _recall(model: Model, split: Split) -> tuple[float, int]:
    """Return Recall@10 over every title a person does not know, and how many people count."""
    lists = lists_of(model, split.train, split.people, n=10)
    counts = np.bincount(split.train.title, minlength=len(split.train.titles))
    judged = report(lists, split.people, split.test, counts=counts)
    return judged.means()["recall@10"], len(judged.people)


def likes_of(
    vectors: np.ndarray, train: Interactions, facts: Facts, *, recipe: Recipe
) -> Iterator[Like]:
    """Yield the most rated films, each with the closest films that share no genre with it.

    Closeness is the cosine of `vectors`, (titles, d). Films without a genre have nothing to differ
    in, and are left out on both sides.
    """
    counts = np.bincount(train.title, minlength=len(train.titles))
    rows = facts.rows_for(train.titles)
    genres = [frozenset(facts.genres[row]) if row >= 0 else frozenset() for row in rows]
    named = np.array([bool(own) for own in genres])
    others = np.flatnonzero(named & (counts >= recipe.known_by))
    most_rated = np.argsort(-counts, kind="stable")
    for film in most_rated[named[most_rated]][: recipe.n_anchors]:
        closeness = cosine(vectors[film], vectors[others])
        order = np.argsort(-closeness, kind="stable")
        near = [i for i in order[: recipe.nearest + 1] if others[i] != film][: recipe.nearest]
        cross = [i for i in near if not genres[film] & genres[others[i]]][: recipe.n_like]
        yield Like(
            int(film),
            tuple(int(others[i]) for i in cross),
            tuple(float(closeness[i]) for i in cross),
        )


def synthetic(*, rng: np.random.Generator) -> tuple[Interactions, Facts]:
    """Return made-up ratings and films, each film's name with the label SYNTHETIC (D11).

    Six tastes are planted: a film has one, a person loves two, and films differ in fame. Genres
    follow taste half of the time only, so that some like films wear other labels.
    """
    n_people, n_films, n_tastes = 150, 240, 6
    tastes = np.array(["Comedy", "Drama", "Horror", "Musical", "Sci-Fi", "Western"])
    taste = np.arange(n_films) % n_tastes
    loves = np.array([rng.choice(n_tastes, 2, replace=False) for _ in range(n_people)])
    fame = rng.permutation(1 / (5 + np.arange(n_films)))
    rows = []
    for person in range(n_people):
        # People look for what they love, so it makes up most of what they rate.
        chance = fame * np.where(np.isin(taste, loves[person]), 6.0, 1.0)
        seen = rng.choice(n_films, size=40, replace=False, p=chance / chance.sum())
        liking = np.where(np.isin(taste[seen], loves[person]), 4.4, 2.6)
        stars = np.clip(np.round(2 * (liking + rng.normal(0, 0.6, len(seen)))) / 2, 0.5, 5.0)
        rows.append(np.column_stack([np.full(len(seen), person), seen, stars]))
    person, film, stars = np.concatenate(rows).T
    label = np.where(rng.random(n_films) < 0.5, taste, rng.integers(n_tastes, size=n_films))
    facts = Facts(
        titles=Vocabulary(np.arange(n_films)),
        names=[f"{LABEL} film {number}" for number in range(n_films)],
        genres=[(str(tastes[genre]),) for genre in label],
        years=np.full(n_films, np.nan, dtype=np.float32),
    )
    return Interactions.of(person.astype(np.int64), film.astype(np.int64), stars), facts
