"""The house space and the ranker on top of it."""

import dataclasses

import lightgbm
import numpy as np
import pytest
from scipy import sparse

from recommendations.taste.evaluation.lists import lists_of
from recommendations.taste.interactions import Facts, Interactions, Vocabulary
from recommendations.taste.learners.features import (
    FEATURES,
    History,
    features,
    histories,
    stats_of,
)
from recommendations.taste.learners.forest import forest_of
from recommendations.taste.learners.house import HouseSpace, Reading, thin_model
from recommendations.taste.learners.ranker import House, HouseModel
from recommendations.taste.ranking import standardise
from recommendations.taste.space import person_vector, shares_of
from tests.worlds import make_camps

SMALL = HouseSpace(
    readings=(Reading((3.0, 8.0), 6, ridge=0.5), Reading((20.0,), 6, ridge=5.0, noise=1.0)),
    at_least=1,
)
QUICK = House(space=SMALL, n_candidates=20, n_folds=2, n_examples=200, n_trees=20, n_leaves=4)


@pytest.fixture(scope="module")
def camps():
    return make_camps().train


@pytest.fixture(scope="module")
def learnt(camps):
    return SMALL.fit(camps, rng=np.random.default_rng(0))


def test_the_space_has_at_most_128_dimensions():
    assert HouseSpace().dimension <= 128


def test_scores_are_inner_products_of_titles_and_people(camps, learnt):
    people = np.arange(5)

    vectors = learnt.person_vectors(camps, people)

    assert vectors.shape == (5, SMALL.dimension)
    known = learnt.space.counts > 0
    expected = vectors @ learnt.title_vectors.T
    np.testing.assert_allclose(
        learnt.scores(camps, people)[:, known], expected[:, known], rtol=1e-5
    )


def test_a_person_folded_in_by_hand_lies_where_the_model_puts_them(camps, learnt):
    own = camps.take(camps.person == 4)

    by_hand = person_vector(
        learnt.space.pulls[:, own.title],
        learnt.weights.of(own),
        starts=learnt.space.starts,
        lengths=learnt.space.lengths,
    )

    np.testing.assert_allclose(by_hand, learnt.person_vectors(camps, np.array([4]))[0], rtol=1e-4)


def test_shares_meet_both_neighbours_and_are_flat_beyond_the_ends():
    lengths = np.array([4.0, 10.0, 60.0])

    assert shares_of(10, lengths).tolist() == [0, 1, 0]
    assert shares_of(1, lengths).tolist() == [1, 0, 0]
    assert shares_of(900, lengths).tolist() == [0, 0, 1]
    between = shares_of(25, lengths)
    assert between[0] == 0
    assert 0 < between[1] < 1
    assert between.sum() == pytest.approx(1)


def test_the_thinned_model_is_the_least_squares_answer_over_all_thinnings():
    """Drawn many times and solved as one big regression, it comes out the same."""
    rng = np.random.default_rng(8)
    weights = (rng.random((12, 4)) < 0.6) * rng.choice([0.7, 1.0], size=(12, 4))
    weights[weights.sum(axis=1) == 0, 0] = 1.0
    said = (weights > 0).sum(axis=1)
    answer, start = thin_model(
        sparse.csr_matrix(weights.astype(np.float32)), said, length=1.0, ridge=1e-3
    )

    chance = np.minimum(1.0 / said, 0.7)
    n_draws = 20_000
    for target in range(4):
        others = [i for i in range(4) if i != target]
        gram, right = np.zeros((4, 4)), np.zeros(4)
        for person in range(12):
            masks = rng.random((n_draws, 3)) < chance[person]
            rows = np.column_stack([np.ones(n_draws), masks * weights[person, others]])
            gram += rows.T @ rows / n_draws
            right += rows.sum(axis=0) * weights[person, target] / n_draws
        gram[1:, 1:] += 1e-3 * np.eye(3)
        found = np.linalg.solve(gram, right)
        assert start[target] == pytest.approx(found[0], abs=0.05)
        np.testing.assert_allclose(answer[others, target], found[1:], atol=0.06)
        assert answer[target, target] == pytest.approx(0, abs=1e-5)


def test_where_nobody_likes_anything_no_title_has_a_place(camps):
    hated = dataclasses.replace(camps, stars=np.full(len(camps), 1.0, dtype=np.float32))

    model = SMALL.fit(hated, rng=np.random.default_rng(0))

    assert not model.space.counts.any()
    assert len(np.unique(model.scores(hated, np.arange(3)))) == 1


def test_the_forest_scores_like_the_library_that_grew_it():
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(3_000, 5)).astype(np.float32)
    wanted = rows[:, 0] * (rows[:, 1] > 0.3) - rows[:, 4]
    settings = {"num_leaves": 12, "verbose": -1, "seed": 1}
    grown = lightgbm.train(settings, lightgbm.Dataset(rows, wanted), 30)

    forest = forest_of(grown.dump_model())

    new = rng.normal(size=(500, 5)).astype(np.float32)
    np.testing.assert_allclose(forest.scores(new, chunk=64), grown.predict(new), atol=1e-4)


