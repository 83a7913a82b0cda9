"""Lists from scores, segments, and results beside one another."""

import numpy as np
import pytest

from recommendations.taste.evaluation import leaderboard
from recommendations.taste.evaluation.leaderboard import Measure, Result
from recommendations.taste.evaluation.lists import best_columns, lists_of
from recommendations.taste.evaluation.metrics import report
from recommendations.taste.evaluation.segments import by_history, by_renown
from recommendations.taste.interactions import Interactions, Vocabulary

NAN = float("nan")


class Fixed:
    """A model that says what it is told, a row for each person."""

    def __init__(self, titles, scores):
        self.titles, self.table = Vocabulary(np.array(titles)), np.array(scores, dtype=np.float32)

    def scores(self, histories, people):
        return self.table[people]


def said(*rows):
    """Interactions of (person, title, stars) over people 0–3 and titles 10–15."""
    people, titles = Vocabulary(np.arange(4)), Vocabulary(np.arange(10, 16))
    who, what, stars = (np.array(column) for column in zip(*rows, strict=True))
    return Interactions(
        people,
        titles,
        who.astype(np.int32),
        titles.numbers(what).astype(np.int32),
        stars.astype(np.float32),
        np.full(len(who), np.nan),
    )


# ── Lists ──


def test_a_list_holds_the_best_titles_that_the_person_does_not_know():
    model = Fixed(range(10, 16), [[9, 8, 7, 6, 5, 4]])

    lists = lists_of(model, said((0, 10, 5), (0, 12, 1)), np.array([0]), n=3)

    assert lists.tolist() == [[1, 3, 4]]


def test_equal_scores_go_by_title_number_also_where_the_list_ends():
    assert best_columns(np.array([[1, 2, 1, 2, 1, 1.0]]), n=4).tolist() == [[1, 3, 0, 2]]


def test_a_list_is_short_where_there_are_no_more_titles():
    model = Fixed(range(10, 16), [[1, 2, -np.inf, 4, 5, 6]])
    known = said((0, 13, 5), (0, 14, 5), (0, 15, 5))

    assert lists_of(model, known, np.array([0]), n=4).tolist() == [[1, 0, -1, -1]]


def test_only_titles_of_the_model_are_listed_by_the_numbers_of_the_histories():
    model = Fixed([11, 14, 99], [[1, 2, 3]] * 2)

    lists = lists_of(model, said((0, 14, 5), (1, 10, 5)), np.array([0, 1]), n=3)

    assert lists.tolist() == [[1, -1, -1], [4, 1, -1]]


def test_lists_do_not_depend_on_how_many_people_are_asked_for_at_once():
    scores = np.random.default_rng(1).integers(0, 4, (4, 6))
    model, known = Fixed(range(10, 16), scores), said((0, 10, 5), (2, 11, 5))
    people = np.array([3, 0, 2, 1])

    whole = lists_of(model, known, people, n=4)

    assert (lists_of(model, known, people, n=4, chunk=1) == whole).all()


def test_a_model_that_scores_nan_is_named():
    model = Fixed(range(10, 16), [[1, NAN, 1, 1, 1, 1]])

    with pytest.raises(ValueError, match="Fixed scored NaN for 1 of 1 people"):
        lists_of(model, said((0, 10, 5)), np.array([0]))


# ── Segments ──


def test_people_are_parted_by_how_much_is_known_of_them():
    test = said((0, 10, 5), (1, 11, 5), (2, 12, 5), (3, 13, 5))
    lists = np.array([[0, 1, 2, 3, 4], [0, 2, 3, 4, 5], [2, 0, 1, 3, 4], [0, 3, 1, 2, 4]])
    found = report(lists, np.arange(4), test, counts=np.ones(6))

    segments = by_history(found, np.array([0, 3, 4, 200]))

    assert [(s.low, s.high, s.n) for s in segments] == [(0, 0, 1), (1, 5, 2), (101, None, 1)]
    assert segments[0].value == pytest.approx(1.0)
    assert segments[1].value == pytest.approx(0.5), "one of the two was found first, one not"
    assert segments[2].value == pytest.approx(1 / np.log2(3))


def test_titles_are_parted_by_renown_and_counted_when_found():
    test = said((0, 10, 5), (1, 10, 5), (1, 15, 4), (0, 12, 2))
    counts = np.array([50, 5, 4, 3, 2, 1])
    lists = np.array([[0, 2, -1], [1, 3, -1]])

    segments = by_renown(lists, np.array([0, 1]), test, counts)

    assert [(s.low, s.high, s.n, s.value) for s in segments] == [(0.1, 1.0, 3, 1 / 3)]


# ── Rows ──


