"""One person's liked titles in groups: two planted tastes part, one stays, nobody is dropped."""

import time

import numpy as np
import pytest

from recommendations.taste.clustering.choose import LARGE, algorithm_for, best_k, silhouette_floor
from recommendations.taste.clustering.grounds import DEFAULT_GROUND, GROUNDS, joined
from recommendations.taste.clustering.levels import closest_pair, split
from recommendations.taste.clustering.matching import kept
from recommendations.taste.clustering.methods import METHODS, Growing, group, grown, turned
from recommendations.taste.clustering.quality import (
    in_words,
    quality_from,
    quality_of,
    quality_of_each,
)
from recommendations.taste.clustering.tree import MOST_ENTRIES, Tree
from recommendations.taste.geometry import cosine, unit


def planted(n, *, tastes, dimension=128, closeness=0.5, seed=0):
    """Vectors around `tastes` random middles by turns, and which is whose."""
    rng = np.random.default_rng(seed)
    middles = unit(rng.normal(size=(tastes, dimension)))
    noise = rng.normal(size=(n, dimension)) * np.sqrt((1 / closeness - 1) / dimension)
    of = np.arange(n) % tastes
    return unit(middles[of] + noise), of


def rng():
    return np.random.default_rng(7)


# ── What is clustered in ──


def test_joined_cosines_are_the_share_weighted_mean_of_cosines():
    parts = {a: np.random.default_rng(i).normal(size=(5, 3 + i)) for i, a in enumerate("abc")}
    shares = {"a": 0.5, "b": 0.3, "c": 0.2}

    found = joined(parts, shares)

    expected = sum(share * cosine(parts[a], parts[a]) for a, share in shares.items())
    np.testing.assert_allclose(found @ found.T, expected, atol=1e-6)


def test_a_title_that_one_axis_does_not_know_keeps_its_length_by_the_others():
    parts = {"a": np.array([[3.0, 4.0], [0, 0]]), "b": np.array([[0.0], [2.0]])}

    found = joined(parts, {"a": 0.5, "b": 0.5})

    np.testing.assert_allclose(found, [[0.6, 0.8, 0], [0, 0, 1]], atol=1e-6)


def test_an_axis_without_vectors_is_named():
    with pytest.raises(ValueError, match="axes mood have a share and no vectors"):
        joined({"a": np.ones((1, 1))}, {"a": 0.5, "mood": 0.5})


def test_the_default_ground_is_one_of_the_grounds_and_shares_sum_to_one():
    assert DEFAULT_GROUND in GROUNDS
    assert all(sum(shares.values()) == pytest.approx(1) for shares in GROUNDS.values())


# ── Grouping ──


@pytest.mark.parametrize("method", METHODS)
def test_two_planted_tastes_part_and_no_vibe_mixes_them(method):
    vectors, of = planted(60, tastes=2)

    found = group(vectors, np.ones(60), method=method, rng=rng())

    assert len(found.centroids) >= 2
    for label in range(len(found.centroids)):
        members = of[found.labels == label]
        assert np.bincount(members).max() / len(members) >= 0.9
    assert (found.labels >= 0).mean() >= 0.75


@pytest.mark.parametrize("method", ["kmeans", "ward", "birch"])
@pytest.mark.parametrize("n", [8, 12, 20, 60])
def test_one_planted_taste_stays_one_vibe(method, n):
    vectors, _ = planted(n, tastes=1, seed=n)

    found = group(vectors, np.ones(n), method=method, rng=rng())

    assert len(found.centroids) == 1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_up_to_three_titles_are_one_vibe_or_none(method, n):
    vectors = np.random.default_rng(n).normal(size=(n, 8))

    found = group(vectors, np.ones(n), method=method, rng=rng())

    assert found.labels.tolist() == [0] * n
    assert found.centroids.shape == (min(n, 1), 8)


@pytest.mark.parametrize("method", METHODS)
def test_copies_of_one_title_are_one_vibe(method):
    found = group(np.ones((10, 4)), np.ones(10), method=method, k=3, rng=rng())

    assert found.labels.tolist() == [0] * 10


