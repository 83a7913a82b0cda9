"""What is learnt from and what is asked for never mix."""

from dataclasses import replace

import numpy as np
import pytest

from recommendations.taste.evaluation import splits
from recommendations.taste.interactions import LOVED, RATED, SAVED, Interactions

N_RATINGS = [3, 5, 6, 10, 24, 40]  # of each person; one shared table of titles


@pytest.fixture
def said():
    """Six people's ratings at rising times, in shuffled rows, and a heart and a save of each."""
    rng = np.random.default_rng(8)
    rows = []
    for person, n in enumerate(N_RATINGS):
        for at, title in enumerate(rng.permutation(50)[:n]):
            rows.append((person, title, rng.choice([2.0, 4.0, 5.0]), 1000.0 + at, RATED))
        rows.append((person, 50 + person, np.nan, 5000.0, LOVED))
        rows.append((person, 60 + person, np.nan, 5000.0, SAVED))
    columns = [np.array(column) for column in zip(*rng.permutation(rows).tolist(), strict=True)]
    return Interactions.of(
        columns[0].astype(int), columns[1].astype(int), columns[2], columns[3], columns[4]
    )


def rows_of(interactions):
    columns = (interactions.person, interactions.title, interactions.kind)
    return set(zip(*(column.tolist() for column in columns), strict=True))


def each_split(said):
    rng = np.random.default_rng(1)
    return {
        "global": splits.global_random(said, share=0.2, rng=rng),
        "per person": splits.per_person(said, share=0.2, rng=rng),
        "by time": splits.by_time(said, share=0.2),
        "new people": splits.new_people(said, k=3, n=2, rng=rng),
    }


@pytest.mark.parametrize("name", ["global", "per person", "by time", "new people"])
def test_nothing_stands_in_both_parts(said, name):
    split = each_split(said)[name]

    assert not rows_of(split.train) & rows_of(split.test)
    assert (split.test.kind == RATED).all(), "only ratings are asked for"
    assert split.train.people is split.test.people
    assert sorted(split.people) == sorted(set(split.test.person.tolist()))


@pytest.mark.parametrize("name", ["global", "per person", "by time"])
def test_the_two_parts_are_everything(said, name):
    split = each_split(said)[name]

    assert rows_of(split.train) | rows_of(split.test) == rows_of(said)
    assert len(split.train) + len(split.test) == len(said)


def test_a_global_split_holds_out_its_share_of_the_ratings(said):
    split = splits.global_random(said, share=0.25, rng=np.random.default_rng(4))

    assert len(split.test) == round(0.25 * sum(N_RATINGS))


def test_each_person_gives_a_share_but_five_at_least(said):
    split = splits.per_person(said, share=0.2, rng=np.random.default_rng(4))

    # A fifth of 24 is 4, so five; of 40 it is 8; who has five or fewer gives nothing.
    assert np.bincount(split.test.person, minlength=6).tolist() == [0, 0, 5, 5, 5, 8]
    assert split.people.tolist() == [2, 3, 4, 5]


def test_another_seed_holds_out_other_ratings(said):
    first, again, other = (
        rows_of(splits.per_person(said, share=0.2, rng=np.random.default_rng(seed)).test)
        for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


def test_by_time_the_latest_are_asked_for(said):
    split = splits.by_time(said, share=0.2)
    train, test = split.train.ratings, split.test

    for person in split.people:
        assert train.at[train.person == person].max() < test.at[test.person == person].min()
    assert np.bincount(test.person, minlength=6).tolist() == [0, 0, 5, 5, 5, 8]


def test_unknown_times_count_as_the_earliest(said):
    is_late = said.at > 1003
    unknown = replace(said, at=np.where(is_late, said.at, np.nan))

    split = splits.by_time(unknown, share=0.1)

    assert not np.isnan(split.test.at[split.test.person == 5]).any()


@pytest.mark.parametrize("k", [0, 1, 3])
def test_a_new_person_is_known_by_k_ratings(said, k):
    split = splits.new_people(said, k=k, n=3, rng=np.random.default_rng(2))

    assert len(split.people) == 3
    for person in split.people:
        in_train = split.train.person == person
        assert in_train.sum() == k
        assert (split.test.person == person).sum() == N_RATINGS[person] - k


def test_the_hearts_and_saves_of_new_people_are_in_neither_part(said):
    split = splits.new_people(said, k=3, n=2, rng=np.random.default_rng(2))

    left = split.train.take(split.train.kind != RATED)

    assert not set(left.person.tolist()) & set(split.people.tolist())
    assert len(left) == 2 * (6 - 2), "everybody else's stay"


def test_who_has_too_few_ratings_is_never_new(said):
    split = splits.new_people(said, k=5, share=1.0, rng=np.random.default_rng(2))

    assert split.people.tolist() == [3, 4, 5]


def test_everybody_else_stays_whole(said):
    split = splits.new_people(said, k=3, n=2, rng=np.random.default_rng(2))

    for person in set(range(6)) - set(split.people.tolist()):
        assert (split.train.person == person).sum() == N_RATINGS[person] + 2


@pytest.mark.parametrize("how", [{}, {"share": 0.5, "n": 2}])
def test_how_many_are_new_is_said_once(said, how):
    with pytest.raises(ValueError, match="share"):
        splits.new_people(said, k=3, rng=np.random.default_rng(2), **how)
