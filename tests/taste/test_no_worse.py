"""No recipe falls behind the best it has been on a made-up set, by more than a twentieth (A30)."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from recommendations.batch.evaluation import evaluate
from recommendations.taste import recipes
from recommendations.taste.evaluation import splits
from recommendations.taste.interactions import Interactions
from recommendations.taste.learners.ranker import House

# {recipe: NDCG@5}, the best that was ever measured here. Whoever raises one writes it down.
BEST = json.loads((Path(__file__).parent / "best.json").read_text())
N_PEOPLE, N_TITLES, N_TASTES = 400, 250, 6


@cache
def some_tastes() -> splits.Split:
    """People whose stars follow six tastes, strictness and chance, over titles some know better.

    A tenth of the people are new: ten ratings of each are known.
    """
    rng = np.random.default_rng(11)
    people = rng.dirichlet(np.full(N_TASTES, 0.4), N_PEOPLE)
    titles = rng.dirichlet(np.full(N_TASTES, 0.3), N_TITLES)
    better, known = rng.normal(0, 0.4, N_TITLES), rng.lognormal(0, 1.0, N_TITLES)
    fit = people @ titles.T
    fit = (fit - fit.mean()) / fit.std()
    rows = []
    for person in range(N_PEOPLE):
        chances = known * np.exp(0.8 * fit[person])
        met = rng.choice(N_TITLES, rng.integers(20, 90), replace=False, p=chances / chances.sum())
        liked = 3.3 + 0.8 * fit[person, met] + better[met] + rng.normal(0, 0.5)
        stars = np.clip(np.round(2 * (liked + rng.normal(0, 0.5, len(met)))) / 2, 0.5, 5.0)
        rows += [(person, title, star) for title, star in zip(met, stars, strict=True)]
    person, title, stars = map(np.array, zip(*rows, strict=True))
    at = 1.6e9 + 86_400 * rng.integers(1000, size=len(rows))
    ratings = Interactions.of(person, title, stars, at.astype(np.float64))
    return splits.new_people(ratings, k=10, rng=rng, share=0.25)


def ndcg(name: str) -> float:
    """What a recipe's lists are worth for the new people."""
    split, learner = some_tastes(), recipes.learner(name)
    if isinstance(learner, House):  # a small one: its own takes longer than all the others
        learner = replace(learner, n_folds=2, n_examples=1_000, n_trees=60, n_wary=20)
    with threadpool_limits(1):  # many small products: threads would wait for one another
        outcome = evaluate(learner, split.train, split.test, rng=np.random.default_rng([0, 2]))
    return float(np.nanmean(outcome.report.by_person["ndcg@5"]))


@pytest.mark.parametrize("name", BEST)
def test_a_recipe_is_as_good_as_it_has_been(name):
    assert ndcg(name) >= 0.95 * BEST[name]


def test_the_set_can_tell_good_from_bad():
    assert ndcg("chance") < 0.5 * BEST["popularity"]
    assert BEST["popularity"] < 0.8 * BEST["house"]