@pytest.mark.parametrize("method", METHODS)
def test_a_stray_title_fits_nowhere_and_is_not_dropped(method):
    vectors, _ = planted(41, tastes=2, closeness=0.8)
    vectors[40] = unit(np.random.default_rng(99).normal(size=128))

    found = group(vectors, np.ones(41), method=method, k=2, rng=rng())

    assert len(found.labels) == 41
    assert found.labels[40] == -1
    assert found.quality.outlier_share == pytest.approx((found.labels < 0).mean())


def test_a_title_of_which_nothing_is_known_fits_nowhere():
    vectors, _ = planted(20, tastes=2)
    vectors[3] = 0

    assert group(vectors, np.ones(20), method="kmeans", rng=rng()).labels[3] == -1


@pytest.mark.parametrize("method", ["kmeans", "ward", "birch"])
def test_so_many_groups_as_asked_for_heaviest_first(method):
    vectors, of = planted(60, tastes=3)
    weights = np.where(of == 1, 3.0, 1.0)

    found = group(vectors, weights, method=method, k=3, rng=rng())

    assert len(found.centroids) == 3
    assert set(of[found.labels == 0]) == {1}
    np.testing.assert_allclose(np.linalg.norm(found.centroids, axis=1), 1, atol=1e-5)


def test_a_centroid_leans_towards_what_is_liked_more():
    vectors = unit(np.array([[1.0, 0.2], [1.0, -0.2], [1.0, 0.1]]))

    found = group(vectors, np.array([5.0, 1, 1]), method="kmeans", rng=rng())

    assert cosine(found.centroids[0], vectors[0]) > cosine(unit(vectors.mean(axis=0)), vectors[0])


def test_the_same_chance_gives_the_same_groups():
    vectors, _ = planted(50, tastes=4)

    first, second = (group(vectors, np.ones(50), method="kmeans", rng=rng()) for _ in range(2))

    assert first.labels.tolist() == second.labels.tolist()


def test_what_cannot_be_grouped_is_refused_in_words():
    with pytest.raises(ValueError, match="expected one of kmeans, ward, dbscan, birch"):
        group(np.ones((4, 2)), np.ones(4), method="magic", rng=rng())
    with pytest.raises(ValueError, match="only liked titles are grouped"):
        group(np.ones((2, 2)), np.array([1.0, -1.0]), method="kmeans", rng=rng())
    with pytest.raises(ValueError, match="expected at least 1"):
        group(np.ones((4, 2)), np.ones(4), method="kmeans", k=0, rng=rng())


def test_turning_vectors_changes_no_distance():
    vectors, _ = planted(10, tastes=2)

    found = turned(vectors)

    assert found.shape == (10, 10)
    np.testing.assert_allclose(found @ found.T, vectors @ vectors.T, atol=1e-5)


@pytest.mark.parametrize("method", ["kmeans", "birch"])
def test_five_thousand_titles_are_grouped_in_seconds_of_work(method):
    vectors, _ = planted(5000, tastes=4)
    started = time.process_time()

    found = group(vectors, np.ones(5000), method=method, rng=rng())

    assert len(found.centroids) == 4
    assert time.process_time() - started < 20


# ── How many, and by what ──


def test_the_number_of_groups_is_the_number_of_planted_tastes():
    vectors, _ = planted(80, tastes=5)

    assert best_k(vectors, np.ones(80), method="kmeans", rng=rng()) == 5


def test_seven_titles_are_too_few_to_part():
    vectors, _ = planted(7, tastes=2, closeness=0.9)

    assert best_k(vectors, np.ones(7), method="kmeans", rng=rng()) == 1


def test_birch_takes_over_from_five_thousand_titles_on():
    assert algorithm_for(LARGE - 1) == "kmeans"
    assert algorithm_for(LARGE) == "birch"


@pytest.mark.parametrize(("n", "floor"), [(4, 0.07), (8, 0.07), (19, 0.07), (484, 0.03)])
def test_the_floor_falls_with_more_titles_and_never_rises_above_what_two_kinds_reach(n, floor):
    assert silhouette_floor(n) == pytest.approx(floor)


