"""Harsh, generous, and what stands out: numbers worked by hand."""

from math import log

import numpy as np
import pytest

from recommendations.taste.leaning import leaning
from recommendations.taste.standing_out import standing_out


def test_a_leaning_is_drawn_towards_none_as_if_five_equal_ratings_came_first():
    assert leaning(np.full(5, 3.0), np.full(5, 4.0)).by == pytest.approx(-5 / 10)
    assert leaning(np.full(45, 3.0), np.full(45, 4.0)).by == pytest.approx(-45 / 50)


def test_titles_that_nobody_else_rated_are_passed_over():
    others = np.array([4, 4, 4, 4, 4, np.nan, np.nan])

    found = leaning(np.full(7, 4.5), others)

    assert (found.n, found.by) == (5, pytest.approx(2.5 / 10))


def test_four_comparable_ratings_say_nothing():
    assert leaning(np.full(9, 2.0), np.array([4.0] * 4 + [np.nan] * 5)) is None


def facts(weights, counts, everywhere, **options):
    options = {"total_weight": 4.0, "n_everywhere": 98, "n": 5} | options
    return standing_out(weights, counts, everywhere, **options)


def test_a_fact_is_told_with_how_much_oftener_it_comes_than_in_the_catalogue():
    (found,) = facts({"heist": 2.0}, {"heist": 3}, {"heist": 8})

    assert (found.name, found.n, found.share) == ("heist", 3, 0.5)
    assert found.times == pytest.approx(0.5 / (10 / 100))


def test_what_is_common_everywhere_and_what_is_single_do_not_stand_out():
    weights = {"drama": 2.0, "whales": 1.0}

    assert facts(weights, {"drama": 4, "whales": 1}, {"drama": 60, "whales": 0}) == []


def test_facts_come_by_their_share_times_the_logarithm_of_how_much_oftener():
    weights = {"heist": 1.0, "love": 3.0}
    everywhere = {"heist": 3, "love": 28}

    first, second = facts(weights, {"heist": 2, "love": 3}, everywhere)

    assert [first.name, second.name] == ["love", "heist"]
    assert 0.75 * log(0.75 / 0.3) > 0.25 * log(0.25 / 0.05)


def test_nobody_and_an_empty_catalogue_have_nothing_that_stands_out():
    assert facts({}, {}, {}, total_weight=0.0) == []
    assert facts({"a": 1.0}, {"a": 2}, {}, n_everywhere=0) == []
