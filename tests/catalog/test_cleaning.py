"""Tidying a row."""

from dataclasses import replace

import pytest

from catalog.cleaning import clean_names, clean_text, is_english, tidy
from catalog.sources.rows import PartOf, Rejected, TitleRow

ROW = TitleRow(source="test", source_id="1", kind="film", title="Heat", line=7)


def tidied(**fields):
    return tidy(replace(ROW, **fields), this_year=2026)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Heat\n of the\tnight ", "Heat of the night"),
        ("Two<br/>lines <b>bold</b><script src='x'>", "Two lines bold"),
        ("Tom &amp; Jerry &amp;amp; more", "Tom & Jerry & more"),
        ("\u200bZero\u00adwidth\x00\x1b", "Zerowidth"),
        ("Ame\u0301lie", "Amélie"),
        ("2 < 3 and 5 > 4", "2 < 3 and 5 > 4"),
        ("Rodneyâ€™s dreams â€“ and ZoÃ«", "Rodney’s dreams – and Zoë"),
        ("naïve Ångström", "naïve Ångström"),
        ("می‌خواهم", "می‌خواهم"),
        ("Naked Gun .mw-parser-output .frac{white-space:nowrap}33+1⁄3", "Naked Gun 33+1⁄3"),
    ],
)
def test_text_is_cleaned(text, clean):
    assert clean_text(text) == clean


def test_names_are_names_and_each_once():
    names = [
        "Interviews with: Pink",
        "Adele",
        "ADELE",
        "more!",
        "N/A",
        "",
        "50",
        '"Weird Al" Yankovic',
    ]

    assert clean_names(names) == ("Pink", "Adele", 'Weird Al" Yankovic')


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": "  <b></b> "}, "no title"),
        ({"title": "x" * 401}, "title longer than 400 characters"),
        ({"kind": "podcast"}, "no kind of title"),
        ({"adult": True}, "for adults only"),
    ],
)
def test_what_is_no_title_is_rejected_with_its_line(fields, reason):
    rejected = tidied(**fields)

    assert isinstance(rejected, Rejected)
    assert (rejected.line, rejected.reason) == (7, reason)


@pytest.mark.parametrize(
    ("kind", "year", "kept"),
    [
        ("film", 1873, None),
        ("film", 1874, 1874),
        ("film", 2032, 2032),
        ("film", 2033, None),
        ("series", 1924, None),
        ("book", -720, -720),
        ("book", -3001, None),
    ],
)
def test_a_year_in_which_no_such_title_can_be_is_dropped(kind, year, kept):
    row = tidied(kind=kind, year=year)

    assert row.year == kept
    assert row.notes == (() if kept else (f"implausible year of a {kind}",))


def test_numbers_out_of_range_are_dropped():
    row = tidied(runtime=1001, seasons=0, pages=-3, certificate=13, mean_vote=0.0)

    assert (row.runtime, row.seasons, row.pages, row.certificate) == (None, None, None, None)
    assert row.mean_vote is None
    assert row.notes == ("implausible runtime", "implausible number of pages")


def test_what_the_tables_cannot_hold_is_dropped():
    row = tidied(n_votes=2**31, tmdb_id=2**40, source_id="a\x00b" * 200, poster_url="javascript:1")

    assert (row.n_votes, row.tmdb_id, row.poster_url) == (None, None, "")
    assert row.source_id == ("ab" * 200)[:300]


def test_a_series_does_not_end_before_it_began():
    assert tidied(kind="series", year=2001, end_year=1999).end_year is None


def test_other_titles_do_not_repeat_the_title():
    row = tidied(original_title="Hitze", other_titles=("heat", "HITZE", "Fuoco", "Fuoco", ""))

    assert row.other_titles == ("Fuoco",)


@pytest.mark.parametrize(
    "synopsis",
    ["No overview found.", "N/A", "Short.", "", "Plot unknown.", "Add a Plot »"],
)
def test_a_synopsis_that_says_nothing_is_none(synopsis):
    assert tidied(synopsis=synopsis).synopsis == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("A retired thief plans one last robbery with his old crew in Los Angeles.", True),
        ("Ein alter Dieb plant mit seiner Bande einen letzten großen Raub in Los Angeles.", False),
        ("Старый вор планирует последнее ограбление.", False),
        ("Murder, madness, Manchester", True),
    ],
)
def test_english_is_told_from_other_languages(text, told):
    assert is_english(text) is told


def test_a_synopsis_in_another_language_is_left_out_and_noted():
    row = tidied(
        synopsis="泥棒の老人がロサンゼルスで最後の強盗を計画する。彼の仲間は誰も信じない。"
    )

    assert (row.synopsis, row.notes) == ("", ("synopsis not in English",))


def test_moods_and_ids_outside_their_forms_are_dropped():
    row = tidied(mood="blue", moods=("tense", "blue", "tense"), imdb_id="0113277")

    assert (row.mood, row.moods, row.imdb_id) == ("", ("tense",), "")
    assert row.notes == ("malformed IMDb id",)


def test_a_franchise_counts_from_one():
    assert tidied(franchise=PartOf(" Heat ", 0)).franchise == PartOf("Heat", None)
    assert tidied(franchise=PartOf("", 1)).franchise is None
