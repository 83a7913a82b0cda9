"""The person's own score: hand-worked numbers, shares that fade in, causes that are real."""

from dataclasses import replace

import numpy as np
import pytest

from recommendations.taste import blending, falling
from recommendations.taste.blending import Considered, Place, score, trust
from recommendations.taste.profiles import closeness, profile_of
from recommendations.taste.space import person_vector

rng = np.random.default_rng(4)


def profile(n=5, d=8, weights=None):
    weights = np.array([1.0, 0.7, 1.0, -0.5, 0.3]) if weights is None else weights
    return profile_of(np.arange(n) * 2, weights, rng.normal(size=(n, d)))


def place(n=5, d=4, counts=None):
    return Place(
        title_ids=np.arange(n) * 2,
        weights=np.array([1.0, 0.7, 1.0, -0.5, 0.3])[:n],
        pulls=rng.normal(size=(2, n, d)).astype(np.float32),
        counts=np.full(n, 50) if counts is None else counts,
        starts=rng.normal(size=(2, d)).astype(np.float32),
        lengths=np.array([2.0, 20.0]),
    )


def considered(m=30, d=8, e=4, counts=100):
    counts = np.full(m, counts) if np.isscalar(counts) else counts
    return Considered(rng.normal(size=(m, d)), rng.normal(size=(m, e)), counts)


def test_with_everything_said_it_is_the_closeness_that_a_profile_has():
    who, titles = profile(), considered()

    found = blending.closeness_without(who, titles, sharpness=8.0, without=[4])

    np.testing.assert_allclose(found[0], closeness(who, titles.content, sharpness=8.0), atol=1e-6)
    rest = profile_of(who.title_ids[[0, 1, 3, 4]], who.weights[[0, 1, 3, 4]],
                      who.vectors[[0, 1, 3, 4]])  # fmt: skip
    np.testing.assert_allclose(found[1], closeness(rest, titles.content, sharpness=8.0), atol=1e-6)


def test_a_place_is_the_one_that_the_space_gives():
    who = place()

    expected = person_vector(who.pulls, who.weights, starts=who.starts, lengths=who.lengths)

    np.testing.assert_allclose(who.vector, expected, atol=1e-5)


def test_leaving_a_title_out_shortens_the_history():
    who = place()
    weights = blending.weights_without(who.title_ids, who.weights, [4])

    expected = person_vector(
        np.delete(who.pulls, 2, axis=1),
        np.delete(who.weights, 2),
        starts=who.starts,
        lengths=who.lengths,
    )

    np.testing.assert_allclose(who.vectors_with(weights)[1], expected, atol=1e-5)


def test_trust_is_nothing_for_the_unknown_and_grows_with_people():
    found = trust(np.array([-1, 0, 8, 1000]))

    assert found[0] == 0
    assert found[1] == pytest.approx(1 / 9)
    assert found[2] == pytest.approx(9 / 17)
    assert 0.99 < found[3] < 1
    assert (np.diff(found) > 0).all()


def test_the_share_of_taste_fades_in_with_what_is_said():
    shares = []
    for n in (0, 1, 3, 5):
        who = place()
        some = Place(who.title_ids[:n], np.ones(n), who.pulls[:, :n], who.counts[:n],
                     who.starts, who.lengths)  # fmt: skip
        shares.append(some.share)

    assert shares[0] == 0
    assert (np.diff(shares) > 0).all()
    assert shares[-1] < blending.MOST_TASTE


def test_words_about_titles_that_nobody_placed_say_little_of_taste():
    known, unknown = place(counts=np.full(5, 200)), place(counts=np.zeros(5, dtype=int))

    assert unknown.share < 0.7 * known.share


def test_without_a_taste_space_the_order_is_the_contents():
    who, titles = profile(), considered()

    found = score(who, None, titles, sharpness=8.0)

    assert (found.shares == 0).all()
    assert np.argsort(found.scores[0]).tolist() == np.argsort(found.content).tolist()


def test_a_title_unknown_to_the_taste_space_is_scored_by_content_alone():
    counts = np.array([100] * 29 + [-1])
    who, titles = profile(), considered(counts=counts)

    found = score(who, place(), titles, sharpness=8.0)

    assert found.shares[-1] == 0
    assert found.loved[0, -1] == 0
    assert (found.shares[:-1] > 0).all()


def test_the_score_is_both_parts_standardised_and_weighed_by_hand():
    who, where, titles = profile(), place(), considered()

    found = score(who, where, titles, sharpness=8.0)

    written = closeness(who, titles.content, sharpness=8.0)
    loved, anybody = titles.taste @ where.vector, titles.taste @ where.start
    loved = (loved - loved.mean()) / loved.std()
    loved = loved - blending.TYPICAL * (anybody - anybody.mean()) / anybody.std()
    share = where.share * trust(np.array([100]))
    by_hand = (1 - share) * (written - written.mean()) / written.std()
    by_hand = by_hand + share * (loved - loved.mean()) / loved.std()
    np.testing.assert_allclose(found.scores[0], by_hand, atol=1e-5)


def test_every_cause_lowers_the_score_when_it_is_left_out_and_the_largest_comes_first():
    who, where, titles = profile(), place(), considered()

    found = falling.causes(who, where, titles, [0, 7, 12], sharpness=8.0)

    assert sum(map(len, found)) > 3
    for row, falls in zip([0, 7, 12], found, strict=True):
        assert [f.fall for f in falls] == sorted((f.fall for f in falls), reverse=True)
        for fall in falls:
            again = score(who, where, titles, sharpness=8.0, without=[fall.title_id])
            full, left = again.scores[:, row]
            assert full - left == pytest.approx(fall.fall)
            assert fall.fall > 0


def test_a_disliked_title_is_never_a_cause():
    who, where, titles = profile(), place(), considered()

    found = falling.causes(who, where, titles, list(range(30)), sharpness=8.0)

    assert 6 not in {fall.title_id for falls in found for fall in falls}


def test_love_is_named_only_between_titles_that_people_placed():
    counts = np.array([100] * 15 + [0] * 15)
    who, where, titles = profile(), place(), considered(counts=counts)

    found = falling.causes(who, where, titles, list(range(30)), sharpness=8.0)

    assert any(fall.by_love for falls in found[:15] for fall in falls)
    assert not any(fall.by_love for falls in found[15:] for fall in falls)


def test_what_anybody_would_get_is_taken_off():
    who, where, titles = profile(), place(), considered()
    anybody = titles.taste @ where.start

    own = score(who, where, titles, sharpness=8.0).taste

    plain = titles.taste @ where.vector
    assert np.corrcoef(own, anybody)[0, 1] < np.corrcoef(plain, anybody)[0, 1]
    assert np.corrcoef(own, plain)[0, 1] > 0.3


def test_the_aim_of_a_space_without_a_beginning_is_the_place_itself():
    where = replace(place(), starts=np.zeros((2, 4), dtype=np.float32))

    np.testing.assert_array_equal(where.aim, where.vector)


def test_somebody_without_anything_gets_zeros_not_nan():
    nobody = profile_of(np.zeros(0), np.zeros(0), np.zeros((0, 8)))
    nowhere = Place(np.zeros(0, int), np.zeros(0), np.zeros((2, 0, 4)), np.zeros(0, int),
                    np.zeros((2, 4), np.float32), np.array([2.0, 20.0]))  # fmt: skip

    found = score(nobody, nowhere, considered(), sharpness=8.0)

    assert (found.scores == 0).all()
