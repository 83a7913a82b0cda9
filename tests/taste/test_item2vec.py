"""item2vec: liked titles as words."""

from dataclasses import replace

import numpy as np
import pytest

from recommendations.taste.geometry import unit
from recommendations.taste.interactions import LOVED, RATED, SAVED, Interactions
from recommendations.taste.learners.item2vec import Item2Vec, _Lists

CLUSTERS, OF_EACH, PEOPLE, LIKED = 5, 12, 150, 8


def planted(seed: int = 0) -> Interactions:
    """Return people who like titles of one cluster and dislike one of another."""
    rng = np.random.default_rng(seed)
    people, titles, stars, at = [], [], [], []
    for person in range(PEOPLE):
        own = rng.integers(CLUSTERS)
        for title in rng.permutation(OF_EACH)[:LIKED]:
            people.append(person)
            titles.append(own * OF_EACH + title)
            stars.append(rng.choice([4.0, 4.5, 5.0]))
        people.append(person)
        titles.append((own + 1) % CLUSTERS * OF_EACH + rng.integers(OF_EACH))
        stars.append(2.0)
        at += list(rng.random(LIKED + 1))
    return Interactions.of(np.array(people), np.array(titles), np.array(stars), at=np.array(at))


def share_of_cluster(vectors: np.ndarray) -> float:
    """Return how many of each title's five nearest stand in its cluster."""
    closeness = unit(vectors) @ unit(vectors).T
    np.fill_diagonal(closeness, -np.inf)
    nearest = np.argsort(-closeness, axis=1)[:, :5]
    cluster = np.arange(len(vectors)) // OF_EACH
    return float((cluster[nearest] == cluster[:, None]).mean())


@pytest.mark.parametrize(
    "learner",
    [
        Item2Vec(dimension=16),
        Item2Vec(dimension=16, window=4, is_by_time=True),
        Item2Vec(dimension=16, objective="hierarchical", epochs=10),
        Item2Vec(dimension=16, objective="softmax", epochs=30),
        Item2Vec(dimension=16, scoring="popular cosine"),
    ],
)
def test_nearest_titles_share_the_planted_cluster(learner):
    model = learner.fit(planted(), rng=np.random.default_rng(0))

    assert share_of_cluster(model.input_vectors) >= 0.95


@pytest.mark.parametrize("objective", ["negative", "hierarchical", "softmax"])
def test_people_are_scored_for_their_own_cluster(objective):
    world = planted()
    model = Item2Vec(dimension=16, objective=objective).fit(world, rng=np.random.default_rng(0))
    newcomer = Interactions.of(np.array([7, 7]), np.array([24, 25]), np.array([5.0, 5.0]))

    scores = model.scores(newcomer, np.array([0]))

    assert scores.shape == (1, CLUSTERS * OF_EACH)
    assert set(np.argsort(-scores[0])[:5] // OF_EACH) == {2}


@pytest.mark.parametrize("objective", ["negative", "hierarchical", "softmax"])
def test_one_seed_gives_one_model(objective):
    learner, world = Item2Vec(dimension=8, objective=objective, epochs=3), planted()

    first = learner.fit(world, rng=np.random.default_rng(5))
    again = learner.fit(world, rng=np.random.default_rng(5))
    other = learner.fit(world, rng=np.random.default_rng(6))

    assert np.array_equal(first.title_vectors, again.title_vectors)
    assert not np.array_equal(first.input_vectors, other.input_vectors)


def test_the_threshold_decides_who_is_liked():
    said = Interactions.of(np.zeros(3), np.arange(3), np.array([4.0, 4.5, 3.5]))

    assert Item2Vec(positive=4.0).weights_of(said).tolist() == [1, 1, 0]
    assert Item2Vec(positive=4.5).weights_of(said).tolist() == [0, 1, 0]


def test_hearts_and_saves_count_by_their_weights():
    said = Interactions.of(
        np.zeros(3), np.arange(3), np.array([5.0, np.nan, np.nan]), kind=[RATED, LOVED, SAVED]
    )

    assert Item2Vec(loved=0.8, saved=0.5).weights_of(said) == pytest.approx([1.0, 0.8, 0.5])
    assert Item2Vec(loved=0.0, saved=0.0).weights_of(said).tolist() == [1, 0, 0]


def test_a_weight_of_a_half_is_read_in_half_of_the_epochs():
    said = Interactions.of(np.zeros(100), np.arange(100), np.full(100, np.nan), kind=[SAVED] * 100)
    lists = _Lists.of(said, np.full(100, 0.5), is_by_time=True, rng=np.random.default_rng(0))

    read = sum(len(titles) for _ in range(50) for titles in lists)

    assert 0.45 < read / 5000 < 0.55


def test_lists_stand_in_order_of_time():
    said = Interactions.of(np.zeros(3), np.array([10, 20, 30]), np.full(3, 5.0), at=[3, 1, 2])
    lists = _Lists.of(said, np.ones(3), is_by_time=True, rng=np.random.default_rng(0))

    assert list(lists) == [["1", "2", "0"]]


def test_a_window_limits_which_titles_are_near():
    said = Interactions.of(np.zeros(4), np.arange(4), np.full(4, 5.0), at=[0, 1, 2, 3])
    lists = _Lists.of(said, np.ones(4), is_by_time=True, rng=np.random.default_rng(0))

    near = lists.pairs(window=1, n_titles=4).toarray() > 0
    whole = lists.pairs(window=None, n_titles=4).toarray() > 0

    assert near.sum() == 6
    assert near[0, 1]
    assert not near[0, 2]
    assert whole.sum() == 12


def test_a_title_that_few_like_gets_no_vector():
    world = planted()
    liked = world.matrix(Item2Vec().weights_of(world))
    rare = Item2Vec(dimension=8, epochs=2, at_least=1 + int(np.diff(liked.tocsc().indptr).min()))

    model = rare.fit(world, rng=np.random.default_rng(0))

    lengths = np.linalg.norm(model.input_vectors, axis=1)
    assert (lengths == 0).any()
    assert (lengths > 0).any()


def test_where_nobody_likes_anything_all_titles_are_equal():
    world = planted()
    world = replace(world, stars=np.full(len(world), 2.0, dtype=np.float32))

    model = Item2Vec().fit(world, rng=np.random.default_rng(0))

    assert not model.scores(world, np.arange(3)).any()


def test_an_unknown_objective_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="'hinge'; choose one of 'negative', 'hierarchical'"):
        Item2Vec(objective="hinge")
