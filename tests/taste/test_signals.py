"""What people did, as weights."""

import numpy as np
import pytest

from recommendations.taste.signals import Signal, SignalWeights, relation, weigh

WEIGHTS = SignalWeights()


@pytest.mark.parametrize(
    ("stars", "weight"),
    [(5, 1.0), (4.5, 1.0), (4, 0.7), (3.5, 0.3), (3, 0.1), (2.5, -0.5), (0.5, -0.5)],
)
def test_stars_have_the_weight_that_the_settings_say(stars, weight):
    assert WEIGHTS.of("rating", stars) == weight


def test_a_statement_counts_half_after_the_half_life():
    assert WEIGHTS.fade(np.array([0, 365, 730])).tolist() == [1, 0.5, 0.25]


def test_without_a_half_life_nothing_fades():
    assert SignalWeights(half_life_days=0).fade(np.array([5000.0])).tolist() == [1]


def test_the_strongest_statement_about_a_title_counts():
    said = [Signal(7, "seen", 0), Signal(7, "rating", 0, stars=1.0), Signal(8, "loved", 0)]

    assert weigh(said, WEIGHTS) == {7: -0.5, 8: 1.0}


def test_an_unknown_statement_is_an_error():
    with pytest.raises(KeyError):
        WEIGHTS.of("shrugged")


def test_what_does_not_count_has_no_weight_and_a_persons_half_life_goes_before_ours():
    said = [
        Signal(7, "loved", 10, counts=False),
        Signal(8, "loved", 90, half_life_days=90),
        Signal(9, "loved", 5000, half_life_days=0),
    ]

    assert weigh(said, WEIGHTS) == {8: 0.5, 9: 1.0}


def test_what_was_said_of_a_title_is_told_in_words():
    said = [
        Signal(1, "seen", 0),
        Signal(1, "rating", 0, stars=4.5),
        Signal(2, "saved", 0),
        Signal(3, "tapped", 0, source="Quiet lives"),
        Signal(4, "dismissed", 0),
    ]

    assert [relation(said, n) for n in (1, 2, 3, 4, 5)] == [
        "You gave it 4½",
        "You saved it",
        "From the group “Quiet lives”",
        "You put it away",
        "",
    ]