# ── Growing ──


def test_a_title_that_joins_goes_to_the_nearest_group_and_moves_no_other():
    vectors, of = planted(300, tastes=3, closeness=0.9)
    before = group(vectors[:270], np.ones(270), method="kmeans", k=3, rng=rng()).labels

    after = grown(vectors, np.ones(300), np.append(before, np.full(30, -1))).labels

    stays = before >= 0
    assert (after[:270][stays] == before[stays]).mean() > 0.97
    assert (after[270:] >= 0).mean() > 0.9
    for label in range(3):
        assert len(np.unique(of[after == label])) == 1


def test_a_title_that_lies_far_off_or_of_which_nothing_is_known_joins_no_group():
    vectors, of = planted(40, tastes=2, closeness=0.9)
    stray = -(vectors[of == 0].mean(axis=0) + vectors[of == 1].mean(axis=0))
    more = np.vstack([vectors, stray, np.zeros_like(stray)])

    found = grown(more, np.ones(42), np.append(of, [-1, -1]))

    assert found.labels[40:].tolist() == [-1, -1]
    assert len(found.centroids) == 2


def test_nothing_grows_where_there_is_no_group():
    with pytest.raises(ValueError, match="no title has a group yet"):
        grown(np.eye(3), np.ones(3), np.full(3, -1))


def test_a_hundred_more_titles_keep_the_groups_that_were_there():
    vectors, of = planted(700, tastes=3)
    growing = Growing(rng=rng()).partial_fit(vectors[:600])
    before = growing.grouping()
    tree = growing.tree

    after = growing.partial_fit(vectors[600:]).grouping()

    assert growing.tree is tree
    assert len(after.labels) == 700
    assert (after.labels[:600] == before.labels).mean() > 0.97
    for label in range(3):
        members = of[after.labels == label]
        assert np.bincount(members).max() / len(members) >= 0.9


def test_fifty_thousand_titles_grow_in_under_ten_seconds_of_work():
    vectors, of = planted(50_000, tastes=6, dimension=64)
    started = time.process_time()

    found = Growing(k=6, rng=rng()).partial_fit(vectors).grouping()

    assert time.process_time() - started < 10
    assert len(found.centroids) == 6
    for label in range(6):
        members = of[found.labels == label]
        assert np.bincount(members).max() / len(members) >= 0.9


def test_titles_spread_evenly_on_all_sides_do_not_fall_into_one_entry():
    vectors, _ = planted(3000, tastes=3, dimension=64, closeness=0.2)

    entries = Tree().add(vectors).entries

    assert 50 <= len(entries) <= MOST_ENTRIES


def test_growing_begins_with_a_single_title():
    growing = Growing(rng=rng())

    assert growing.grouping().labels.tolist() == []
    assert growing.partial_fit(np.ones((1, 3))).grouping().labels.tolist() == [0]
    with pytest.raises(ValueError, match="expected 3 as before"):
        growing.partial_fit(np.ones((1, 4)))


# ── Quality ──


def test_quality_equals_scikit_learn():
    from sklearn.cluster import KMeans
    from sklearn.datasets import load_iris
    from sklearn.metrics import davies_bouldin_score, silhouette_score

    iris = load_iris().data
    model = KMeans(n_clusters=3, n_init=3, random_state=0).fit(iris)

    found = quality_of(iris, model.labels_)

    assert found.silhouette == pytest.approx(silhouette_score(iris, model.labels_))
    assert found.davies_bouldin == pytest.approx(davies_bouldin_score(iris, model.labels_))
    assert found.inertia == pytest.approx(model.inertia_)
    assert found.outlier_share == 0


def test_outliers_count_in_no_figure_but_their_share():
    vectors = np.array([[0.0], [1], [10], [12], [500]])

    found = quality_of(vectors, np.array([0, 0, 1, 1, -1]))

    # Half a unit from the mean twice, one unit twice.
    assert found.inertia == pytest.approx(0.5 + 2)
    assert found.outlier_share == pytest.approx(0.2)
    # Spreads .5 and 1, means 10.5 apart.
    assert found.davies_bouldin == pytest.approx(1.5 / 10.5)


