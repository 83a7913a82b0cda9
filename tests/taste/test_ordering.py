"""The more was said the more the trees say, and reasons hold with the trees asked again."""

import io

import numpy as np
import pytest

from recommendations.taste.blending import Place
from recommendations.taste.falling import Fall
from recommendations.taste.interactions import Vocabulary
from recommendations.taste.learners.features import FEATURES, Stats
from recommendations.taste.learners.forest import Forest
from recommendations.taste.ordering import MOST_ORDERED, Ranker, Spoken, ordered

N, D = 40, 8
NEAREST = FEATURES.index("nearest liked")


def make_ranker(feature: int = NEAREST, threshold: float = 0.5) -> Ranker:
    """One tree: 1 point where the feature is above the threshold."""
    forest = Forest(
        roots=np.array([0], dtype=np.int32),
        feature=np.array([feature, 0, 0], dtype=np.int16),
        threshold=np.array([threshold, np.inf, np.inf], dtype=np.float32),
        left=np.array([1, 1, 2], dtype=np.int32),
        right=np.array([2, 1, 2], dtype=np.int32),
        value=np.array([0.0, 0.0, 1.0], dtype=np.float32),
        depth=1,
    )
    ones = np.ones(N, dtype=np.float32)
    pairs = np.ones((N, 2), dtype=np.float32)
    stats = Stats(ones, ones, ones, ones, ones, ones, pairs, pairs, ones)
    return Ranker(Vocabulary(np.arange(100, 100 + N)), stats, forest)


def make_world(n_said: int, rng: np.random.Generator) -> tuple[Spoken, np.ndarray]:
    """Return what somebody said of the first titles, and where all titles lie."""
    vectors = rng.normal(size=(N, D)).astype(np.float32)
    place = Place(
        title_ids=np.arange(100, 100 + n_said),
        weights=np.ones(n_said),
        pulls=vectors[None, :n_said],
        counts=np.full(n_said, 50),
        starts=np.zeros((1, D)),
        lengths=np.array([10.0]),
    )
    return Spoken(place, vectors[:n_said], np.full(n_said, 5.0)), vectors


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_the_trees_count_more_the_more_was_said(rng):
    shares = [make_world(n, rng)[0].share for n in (3, 14, 30)]
    assert shares == sorted(shares)
    assert shares[:2] == [0.0, pytest.approx(MOST_ORDERED / 2)]


def test_what_the_trees_prefer_rises(rng):
    spoken, vectors = make_world(14, rng)
    ids, counts = np.arange(114, 100 + N), np.full(N - 14, 50)
    candidates, scores = vectors[14:], rng.normal(size=N - 14)
    twin = candidates[3] = vectors[0] * 1.01  # as near to a liked title as can be
    order = ordered(make_ranker(threshold=0.98), spoken, ids, candidates, counts, scores)
    risen = order.scores - order.scores.mean() - (1 - order.share) * (scores - scores.mean())
    assert int(np.argmax(risen)) == 3
    assert twin.shape == (D,)


def test_titles_that_nobody_placed_keep_their_scores(rng):
    spoken, vectors = make_world(14, rng)
    counts = np.where(np.arange(N - 14) < 5, 0, 50)
    scores = rng.normal(size=N - 14)
    order = ordered(
        make_ranker(threshold=0.2), spoken, np.arange(114, 100 + N), vectors[14:], counts, scores
    )
    np.testing.assert_array_equal(order.scores[:5], scores[:5])
    assert not set(order.rows.tolist()) & set(range(5))


def test_a_cause_is_one_only_if_the_trees_agree(rng):
    """Without the twin the trees take their point back, so it is the largest fall."""
    spoken, vectors = make_world(14, rng)
    ids, counts = np.arange(114, 100 + N), np.full(N - 14, 50)
    candidates, scores = vectors[14:], rng.normal(size=N - 14)
    candidates[3] = vectors[0] * 1.01
    ranker = make_ranker(threshold=0.98)
    order = ordered(ranker, spoken, ids, candidates, counts, scores)
    falls = [Fall(105, 0.02, by_love=False), Fall(100, 0.01, by_love=False)]
    told, unasked = order.falls([3, 10**6], [falls, falls])
    assert unasked is falls, "of others than the trees' candidates nothing is asked"
    assert [fall.title_id for fall in told] == [100, 105]
    assert told[0].by_love
    # So much of the order is the trees', who say nothing of it.
    assert told[1].fall == pytest.approx((1 - order.share) * 0.02)


def test_somebody_unknown_to_the_trees_gets_their_own_order(rng):
    spoken, vectors = make_world(14, rng)
    strange = np.arange(900, 926)
    scores = rng.normal(size=26)
    order = ordered(make_ranker(), spoken, strange, vectors[14:], np.full(26, 50), scores)
    np.testing.assert_array_equal(order.scores, scores)


def test_it_is_kept_as_bytes_and_comes_back_alike():
    ranker = make_ranker()
    again = Ranker.unpacked(ranker.packed())
    rows = np.random.default_rng(1).normal(size=(5, len(FEATURES))).astype(np.float32)
    np.testing.assert_array_equal(again.forest.scores(rows), ranker.forest.scores(rows))
    np.testing.assert_array_equal(again.titles.ids, ranker.titles.ids)
    assert again.packed() == ranker.packed()


def test_what_was_kept_before_titles_had_factors_still_serves():
    ranker, before = make_ranker(), io.BytesIO()
    with np.load(io.BytesIO(ranker.packed())) as parts:
        names = set(parts.files) - {"stats_factors", "stats_spread"}
        np.savez(before, **{name: parts[name] for name in names})
    again = Ranker.unpacked(before.getvalue())
    assert again.stats.factors.shape == (N, 1)
    assert len(again.of(np.array([103, 104])).stats.spread) == 2


def test_it_can_be_renamed_and_kept_to_some_titles():
    ranker = make_ranker().renamed(np.arange(N)[::-1])
    np.testing.assert_array_equal(ranker.titles.ids, np.arange(N))
    assert len(ranker.of(np.array([3, 4, 99])).titles) == 2
