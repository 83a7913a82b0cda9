"""Lists that hold several kinds of title."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.taste.geometry import cosine, crowded, crowding, unit
from recommendations.taste.spread import SpreadRules, spread


def chosen(kinds, *, n=10, least_kinds=2, n_given=0):
    """Rows of a list whose scores fall from the first to the last, all unlike one another."""
    m = len(kinds)
    return spread(
        np.arange(m, 0, -1.0),
        np.eye(m),
        franchises=[None] * m,
        makers=[""] * m,
        n=n,
        rules=SpreadRules(),
        n_given=n_given,
        kinds=kinds,
        least_kinds=least_kinds,
    )


def test_the_tenth_pick_is_the_best_of_another_kind_where_nine_are_films():
    kinds = ["film"] * 20 + ["book"] * 3

    assert chosen(kinds) == [*range(9), 20]


def test_a_list_that_holds_two_kinds_anyway_is_left_alone():
    kinds = ["film", "film", "book"] + ["film"] * 20

    assert chosen(kinds) == list(range(10))


def test_three_kinds_are_made_room_for():
    kinds = ["film"] * 20 + ["book", "series"]

    assert chosen(kinds, least_kinds=3) == [*range(8), 20, 21]


def test_where_there_is_one_kind_the_list_is_full_of_it():
    assert chosen(["film"] * 20) == list(range(10))


def test_what_stands_on_the_page_counts():
    """Nine given films and one to come: it must be the book."""
    assert chosen(["film"] * 15 + ["book"], n=1, n_given=9) == [15]


def test_asked_for_none_nothing_is_woven():
    assert chosen(["film"] * 20 + ["book"], least_kinds=0) == list(range(10))


@given(
    st.lists(st.sampled_from(["film", "series", "book"]), min_size=1, max_size=60),
    st.integers(1, 3),
)
def test_every_ten_in_a_row_hold_as_many_kinds_as_are_left(kinds, least):
    rows = chosen(kinds, n=60, least_kinds=least)

    assert sorted(rows) == list(range(len(kinds)))
    for start in range(0, len(rows) - 9, 10):
        ten = rows[start : start + 10]
        left = {kinds[row] for row in rows[start:]}
        assert len({kinds[row] for row in ten}) >= min(least, len(left))


def test_a_longer_list_begins_as_the_shorter_one_does():
    kinds = ["film"] * 30 + ["book"] * 5

    assert chosen(kinds, n=25)[:10] == chosen(kinds, n=10)


# ── Hubs ─────────────────────────────────────────────────────────────────


def test_crowding_is_half_the_mean_closeness_to_the_nearest():
    """Two at a right angle, and a third between them: cosines 0, 0.7071, 0.7071."""
    vectors = np.array([[1, 0], [0, 1], [1, 1]])

    found = crowding(vectors, k=1)

    assert found == pytest.approx([0.35355] * 3, abs=1e-4)
    assert crowding(vectors, k=10) == pytest.approx([0.17678, 0.17678, 0.35355], abs=1e-4)


def test_somebody_alone_is_not_crowded():
    assert crowding(np.ones((1, 4))) == pytest.approx([0])
    assert crowding(np.zeros((0, 4))).shape == (0,)
    assert crowded(np.ones((1, 1))) == pytest.approx([0])


def test_how_crowded_they_stand_is_told_from_their_cosines_alone():
    vectors = np.random.default_rng(3).normal(size=(30, 8))
    vectors[7] = 0

    for m in (0, 1, 2, 8, 30):
        some = vectors[:m]
        assert crowded(cosine(some, some)) == pytest.approx(crowding(some), abs=1e-6)


def test_a_hub_gives_way_to_one_that_is_close_to_the_target_alone():
    """Ten titles lean towards the hub (cosine 0.8), as the target does; its friend leans to it."""
    hub, friend = np.eye(12)[10], np.eye(12)[11]
    others = 0.6 * np.eye(12)[:10] + 0.8 * hub
    everybody = np.stack([*others, hub, friend])
    target = unit(0.6 * hub + 0.55 * friend)

    closeness = cosine(everybody, target)

    assert closeness.argmax() == 10
    assert (closeness - crowding(everybody)).argmax() == 11