def result(recipe, ndcg, *, recall=0.2, seed=0, people=(), **more):
    measures = {
        "ndcg@5": Measure(ndcg, ndcg - 0.1, ndcg + 0.1),
        "recall@10": Measure(recall, NAN, NAN),
    }
    return Result(recipe, measures, seed=seed, by_person=np.array(people), **more)


def test_no_leaderboard_is_without_a_no_op_chance_and_popularity():
    assert leaderboard.with_floor(["ease", "chance"]) == ["nothing", "chance", "popularity", "ease"]


def test_the_best_comes_first_and_quoted_numbers_last():
    rows = leaderboard.rows_of(
        [
            result("b", 0.2),
            result("quoted", 0.9, is_quoted=True),
            result("a", 0.2),
            result("c", 0.3),
        ]
    )

    assert [row.recipe for row in rows] == ["c", "a", "b", "quoted"]


def test_what_should_be_low_is_sorted_lowest_first_and_what_is_unknown_last():
    results = [
        Result("bad", {"rmse": Measure(1.2, NAN, NAN)}),
        Result("none", {}),
        Result("good", {"rmse": Measure(0.8, NAN, NAN)}),
    ]

    rows = leaderboard.rows_of(results, by="rmse")

    assert [row.recipe for row in rows] == ["good", "bad", "none"]


def test_seeds_share_a_row_with_their_mean_and_the_widest_interval():
    (row,) = leaderboard.rows_of([result("a", 0.4, seed=2), result("a", 0.2, seed=1)])

    assert row.seeds == (1, 2)
    assert row.measures["ndcg@5"] == pytest.approx((0.3, 0.1, 0.5))


def test_the_lift_is_recall_beside_that_of_popularity():
    rows = leaderboard.rows_of(
        [result("popularity", 0.1, recall=0.1), result("a", 0.2, recall=0.15)]
    )

    assert rows[0].lift == pytest.approx(0.5)
    assert rows[1].lift == pytest.approx(0.0)


def test_without_popularity_there_is_no_lift():
    (row,) = leaderboard.rows_of([result("a", 0.2)])

    assert row.lift is None


def test_the_ratio_is_of_the_means_and_its_interval_holds_it():
    rng = np.random.default_rng(3)
    base = rng.random(400)

    found = leaderboard.ratio(2 * base + rng.normal(0, 0.1, 400), base, rng=rng)

    assert found.mean == pytest.approx(2.0, abs=0.05)
    assert found.low < found.mean < found.high
    assert found.high - found.low < 0.1, "pairs make it narrow"


def test_a_difference_of_pairs_is_surer_than_the_two_intervals_tell():
    rng = np.random.default_rng(4)
    hard = rng.random(300)

    found = leaderboard.difference(hard + 0.02 + rng.normal(0, 0.01, 300), hard, rng=rng)

    assert 0 < found.low < 0.02 < found.high


@pytest.mark.parametrize("other", [[0.1], []])
def test_pairs_need_the_same_people(other):
    with pytest.raises(ValueError, match="need the same people"):
        leaderboard.ratio(np.array([0.1, 0.2]), np.array(other), rng=np.random.default_rng(0))


def test_nothing_is_a_multiple_of_nothing():
    with pytest.raises(ValueError, match="found nothing at all"):
        leaderboard.ratio(np.ones(3), np.zeros(3), rng=np.random.default_rng(0))


def test_the_best_is_compared_with_the_content_baseline_of_the_same_seeds():
    both = [result("ease", 0.4), result("popularity", 0.3), result("content_tfidf", 0.1)]

    best, baseline = leaderboard.best_and_baseline(leaderboard.rows_of(both))

    assert (best.recipe, baseline.recipe) == ("ease", "content_tfidf")


def test_other_seeds_or_nothing_but_the_baseline_give_no_comparison():
    other = [result("ease", 0.4, seed=1), result("popularity", 0.3)]

    assert leaderboard.best_and_baseline(leaderboard.rows_of(other)) is None
    assert leaderboard.best_and_baseline(leaderboard.rows_of(other[1:])) is None


def test_metrics_get_the_same_intervals_every_time():
    test = said((0, 10, 5), (1, 11, 4), (2, 12, 5))
    found = report(np.array([[0, 1], [0, 1], [0, 1]]), np.arange(3), test, counts=np.ones(6))

    once = leaderboard.measures_of(found, seed=7)

    assert once["ndcg@5"].low <= once["ndcg@5"].mean <= once["ndcg@5"].high
    assert np.isnan(once["coverage@5"].low), "one number for all has no interval over people"
    assert repr(leaderboard.measures_of(found, seed=7)) == repr(once)
