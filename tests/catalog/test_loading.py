"""Rows of sources in the catalogue's tables."""

import datetime
from dataclasses import replace

import pytest
from django.db import connection

from catalog import loading
from catalog.loading import Loader
from catalog.models import (
    Adaptation,
    Availability,
    Credit,
    Franchise,
    Person,
    Service,
    SourceRow,
    SourceRun,
    Title,
)
from catalog.sources.rows import NotThisFormat, Offer, PartOf, Rejected, TitleRow
from moviedb.locks import AlreadyRunning

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
DAY = datetime.date(2021, 9, 25)
SYNOPSIS = "A detective hunts a crew of thieves through the streets of Los Angeles."

STARTER = TitleRow(
    source="starter", source_id="film/heat-1995", starter_id="film/heat-1995", kind="film",
    title="Heat", year=1995, runtime=170, genres=("Crime", "Drama"), directors=("Michael Mann",),
    cast=("Al Pacino", "Robert De Niro"), companies=("Warner Bros.",), themes=("heist",),
    mood="noir", moods=("tense", "stylish"), renown=5, synopsis=SYNOPSIS, synopsis_source="MovieDB",
    countries=("US",), languages=("en",), original_language="en", certificate=16,
)  # fmt: skip
MOVIELENS = TitleRow(
    source="movielens", source_id="6", movielens_id=6, imdb_id="tt0113277", tmdb_id=949,
    kind="film", title="Heat", year=1995, genres=("Action", "Crime", "Thriller"), themes=("cops",),
)  # fmt: skip
TMDB = TitleRow(
    source="tmdb-top10k", source_id="949", tmdb_id=949, kind="film", title="Heat", year=1995,
    synopsis="Obsessive master thief and the detective who is on his trail.", n_votes=5500,
    synopsis_source="TMDB", mean_vote=7.9, renown=5, genres=("Crime",), original_language="en",
)  # fmt: skip
NETFLIX = TitleRow(
    source="netflix", source_id="s7", kind="film", title="Heat", year=1995, runtime=172,
    directors=("Michael Mann",), cast=("Val Kilmer",), availability=(Offer("Netflix", "US", DAY),),
)  # fmt: skip
ALL = (STARTER, MOVIELENS, TMDB, NETFLIX)


def load(*rows, source="test", now=NOW):
    return Loader(now=now).load(rows, source=source)


def people(title, role):
    credits = title.credits.filter(role=role).order_by("position")
    return [credit.person.name for credit in credits.select_related("person")]


def test_a_row_becomes_a_title_with_everything_that_hangs_from_it():
    load(replace(STARTER, franchise=PartOf("Heat", 1), availability=NETFLIX.availability))

    title = Title.objects.get()
    assert (title.name, title.year, title.kind, title.runtime) == ("Heat", 1995, "film", 170)
    assert (title.maker, title.mood, title.name_keys) == ("Michael Mann", "noir", "heat")
    assert set(title.genres.values_list("name", flat=True)) == {"Crime", "Drama"}
    assert people(title, "cast") == ["Al Pacino", "Robert De Niro"]
    assert title.companies.get().name == "Warner Bros."
    assert (title.franchise.name, title.franchise_position) == ("Heat", 1)
    offer = title.availabilities.get()
    assert (offer.service.slug, offer.region, offer.last_seen) == ("netflix", "US", DAY)
    assert title.source_rows.get().source_id == "film/heat-1995"
    assert Title.objects.named_like("hea").get() == title


def test_the_same_rows_twice_change_nothing_and_say_so():
    load(*ALL)
    before = Title.objects.values().get()

    report = load(*ALL, now=NOW + datetime.timedelta(days=1))

    assert (report.n_read, report.n_new, report.n_changed, report.n_merged) == (4, 0, 0, 0)
    assert report.n_unchanged == 4
    assert Title.objects.values().get() == before
    assert (Credit.objects.count(), SourceRow.objects.count()) == (3, 4)


def test_rows_of_several_sources_become_one_title_and_are_counted():
    report = load(*ALL)

    title = Title.objects.get()
    assert (report.n_new, report.n_merged, report.n_changed, report.n_kept) == (1, 3, 3, 4)
    assert title.sources == ["starter", "movielens", "tmdb-top10k", "netflix"]
    assert (title.imdb_id, title.tmdb_id, title.movielens_id) == ("tt0113277", 949, 6)
    assert (title.n_votes, title.mean_vote) == (5500, 7.9)


