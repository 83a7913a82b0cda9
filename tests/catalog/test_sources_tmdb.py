"""TMDb's three forms of CSV."""

import pytest

from catalog.sources import tmdb
from catalog.sources.rows import NotThisFormat
from tests.catalog.files import parted, write_csv

TOP = "id title genre original_language overview popularity release_date vote_average vote_count"
POPULAR = "release_date title original_language genres overview vote_count vote_average poster_url"
MOVIES = (
    "id imdb_id original_title cast director keywords overview runtime genres "
    "production_companies release_date vote_count vote_average release_year adult"
)
HEAT = (949, "Heat", "Action,Crime", "en", "Cops and robbers.", 17.9, "1995-12-15", 7.9, 5500)


def test_the_best_rated_are_read(tmp_path):
    [film], _ = parted(tmdb.read(write_csv(tmp_path / "top.csv.gz", TOP, HEAT)))

    assert (film.source, film.tmdb_id, film.title, film.year) == ("tmdb-top10k", 949, "Heat", 1995)
    assert (film.genres, film.n_votes, film.mean_vote) == (("Action", "Crime"), 5500, 7.9)
    assert (film.renown, film.original_language) == (5, "en")


def test_people_companies_and_keywords_are_parted_by_bars(tmp_path):
    row = (949, "tt0113277", "Heat", "Al Pacino|Robert De Niro", "Michael Mann", "heist|nudity|cop",
           "Cops and robbers.", 170, "Crime|TV Movie", "Warner Bros., Inc.|Regency|A|B", "12/15/95",
           10, 7.9, 1995, "False")  # fmt: skip

    [film], _ = parted(tmdb.read(write_csv(tmp_path / "m.csv", MOVIES, row)))

    assert film.cast == ("Al Pacino", "Robert De Niro")
    assert film.companies == ("Warner Bros., Inc.", "Regency", "A")
    assert film.themes == ("heist", "cop")
    assert (film.imdb_id, film.runtime, film.year) == ("tt0113277", 170, 1995)
    assert (film.genres, film.renown, film.adult) == (("Crime",), 1, False)


def test_the_popular_have_posters_and_no_ids(tmp_path):
    row = ("2021-12-15", "Spider-Man", "cn", "Action, Adventure", "Peter Parker.", 8940, 8.3,
           "https://image.tmdb.org/t/p/original/a.jpg")  # fmt: skip

    [film], _ = parted(tmdb.read(write_csv(tmp_path / "p.csv", POPULAR, row)))

    assert film.source == "tmdb-popular"
    assert film.tmdb_id is None
    assert film.poster_url == "https://image.tmdb.org/t/p/w342/a.jpg"
    assert (film.original_language, film.genres) == ("zh", ("Action", "Adventure"))


def test_dirty_rows_are_kept_marked_or_named(tmp_path):
    path = write_csv(
        tmp_path / "top.csv",
        TOP + " adult",
        (1, "No date", "", "xx", "", "", "", "", "", "False"),
        (1, "Twice", "", "en", "", "", "", "", "", "False"),
        ("abc", "No id", "", "en", "", "", "", "", "", "False"),
        (2, "Adult", "", "en", "", "", "", "", "", "True"),
    )

    kept, rejected = parted(tmdb.read(path))

    assert [(row.title, row.year, row.adult) for row in kept] == [
        ("No date", None, False),
        ("Adult", None, True),
    ]
    assert kept[0].notes == ("unknown language: xx",)
    assert [(each.line, each.reason) for each in rejected] == [
        (3, "duplicate id"),
        (4, "the TMDb id is no number"),
    ]


def test_genres_written_as_json_are_read(tmp_path):
    row = (*HEAT[:2], '[{"id": 80, "name": "Crime"}, {"id": 18, "name": "Drama"}]', *HEAT[3:])

    [film], _ = parted(tmdb.read(write_csv(tmp_path / "top.csv", TOP, row)))

    assert film.genres == ("Crime", "Drama")


def test_a_folder_gives_the_fuller_forms_first(tmp_path):
    row = ("1999-01-01", "B", "en", "", "Text.", 1, 5, "")
    write_csv(tmp_path / "a.csv", POPULAR, row)
    write_csv(tmp_path / "b.csv", TOP, HEAT)
    write_csv(tmp_path / "c.csv", "name age", ("Anna", 7))

    kept, _ = parted(tmdb.read(tmp_path))

    assert [row.source for row in kept] == ["tmdb-top10k", "tmdb-popular"]


def test_other_tables_are_refused(tmp_path):
    with pytest.raises(NotThisFormat, match="expected a TMDb CSV file"):
        list(tmdb.read(write_csv(tmp_path / "a.csv", "name age", ("Anna", 7))))
