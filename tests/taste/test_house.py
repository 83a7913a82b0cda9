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
    OwnTitles,
    Stats,
    columns,
    columns_without,
    features,
    histories,
    stats_of,
)
from recommendations.taste.learners.forest import forest_of
from recommendations.taste.learners.house import HouseSpace, Reading, thin_model
from recommendations.taste.learners.ranker import House, HouseModel
from recommendations.taste.learners.stars import expected_stars
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


def test_a_title_hardly_met_leans_on_what_it_is_like(camps):
    """One title is heard of by one person alone; told its camp's genre, it comes to that camp."""
    title, camp = 0, np.arange(len(camps.titles)) % 2
    heard = np.flatnonzero(camps.title != title)
    rows = np.append(heard, np.flatnonzero(camps.title == title)[:1])
    few = camps.take(np.sort(rows))
    everybody = np.arange(len(few.people))

    def lead(facts):
        """Return how far the title leads with people who love its camp over the others."""
        scores = SMALL.fit(few, rng=np.random.default_rng(0), facts=facts).scores(few, everybody)
        own = scores[:, camp == camp[title]].mean(axis=1) > scores[:, camp != camp[title]].mean(
            axis=1
        )
        return scores[own, title].mean() - scores[~own, title].mean()

    n = len(camps.titles)
    genres = [("western",) if camp[i] == camp[title] else ("opera",) for i in range(n)]
    told = Facts(camps.titles, [""] * n, genres, np.full(n, np.nan, dtype=np.float32))
    assert lead(told) > lead(None) + 0.1


def test_the_forest_scores_like_the_library_that_grew_it():
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(3_000, 5)).astype(np.float32)
    wanted = rows[:, 0] * (rows[:, 1] > 0.3) - rows[:, 4]
    settings = {"num_leaves": 12, "verbose": -1, "seed": 1}
    grown = lightgbm.train(settings, lightgbm.Dataset(rows, wanted), 30)

    forest = forest_of(grown.dump_model())

    new = rng.normal(size=(500, 5)).astype(np.float32)
    np.testing.assert_allclose(forest.scores(new, chunk=64), grown.predict(new), atol=1e-4)


@pytest.mark.parametrize("n_leaves", [1, 2, 8, 9, 17, 33, 64])
def test_leaves_are_found_in_trees_of_any_size_that_fits(n_leaves):
    """Each row falls into the leaf that its one number lies in, however many bits they take."""
    bounds = list(range(1, n_leaves))

    def tree(low: int, high: int) -> dict:
        if low == high:
            return {"leaf_value": float(low)}
        middle = (low + high) // 2
        return {
            "decision_type": "<=",
            "split_feature": 0,
            "threshold": bounds[middle] - 0.5,
            "left_child": tree(low, middle),
            "right_child": tree(middle + 1, high),
        }

    one = {"num_leaves": n_leaves, "tree_structure": tree(0, n_leaves - 1)}
    forest = forest_of({"tree_info": [one, one]})

    rows = np.arange(n_leaves, dtype=np.float32)[:, None]
    np.testing.assert_array_equal(forest.scores(rows), 2 * np.arange(n_leaves))


def test_trees_with_more_leaves_than_bits_are_refused():
    with pytest.raises(ValueError, match="65 leaves, at most 64"):
        forest_of({"tree_info": [{"num_leaves": 65, "tree_structure": {}}]})


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


def test_half_of_the_settled_keep_what_they_said_first():
    rng = np.random.default_rng(3)
    person, said = np.repeat(np.arange(1_000), 20), np.tile(np.arange(20), 1_000)
    when = rng.permuted(said.reshape(1_000, 20), axis=1).ravel() * 60.0
    kept = np.where(np.arange(1_000) < 500, 5, 16)
    house = House(late=0.5, few=12)

    def in_time(at):
        apart = Interactions.of(person, said, np.full(len(said), 4.0), at)
        turns = house._turns(apart, kept, np.random.default_rng(0))[np.lexsort((at, person))]
        return (np.diff(turns.reshape(1_000, 20)) > 0).all(axis=1)

    assert not in_time(when)[:500].any()
    assert in_time(when)[500:].mean() == pytest.approx(0.5, abs=0.07)
    assert not in_time(np.full(len(said), np.nan)).any()


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


def grown(wary: float, *, disliked: float = 0.3, length: int = 5) -> np.ndarray:
    """Return the mean score of candidates whose second column is 0, and of those where it is 1.

    Half of all are met, half of these loved; where the column is 1, a share is disliked instead.
    """
    rng = np.random.default_rng(6)
    rows = np.zeros((4_000, len(FEATURES)), dtype=np.float32)
    rows[:, 0], rows[:, 1] = rng.normal(size=4_000), rng.integers(2, size=4_000)
    rows[:, FEATURES.index("length")] = length
    is_met, is_loved, chance = rng.random((3, 4_000)) < np.array([[0.5], [0.5], [disliked]])
    liked_or_not = np.where(chance & (rows[:, 1] > 0), 0, np.where(is_loved, 3, 2))
    labels = np.where(is_met, liked_or_not, 1).astype(np.int8)
    house = House(n_trees=20, n_leaves=4, distaste=0.0, wary=wary)
    forest = house._grown(rows, labels, np.full(200, 20), np.random.default_rng(0))
    scores = forest.scores(rows)
    return np.array([scores[rows[:, 1] == column].mean() for column in (0, 1)])


