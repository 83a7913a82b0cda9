"""Titles without ratings get their place from their content."""

import numpy as np
import pytest

from recommendations.taste.geometry import unit
from recommendations.taste.interactions import Vocabulary
from recommendations.taste.learners.placing import (
    ByNeighbours,
    ByNetwork,
    ByRidge,
    with_new_titles,
)  # fmt: skip
from recommendations.taste.space import TasteSpace

PLACERS = [
    ByRidge(regularization=0.1),
    ByNeighbours(n=10),
    ByNetwork(hidden=32, decay=0.01, epochs=300),
]


def world(n: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return content in four groups, and places that hang on the content."""
    rng = np.random.default_rng(seed)
    group = rng.integers(4, size=n)
    content = unit(3 * np.eye(4, 12)[group] + 0.3 * rng.standard_normal((n, 12)))
    slope = np.random.default_rng(9).standard_normal((12, 6))
    return content, content @ slope + 0.5


@pytest.mark.parametrize("placer", PLACERS, ids=lambda p: type(p).__name__)
def test_unseen_titles_land_near_their_true_places(placer):
    content, places = world()
    fitted = placer.fit(content[:300], places[:300], rng=np.random.default_rng(0))

    found = fitted.place(content[300:])

    mean = places[:300].mean(axis=0)
    closeness = (unit(found - mean) * unit(places[300:] - mean)).sum(axis=1).mean()
    assert found.shape == (100, 6)
    assert closeness > 0.9


@pytest.mark.parametrize("placer", PLACERS, ids=lambda p: type(p).__name__)
def test_one_seed_gives_one_place(placer):
    content, places = world()

    first, again = (
        placer.fit(content, places, rng=np.random.default_rng(1)).place(content[:5])
        for _ in range(2)
    )

    assert np.array_equal(first, again)


@pytest.mark.parametrize("placer", PLACERS, ids=lambda p: type(p).__name__)
def test_a_single_known_title_is_where_all_others_land(placer):
    content, places = world(n=3)
    fitted = placer.fit(content[:1], places[:1], rng=np.random.default_rng(0))

    assert fitted.place(content) == pytest.approx(np.tile(places[0], (3, 1)), abs=0.2)


def test_a_stiffer_ridge_moves_less():
    content, places = world()

    spread = [
        ByRidge(regularization=r).fit(content, places, rng=np.random.default_rng(0))
        .place(content).std(axis=0).sum()
        for r in (0.1, 10.0, 1e6)
    ]  # fmt: skip

    assert spread[0] > spread[1] > spread[2]
    assert spread[2] < 0.01


def test_titles_of_no_trust_do_not_count():
    content, places = world()
    wrong = np.where(np.arange(400)[:, None] < 200, places, 100.0)
    trust = (np.arange(400) < 200).astype(float)

    fitted = ByRidge(0.1).fit(content, wrong, weights=trust, rng=np.random.default_rng(0))

    assert fitted.place(content[:50]) == pytest.approx(places[:50], abs=0.1)


def test_one_neighbour_is_copied():
    content, places = np.eye(3), np.arange(6.0).reshape(3, 2)
    fitted = ByNeighbours(n=1).fit(content, places, rng=np.random.default_rng(0))

    assert fitted.place(np.array([[0.1, 2.0, 0.0]])).tolist() == [[2.0, 3.0]]


def space_of(places: np.ndarray) -> TasteSpace:
    n, ids = len(places), 10 * np.arange(len(places))
    return TasteSpace(
        Vocabulary(ids), places.astype(np.float32), np.stack([places, -places]).astype(np.float32),
        np.array([5.0, 50.0]), np.zeros((2, places.shape[1])), np.full(n, 20),
    )  # fmt: skip


def test_new_titles_join_the_space_in_order_with_their_pulls():
    content, places = world()
    space = space_of(places[:300])
    new = Vocabulary(10 * np.arange(100) + 5)

    grown = with_new_titles(
        space, known=content[:300], new_titles=new, new=content[300:], placer=ByRidge(0.1),
        rng=np.random.default_rng(0),
    )  # fmt: skip

    old, added = grown.titles.numbers(space.titles.ids), grown.titles.numbers(new.ids)
    assert np.array_equal(grown.vectors[old], space.vectors)
    assert np.array_equal(grown.pulls[:, old], space.pulls)
    assert grown.counts[added].tolist() == [0] * 100
    assert grown.vectors[added] == pytest.approx(places[300:], abs=0.2)
    assert grown.pulls[1, added] == pytest.approx(-places[300:], abs=0.2)


def test_titles_without_content_are_not_learnt_from():
    content, places = world()
    known = content[:300].copy()
    known[::2] = np.nan

    grown = with_new_titles(
        space_of(places[:300]), known=known, new_titles=Vocabulary(np.array([1])),
        new=content[300:301], placer=ByRidge(0.1), rng=np.random.default_rng(0),
    )  # fmt: skip

    assert grown.vectors[1] == pytest.approx(places[300], abs=0.2)


def test_a_title_that_has_a_place_is_refused():
    content, places = world()

    with pytest.raises(ValueError, match="1 of 1 new titles have a place already"):
        with_new_titles(
            space_of(places), known=content, new_titles=Vocabulary(np.array([10])),
            new=content[:1], placer=ByRidge(), rng=np.random.default_rng(0),
        )  # fmt: skip


def test_rows_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="do not belong together"):
        ByRidge().fit(np.ones((3, 2)), np.ones((4, 2)), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="no title with a known place"):
        ByRidge().fit(np.ones((0, 2)), np.ones((0, 2)), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="NaN or infinity"):
        ByRidge().fit(np.full((1, 2), np.nan), np.ones((1, 2)), rng=np.random.default_rng(0))
