"""Hard filters read out of plain words."""

import pytest

from recommendations.taste.reading import plain_words, read_filters


def labels(text):
    return [proposal.label for proposal in read_filters(text, this_year=2026)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("heist comedy under two hours, not animated", {"Comedy", "Under 2 h", "Not animation"}),
        ("a Korean thriller from the 90s", {"Korean", "Thriller", "From 1990", "Until 1999"}),
        ("something scary under 90 minutes", {"Horror", "Under 1 h 30"}),
        ("at most two and a half hours", {"Under 2 h 30"}),
        ("French films before 1970", {"French", "Films", "Until 1969"}),
        ("documentary series since 2015", {"Documentary", "Series", "From 2015"}),
        ("for my 8-year-old", {"Up to 8"}),
    ],
)
def test_what_the_words_ask_for_is_proposed(text, expected):
    assert set(labels(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I want to see a serie where King Alfred confronts the vikings",
        "a russian spy in love in 1960s Berlin",
        "under the sea",
        "",
        "😀😀😀",
        "'; DROP TABLE catalog_title; --",
    ],
)
def test_what_belongs_to_the_story_sets_no_filter(text):
    assert labels(text) == []


def test_bounds_and_what_is_ruled_out_do_not_reach_the_encoder():
    text = "heist comedy under two hours, not animated"

    assert plain_words(text, read_filters(text, this_year=2026)) == "heist comedy"
