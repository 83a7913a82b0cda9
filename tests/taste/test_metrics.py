"""Metrics against numbers worked out by hand."""

from math import log2, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from recommendations.taste.evaluation import metrics
from recommendations.taste.interactions import Interactions, Vocabulary

# What each place is worth: 1, .6309, .5, .4307, .3869.
FIRST, SECOND, THIRD, FOURTH, FIFTH = (1 / log2(place + 1) for place in range(1, 6))


def held_of(*people: dict[int, float], n_titles: int = 12) -> sparse.csr_matrix:
    """Return (people, titles) gains, from {title: gain} of each person."""
    table = np.zeros((len(people), n_titles))
    for row, own in enumerate(people):
        for title, gain in own.items():
            table[row, title] = gain
    return sparse.csr_matrix(table)


FIVE_LOVED = dict.fromkeys(range(5), 1.0)
MIXED = {0: 1.0, 1: 1.0, 2: 0.5}
BEST_OF_MIXED = FIRST + SECOND + 0.5 * THIRD

# name: (list, gains, NDCG@5, P@5, P@5 partial)
HAND_WORKED = {
    "perfect": ([0, 1, 2, 3, 4], FIVE_LOVED, 1.0, 1.0, 1.0),
    "nothing right": ([7, 8, 9, 10, 11], FIVE_LOVED, 0.0, 0.0, 0.0),
    "graded and in order": ([0, 1, 2, 8, 9], MIXED, 1.0, 0.6, 0.5),
    "reversed": (
        [9, 8, 2, 1, 0], MIXED, (0.5 * THIRD + FOURTH + FIFTH) / BEST_OF_MIXED, 0.6, 0.5,
    ),
    "partial credit first": ([2, 9, 0, 8, 7], MIXED, (0.5 + THIRD) / BEST_OF_MIXED, 0.4, 0.3),
    "only four stars held out": ([9, 3, 8, 7, 6], {3: 0.5}, SECOND, 0.2, 0.1),
    "equal gains in any order": ([4, 2, 0, 1, 3], FIVE_LOVED, 1.0, 1.0, 1.0),
    "one of two": (
        [9, 0, 8, 7, 6], {0: 1.0, 1: 1.0}, SECOND / (FIRST + SECOND), 0.2, 0.2,
    ),
    "fewer than five candidates": ([0, 1, -1, -1, -1], MIXED,
                                   (FIRST + SECOND) / BEST_OF_MIXED, 0.4, 0.4),
    "an empty place first": ([-1, 0, -1, 1, -1], {0: 1.0, 1: 1.0},
                             (SECOND + FOURTH) / (FIRST + SECOND), 0.4, 0.4),
    "nothing to show": ([-1] * 5, MIXED, 0.0, 0.0, 0.0),
    "a repeat is a miss": ([0, 0, 0, 1, 8], {0: 1.0, 1: 1.0},
                           (FIRST + FOURTH) / (FIRST + SECOND), 0.4, 0.4),
    "more loved than places": ([0, 1, 2, 3, 9], dict.fromkeys(range(9), 1.0),
                               (FIRST + SECOND + THIRD + FOURTH)
                               / (FIRST + SECOND + THIRD + FOURTH + FIFTH), 0.8, 0.8),
}  # fmt: skip


@pytest.mark.parametrize("case", HAND_WORKED)
def test_a_list_is_worth_what_was_worked_out_by_hand(case):
    row, own, ndcg, strict, partial = HAND_WORKED[case]
    lists, held = np.array([row]), held_of(own)

    found = metrics.hits(lists, held)

    assert metrics.ndcg(found, held)[0] == pytest.approx(ndcg, abs=1e-9)
    assert metrics.precision(found)[0] == pytest.approx(strict, abs=1e-9)
    assert metrics.partial_precision(found)[0] == pytest.approx(partial, abs=1e-9)


def test_a_list_shorter_than_five_still_divides_by_five():
    lists, held = np.array([[0, 1]]), held_of(MIXED)
    found = metrics.hits(lists, held)

    assert metrics.precision(found)[0] == 0.4
    assert metrics.ndcg(found, held)[0] == pytest.approx((FIRST + SECOND) / BEST_OF_MIXED, abs=1e-9)


def test_nobody_is_judged_who_has_nothing_to_find():
    lists, held = np.array([[0, 1, 2, 3, 4]] * 2), held_of({}, MIXED)
    found = metrics.hits(lists, held)

    assert np.isnan(metrics.ndcg(found, held)).tolist() == [True, False]
    assert np.isnan(metrics.recall(found, held)).tolist() == [True, False]


