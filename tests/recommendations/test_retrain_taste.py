"""Retraining the taste space: who is in it, who is not, what is refused, how it switches."""

import csv
import dataclasses

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import PooledConsent
from catalog.models import Rating
from recommendations import columns, tasks
from recommendations.batch import comparing, pooling, training
from recommendations.batch.comparing import Comparison
from recommendations.batch.training import NotEnoughPeople, SpaceLosesToServing, retrain
from recommendations.models import Space, SpaceRanker, TitleVector
from recommendations.taste.interactions import LOVED, RATED, SAVED, SEEN
from recommendations.taste.recipes import RECIPES
from recommendations.tastes import taste_of
from recommendations.vectorstore import read_taste_space
from tests.factories import (
    NOW,
    make_favourite,
    make_rating,
    make_save,
    make_title,
    make_user,
    make_viewing,
)
from tests.recommendations.learnt import SmallSpace, make_crowd

pytestmark = pytest.mark.django_db


@pytest.fixture
def titles():
    return [make_title(f"Title {i}", imdb_id=f"tt{i:07}") for i in range(60)]


@pytest.fixture
def camps(titles):
    ids = [title.pk for title in titles]
    return ids[:30], ids[30:]


@pytest.fixture
def crowd(camps):
    return make_crowd(camps, n_people=120)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setitem(RECIPES, "small", SmallSpace())
    monkeypatch.setitem(RECIPES, "turned", SmallSpace(turned=-1.0))
    # The space that serves, whole; and of its trees a few.
    served = dataclasses.replace(RECIPES["house"], n_examples=600, n_trees=10, least_in_leaf=20)
    monkeypatch.setitem(RECIPES, "served", served)


def serving():
    return Space.objects.serving(Space.Kind.TASTE).get()


def forest_served():
    """The ranker of the serving space as it is stored; None where none was grown."""
    found = SpaceRanker.objects.filter(space=serving()).first()
    return found and bytes(found.packed)


def trained(recipe="small", **options):
    return retrain(RECIPES[recipe], recipe=recipe, **options)


# ── Who is in it ─────────────────────────────────────────────────────────


def test_everything_that_was_said_is_read_in_columns():
    user, other = make_user(), make_user()
    PooledConsent.objects.create(user=user)
    first, second, third, fourth = (make_title() for _ in range(4))
    make_rating(user, first, 3.5)
    make_favourite(user, second)
    make_save(user, third)
    make_viewing(user, fourth, on=NOW.date())
    make_viewing(user, fourth)
    make_rating(other, first, 5)

    found = pooling.people_here()

    assert found.people.ids.tolist() == [user.pk]
    assert found.titles.ids.tolist() == [first.pk, second.pk, third.pk, fourth.pk]
    assert found.kind.tolist() == [RATED, LOVED, SAVED, SEEN]
    assert found.stars[0] == 3.5
    assert np.isnan(found.stars[1:]).all()
    np.testing.assert_allclose(found.at, NOW.timestamp())


def test_nobody_who_allows_it_is_an_empty_pool():
    make_rating(make_user(), make_title(), 4)

    found = pooling.pool([])

    assert (len(found.interactions), found.n_people, found.sources) == (0, 0, ())


def test_many_rows_come_in_blocks_and_none_is_lost(crowd, monkeypatch):
    monkeypatch.setattr(columns, "BLOCK", 1000)

    found = pooling.people_here()

    expected = Rating.objects.order_by("user_id", "title_id").values_list("user_id", "title_id")
    people, which = found.people.ids[found.person], found.titles.ids[found.title]
    assert list(zip(people.tolist(), which.tolist(), strict=True)) == list(expected)