def test_one_group_has_no_silhouette_and_no_group_has_no_figure():
    one = quality_of(np.eye(3), np.zeros(3, dtype=int))
    none = quality_of(np.eye(3), np.full(3, -1))

    assert (one.silhouette, one.davies_bouldin) == (None, None)
    assert one.inertia == pytest.approx(2)
    assert (none.inertia, none.outlier_share) == (None, 1)


def test_figures_of_each_group_add_up_to_those_of_the_set():
    vectors, of = planted(31, tastes=3)

    whole, each = quality_of(vectors, of), quality_of_each(vectors, of)

    sizes = np.bincount(of)
    assert np.average([q.silhouette for q in each], weights=sizes) == pytest.approx(
        whole.silhouette, abs=1e-5
    )
    assert np.mean([q.davies_bouldin for q in each]) == pytest.approx(
        whole.davies_bouldin, rel=1e-5
    )
    assert sum(q.inertia for q in each) == pytest.approx(whole.inertia)
    added = quality_from(each, of)
    assert vars(added) == pytest.approx(vars(whole), rel=1e-4)


def test_groups_that_cannot_be_compared_add_up_to_what_the_set_has():
    for labels in (np.full(4, -1), np.zeros(4, dtype=int), np.array([0, 1, 2, 3])):
        whole, each = quality_of(np.eye(4), labels), quality_of_each(np.eye(4), labels)

        assert quality_from(each if (labels >= 0).any() else [], labels) == whole


def test_quality_has_words_that_fall_with_the_silhouette():
    vectors, of = planted(60, tastes=2, closeness=0.8)
    strong = quality_of(vectors, of)
    shuffled = quality_of(vectors, np.random.default_rng(0).permutation(of))

    assert in_words(strong, 60) == "holds together well"
    assert in_words(shuffled, 60) in ("loosely held together", "runs into your other vibes")
    assert in_words(quality_of(vectors, np.zeros(60, dtype=int)), 60) == "one taste, all of a piece"
    assert in_words(strong, 3) == "too few titles to tell yet"


# ── A level deeper or higher ──


def test_a_vibe_splits_into_its_two_sides_and_loses_no_title():
    vectors, of = planted(30, tastes=2)

    found = split(vectors, np.ones(30), rng())

    assert found is not None
    assert set(found.labels) == {0, 1}
    for label in (0, 1):
        members = of[found.labels == label]
        assert np.bincount(members).max() / len(members) >= 0.9


def test_a_stray_is_no_side_of_a_vibe():
    vectors, _ = planted(21, tastes=2, closeness=0.9)
    vectors[20] = unit(np.random.default_rng(5).normal(size=128))

    found = split(vectors, np.ones(21), rng())

    assert found is not None
    assert sorted(np.bincount(found.labels)) == [10, 11]


def test_what_is_too_small_or_all_alike_cannot_be_split():
    assert split(np.eye(3), np.ones(3), rng()) is None
    assert split(np.ones((9, 3)), np.ones(9), rng()) is None


def test_the_closest_pair_is_found_and_one_vibe_has_none():
    assert closest_pair(np.array([[1.0, 0], [0, 1], [0.1, 1]])) == (1, 2)
    assert closest_pair(np.ones((1, 2))) is None


# ── Identity ──


def test_vibes_go_on_from_those_they_share_most_with():
    old = [frozenset({1, 2, 3, 4}), frozenset({5, 6, 7})]
    new = [frozenset({5, 6, 8}), frozenset({90, 91}), frozenset({1, 2, 3})]

    assert kept(old, new) == [1, None, 0]


def test_a_vibe_is_continued_once_even_when_two_overlap_with_it():
    old = [frozenset(range(10))]

    assert kept(old, [frozenset(range(4)), frozenset(range(4, 10))]) == [None, 0]


def test_little_in_common_is_no_continuation():
    old, new = [frozenset(range(10))], [frozenset(range(9, 19))]

    assert kept(old, new) == [None]
    assert kept(old, new, floor=0.05) == [0]
    assert kept([], new) == [None]
    assert kept(old, []) == []
