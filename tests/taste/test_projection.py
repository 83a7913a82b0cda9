"""The flat map of a space: hand-worked planes, and what every projection promises."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from recommendations.taste.geometry import unit
from recommendations.taste.projection import fit_projection, share_of_neighbours


def cloud(n=200, d=12, seed=3):
    """Return directions whose spread falls from one dimension to the next."""
    rng = np.random.default_rng(seed)
    return unit(rng.normal(size=(n, d)) * np.linspace(2, 0.2, d) + np.eye(d)[0] * 3)


def test_the_plane_is_the_one_that_principal_components_find():
    vectors = cloud()
    theirs = PCA(n_components=2, svd_solver="full").fit(vectors)

    ours = fit_projection(vectors)

    assert np.allclose(np.abs(ours.axes @ theirs.components_.T), np.eye(2), atol=1e-4)
    assert ours.kept == pytest.approx(theirs.explained_variance_ratio_.sum(), abs=1e-5)
    assert np.allclose(ours.axes @ ours.axes.T, np.eye(2), atol=1e-5)


def test_the_order_of_the_titles_and_the_length_of_their_vectors_change_nothing():
    vectors = cloud()
    shuffled = np.random.default_rng(0).permutation(vectors) * 7

    one, other = fit_projection(vectors), fit_projection(shuffled)

    assert np.allclose(one.axes, other.axes, atol=1e-4)
    assert np.allclose(one.places(vectors), other.places(3 * vectors), atol=1e-4)


def test_most_titles_lie_within_one_of_the_middle_and_their_middle_is_the_origin():
    vectors = cloud()

    places = fit_projection(vectors).places(vectors)

    assert np.allclose(places.mean(axis=0), 0, atol=1e-5)
    assert 0.97 <= (np.abs(places).max(axis=1) <= 1.0001).mean() <= 0.99


def test_what_lies_in_a_plane_keeps_everything():
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles), np.zeros(40)], axis=1)

    found = fit_projection(circle)

    assert found.kept == pytest.approx(1)
    assert share_of_neighbours(found, circle, rows=np.arange(40), n=2) == 1


def test_neighbours_that_the_map_cannot_show_are_not_claimed():
    rng = np.random.default_rng(1)
    vectors = unit(rng.normal(size=(300, 64)))

    found = fit_projection(vectors)

    share = share_of_neighbours(found, vectors, rows=np.arange(300))
    assert share < 0.15
    assert found.kept < 0.1


@pytest.mark.parametrize("vectors", [np.zeros((0, 4)), np.eye(2), np.ones((5, 3))])
def test_what_has_no_two_directions_is_refused(vectors):
    with pytest.raises(ValueError, match=r"three titles|one place"):
        fit_projection(vectors)


def test_vectors_of_another_space_are_refused():
    with pytest.raises(ValueError, match=r"expected \(n, 12\)"):
        fit_projection(cloud()).places(np.ones((2, 5)))