@pytest.mark.parametrize("recipe", ["small", "served"])  # The second is what serves.
def test_somebody_who_did_not_allow_it_leaves_no_trace(crowd, camps, recipe):
    trained(recipe)
    forest = forest_served()
    with_nobody_else = read_taste_space(serving())
    silent = make_user()
    for title_id in camps[0][:20]:
        Rating.objects.create(user=silent, title_id=title_id, stars="5.0", rated_at=NOW)

    trained(recipe, force=True)

    again = read_taste_space(serving())
    assert forest_served() == forest
    np.testing.assert_array_equal(again.vectors, with_nobody_else.vectors)
    np.testing.assert_array_equal(again.pulls, with_nobody_else.pulls)
    np.testing.assert_array_equal(again.counts, with_nobody_else.counts)
    PooledConsent.objects.create(user=silent)
    trained(recipe, force=True)
    assert not np.array_equal(read_taste_space(serving()).vectors, again.vectors)


def test_taking_consent_back_is_the_same_as_never_having_given_it(crowd, camps):
    trained()
    before = read_taste_space(serving())
    [guest] = make_crowd(camps, n_people=1, seed=9)
    guest.pooled_consent.delete()

    trained()

    np.testing.assert_array_equal(read_taste_space(serving()).vectors, before.vectors)


# ── Data sets ────────────────────────────────────────────────────────────


