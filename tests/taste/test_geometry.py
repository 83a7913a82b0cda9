"""Lengths, angles, neighbours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recommendations.taste.geometry import centroid, cosine, nearest, unit

finite = st.floats(-1e3, 1e3, width=32)


def test_cosine_of_hand_worked_pairs():
    left = np.array([[1, 0], [0, 2], [3, 4], [-1, 0]])

    found = cosine(left, np.array([5, 0]))

    np.testing.assert_allclose(found, [1, 0, 0.6, -1], atol=1e-7)


def test_cosine_with_a_zero_vector_is_zero_and_not_nan():
    assert cosine(np.zeros(3), np.ones(3)) == 0


def test_vectors_of_different_dimensions_are_refused():
    with pytest.raises(ValueError, match="2 and 3 dimensions"):
        cosine(np.ones(2), np.ones(3))


@given(arrays(np.float32, (5, 3), elements=finite), st.floats(0.1, 100))
def test_scaling_a_vector_changes_no_closeness(vectors, factor):
    target = np.array([1.0, 2.0, 3.0])

    np.testing.assert_allclose(cosine(vectors * factor, target), cosine(vectors, target), atol=1e-4)


def test_nearest_breaks_ties_by_row():
    vectors = np.array([[0, 1], [1, 0], [2, 0], [1, 1]])

    assert nearest(vectors, np.array([1, 0]), n=3).tolist() == [1, 2, 3]


def test_a_dislike_turns_the_centroid_away():
    liked, disliked = np.array([1.0, 0.0]), np.array([0.0, 1.0])

    found = centroid(np.stack([liked, disliked]), np.array([1.0, -0.5]))

    assert cosine(found, disliked) < 0 < cosine(found, liked)


def test_unit_keeps_zero_rows():
    assert unit(np.array([[0.0, 0.0], [3.0, 4.0]])).tolist() == [
        [0, 0],
        [0.6000000238418579, 0.800000011920929],
    ]
