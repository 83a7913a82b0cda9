"""People near people: exact, by the same function as titles, and told in blurred steps."""

import numpy as np
import pytest

from recommendations.taste import geometry, matching
from recommendations.taste.matching import in_words, nearest_people, percent_of


def test_people_are_compared_by_the_same_function_as_titles():
    from recommendations.zones import zone

    assert matching.cosine is geometry.cosine
    assert zone.cosine is geometry.cosine


def test_the_nearest_are_those_of_a_full_search():
    rng = np.random.default_rng(5)
    people = rng.normal(size=(300, 12))

    found = nearest_people(people[:20], people, k=7, without=[{row} for row in range(20)])

    for row, own in enumerate(found):
        angles = people @ people[row] / np.linalg.norm(people, axis=1)
        angles[row] = -np.inf
        assert [other for other, _ in own] == np.argsort(-angles)[:7].tolist()
        assert own[0][1] == pytest.approx(angles.max() / np.linalg.norm(people[row]), abs=1e-6)


def test_who_is_left_out_is_not_found_and_ties_keep_their_order():
    people = np.array([[1, 0], [2, 0], [0, 1], [3, 0], [1, 1]], dtype=np.float32)

    (found,) = nearest_people(people[:1], people, k=3, without=[{0, 3}])

    assert [row for row, _ in found] == [1, 4, 2]
    assert nearest_people(people[:1], people[:0], k=3, without=[set()]) == [[]]
    assert [len(one) for one in nearest_people(people, people, k=9, without=[set()] * 5)] == [5] * 5


def test_targets_need_their_own_exclusions():
    with pytest.raises(ValueError, match="2 targets, but 1 sets"):
        nearest_people(np.eye(2), np.eye(2), k=1, without=[set()])


@pytest.mark.parametrize(
    ("closeness", "percent"),
    [(1.0, 100), (0.951, 100), (0.949, 90), (0.75, 80), (0.04, 0), (-0.7, 0), (1.0000001, 100)],
)
def test_a_match_is_told_in_steps_of_ten(closeness, percent):
    assert percent_of(closeness) == percent


def test_blurring_is_right_on_average_and_stays_within_a_step():
    blurs = np.linspace(-0.5, 0.5, 1001)
    for closeness in (0.32, 0.5, 0.67, 0.88):
        told = np.array([percent_of(closeness, blur=blur) for blur in blurs])
        assert abs(told.mean() - 100 * closeness) < 0.2
        assert np.abs(told - 100 * closeness).max() <= matching.STEP


def test_every_step_has_words():
    assert [in_words(p) for p in (100, 80, 70, 60, 50, 40, 30, 0)] == [
        "very close", "very close", "close", "close", "some overlap", "some overlap", "far apart",
        "far apart",
    ]  # fmt: skip


# ── Reading a hidden library from matches ────────────────────────────────


def area_under(scores: np.ndarray, is_hidden: np.ndarray) -> float:
    """Return how often a hidden title scores above one that is not there; a half is guessing."""
    above = scores[is_hidden][:, None] - scores[~is_hidden][None]
    return float(np.mean((above > 0) + 0.5 * (above == 0)))


def attack(*, n_held: int, told, rng: np.random.Generator) -> float:
    """Return how well somebody reads a hidden library by adding one title after another.

    The titles that are there and those that are not come from one taste. The attacker knows all
    of them, has moved to where a step flips as near as they can tell, then adds each alone, and
    watches how the match changes.
    """
    areas = []
    for _ in range(60):
        middle = geometry.unit(rng.normal(size=48))
        titles = geometry.unit(0.6 * middle + geometry.unit(rng.normal(size=(2 * n_held, 48))))
        is_hidden = np.arange(2 * n_held) < n_held
        victim = geometry.unit(titles[is_hidden].sum(axis=0))
        own = geometry.unit(middle + 0.8 * geometry.unit(rng.normal(size=48)))
        at_step = np.arange(1, 60) / 20  # how far from their own taste towards the middle
        tried = geometry.unit(own[None] + at_step[:, None] * middle)
        seen = [told(float(geometry.cosine(one, victim)), rng) for one in tried]
        flips = np.flatnonzero(np.diff(seen) > 0)
        base = tried[flips[0]] if len(flips) else tried[0]
        before = told(float(geometry.cosine(base, victim)), rng)
        after = [
            told(float(geometry.cosine(geometry.unit(8 * base + title), victim)), rng)
            for title in titles
        ]
        areas.append(area_under(np.array(after) - before, is_hidden))
    return float(np.mean(areas))


def exactly(closeness: float, rng: np.random.Generator) -> float:
    return closeness


def in_blurred_steps(closeness: float, rng: np.random.Generator) -> float:
    return percent_of(closeness, blur=rng.uniform(-0.5, 0.5))


def in_sharp_steps(closeness: float, rng: np.random.Generator) -> float:
    return percent_of(closeness)


@pytest.mark.parametrize("n_held", [5, 10, 30])
def test_watching_the_percentage_does_not_tell_which_titles_are_hidden(n_held):
    exact, sharp, blurred = (
        attack(n_held=n_held, told=told, rng=np.random.default_rng(1))
        for told in (exactly, in_sharp_steps, in_blurred_steps)
    )

    assert exact > 0.65  # With exact cosines the attack works, with sharp steps it half does:
    assert exact > sharp > blurred  # 0.97, 0.67 and 0.59 of 1 for a library of five titles.
    assert blurred < 0.6