@pytest.mark.parametrize(("length", "counted"), [(5, 1.0), (200, 0.0)])
def test_what_people_dislike_once_they_met_it_falls_by_their_share(length, counted):
    falls = grown(0.0, length=length) - grown(8.0, length=length)

    assert falls[1] - falls[0] == pytest.approx(8.0 * 0.3 * counted, abs=0.3 * counted + 1e-6)


def test_where_nobody_dislikes_anything_there_is_nothing_to_be_wary_of():
    np.testing.assert_array_equal(grown(8.0, disliked=0.0), grown(0.0, disliked=0.0))


def test_two_forests_score_as_one():
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(2_000, 4)).astype(np.float32)
    settings = {"verbose": -1, "seed": 1}
    first, second = (
        forest_of(
            lightgbm.train(
                settings | {"num_leaves": leaves}, lightgbm.Dataset(rows, wanted), n
            ).dump_model()
        )
        for leaves, n, wanted in ((4, 6, rows[:, 0] * 2), (12, 9, rows[:, 1] * rows[:, 2]))
    )

    together = first.plus(second, times=-3.0)

    expected = first.scores(rows) - 3.0 * second.scores(rows)
    np.testing.assert_allclose(together.scores(rows), expected, atol=1e-4)


def test_stars_are_expected_by_what_people_alike_gave():
    """Two camps give the opposite stars; whoever begins like one is expected to go on like it."""
    rng = np.random.default_rng(4)
    camp_of = rng.integers(2, size=120)
    rows = [
        (person, title, 3.0 + 1.5 * (1 if title % 2 == camp_of[person] else -1))
        for person in range(120)
        for title in rng.permutation(20)[:12]
    ]
    people, titles, stars = map(np.array, zip(*rows, strict=True))
    stats = stats_of(Interactions.of(people, titles, stars), None)
    told, asked = np.array([0, 1, 2, 3]), np.array([10, 11])

    offset, more = expected_stars(
        np.array([4.5, 1.5, 4.5, 1.5]),
        stats.stars[told],
        stats.factors[told],
        stats.factors[asked],
        np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]),
    )

    assert offset == pytest.approx(0.0, abs=0.1)
    assert more[0, 0] > 0.7
    assert more[0, 1] < -0.7
    assert 0 < more[1, 0] < more[0, 0]  # who said half as much is known half as well
    assert not offset[2].any()
    assert not more[2].any()
    np.testing.assert_allclose(stats.spread, 1.5, atol=0.1)


@pytest.mark.parametrize("n_said", [1, 2, 9, 60])
def test_what_is_known_without_a_title_is_what_was_known_before_it_was_said(n_said):
    """All left out at once, as reasons ask for it, and one by one from shorter histories."""
    rng, dimension, lengths = np.random.default_rng(n_said), 6, np.array([4.0, 10.0, 60.0])

    def some_stats(n: int) -> Stats:
        shares = [rng.random(n).astype(np.float32) for _ in range(5)]
        years = rng.integers(1930, 2020, n).astype(np.float32)
        genres = (rng.random((n, 5)) < 0.3).astype(np.float32)
        return Stats(*shares, years, genres, rng.normal(size=(n, 3)), rng.random(n))

    def said_of(rows: np.ndarray) -> OwnTitles:
        history = History(rows, weights[rows], stars[rows])
        return OwnTitles(vectors[rows], pulls[:, rows], stats.take(rows), history)

    stats, others = some_stats(n_said), some_stats(7)
    weights = rng.choice([0.0, 0.2, 0.7, 1.0], n_said)
    stars = rng.choice(np.arange(1, 11) / 2, n_said).astype(np.float32)
    vectors = rng.normal(size=(n_said, dimension)).astype(np.float32)
    pulls = rng.normal(size=(3, n_said, dimension)).astype(np.float32)
    asked = rng.normal(size=(7, dimension)).astype(np.float32)
    where = {"starts": rng.normal(size=(3, dimension)).astype(np.float32), "lengths": lengths}
    everything = np.arange(n_said)

    found = columns_without(asked, others, said_of(everything), everything[:5], **where)

    for row, each in zip(everything[:5], found, strict=True):
        left = said_of(everything[everything != row])
        np.testing.assert_allclose(each, columns(asked, others, left, **where), atol=2e-3)
    some = np.array([5, 2])
    of_some = columns_without(asked, others, said_of(everything), everything[:5], **where, at=some)
    np.testing.assert_allclose(of_some, found[:, some], atol=1e-4)


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