def write_movielens(folder, rows, links):
    folder.mkdir(exist_ok=True)
    with (folder / "ratings.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("userId", "movieId", "rating", "timestamp"), *rows])
    with (folder / "links.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("movieId", "imdbId", "tmdbId"), *links])
    return folder


def test_a_data_set_is_joined_by_imdb_number_and_its_people_stand_apart(titles, tmp_path):
    user = make_user()
    PooledConsent.objects.create(user=user)
    make_rating(user, titles[5], 4)
    rows = [(user.pk, 901, 4.5, 1_000_000), (user.pk, 902, 2.0, 1_000_001)]
    folder = write_movielens(tmp_path / "ml", rows, [(901, "0000005", ""), (902, "7777777", "")])

    found = pooling.pool([folder])

    said = found.interactions
    assert found.n_people == 2, "one here, and one of the data set with the same number"
    assert len(said.people) == 2
    assert said.titles.ids.tolist() == [-902, titles[5].pk]
    assert [source["name"] for source in found.sources] == ["", "MovieLens"]


def test_a_title_loaded_from_movielens_is_known_by_its_number_there(tmp_path):
    title = make_title(movielens_id=901)
    folder = write_movielens(tmp_path / "ml", [(1, 901, 4.5, 5)], [])

    assert pooling.pool([folder]).interactions.titles.ids.tolist() == [title.pk]


def test_a_folder_that_is_no_movielens_says_what_was_expected(tmp_path):
    with pytest.raises(pooling.DataSetUnreadable, match=r"ratings\.csv"):
        pooling.pool([tmp_path])


def test_films_outside_the_catalogue_help_to_learn_and_are_not_written(camps, titles, tmp_path):
    rng = np.random.default_rng(1)
    rows = [
        (person, int(movie), float(rng.choice([4, 4.5, 5])), 0)
        for person in range(1, 101)
        for movie in rng.choice(np.arange(person % 2, 80, 2), size=25, replace=False)
    ]
    links = [(movie, f"{movie:07}", "") for movie in range(40)]
    folder = write_movielens(tmp_path / "ml", rows, links)

    report = trained(folders=[folder])

    assert report.n_placed == 40
    stored = TitleVector.objects.filter(space=report.space, axis=TitleVector.TASTE)
    assert set(stored.values_list("title_id", flat=True)) == {t.pk for t in titles[:40]}
    assert report.space.teachers() == "100 MovieLens people"


# ── What is written, and how it switches ─────────────────────────────────


def test_vectors_pulls_counts_and_starts_come_back_as_they_were_learnt(crowd):
    report = trained()

    learnt = SmallSpace().fit(pooling.pool([]).interactions, rng=np.random.default_rng(0)).space
    stored = read_taste_space(report.space)
    assert stored.titles.ids.tolist() == learnt.titles.ids.tolist()
    np.testing.assert_allclose(stored.vectors, learnt.vectors, atol=1e-3)
    np.testing.assert_allclose(stored.pulls, learnt.pulls, atol=1e-3)
    np.testing.assert_allclose(stored.starts, learnt.starts, atol=1e-6)
    assert stored.lengths.tolist() == [3.0, 30.0]
    assert stored.counts.tolist() == learnt.counts.tolist()


def test_sql_and_numpy_agree_on_who_is_loved_most(crowd, titles):
    space = trained().space
    stored = read_taste_space(space)
    for place in np.random.default_rng(2).normal(size=(10, space.dimension)):
        along = TitleVector.objects.along(space, TitleVector.TASTE)
        by_sql = along.most_loved_by(place, n=60).values_list("behind", flat=True)
        by_numpy = np.sort(stored.vectors @ place)[::-1]
        np.testing.assert_allclose([-behind for behind in by_sql], by_numpy, atol=5e-3)


def test_the_new_space_serves_and_the_former_is_kept_and_comes_back(crowd):
    first, second = trained().space, trained(seed=1).space

    assert serving() == second
    first.refresh_from_db()
    assert first.status == Space.Status.RETIRED
    assert first.title_vectors.exists()
    call_command("retrain_taste", "--back", verbosity=0)
    assert serving() == first


def test_only_the_newest_retired_spaces_are_kept(crowd):
    for seed in range(6):
        trained(seed=seed)

    assert Space.objects.filter(kind=Space.Kind.TASTE).count() == 1 + training.KEPT


def test_a_training_that_was_killed_leaves_the_serving_space_and_is_tidied_up(crowd, monkeypatch):
    first = trained().space

    def killed(space):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "serve", killed)
    with pytest.raises(KeyboardInterrupt):
        trained()
    assert serving() == first
    assert Space.objects.filter(status=Space.Status.BUILDING).count() == 1

    monkeypatch.undo()
    retrain(SmallSpace(), recipe="small")

    assert not Space.objects.filter(status=Space.Status.BUILDING).exists()


def test_two_camps_are_parted(crowd, camps):
    trained()
    stored = read_taste_space(serving())
    numbers = stored.titles.numbers(np.array(camps[0][:3]))
    place = stored.pulls[0, numbers].sum(axis=0)

    best = stored.titles.ids[np.argsort(-(stored.vectors @ place))[:20]]

    assert set(best.tolist()) <= set(camps[0])


# ── What is refused ──────────────────────────────────────────────────────


def test_too_few_people_are_told_how_many_are_needed_and_nothing_changes(camps):
    make_crowd(camps, n_people=3)

    with pytest.raises(NotEnoughPeople, match=r"not enough people here yet: 3 people and 72 "):
        trained()
    assert not Space.objects.exists()


def test_the_command_says_it_too(camps):
    make_crowd(camps, n_people=3)

    with pytest.raises(CommandError, match="needed 50 and 2,000"):
        call_command("retrain_taste", "--recipe", "small")


def test_a_space_that_loses_clearly_does_not_serve_unless_it_is_forced(crowd):
    first = trained().space

    with pytest.raises(SpaceLosesToServing, match="--force"):
        trained("turned")
    assert serving() == first

    assert trained("turned", force=True).space == serving()


def test_a_space_learnt_elsewhere_is_beaten_on_the_people_here(camps, crowd):
    elsewhere = trained("turned", force=True).space
    Space.objects.filter(pk=elsewhere.pk).update(
        learnt_from=[{"name": "MovieLens", "n_people": 9, "n_ratings": 99, "folder": ""}]
    )

    report = trained()

    assert report.comparison.is_paired
    assert report.comparison.against is not None
    assert report.comparison.against[1] > 0, "better for the same people"


def test_the_other_way_round_it_loses_on_them(crowd):
    elsewhere = trained().space
    Space.objects.filter(pk=elsewhere.pk).update(
        learnt_from=[{"name": "MovieLens", "n_people": 9, "n_ratings": 99, "folder": ""}]
    )

    with pytest.raises(SpaceLosesToServing, match="difference to the serving space -"):
        trained("turned")


def test_a_recipe_without_a_space_is_refused_by_name(crowd):
    with pytest.raises(CommandError, match="'popularity' makes no taste space"):
        call_command("retrain_taste", "--recipe", "popularity", verbosity=0)


def test_an_unknown_recipe_is_refused_and_the_known_are_named(crowd):
    with pytest.raises(CommandError, match="no learner is called 'nonesuch'"):
        call_command("retrain_taste", "--recipe", "nonesuch", verbosity=0)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e6])