@pytest.mark.parametrize(
    ("stars", "gain"),
    [(5, 1), (4.5, 1), (4.49, 0.5), (4, 0.5), (3.5, 0), (0.5, 0), (np.nan, 0)],
)
def test_stars_are_worth_their_gain(stars, gain):
    assert metrics.gains(np.array([stars])).tolist() == [gain]


@given(st.permutations(range(8)), st.lists(st.sampled_from([0, 0.5, 1]), min_size=8, max_size=8))
def test_no_order_beats_that_of_the_gains(order, own):
    held = held_of(dict(enumerate(own)))
    best = np.argsort(-np.array(own), kind="stable")

    worth = [metrics.ndcg(metrics.hits(np.array([row]), held), held)[0] for row in (order, best)]

    if any(own):
        assert 0 <= worth[0] <= worth[1] + 1e-12
        assert worth[1] == pytest.approx(1)
    else:
        assert np.isnan(worth).all()


def test_three_of_five_is_a_success():
    found = np.array([[1, 0.5, 0, 1, 0], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0]])

    assert metrics.success(found).tolist() == [1, 0, 0]


def test_recall_is_the_share_found_among_ten():
    own = dict.fromkeys([0, 1, 2, 11], 1.0)
    lists, held = np.array([[0, 5, 6, 7, 8, 9, 10, 4, 3, 1, 2]]), held_of(own)

    found = metrics.hits(lists, held)

    assert metrics.recall(found, held)[0] == pytest.approx(2 / 4), "the eleventh place is too late"


def test_coverage_counts_titles_once_and_no_empty_places():
    lists = np.array([[0, 1, 2, 3, 4, 9], [0, 1, 2, 3, -1, -1]])

    assert metrics.coverage(lists, 10) == pytest.approx(0.5)


def test_popularity_percentile_is_one_for_the_best_known():
    counts = np.array([5, 1, 9, 3])
    lists = np.array([[2, 2, 2, 2, 2], [1, 0, -1, -1, -1], [-1, -1, -1, -1, -1]])

    worth = metrics.popularity_percentile(lists, counts)

    assert worth[:2] == pytest.approx([1.0, (0.25 + 0.75) / 2])
    assert np.isnan(worth[2])


def test_rmse_is_in_stars():
    assert metrics.rmse(np.array([3.0, 4.0, 5.0]), np.array([3.0, 2.0, 4.0])) == pytest.approx(
        sqrt(5 / 3), abs=1e-9
    )


@pytest.fixture
def three_people():
    """One who loves titles 0 and 1, one who likes 2 and hates 3, one with nothing to find."""
    ids = Vocabulary(np.arange(3)), Vocabulary(np.arange(6))
    return Interactions(
        *ids,
        np.array([0, 0, 1, 1, 2]), np.array([0, 1, 2, 3, 4]),
        np.array([5.0, 4.5, 4.0, 1.0, 2.0], dtype=np.float32), np.full(5, np.nan),
    )  # fmt: skip


def test_a_report_leaves_out_people_with_nothing_to_find(three_people):
    lists = np.array([[0, 1, 2, 3, 4], [3, 2, 0, 1, 4], [4, 0, 1, 2, 3]])

    report = metrics.report(lists, np.arange(3), three_people, counts=np.arange(6))
    means = report.means()

    assert report.people.tolist() == [0, 1]
    assert report.by_person["ndcg@5"] == pytest.approx([1.0, SECOND], abs=1e-9)
    assert means["p@5"] == pytest.approx((0.4 + 0.2) / 2)
    assert means["p@5 partial"] == pytest.approx((0.4 + 0.1) / 2)
    assert means["disliked@5"] == pytest.approx((0 + 0.2) / 2)
    assert means["recall@10"] == 1.0
    assert means["ssr"] == 0.0


def test_a_report_takes_people_in_any_order(three_people):
    lists = np.array([[3, 2, 0, 1, 4], [0, 1, 2, 3, 4]])

    report = metrics.report(lists, np.array([1, 0]), three_people, counts=np.arange(6))

    assert report.by_person["ndcg@5"] == pytest.approx([SECOND, 1.0], abs=1e-9)


def test_an_interval_holds_the_mean_and_narrows_with_more_people():
    draw = np.random.default_rng(3).normal(0.3, 0.2, 4000)
    few, many = (metrics.interval(draw[:n], rng=np.random.default_rng(1)) for n in (100, len(draw)))

    assert many[0] < draw.mean() < many[1]
    # The bootstrap of a mean comes close to the textbook's ±1.96 s/√n.
    assert many[1] - many[0] == pytest.approx(2 * 1.96 * 0.2 / sqrt(4000), rel=0.1)
    assert few[1] - few[0] > 4 * (many[1] - many[0])


def test_an_interval_of_nobody_is_unknown():
    assert np.isnan(metrics.interval(np.array([np.nan]), rng=np.random.default_rng(1))).all()
