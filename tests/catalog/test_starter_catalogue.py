"""The catalogue that ships: whole, linked, in our own words."""

import csv
import gzip
import json
import os
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from catalog.grouping import read_groups
from catalog.sources import starter
from catalog.sources.rows import TitleRow

ROWS = [row for row in starter.read() if isinstance(row, TitleRow)]
BY_ID = {row.starter_id or row.source_id: row for row in ROWS}
DATA = Path(os.environ.get("MOVIEDB_DATA", ""))
needs_data = pytest.mark.skipif(
    not os.environ.get("MOVIEDB_DATA"), reason="MOVIEDB_DATA names no folder of data sets"
)
# So many words in a row are no coincidence.
RUN_WITHIN, RUN_OUTSIDE = 8, 9


def runs(text, n):
    """Every stretch of `n` words in a row, in plain letters."""
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i : i + n]) for i in range(len(words) - n + 1)}


def test_there_are_enough_titles_of_every_kind():
    counts = Counter(row.kind for row in ROWS)

    assert counts["film"] >= 400
    assert counts["series"] >= 110
    assert counts["book"] >= 90
    assert len(BY_ID) == len(ROWS) >= 600


def test_they_come_from_all_decades_and_many_countries_and_languages():
    films = [row for row in ROWS if row.kind == "film"]

    assert {row.year // 10 for row in films} >= set(range(192, 203))
    assert len({country for row in films for country in row.countries[:1]}) >= 35
    assert len({row.original_language for row in films}) >= 30


def test_enough_are_little_known():
    assert sum(row.renown <= 2 for row in ROWS) >= 100


@pytest.mark.parametrize(
    "starter_id",
    [
        "series/the-last-kingdom-2015", "film/inception-2010", "film/the-notebook-2004",
        "film/gone-girl-2014", "film/mission-impossible-1996", "film/blade-runner-1982",
        "book/pride-and-prejudice-1813", "book/the-fellowship-of-the-ring-1954",
        "film/the-lord-of-the-rings-the-fellowship-of-the-ring-2001", "series/sherlock-2010",
    ],
)  # fmt: skip
def test_the_titles_everybody_names_first_are_there(starter_id):
    assert starter_id in BY_ID


def test_every_link_resolves_and_none_leads_to_itself():
    for starter_id, row in BY_ID.items():
        for origin in row.based_on:
            assert origin in BY_ID, f"{starter_id} names {origin}"
            assert origin != starter_id


@pytest.mark.parametrize(
    ("form", "origin"),
    [
        ("film/blade-runner-1982", "book/do-androids-dream-of-electric-sheep-1968"),
        ("film/pride-and-prejudice-2005", "book/pride-and-prejudice-1813"),
        ("series/pride-and-prejudice-1995", "book/pride-and-prejudice-1813"),
        ("film/clueless-1995", "book/emma-1815"),
        ("series/sherlock-2010", "book/the-adventures-of-sherlock-holmes-1892"),
        (
            "film/the-lord-of-the-rings-the-two-towers-2002",
            "book/the-two-towers-1954",
        ),
        ("series/the-last-kingdom-2015", "book/the-last-kingdom-2004"),
    ],
)
def test_adaptations_lead_to_their_origin(form, origin):
    assert origin in BY_ID[form].based_on


def test_positions_in_a_franchise_are_given_once_a_kind():
    places = Counter(
        (row.franchise.name, row.kind, row.franchise.position) for row in ROWS if row.franchise
    )

    assert [place for place, n in places.items() if n > 1] == []


def test_no_synopsis_is_too_short_or_too_long():
    for row in ROWS:
        assert 50 <= len(row.synopsis.split()) <= 90, row.title


def test_no_two_synopses_share_a_sentence():
    homes = defaultdict(set)
    for row in ROWS:
        for run in runs(row.synopsis, RUN_WITHIN):
            homes[run].add(row.source_id)

    assert {run: ids for run, ids in homes.items() if len(ids) > 1} == {}


def test_openings_vary():
    openings = Counter(" ".join(row.synopsis.split()[:3]) for row in ROWS)

    assert openings.most_common(1)[0][1] <= 5


def test_groups_name_titles_that_are_there_and_no_title_twice():
    groups = read_groups()
    titles = [starter_id for group in groups for starter_id in group.titles]

    assert len(groups) >= 12
    assert set(titles) <= set(BY_ID)
    assert [t for t, n in Counter(titles).items() if n > 1] == []


def outside_texts():
    """Every text about a title in the folder of data sets."""
    columns = {
        "tmdb-movies-10866/tmdb-movies.csv.gz": "overview",
        "tmdb-top10k/top10K-TMDB-movies.csv.gz": "overview",
        "tmdb-9800-posters/tmdb_posters.csv.gz": "overview",
        "ml-1m-omdb/movies_extrainfos.csv.gz": "plot",
        "book-descriptions/book_descriptions.csv.gz": "description",
        "streaming-titles/netflix_titles.csv.gz": "description",
        "streaming-titles/amazon_prime_titles.csv.gz": "description",
        "streaming-titles/hulu_titles.csv.gz": "description",
        "streaming-titles/disney_plus_titles.csv.gz": "description",
    }
    for name, column in columns.items():
        with gzip.open(DATA / name, "rt", encoding="utf-8", errors="replace") as file:
            for row in csv.DictReader(file):
                yield name, row.get(column) or ""
    for path in sorted((DATA / "wikipedia-movies").glob("*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in json.load(file):
                yield path.name, row.get("extract") or ""


@needs_data
def test_no_synopsis_shares_nine_words_in_a_row_with_any_text_of_the_data_sets():
    ours = {run: row.source_id for row in ROWS for run in runs(row.synopsis, RUN_OUTSIDE)}
    found = [
        (ours[run], name, run)
        for name, text in outside_texts()
        for run in runs(text, RUN_OUTSIDE) & ours.keys()
    ]

    assert found == []


@needs_data
def test_every_imdb_id_is_confirmed_by_a_data_set_under_the_same_name():
    from catalog.naming import name_key

    names = defaultdict(set)
    with gzip.open(DATA / "tmdb-movies-10866/tmdb-movies.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            names[row["imdb_id"]].add(name_key(row["original_title"]))
    with (DATA / "ml-latest-small/links.csv").open() as file:
        links = {row["movieId"]: "tt" + row["imdbId"].zfill(7) for row in csv.DictReader(file)}
    with (DATA / "ml-latest-small/movies.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            # "Matrix, The (1999)", with other names in brackets: each counts, in both orders.
            whole = re.sub(r"\(\d{4}\)\s*$", "", row["title"])
            for part in [re.sub(r"\(.*?\)", "", whole), *re.findall(r"\((.*?)\)", whole)]:
                part = part.strip().removeprefix("a.k.a. ")
                names[links[row["movieId"]]].add(name_key(part))
                head, comma, article = part.rpartition(", ")
                if comma:
                    names[links[row["movieId"]]].add(name_key(f"{article} {head}"))
    wrong = [
        (row.source_id, row.imdb_id, names[row.imdb_id])
        for row in ROWS
        if row.imdb_id
        and not {name_key(row.title), name_key(row.original_title)} & names[row.imdb_id]
    ]

    assert wrong == []
    assert sum(bool(row.imdb_id) for row in ROWS) >= 300
