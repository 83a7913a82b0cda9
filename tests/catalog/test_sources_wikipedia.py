"""Films of Wikipedia."""

import json

import pytest

from catalog.sources import wikipedia
from catalog.sources.rows import NotThisFormat
from catalog.sources.wikipedia import directors_in
from tests.catalog.files import parted, write

FILM = {
    "title": "711 Ocean Drive", "year": 1950, "cast": ["Edmond O'Brien"],
    "genres": ["Crime", "Noir"], "href": "711_Ocean_Drive",
    "extract": "711 Ocean Drive is a 1950 American crime film noir directed by Joseph M. Newman "
    "and starring Edmond O'Brien.",
}  # fmt: skip


def read(path, text):
    return parted(wikipedia.read(write(path / "movies-1950s.json", text)))


def test_a_film_is_read_with_what_its_article_tells(tmp_path):
    [film], _ = read(tmp_path, json.dumps([FILM], indent=2))

    assert (film.title, film.year, film.countries) == ("711 Ocean Drive", 1950, ("US",))
    assert (film.genres, film.themes) == (("Crime",), ("film noir",))
    assert film.directors == ("Joseph M. Newman",)
    assert film.synopsis_source == "Wikipedia, CC BY-SA"
    assert film.source_url == "https://en.wikipedia.org/wiki/711_Ocean_Drive"


@pytest.mark.parametrize(
    ("extract", "directors"),
    [
        ("A film directed by Joel and Ethan Coen.", ()),
        ("A film directed by Stuart Rosenberg and Jo Ann Dew.", ("Stuart Rosenberg", "Jo Ann Dew")),
        ("A film directed by Joseph Santley. The film was a hit.", ("Joseph Santley",)),
        ("A film written and directed by J. J. Abrams, and starring X Y.", ("J. J. Abrams",)),
        ("A film directed by W.S. Van Dyke and starring Myrna Loy.", ("W.S. Van Dyke",)),
        ("A film directed by Guillermo del Toro.", ("Guillermo del Toro",)),
        ("A film with no director named.", ()),
    ],
)  # fmt: skip
def test_directors_are_found_in_the_opening(extract, directors):
    assert directors_in(extract) == directors


def test_a_broken_object_is_named_by_line_and_passed_over(tmp_path):
    other = FILM | {"title": "Broken", "year": 1951}
    text = "[\n" + ",\n".join(json.dumps(each) for each in (FILM, other, FILM | {"year": 1952}))
    text = text.replace('"title": "Broken"', '"title": "Bro"ken"') + "\n]"

    kept, [broken] = read(tmp_path, text)

    assert [film.year for film in kept] == [1950, 1952]
    assert (broken.line, broken.reason) == (3, "not JSON: Expecting ',' delimiter")


def test_films_without_a_title_and_twins_are_named(tmp_path):
    remake = FILM | {"href": "Another_article"}

    kept, rejected = read(tmp_path, json.dumps([FILM, FILM, {"year": 1950}, remake, 7]))

    assert len(kept) == 2  # two films of one title and year may be two films
    assert [each.reason for each in rejected] == ["duplicate film", "no title", "not a film"]


def test_what_tells_articles_apart_is_no_part_of_the_title(tmp_path):
    films = [FILM | {"title": f"Thing ({what})"} for what in ("film", "1933 serial", "Part 2)")]

    kept, _ = read(tmp_path, json.dumps(films))

    assert [film.title for film in kept] == ["Thing", "Thing", "Thing (Part 2))"]


def test_missing_and_odd_fields_do_no_harm(tmp_path):
    [film], _ = read(tmp_path, '[{"title": "Bare", "year": "1950", "cast": null, "genres": [7]}]')

    assert (film.year, film.cast, film.genres, film.synopsis) == (None, (), (), "")


@pytest.mark.parametrize("text", ["", "id,title\n1,Heat", '{"title": "Heat"}'])
def test_what_is_no_array_is_refused(tmp_path, text):
    with pytest.raises(NotThisFormat, match="expected a JSON array"):
        read(tmp_path, text)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(NotThisFormat, match="no .json file"):
        list(wikipedia.read(tmp_path))
