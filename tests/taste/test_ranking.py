"""Orders, and lists that do not repeat themselves."""

import numpy as np
import pytest

from recommendations.taste.geometry import unit
from recommendations.taste.ranking import blend, by_score, standardise
from recommendations.taste.spread import SpreadRules, spread, variety

QUERY, TASTE = np.array([0.9, 0.5, 0.1]), np.array([0.0, 0.2, 0.9])


def test_weight_one_is_the_order_of_the_words_and_zero_that_of_the_taste():
    ids = np.arange(3)

    assert by_score(blend(QUERY, TASTE, weight=1.0), ids).tolist() == [0, 1, 2]
    assert by_score(blend(QUERY, TASTE, weight=0.0), ids).tolist() == [2, 1, 0]


def test_a_weight_that_is_no_share_is_refused():
    with pytest.raises(ValueError, match=r"1\.5"):
        blend(QUERY, TASTE, weight=1.5)


def test_equal_scores_standardise_to_zero():
    assert standardise(np.full(4, 0.3)).tolist() == [0, 0, 0, 0]


def test_ties_go_by_id():
    assert by_score(np.zeros(3), np.array([9, 2, 5])).tolist() == [1, 2, 0]


def test_near_duplicates_franchises_and_makers_are_kept_apart():
    vectors = unit(np.array([[1, 0], [1, 0.01], [0, 1], [0.5, 0.5], [0.2, 0.9], [0.9, 0.3]]))
    rows = spread(
        np.array([6.0, 5, 4, 3, 2, 1]),
        vectors,
        franchises=[None, None, 7, 7, None, None],
        makers=["", "", "Ann", "", "Ann", "Ann"],
        n=6,
        rules=SpreadRules(near_duplicate=0.99, per_franchise=1, per_maker=2),
    )

    assert rows == [0, 2, 4], "1 repeats 0, 3 its franchise, 5 is Ann's third"


def test_variety_gives_the_second_camp_a_place():
    vectors = unit(np.array([[1, 0.0], [1, 0.2], [1, 0.3], [0, 1]]))
    scores = np.array([1.0, 0.99, 0.98, 0.9])

    def two(variety):
        rules = SpreadRules(near_duplicate=1.0, variety=variety)
        return spread(scores, vectors, franchises=[None] * 4, makers=[""] * 4, n=2, rules=rules)

    assert two(0.0) == [0, 1]
    assert two(3.0) == [0, 3]


def test_variety_of_opposites_is_more_than_that_of_twins():
    assert variety(np.array([[1, 0], [1, 0]])) == pytest.approx(0)
    assert variety(np.array([[1, 0], [0, 1]])) == pytest.approx(1)
    assert variety(np.array([[1, 0]])) == 0
