"""What streaming services had, in both forms."""

import datetime

import pytest

from catalog.sources import streaming
from catalog.sources.rows import NotThisFormat, Offer
from tests.catalog.files import parted, write, write_csv

TITLES = (
    "show_id type title director cast country date_added release_year rating duration listed_in "
    "description"
)
DARK = ("s1", "TV Show", "Dark", "", "Louis Hofmann, Robert Downey, Jr.", "Germany, Atlantis",
        "27-Jun-20", 2020, "TV-MA", "3 Seasons", "Crime TV Shows, International TV Shows",
        "A boy.")  # fmt: skip
FLAGS = "ID,Title,Year,Age,Netflix,Hulu,Prime Video,Disney+,Type"


def test_a_series_is_read_with_where_it_can_be_watched(tmp_path):
    [series], _ = parted(streaming.read(write_csv(tmp_path / "netflix_titles.csv", TITLES, DARK)))

    assert (series.kind, series.title, series.seasons) == ("series", "Dark", 3)
    assert (series.year, series.year_is_latest) == (2020, True)
    assert series.cast == ("Louis Hofmann", "Robert Downey, Jr.")
    assert (series.countries, series.certificate, series.genres) == (("DE",), 16, ("Crime",))
    assert series.availability == (Offer("Netflix", "US", datetime.date(2020, 6, 27)),)
    assert series.notes == ("unknown country: Atlantis",)


def test_a_length_in_the_certificate_column_is_a_length(tmp_path):
    row = ("s2", "Movie", "Nope", "", "", "", "1-Oct-21", 2017, "74 min", "", "Dramas", "Text.")

    [film], _ = parted(streaming.read(write_csv(tmp_path / "hulu_titles.csv", TITLES, row)))

    assert (film.kind, film.runtime, film.certificate) == ("film", 74, None)
    assert film.year_is_latest is False


def test_flags_become_services_with_the_services_own_files_between_series_and_films(tmp_path):
    write_csv(tmp_path / "a_netflix.csv", TITLES, DARK)
    write(tmp_path / "netflix_titles.csv", (tmp_path / "a_netflix.csv").read_text())
    (tmp_path / "a_netflix.csv").unlink()
    text = (
        f"{FLAGS}\n1,Dark,2017,16+,1,0,0,1,1\n2,Heat,1995,18+,0,1,1,0,0\n2,Heat,1995,,0,0,0,0,0\n"
    )
    write(tmp_path / "platforms.csv", text)

    kept, [twice] = parted(streaming.read(tmp_path))

    dark, from_netflix, heat = kept
    assert (dark.kind, dark.year, dark.certificate) == ("series", 2017, 16)
    assert [offer.service for offer in dark.availability] == ["Netflix", "Disney+"]
    assert [offer.service for offer in heat.availability] == ["Hulu", "Prime Video"]
    assert dark.availability[0].as_of == datetime.date(2017, 1, 1)
    assert from_netflix.source == "netflix"
    assert (twice.line, twice.reason) == (4, "duplicate title and year")


def test_a_row_of_an_unknown_type_has_no_kind(tmp_path):
    row = ("s3", "Podcast", "Talk", "", "", "", "", 2020, "", "", "", "Text.")

    [talk], _ = parted(streaming.read(write_csv(tmp_path / "disney_titles.csv", TITLES, row)))

    assert talk.kind == ""


def test_files_of_other_services_and_other_tables_are_refused(tmp_path):
    with pytest.raises(NotThisFormat, match="the service 'mubi.csv'"):
        list(streaming.read(write_csv(tmp_path / "mubi.csv", TITLES, DARK)))
    with pytest.raises(NotThisFormat, match="no table of streaming titles"):
        list(streaming.read(write_csv(tmp_path / "a.csv", "name age", ("Anna", 7))))