def test_numbers_that_sixteen_bits_cannot_hold_are_refused(crowd, monkeypatch, value):
    class Broken(SmallSpace):
        def fit(self, *args, **options):
            model = super().fit(*args, **options)
            model.space.starts[0, 0] = value
            return model

    monkeypatch.setitem(RECIPES, "broken", Broken())
    monkeypatch.setattr(training, "compare", lambda *a, **o: Comparison({}))

    with pytest.raises(CommandError, match="the starts of 'broken'"):
        call_command("retrain_taste", "--recipe", "broken", verbosity=0)


# ── The command and the nightly job ──────────────────────────────────────


def test_the_command_tells_what_it_did(crowd, capsys):
    call_command("retrain_taste", "--recipe", "small")

    told = capsys.readouterr().out
    assert "120 people and 2,880 ratings are read" in told
    assert "60 titles placed by what 120 people here loved together" in told


def test_only_one_training_runs_at_a_time(crowd):
    with (
        tasks.alone(tasks.RETRAINING, seconds=60),
        pytest.raises(CommandError, match="already running"),
    ):
        call_command("retrain_taste", "--recipe", "small", verbosity=0)


def test_the_nightly_job_trains_and_with_too_few_people_does_nothing(crowd, monkeypatch):
    monkeypatch.setattr(tasks, "HOUSE", "small")

    tasks.retrain_taste()

    first = serving()
    PooledConsent.objects.all().delete()
    tasks.retrain_taste()
    assert serving() == first


def test_what_was_said_a_second_ago_moves_a_person_within_the_request(crowd, titles):
    space = trained().space
    user = make_user()
    make_rating(user, titles[0], 5)
    before = taste_of(user, None, now=timezone.now())
    assert before.place is None, "without a content space nothing is read"
    content = Space.objects.create(kind="content", recipe="none", dimension=4, status="serving")
    first = taste_of(user, content, loved=space, now=timezone.now()).place
    make_rating(user, titles[1], 5)

    second = taste_of(user, content, loved=space, now=timezone.now()).place

    assert first is not None
    assert second is not None
    assert not np.allclose(first.vector, second.vector)
    assert second.share > first.share


def test_a_comparison_says_its_figures_in_words(crowd):
    said = str(trained().comparison)

    assert said.startswith("ndcg@5 0.")
    assert "people known by 10 ratings" in said


def test_without_anybody_to_hold_out_there_is_no_figure_and_no_loss(crowd, monkeypatch):
    monkeypatch.setattr(comparing, "KNOWN_BY", 40)

    report = trained()

    assert report.comparison.figures == {}
    assert not report.comparison.is_loss


@pytest.mark.parametrize(
    ("own", "once", "is_loss"),
    [((0.2, 0.1, 0.3), (0.5, 0.4, 0.6), True), ((0.2, 0.1, 0.45), (0.5, 0.4, 0.6), False)],
)
def test_the_same_recipe_loses_when_it_falls_below_all_it_had_in_its_day(own, once, is_loss):
    comparison = Comparison({"ndcg@5": list(own), "n_people": 40}, once)

    assert comparison.is_loss is is_loss
