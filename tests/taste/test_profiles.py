"""A person's place in a space, and why a title is close to it."""

import numpy as np
import pytest

from recommendations.taste.explain import axis_falls, causes, falls_without
from recommendations.taste.geometry import cosine, unit
from recommendations.taste.profiles import closeness, profile_of, without


@pytest.fixture
def camps():
    """Two camps of ten titles each, far from one another."""
    rng = np.random.default_rng(5)
    middles = np.eye(2, 16)
    return unit(np.repeat(middles, 10, axis=0) + 0.15 * rng.normal(size=(20, 16)))


def test_taste_is_the_weighted_sum_at_length_one():
    vectors = np.array([[1.0, 0.0], [0.0, 1.0]])

    profile = profile_of(np.array([1, 2]), np.array([1.0, 0.5]), vectors)

    np.testing.assert_allclose(profile.vector, [2 / 5**0.5, 1 / 5**0.5], atol=1e-6)


def test_somebody_who_only_dislikes_has_no_direction(camps):
    profile = profile_of(np.arange(2), np.array([-1.0, -0.5]), camps[:2])

    assert profile.is_empty


def test_disliking_a_camp_lowers_its_share_of_the_first_ten(camps):
    rows, weights = np.array([0, 10, 11]), np.array([1.0, 1.0, -0.5])
    liking = profile_of(rows[:2], weights[:2], camps[rows[:2]])
    disliking = profile_of(rows, weights, camps[rows])

    def share_of_second_camp(profile):
        order = np.argsort(-closeness(profile, camps, sharpness=8.0), kind="stable")[:10]
        return np.mean(order >= 10)

    assert share_of_second_camp(disliking) < share_of_second_camp(liking)


def test_two_moods_are_served_and_not_what_lies_between(camps):
    likes = [0, 1, 10, 11]
    profile = profile_of(np.array(likes), np.ones(4), camps[likes])
    between = unit(camps[2] + camps[12])

    scores = closeness(profile, np.stack([camps[2], camps[12], between]), sharpness=20.0)
    by_middle = cosine(np.stack([camps[2], between]), profile.vector)

    assert by_middle[1] > by_middle[0], "the middle alone would serve what lies between"
    gap_by_middle = by_middle[1] - by_middle[0]
    assert scores[2] - scores[:2].mean() < gap_by_middle / 2


def test_a_cause_is_named_only_when_the_score_falls_without_it(camps):
    rows = [0, 1, 2, 10, 11]
    profile = profile_of(np.array(rows), np.array([1, 0.7, 0.5, 1, -0.5]), camps[rows])
    for candidate in camps:
        full = closeness(profile, candidate[None], sharpness=8.0)[0]
        for row, fall in causes(profile, candidate, sharpness=8.0, n=3):
            left = closeness(without(profile, row), candidate[None], sharpness=8.0)[0]
            assert full - left == pytest.approx(fall)
            assert fall > 0


def test_causes_come_from_the_candidates_own_camp(camps):
    rows = [0, 1, 10, 11]
    profile = profile_of(np.array(rows), np.ones(4), camps[rows])

    named = causes(profile, camps[15], sharpness=8.0, n=1)

    assert rows[named[0][0]] >= 10


def test_the_word_that_carries_a_match_is_the_one_whose_loss_hurts():
    """A king in winter, and two stories: of a king alone, and of a winter without one."""
    king, winter = np.eye(2)
    text = king + winter

    falls = falls_without(text, np.stack([winter, king]), np.stack([king, winter]))

    # The cosine of the whole text with either story is .7071.
    np.testing.assert_allclose(falls, [[0.7071, -0.2929], [-0.2929, 0.7071]], atol=1e-4)


def test_leaving_out_the_axis_that_agrees_costs_most():
    target = np.array([1.0, 0.0])
    axes = {"story": np.array([1.0, 0.0]), "mood": np.array([0.0, 1.0])}

    falls = axis_falls(target, axes, {"story": 0.5, "mood": 0.5})

    assert falls["story"] > 0 > falls["mood"]
