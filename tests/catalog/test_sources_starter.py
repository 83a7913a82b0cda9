"""Our own catalogue: every broken line is named, and what ships has none."""

import json

import pytest

from catalog.sources import starter
from catalog.sources.rows import NotThisFormat, PartOf
from tests.catalog.files import parted, write

FILM = {
    "id": "film/heat-1995", "title": "Heat", "original_title": "Heat", "original_language": "en",
    "year": 1995, "runtime": 170, "countries": ["US"], "languages": ["en"], "certificate": 16,
    "genres": ["Crime"], "directors": ["Michael Mann"], "cast": ["Al Pacino"],
    "companies": ["Warner Bros."], "themes": ["heist", "detective", "Los Angeles", "marriage"],
    "mood": "noir", "moods": ["tense", "gritty", "stylish"], "renown": 5,
    "franchise": {"name": "Heat", "position": 1}, "based_on": [], "imdb_id": "tt0113277",
    "synopsis": "word " * 60,
}  # fmt: skip


def read(path, *records):
    lines = [each if isinstance(each, str) else json.dumps(each) for each in records]
    return parted(starter.read(write(path / "films.jsonl", "\n".join(lines))))


def test_a_film_is_read_whole(tmp_path):
    [film], rejected = read(tmp_path, FILM)

    assert not rejected
    assert (film.kind, film.title, film.year, film.runtime) == ("film", "Heat", 1995, 170)
    assert film.franchise == PartOf("Heat", 1)
    assert (film.starter_id, film.imdb_id, film.line) == ("film/heat-1995", "tt0113277", 1)


def test_publishers_are_the_companies_of_a_book(tmp_path):
    fields = starter.FIELDS["book"]
    book = {name: value for name, value in FILM.items() if name in fields}
    book |= {
        "id": "book/heat-1995",
        "pages": 300,
        "authors": ["A. Writer"],
        "publishers": ["Knopf"],
    }

    [row], _ = read(tmp_path, book)

    assert (row.kind, row.companies, row.authors) == ("book", ("Knopf",), ("A. Writer",))


def test_a_broken_line_is_named_and_the_rest_loads(tmp_path):
    other = FILM | {"id": "film/ronin-1998", "title": "Ronin", "year": 1998}

    kept, [broken] = read(tmp_path, FILM, '{"id": "film/broken', other)

    assert [row.title for row in kept] == ["Heat", "Ronin"]
    assert (broken.file, broken.line) == ("films.jsonl", 2)
    assert broken.reason.startswith("not JSON")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("year", "1995", "year: expected a year, found '1995'"),
        ("year", True, "year: expected a year, found True"),
        ("runtime", 0, "runtime: expected a whole number from 1, found 0"),
        ("certificate", 13, "certificate: expected one of"),
        ("genres", ["Krimi"], "genres: expected 1 to 5 of our genres, found ['Krimi']"),
        ("genres", ["Classics"], "genres: expected"),
        ("countries", ["USA"], "countries: expected ISO 3166 alpha-2, found ['USA']"),
        ("languages", "en", "languages: expected ISO 639-1"),
        ("mood", "blue", "mood: expected one of"),
        ("moods", ["tense"], "moods: expected 3 to 5 of our moods"),
        ("themes", ["one"], "themes: expected 4 to 9 themes"),
        ("renown", 6, "renown: expected 1 to 5, found 6"),
        ("franchise", {"name": "Heat"}, "franchise: expected"),
        ("based_on", ["Heat"], "based_on: expected a list of ids"),
        ("synopsis", "Too short.", "synopsis: expected 50 to 90 words"),
        ("imdb_id", "113277", "imdb_id: expected tt… or null"),
        ("title", "Héat & Dust", "id: expected film/heat-and-dust-1995, found film/heat-1995"),
        ("colour", "red", "colour: unknown field"),
    ],
)
def test_a_wrong_field_is_named_with_what_was_expected(tmp_path, field, value, told):
    kept, [rejected] = read(tmp_path, FILM | {field: value})

    assert not kept
    assert told in rejected.reason
    assert str(rejected).startswith("films.jsonl:1: ")


def test_missing_fields_are_named(tmp_path):
    _, [rejected] = read(tmp_path, {"id": "film/heat-1995", "title": "Heat", "year": 1995})

    assert "cast: missing; " in rejected.reason


@pytest.mark.parametrize("line", ["[1, 2]", '"text"', "{}", '{"id": 7}'])
def test_what_is_no_title_is_rejected(tmp_path, line):
    _, [_, rejected] = read(tmp_path, {}, line)

    assert rejected.line == 2


def test_an_id_counts_once_over_all_files(tmp_path):
    write(tmp_path / "a.jsonl", json.dumps(FILM))
    write(tmp_path / "b.jsonl", json.dumps(FILM))

    kept, [again] = parted(starter.read(tmp_path))

    assert len(kept) == 1
    assert again.reason == "id twice, first at a.jsonl:1"


def test_a_folder_without_lines_and_a_file_of_something_else_are_refused(tmp_path):
    with pytest.raises(NotThisFormat, match="no .jsonl file"):
        list(starter.read(tmp_path))
    with pytest.raises(NotThisFormat, match="one JSON object a line"):
        list(starter.read(write(tmp_path / "a.jsonl", "id,title\n1,Heat\n")))


def test_what_ships_has_no_broken_line():
    kept, rejected = parted(starter.read())

    assert not [str(each) for each in rejected]
    assert len(kept) >= 600
    ids = {row.starter_id for row in kept}
    assert not [link for row in kept for link in row.based_on if link not in ids]


def test_imdb_ids_of_what_ships_are_given_once():
    ids = [row.imdb_id for row in starter.read() if row.imdb_id]

    assert len(ids) == len(set(ids))