@pytest.mark.parametrize("order", [1, -1])
def test_what_our_catalogue_says_is_never_overwritten(order):
    for row in ALL[::order]:
        load(row)

    title = Title.objects.get()
    assert (title.synopsis, title.synopsis_source) == (SYNOPSIS, "MovieDB")
    assert (title.runtime, title.themes, title.mood) == (170, ["heist"], "noir")
    assert set(title.genres.values_list("name", flat=True)) == {"Crime", "Drama"}
    assert people(title, "cast") == ["Al Pacino", "Robert De Niro"]
    assert title.sources[0] == "starter"


def test_where_our_catalogue_names_no_franchise_there_is_none():
    load(STARTER, replace(MOVIELENS, franchise=PartOf("Heat", 1)))

    assert Title.objects.get().franchise is None
    assert not Franchise.objects.exists()


def test_other_sources_fill_what_is_missing_and_no_more():
    load(MOVIELENS)

    report = load(TMDB, NETFLIX)

    title = Title.objects.get()
    assert report.n_changed == 2
    assert set(title.genres.values_list("name", flat=True)) == {"Action", "Crime", "Thriller"}
    assert (title.synopsis_source, title.runtime) == ("TMDB", 172)
    assert title.fetched_at == NOW
    assert title.mood == "noir"  # from its genres


def test_the_source_of_a_title_may_correct_it():
    load(MOVIELENS, TMDB)

    report = load(replace(MOVIELENS, title="Heat!", genres=("Crime",)), replace(TMDB, year=1996))

    title = Title.objects.get()
    assert (report.n_changed, report.n_unchanged) == (1, 1)
    assert (title.name, title.other_names, title.year) == ("Heat!", [], 1995)
    assert list(title.genres.values_list("name", flat=True)) == ["Crime"]


def test_another_name_makes_the_title_findable_by_it():
    load(MOVIELENS, replace(TMDB, title="Feuer der Stadt", original_title="Chaleur"))

    title = Title.objects.get()
    assert (title.name, title.original_name) == ("Heat", "Chaleur")
    assert title.other_names == ["Feuer der Stadt"]
    assert Title.objects.named_like("feuer stadt").exists()


def test_rows_that_contradict_stay_apart():
    other = replace(NETFLIX, source_id="s8", directors=("Dick Richards",), cast=("Burt Reynolds",))

    report = load(STARTER, other)

    assert report.n_new == 2
    assert Title.objects.count() == 2


def test_two_rows_of_one_load_find_each_other():
    report = load(NETFLIX, replace(NETFLIX, source="hulu", source_id="s1", availability=()))

    assert (report.n_new, report.n_merged) == (1, 1)


def test_an_id_that_another_title_has_is_left_out():
    wrong = replace(
        MOVIELENS, movielens_id=7, source_id="7", title="Bambi", year=1942, tmdb_id=None
    )

    load(MOVIELENS, wrong)

    assert Title.objects.get(imdb_id="tt0113277").name == "Heat"
    assert Title.objects.get(name="Bambi").imdb_id is None


def test_a_film_number_of_tmdb_is_none_of_a_series():
    series = replace(STARTER, kind="series", starter_id="series/heat-1995", imdb_id="tt0113277")

    load(series, MOVIELENS)

    title = Title.objects.get()
    assert (title.kind, title.movielens_id, title.tmdb_id) == ("series", 6, None)


def test_a_row_number_that_means_another_title_in_a_later_release_does_not_mix_them():
    load(NETFLIX)

    load(replace(NETFLIX, title="Bambi", year=1995, directors=(), cast=()))

    assert set(Title.objects.values_list("name", flat=True)) == {"Heat", "Bambi"}
    assert SourceRow.objects.get().title.name == "Bambi"


def test_a_person_is_one_however_the_name_is_spelled():
    book = {"kind": "book", "starter_id": "", "cast": (), "directors": ()}
    one = replace(STARTER, **book, source_id="1", authors=("J. K. Rowling",))
    two = replace(STARTER, **book, source_id="2", title="Casual Vacancy", authors=("J.K. ROWLING",))

    load(one, two)

    assert Person.objects.get().name == "J. K. Rowling"
    assert set(Title.objects.values_list("maker", flat=True)) == {"J. K. Rowling"}


def test_two_makers_are_named_and_of_more_the_first():
    load(
        replace(STARTER, directors=("A One", "B Two")),
        replace(NETFLIX, title="Other", directors=("A One", "B Two", "C Three")),
    )

    assert set(Title.objects.values_list("maker", flat=True)) == {
        "A One and B Two",
        "A One and others",
    }


