"""Loved titles above others."""

from dataclasses import replace

import numpy as np
import pytest

from recommendations.taste.interactions import LOVED, SAVED, SEEN, Interactions
from recommendations.taste.learners.bpr import Bpr, Places, Positives, Triples, gradients, loss
from tests.worlds import make_camps

PENALTIES = {"bias_penalty": 0.03, "vector_penalty": 0.2}
SMALL = Bpr(d=8, epochs=60, batch=200)


@pytest.fixture(scope="module")
def camps():
    return make_camps(seed=11)


@pytest.fixture(scope="module")
def model(camps):
    return SMALL.fit(camps.train, rng=np.random.default_rng(1))


def pair_accuracy(scores, camps):
    """Return how often a held-out loved title scores above one the person never loved."""
    loved_in_train = camps.train.matrix((camps.train.stars >= 4).astype(float)).toarray() > 0
    wins = []
    for person, title, stars in zip(
        camps.held.person, camps.held.title, camps.held.stars, strict=True
    ):
        if stars >= 4:
            others = ~loved_in_train[person]
            others[camps.held.title[(camps.held.person == person) & (camps.held.stars >= 4)]] = 0
            wins.append((scores[person, title] > scores[person, others]).mean())
    return np.mean(wins)


@pytest.mark.parametrize("name", list(Places.__dataclass_fields__))
def test_gradients_match_finite_differences(name):
    rng = np.random.default_rng(7)
    places = Places(rng.normal(size=6), rng.normal(size=(4, 3)), rng.normal(size=(6, 3)))
    # A title is loved by one and the other of somebody else, and a person comes twice.
    triples = Triples(np.array([0, 0, 1, 3]), np.array([0, 1, 2, 5]), np.array([2, 3, 0, 1]))
    slope = getattr(gradients(places, triples, **PENALTIES), name)
    terms, step = getattr(places, name), 1e-5

    for place in np.ndindex(terms.shape):
        ends = []
        for sign in (1, -1):
            moved = terms.copy()
            moved[place] += sign * step
            ends.append(loss(replace(places, **{name: moved}), triples, **PENALTIES))
        assert slope[place] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=2e-5)


def test_the_loss_is_the_hand_worked_one():
    places = Places(np.array([1.0, 0.0]), np.array([[2.0]]), np.array([[0.5], [-0.5]]))
    triple = Triples(np.array([0]), np.array([0]), np.array([1]))

    # x_i − x_j = (1 + 1) − (0 − 1) = 3
    by_hand = np.log1p(np.exp(-3)) + (0.03 * 1 + 0.2 * (4 + 0.25 + 0.25)) / 2
    assert loss(places, triple, **PENALTIES) == pytest.approx(by_hand)


def test_held_out_loved_titles_stand_above_others(camps, model):
    trained = model.scores_of(model.places.person_vectors)
    anew = model.scores(camps.train, np.arange(len(camps.train.people)))

    assert pair_accuracy(trained, camps) > 0.8
    assert pair_accuracy(anew, camps) > 0.8


def test_the_loss_falls(model):
    assert model.losses[0] == pytest.approx(np.log(2), abs=0.1), "at first it is a coin's"
    assert model.losses[-1] < 0.5 * model.losses[0]


def test_a_larger_penalty_shrinks_the_vectors(camps):
    lengths = [
        np.linalg.norm(
            replace(SMALL, vector_penalty=penalty)
            .fit(camps.train, rng=np.random.default_rng(1))
            .title_vectors
        )
        for penalty in (0.001, 0.02, 0.4)
    ]

    assert lengths[0] > lengths[1] > lengths[2]


def test_four_stars_and_hearts_are_love_and_saves_when_asked_for():
    said = Interactions.of(
        np.zeros(6), np.arange(6),
        np.array([4.0, 3.5, 5.0, np.nan, np.nan, np.nan]),
        kind=np.array([0, 0, 0, LOVED, SAVED, SEEN]),
    )  # fmt: skip

    assert Bpr().is_loved(said).tolist() == [True, False, True, True, False, False]
    assert Bpr(saves=True).is_loved(said).tolist() == [True, False, True, True, True, False]
    assert Bpr(at_least=4.5).is_loved(said).tolist() == [False, False, True, True, False, False]


def test_every_loved_pair_is_drawn_once_beside_a_title_that_is_not_loved(camps):
    is_loved = SMALL.is_loved(camps.train)
    positives = Positives.of(camps.train, is_loved)

    triples = positives.drawn(np.random.default_rng(3), tries=50)

    pairs = set(zip(camps.train.person[is_loved], camps.train.title[is_loved], strict=True))
    assert len(triples.person) == is_loved.sum()
    assert set(zip(triples.person, triples.loved, strict=True)) == pairs
    assert not set(zip(triples.person, triples.other, strict=True)) & pairs


def test_others_are_drawn_evenly():
    one = Interactions.of(np.zeros(1), np.zeros(1), np.array([5.0]))
    titles = replace(one.titles, ids=np.arange(5))
    positives = Positives.of(replace(one, titles=titles), np.array([True]))
    rng = np.random.default_rng(3)

    drawn = np.concatenate([positives.drawn(rng).other for _ in range(4000)])

    assert np.bincount(drawn, minlength=5)[0] == 0
    assert np.bincount(drawn)[1:] / len(drawn) == pytest.approx(np.full(4, 0.25), abs=0.03)


def test_who_loves_every_title_teaches_nothing():
    all_of_them = Interactions.of(np.zeros(4), np.arange(4), np.full(4, 5.0))

    triples = Positives.of(all_of_them, np.full(4, True)).drawn(np.random.default_rng(1))

    assert len(triples.person) == 0


def test_somebody_new_is_placed_where_the_loss_is_least(camps, model):
    """The slope there is zero, against every title of the panel that is not loved."""
    person = 5
    p = model.placed(camps.train, np.array([person]))
    loved = camps.train.title[(camps.train.person == person) & (camps.train.stars >= 4)]
    others = np.setdiff1d(model.panel, loved)
    all_pairs = [grid.ravel() for grid in np.meshgrid(loved, others)]
    alone = replace(model.places, person_vectors=p)

    slope = gradients(
        alone,
        Triples(np.zeros(len(all_pairs[0]), dtype=int), *all_pairs),
        bias_penalty=0.0,
        vector_penalty=SMALL.vector_penalty,
    ).person_vectors / len(others)

    assert slope == pytest.approx(np.zeros_like(slope), abs=1e-4)


def test_nobodys_place_depends_on_who_else_is_asked_for(camps, model):
    together = model.placed(camps.train, np.arange(6))

    assert np.array_equal(together[4], model.placed(camps.train, np.array([4]))[0])


def test_scores_equal_a_naive_loop(camps, model):
    vectors = model.placed(camps.train, np.array([2]))

    scores = model.scores(camps.train, np.array([2]))[0]

    for title, score in enumerate(scores):
        expected = model.places.title_biases[title] + vectors[0] @ model.title_vectors[title]
        assert score == pytest.approx(expected, abs=1e-5)


def test_without_a_penalty_somebody_new_still_lies_somewhere(camps):
    free = replace(SMALL, vector_penalty=0.0, bias_penalty=0.0)

    vectors = free.fit(camps.train, rng=np.random.default_rng(1)).placed(
        camps.train, np.arange(len(camps.train.people))
    )

    assert np.isfinite(vectors).all()
    assert 0 < np.linalg.norm(vectors, axis=1).max() < 100
