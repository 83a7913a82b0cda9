"""From films to books: the split, the lists, and a planted world that the closed form must read."""

import numpy as np
import pytest

from recommendations.taste.evaluation.bridge import closed_form, crossing, lists_across, measured
from recommendations.taste.interactions import SEEN, Interactions

FILMS, BOOKS, GROUPS = 40, 40, 4


def world(n_people: int = 200, seed: int = 0) -> tuple[Interactions, np.ndarray]:
    """Return people with films and books of their own group; odd ids are books."""
    rng = np.random.default_rng(seed)
    people, titles = [], []
    for person in range(n_people):
        own = person % GROUPS + GROUPS * rng.permutation(FILMS // GROUPS)
        people += [person] * 8
        titles += [*(2 * own[:5]), *(2 * own[5:8] + 1)]
    n = len(people)
    made = Interactions.of(
        np.array(people), np.array(titles), np.full(n, np.nan), kind=np.full(n, SEEN)
    )
    return made, made.titles.ids % 2 == 1


def test_the_asked_keep_their_films_and_lose_their_books():
    whole, is_book = world()

    crossed = crossing(whole, is_asked=is_book, share=0.2, rng=np.random.default_rng(0))

    kept = np.isin(crossed.train.person, crossed.people)
    assert len(crossed.people) == 40
    assert not is_book[crossed.train.title[kept]].any()
    assert is_book[crossed.test.title].all()
    assert set(crossed.test.person) == set(crossed.people)
    assert len(crossed.train) + len(crossed.test) == len(whole)
    assert kept.sum() == 5 * 40


def test_people_asked_for_choosing_are_others():
    whole, is_book = world()
    crossed = crossing(whole, is_asked=is_book, share=0.2, rng=np.random.default_rng(0))

    inner = crossing(crossed.train, is_asked=is_book, share=0.2, rng=np.random.default_rng(1))

    assert not set(inner.people) & set(crossed.people)
    assert len(inner.people) == 32


def test_nobody_with_both_kinds_is_said_plainly():
    films = Interactions.of(np.arange(3), np.arange(3), np.ones(3))

    with pytest.raises(ValueError, match="people who know both"):
        crossing(films, is_asked=np.zeros(3, bool), share=0.5, rng=np.random.default_rng(0))


def test_lists_hold_only_books_that_somebody_spoke_of():
    whole, is_book = world()
    crossed = crossing(whole, is_asked=is_book, share=0.2, rng=np.random.default_rng(0))
    scores = np.tile(np.arange(len(is_book), dtype=float), (len(crossed.people), 1))

    lists = lists_across(scores, crossed, n=50)

    books = np.flatnonzero(is_book)[::-1]
    assert lists[0, : len(books)].tolist() == books.tolist()
    assert (lists[0, len(books) :] == -1).all()


def test_metrics_by_hand():
    # One asked person with books 1 and 3 hidden; the list has 3 at its second place.
    whole = Interactions.of(
        np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 3, 0, 1, 3]), np.full(6, np.nan),
        kind=np.full(6, SEEN),
    )  # fmt: skip
    is_book = np.array([False, True, True])
    crossed = crossing(whole, is_asked=is_book, share=0.5, rng=np.random.default_rng(0))

    values = measured(np.array([[-1, 2]]), crossed)

    assert values["recall@10"] == pytest.approx([0.5])
    assert values["hit@50"] == pytest.approx([1.0])
    ideal = 1 + 1 / np.log2(3)
    assert values["ndcg@10"] == pytest.approx([(1 / np.log2(3)) / ideal])


def test_the_closed_form_finds_books_of_the_planted_group():
    whole, is_book = world()
    crossed = crossing(whole, is_asked=is_book, share=0.2, rng=np.random.default_rng(0))
    said = crossed.train.known
    space = closed_form(said, is_asked=is_book, dimension=8, regularization=1.0, dropout=0.5)

    lists = lists_across(space.scores(said[crossed.people]), crossed)

    group = (crossed.train.titles.ids[lists[:, :10]] // 2) % GROUPS
    assert (group == (crossed.people % GROUPS)[:, None]).mean() > 0.95
    assert measured(lists, crossed)["recall@10"].mean() > 0.95


def test_all_dimensions_give_the_whole_regression():
    whole, is_book = world()
    said = whole.known
    space = closed_form(said, is_asked=is_book, dimension=99, regularization=2.0, dropout=0.0)

    films, books = said[:, ~is_book].toarray(), said[:, is_book].toarray()
    slopes = np.linalg.solve(films.T @ films + 2.0 * np.eye(films.shape[1]), films.T @ books)

    assert space.scores(said)[:, is_book] == pytest.approx(films @ slopes, abs=1e-4)


def test_too_little_to_learn_from_is_said_plainly():
    whole, is_book = world(n_people=4)

    with pytest.raises(ValueError, match="lower `at_least`"):
        closed_form(
            whole.known, is_asked=is_book, dimension=4, regularization=1.0, dropout=0.5,
            at_least=9,
        )  # fmt: skip
