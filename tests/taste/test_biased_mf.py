"""Stars as a sum of habits and a product of tastes."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recommendations.taste.evaluation.metrics import rmse
from recommendations.taste.geometry import nearest
from recommendations.taste.interactions import LOVED, RATED, Interactions
from recommendations.taste.learners import biased_mf, bpr
from recommendations.taste.learners.biased_mf import BiasedMf, Factors, Rated, gradients, loss

PENALTIES = {"bias_penalty": 0.03, "vector_penalty": 0.2}
# What the two learners that are written from scratch may lean on.
FROM_SCRATCH = {"numpy", "dataclasses", "typing", "recommendations"}


@pytest.fixture(scope="module")
def blocks():
    """Two kinds of people and of titles: 5 stars within, 1 across, 40 % of the table known."""
    rng = np.random.default_rng(2)
    person, title = (table.ravel() for table in np.indices((40, 30)))
    stars = np.where(person % 2 == title % 2, 5.0, 1.0)
    everything = Interactions.of(person, title, stars)
    is_known = rng.random(len(everything)) < 0.4
    return everything.take(is_known), everything.take(~is_known)


SMALL = BiasedMf(d=4, epochs=120, batch=100, vector_penalty=0.02)


@pytest.fixture(scope="module")
def model(blocks):
    return SMALL.fit(blocks[0], rng=np.random.default_rng(1))


def random_factors(rng, *, people=5, titles=6, d=3):
    return Factors(
        3.5,
        rng.normal(size=people),
        rng.normal(size=titles),
        rng.normal(size=(people, d)),
        rng.normal(size=(titles, d)),
    )


def test_a_prediction_is_the_sum_of_its_terms(model):
    factors = model.factors
    p, q = factors.person_vectors[3], factors.title_vectors[8]
    by_hand = factors.mean + factors.person_biases[3] + factors.title_biases[8]
    by_hand += sum(p[axis] * q[axis] for axis in range(4))

    assert factors.predict(np.array([3]), np.array([8]))[0] == pytest.approx(by_hand, abs=1e-5)
    assert model.predict(np.array([3]), np.array([8]))[0] == pytest.approx(np.clip(by_hand, 0.5, 5))


@pytest.mark.parametrize("name", list(Factors.__dataclass_fields__)[1:])
def test_gradients_match_finite_differences(name):
    rng = np.random.default_rng(7)
    factors = random_factors(rng)
    rated = Rated(
        # Somebody rates twice and a title is rated twice, so that sums are tried.
        np.array([0, 0, 1, 2, 3, 4]), np.array([0, 1, 1, 2, 5, 5]), rng.uniform(1, 5, 6)
    )  # fmt: skip
    slope = getattr(gradients(factors, rated, **PENALTIES), name)
    terms, step = getattr(factors, name), 1e-5

    for place in np.ndindex(terms.shape):
        ends = []
        for sign in (1, -1):
            moved = terms.copy()
            moved[place] += sign * step
            ends.append(loss(replace(factors, **{name: moved}), rated, **PENALTIES))
        assert slope[place] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=2e-5)


def test_the_loss_is_the_hand_worked_one():
    factors = Factors(3.0, np.array([0.5]), np.array([-1.0]), np.array([[2.0]]), np.array([[0.5]]))
    rated = Rated(np.array([0]), np.array([0]), np.array([4.0]))

    # r̂ = 3 + 0.5 − 1 + 2 · 0.5 = 3.5; e² = 0.25; b² = 0.25 + 1; |p|² + |q|² = 4 + 0.25
    assert loss(factors, rated, **PENALTIES) == pytest.approx((0.25 + 0.03 * 1.25 + 0.2 * 4.25) / 2)


def test_planted_blocks_are_completed(blocks, model):
    _, held = blocks

    assert rmse(model.predict(held.person, held.title), held.stars) < 0.3


def test_the_loss_falls(model):
    assert model.losses[-1] < 0.2 * model.losses[0]
    assert (np.diff(model.losses) < 0).mean() > 0.9


def test_a_larger_penalty_shrinks_the_vectors(blocks):
    lengths = [
        np.linalg.norm(
            replace(SMALL, vector_penalty=penalty)
            .fit(blocks[0], rng=np.random.default_rng(1))
            .title_vectors
        )
        for penalty in (0.02, 0.2, 2.0)
    ]

    assert lengths[0] > lengths[1] > lengths[2]


def test_a_larger_penalty_shrinks_the_biases():
    rng = np.random.default_rng(4)
    person, title = (table.ravel() for table in np.indices((20, 20)))
    habits = Interactions.of(person, title, np.clip(3 + rng.normal(size=20)[person], 0.5, 5))
    sizes = [
        np.abs(
            BiasedMf(d=2, epochs=30, batch=50, bias_penalty=penalty)
            .fit(habits, rng=np.random.default_rng(1))
            .factors.person_biases
        ).mean()
        for penalty in (0.02, 2.0)
    ]

    assert sizes[0] > 2 * sizes[1]


def test_nearest_films_share_the_block(model):
    for title in range(30):
        first = [t for t in nearest(model.title_vectors, model.title_vectors[title], n=6)
                 if t != title][:5]  # fmt: skip

        assert all(other % 2 == title % 2 for other in first)


def test_nearest_films_match_brute_force(model):
    q = model.title_vectors.astype(float)
    by_hand = [(q[4] @ other) / np.linalg.norm(q[4]) / np.linalg.norm(other) for other in q]

    assert nearest(q, q[4], n=10).tolist() == np.argsort(-np.array(by_hand))[:10].tolist()


def test_scores_equal_a_naive_loop(blocks, model):
    train, people = blocks[0], np.array([4, 9])
    biases, vectors = model.placed(train, people)

    scores = model.scores(train, people)

    for row in range(2):
        for title in range(30):
            expected = model.factors.mean + biases[row] + model.factors.title_biases[title]
            expected += vectors[row] @ model.title_vectors[title]
            assert scores[row, title] == pytest.approx(expected, abs=1e-5)


def test_somebody_new_is_placed_where_the_loss_is_least(blocks, model):
    train, d = blocks[0], 4
    biases, vectors = model.placed(train, np.array([6]))
    own = Rated.of(train.take(train.person == 6))
    own = replace(own, person=np.zeros(len(own.person), dtype=int))

    alone = replace(model.factors, person_biases=biases, person_vectors=vectors)
    slope = gradients(
        alone, own, bias_penalty=model.bias_penalty, vector_penalty=model.vector_penalty
    )

    assert slope.person_biases == pytest.approx([0], abs=1e-3)
    assert slope.person_vectors == pytest.approx(np.zeros((1, d)), abs=1e-3)


def test_placing_anew_agrees_with_training(blocks, model):
    train, held = blocks
    biases, vectors = model.placed(train, np.arange(40))
    anew = replace(model.factors, person_biases=biases, person_vectors=vectors)

    assert rmse(anew.predict(held.person, held.title), held.stars) < 0.3


def test_hearts_name_no_stars_and_teach_nothing(blocks):
    train, _ = blocks
    n = len(train)
    both = replace(
        train,
        person=np.concatenate([train.person, train.person]),
        title=np.concatenate([train.title, train.title]),
        stars=np.concatenate([train.stars, np.full(n, np.nan, dtype=np.float32)]),
        at=np.concatenate([train.at, train.at]),
        kind=np.repeat([RATED, LOVED], n).astype(np.uint8),
    )
    settings = replace(SMALL, epochs=3)

    alone, together = (settings.fit(i, rng=np.random.default_rng(1)) for i in (train, both))

    assert np.array_equal(alone.title_vectors, together.title_vectors)


def test_without_any_rating_it_says_what_it_needs():
    hearts = Interactions.of(np.arange(3), np.arange(3), np.full(3, np.nan), kind=np.full(3, LOVED))

    with pytest.raises(ValueError, match="3 statements and no rating"):
        BiasedMf().fit(hearts, rng=np.random.default_rng(1))


@pytest.mark.parametrize("module", [biased_mf, bpr])
def test_what_is_written_from_scratch_leans_on_numpy_alone(module):
    imported = set()
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(node.module)

    assert {name.split(".")[0] for name in imported} <= FROM_SCRATCH
    ours = {name for name in imported if name.startswith("recommendations")}
    assert all(name.startswith("recommendations.taste.") for name in ours)