def test_a_service_has_a_title_from_the_first_to_the_last_day_seen():
    later = DAY + datetime.timedelta(days=30)
    load(NETFLIX)

    report = load(replace(NETFLIX, availability=(Offer("Netflix", "US", later),)), NETFLIX)

    offer = Availability.objects.get()
    assert (offer.first_seen, offer.last_seen) == (DAY, later)
    assert (report.n_changed, report.n_unchanged) == (1, 1)
    assert Service.objects.count() == 1


def test_adaptations_whose_both_ends_are_known_are_linked_once():
    book = replace(
        STARTER, kind="book", source_id="book/heat-1990", starter_id="book/heat-1990", year=1990
    )
    film = replace(STARTER, based_on=("book/heat-1990", "book/nowhere-1900"))

    first, second = load(film, book), load(film, book)

    link = Adaptation.objects.get()
    assert (link.origin.kind, link.form.kind) == ("book", "film")
    assert (first.n_links, second.n_links) == (1, 0)


def test_dirty_rows_are_cleaned_or_rejected_and_the_run_tells_why():
    report = load(
        replace(NETFLIX, title="<b>Tom &amp; Jerry</b>", year=2999, source_id="1"),
        replace(NETFLIX, title="Blue", adult=True, source_id="2"),
        replace(NETFLIX, title=" ", source_id="3"),
        Rejected(7, "the row has 4 cells, expected 3"),
        Rejected(9, "the row has 5 cells, expected 3"),
        source="netflix",
    )

    assert Title.objects.get().name == "Tom & Jerry"
    assert Title.objects.get().year is None
    assert (report.n_read, report.n_kept, report.n_rejected) == (5, 1, 4)
    reasons = {"for adults only": 1, "no title": 1, "the row has … cells, expected …": 2}
    assert report.reasons == reasons
    assert report.notes == {"implausible year of a film": 1}
    run = SourceRun.objects.get()
    assert (run.status, run.source, run.n_rejected, run.reasons) == ("done", "netflix", 4, reasons)
    assert run.finished_at >= run.started_at == NOW


def test_a_source_that_breaks_off_keeps_what_came_before_and_the_run_has_failed(monkeypatch):
    monkeypatch.setattr(loading, "CHUNK", 1)

    def rows():
        yield STARTER
        raise NotThisFormat("b.csv", found="an empty file", expected="titles", do="look again")

    with pytest.raises(NotThisFormat):
        Loader(now=NOW).load(rows(), source="test")

    run = SourceRun.objects.get()
    assert (run.status, run.n_new, Title.objects.count()) == ("failed", 1, 1)
    assert run.error == "b.csv: found an empty file, expected titles; look again"


@pytest.mark.parametrize("size", [1, 2, 100])
def test_where_a_chunk_ends_makes_no_difference(monkeypatch, size):
    monkeypatch.setattr(loading, "CHUNK", size)
    told = []

    report = Loader(now=NOW).load(ALL, source="test", progress=lambda r: told.append(r.n_read))

    assert (report.n_new, report.n_merged, Title.objects.count()) == (1, 3, 1)
    assert told[-1] == 4


def test_popularity_is_the_percentile_within_a_kind():
    films = [
        replace(NETFLIX, source_id=f"{n}", title=f"Film {n}", renown=renown, n_votes=votes)
        for n, (renown, votes) in enumerate([(5, 10), (5, 900), (2, 5), (None, None)])
    ]
    series = replace(NETFLIX, kind="series", source_id="9", title="Alone of its kind")

    load(*films, series)

    ranked = dict(Title.objects.values_list("name", "popularity"))
    assert [ranked[f"Film {n}"] for n in range(4)] == [0.7083, 1.0, 0.4167, 0.125]
    assert ranked["Alone of its kind"] == 0.5


def test_what_a_curator_hid_stays_hidden():
    load(MOVIELENS)
    Title.objects.update(is_hidden=True)

    load(replace(MOVIELENS, title="Heat again"))

    assert Title.objects.get().is_hidden
    assert Title.objects.get().name == "Heat again"


def test_titles_made_by_hand_later_get_ids_of_their_own():
    load(STARTER)

    by_hand = Title.objects.create(kind="film", name="By hand")

    assert by_hand.pk > Title.objects.exclude(pk=by_hand.pk).get().pk


@pytest.mark.django_db(transaction=True)
def test_a_second_load_at_the_same_time_is_kept_out():
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [loading.LOCK])

    with pytest.raises(AlreadyRunning, match="another load"), loading.alone():
        pytest.fail("it was let in")

    with other.cursor() as cursor:  # to close it only puts it back into the pool
        cursor.execute("SELECT pg_advisory_unlock(%s)", [loading.LOCK])
    other.close()
