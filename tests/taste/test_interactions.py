"""Ids as dense numbers, and what of the statements can be learnt from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.taste.interactions import (
    LOVED,
    RATED,
    SAVED,
    Facts,
    Interactions,
    Vocabulary,
    cleaned,
)


def rated(people, titles, stars, at=None, kind=None):
    return Interactions.of(*(np.array(column) for column in (people, titles, stars)), at, kind)


@given(st.lists(st.integers(-(10**12), 10**12), max_size=50))
def test_every_id_comes_back_from_its_number(ids):
    vocabulary = Vocabulary.of(np.array(ids, dtype=np.int64))

    numbers = vocabulary.numbers(np.array(ids, dtype=np.int64))

    assert vocabulary.ids[numbers].tolist() == ids
    assert sorted(set(numbers.tolist())) == list(range(len(vocabulary))), "numbers have no gaps"


def test_texts_are_ids_too():
    vocabulary = Vocabulary.of(np.array(["tt10", "tt9", "tt10", "7.0"]))

    assert len(vocabulary) == 3
    assert vocabulary.ids[vocabulary.numbers(np.array(["tt9", "7.0"]))].tolist() == ["tt9", "7.0"]


def test_ids_never_seen_have_no_number():
    vocabulary = Vocabulary.of(np.array([30, 10, 20]))

    assert vocabulary.numbers(np.array([5, 10, 15, 20, 30, 99])).tolist() == [-1, 0, -1, 1, 2, -1]


def test_an_empty_vocabulary_knows_nobody():
    assert Vocabulary.of(np.array([], dtype=int)).numbers(np.array([1, 2])).tolist() == [-1, -1]


def test_of_a_pair_rated_twice_the_latest_stays_and_the_other_is_counted():
    twice = rated([1, 1, 1], [7, 7, 8], [2.0, 4.5, 3.0], at=np.array([200.0, 100.0, 50.0]))

    kept, counts = cleaned(twice)

    assert kept.stars.tolist() == [2.0, 3.0]
    assert counts == {"stars out of range": 0, "rated again later": 1}


@pytest.mark.parametrize("at", [np.array([5.0, 5.0]), np.array([np.nan, np.nan]), None])
def test_without_a_later_time_the_later_row_stays(at):
    kept, _ = cleaned(rated([1, 1], [7, 7], [2.0, 4.5], at=at))

    assert kept.stars.tolist() == [4.5]


def test_a_known_time_is_later_than_an_unknown_one():
    kept, _ = cleaned(rated([1, 1], [7, 7], [2.0, 4.5], at=np.array([5.0, np.nan])))

    assert kept.stars.tolist() == [2.0]


def test_stars_that_cannot_be_are_counted_out():
    odd = rated([1, 2, 3, 4, 5, 6], [7] * 6, [np.nan, 7.0, 0.0, 0.5, 5.0, -1.0])

    kept, counts = cleaned(odd)

    assert kept.stars.tolist() == [0.5, 5.0]
    assert counts == {"stars out of range": 4, "rated again later": 0}


def test_hearts_need_no_stars_and_stand_beside_the_rating():
    said = rated([1, 1, 1], [7, 7, 7], [4.0, np.nan, np.nan], kind=np.array([RATED, LOVED, SAVED]))

    kept, counts = cleaned(said)

    assert kept.kind.tolist() == [RATED, LOVED, SAVED]
    assert sum(counts.values()) == 0
    assert len(kept.ratings) == 1


def test_rows_that_went_leave_the_vocabularies_as_they_were():
    kept, _ = cleaned(rated([1, 2], [7, 8], [9.0, 4.0]))

    assert kept.shape == (2, 2)
    assert kept.person.tolist() == [1]


def test_columns_of_different_lengths_are_refused():
    one = Vocabulary(np.array([1]))

    with pytest.raises(ValueError, match=r"\[1, 2\] rows"):
        Interactions(one, one, np.zeros(2, int), np.zeros(2, int), np.zeros(1), np.zeros(2))


def test_a_matrix_holds_the_largest_value_of_a_pair_and_no_zeros():
    said = rated([1, 1, 2, 2], [7, 7, 8, 9], [3.0] * 4)

    matrix = said.matrix(np.array([0.5, 2.0, 0.0, 1.0]))

    assert matrix.toarray().tolist() == [[2.0, 0, 0], [0, 0, 1.0]]
    assert matrix.nnz == 2


def test_whatever_was_said_is_known():
    said = rated([1, 1, 2], [7, 7, 8], [3.0, np.nan, np.nan], kind=np.array([RATED, LOVED, SAVED]))

    assert said.known.toarray().tolist() == [[1, 0], [0, 1]]


def test_facts_find_the_rows_of_another_vocabulary():
    facts = Facts(Vocabulary(np.array([5, 9])), ["A", "B"], [(), ()], np.zeros(2))

    assert facts.rows_for(Vocabulary(np.array([1, 9, 5]))).tolist() == [-1, 1, 0]