def test_features_are_whole_for_anybody(camps, learnt):
    stats = stats_of(camps, None)
    nobody = camps.take(np.zeros(len(camps), dtype=bool))

    for said in (camps, nobody):
        history = histories(said, learnt.weights, np.array([0]))[0]
        best, found = features(learnt.space, stats, history, n=10)
        assert found.shape == (10, len(FEATURES))
        assert np.isfinite(found).all()
        assert not set(best.tolist()) & set(history.titles.tolist())


def test_the_ranker_hears_of_what_was_not_liked(camps, learnt):
    space, stats = learnt.space, stats_of(camps, None)
    said = History(
        np.array([1, 4, 9, 12]),
        np.array([0.0, 0.2, 0.7, 1.0], dtype=np.float32),
        np.array([2.0, 3.0, 4.0, 5.0], dtype=np.float32),
    )

    best, found = features(space, stats, said, n=10)

    pulls = np.tensordot(shares_of(4, space.lengths), space.pulls[:, said.titles], axes=1)
    by_title = space.vectors[best] @ pulls.T
    for name, expected in {
        "pull of the disliked": by_title[:, 0],
        "pull of the middling": by_title[:, 1],
        "pull of the loved": by_title[:, 3],
        "pull of all said": by_title.sum(axis=1),
    }.items():
        np.testing.assert_allclose(
            found[:, FEATURES.index(name)], expected, rtol=1e-4, atol=1e-5, err_msg=name
        )


@pytest.mark.parametrize("readings", [SMALL.readings, SMALL.readings[1:]])
def test_leads_are_told_for_spaces_of_few_lengths(camps, readings):
    space = HouseSpace(readings=readings, at_least=1).fit(camps, rng=np.random.default_rng(0)).space
    history = histories(camps, SMALL.weights, np.array([3]))[0]

    best, found = features(space, stats_of(camps, None), history, n=10)

    places = space.starts + history.weights @ space.pulls[:, history.titles]
    said = space.vectors[best] @ places.T
    second = min(1, len(space.lengths) - 1)
    np.testing.assert_allclose(
        found[:, FEATURES.index("second lead")], standardise(said[:, second]), rtol=1e-3, atol=1e-4
    )


def test_half_of_the_simulated_people_have_said_little():
    house = House(settled=0.2, fresh=0.5, few=12)
    n_own = np.full(20_000, 200)

    lengths = house._lengths(n_own, np.random.default_rng(0))

    assert lengths.min() >= house.shortest
    assert lengths.max() <= 161
    assert (lengths == 160).mean() == pytest.approx(0.2, abs=0.02)
    # Half are short by design, and of the three tenths spread in between every third as well.
    between = 0.3 * np.log(13 / 3) / np.log(161 / 3)
    assert (lengths < 13).mean() == pytest.approx(0.5 + between, abs=0.02)


def test_nobody_keeps_more_than_four_fifths_for_being_new():
    lengths = House(fresh=1.0, settled=0.0)._lengths(np.full(500, 10), np.random.default_rng(0))

    assert lengths.max() <= 8


def test_the_ranker_learns_what_the_space_cannot_say():
    """In this world everybody loves the new titles of their camp and not the old ones."""
    rng = np.random.default_rng(5)
    n_people, n_titles = 240, 60
    camp_of = rng.integers(2, size=n_people)
    years = np.where(np.arange(n_titles) % 2 == 0, 2010.0, 1950.0)
    rows = []
    for person in range(n_people):
        own = np.flatnonzero(np.arange(n_titles) // 30 == camp_of[person])
        for title in rng.permutation(own)[:18]:
            loved = years[title] == 2010 and rng.random() < 0.9
            rows.append((person, title, 5.0 if loved else 3.5))
    people, titles, stars = map(np.array, zip(*rows, strict=True))
    world = Interactions.of(people, titles, stars)
    facts = Facts(
        Vocabulary(np.arange(n_titles)), [""] * n_titles, [()] * n_titles, years.astype(np.float32)
    )

    model = QUICK.fit(world, rng=np.random.default_rng(0), facts=facts)

    assert model.forest is not None
    lists = lists_of(model, world, np.arange(40), n=5)
    shown = lists[lists >= 0]
    assert (years[model.titles.ids[shown]] == 2010).mean() > 0.9


def test_the_space_counts_beside_the_trees_once_a_history_is_long(camps, learnt):
    model = HouseModel(learnt, stats_of(camps, None), None, n_candidates=20, own=0.5)

    counts = [model.own_of(length) for length in (1, 8, 12, 20, 200)]

    assert counts[:2] == [0.0, 0.0]
    assert 0.0 < counts[2] < 0.5
    assert counts[3:] == [0.5, 0.5]


def test_too_few_people_to_set_aside_get_the_space_alone():
    few = make_camps().train
    few = few.take(few.person < 12)

    model = QUICK.fit(few, rng=np.random.default_rng(0))

    assert model.forest is None
    assert np.isfinite(model.scores(few, np.arange(3))).all()
