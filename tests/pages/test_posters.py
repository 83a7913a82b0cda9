"""Posters look the same on every server, for ever: held to drawings that were recorded once."""

import json
import re
import time
from pathlib import Path

import pytest

from catalog.posters.drawing import draw_poster
from catalog.posters.inks import DARK, PALETTES, READABLE, Inks, contrast
from catalog.posters.lettering import MAX_LINES, cut, is_drawable, splits

RECORDED = json.loads(Path(__file__).with_name("posters.json").read_text())
NUMBER = re.compile(r"(?<![#\w])-?\d+(?:\.\d+)?")


def strokes(svg: str) -> tuple[str, list[float]]:
    """Return a drawing without its numbers, and its numbers; ids and unused patterns apart."""
    used = set(re.findall(r"url\(#(\w+)\)", svg))
    for pattern in re.findall(r"<pattern .*?</pattern>", svg):
        if re.search(r'id="(\w+)"', pattern)[1] not in used:
            svg = svg.replace(pattern, "")
    svg = svg.replace("<defs></defs>", "")
    svg = re.sub(r'id="\w+"|url\(#\w+\)', "ID", svg)
    return NUMBER.sub("N", svg), [float(number) for number in NUMBER.findall(svg)]


@pytest.mark.parametrize("record", RECORDED, ids=lambda r: f"{r['name']}-{r['kind']}")
def test_a_poster_is_drawn_as_it_was_recorded(record):
    facts = {key: value for key, value in record.items() if key != "svg"}
    label = f"{facts['name']}, {facts['year']}, {facts['kind']}"

    drawn = draw_poster(**facts, label=label)

    shapes, numbers = strokes(drawn)
    recorded_shapes, recorded_numbers = strokes(record["svg"])
    assert shapes == recorded_shapes
    assert numbers == pytest.approx(recorded_numbers, abs=0.15)


def test_the_records_hold_every_setting():
    kinds = [record["kind"] for record in RECORDED]

    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"film": 16, "series": 5, "book": 4}


def draw(name: str, **facts) -> str:
    defaults = {"year": 1999, "kind": "film", "mood": "tense", "by": "Somebody"}
    return draw_poster(name, **{**defaults, **facts})


@pytest.mark.parametrize("kind", ["film", "series", "book"])
@pytest.mark.parametrize(
    "name",
    ["A", "The", "", "기생충", "千と千尋の神隠し", "Сталкер", "x" * 400, "A " * 200, "<b>&\"'</b>"],
)
def test_any_name_gives_a_poster_quickly(name, kind):
    before = time.perf_counter()

    svg = draw(name, kind=kind, year=None, mood="no such mood", by="")

    assert time.perf_counter() - before < 1
    assert svg.startswith("<svg")
    assert svg.endswith("</svg>")
    assert "<b>" not in svg
    assert "None" not in svg


def test_a_poster_needs_no_style_attribute_and_no_script():
    svg = draw("Heat")

    assert "style=" not in svg
    assert "<style" not in svg
    assert "<script" not in svg


def test_a_poster_says_its_label_or_stays_silent():
    assert 'role="img" aria-label="Heat, 1995, film"' in draw("Heat", label="Heat, 1995, film")
    assert 'aria-hidden="true"' in draw("Heat")


def test_a_label_cannot_break_out_of_its_attribute():
    svg = draw('"><script>alert(1)</script>', label='"><script>alert(1)</script>')

    assert "<script" not in svg
    assert "&quot;&gt;&lt;script&gt;" in svg


def test_two_places_of_one_page_have_patterns_of_their_own():
    striped = next(r for r in RECORDED if "<pattern" in r["svg"] and r["kind"] == "series")
    facts = {key: value for key, value in striped.items() if key != "svg"}

    here, there = draw_poster(**facts), draw_poster(**facts, place="w")

    names = [re.findall(r'pattern id="(\w+)"', svg) for svg in (here, there)]
    assert names[0] != names[1]
    assert all(f"url(#{name[0]})" in svg for name, svg in zip(names, (here, there), strict=True))


def test_a_year_before_our_era_is_printed_as_one():
    svgs = [draw("The Odyssey", kind="book", year=-700, mood=mood) for mood in PALETTES]

    assert all("-700" not in svg for svg in svgs)


def test_a_long_title_is_cut_at_a_word():
    name = "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb"

    assert cut(name) == "Dr. Strangelove or: How I Learned to Stop Worrying and Love…"
    assert cut("Heat") == "Heat"


def test_words_are_split_in_every_way_into_six_lines_at_most():
    assert list(splits(["a", "b", "c"])) == [
        ("a b c",),
        ("a b", "c"),
        ("a", "b c"),
        ("a", "b", "c"),
    ]
    assert max(map(len, splits(list("abcdefgh")))) == MAX_LINES


def test_latin_letters_with_any_accent_can_be_drawn():
    assert is_drawable("Shōgun, Amélie & Łódź")
    assert not is_drawable("기생충")


@pytest.mark.parametrize("mood", PALETTES)
@pytest.mark.parametrize("swap", [False, True])
def test_words_can_be_read_on_every_ink(mood, swap):
    inks = Inks.of(mood, swap=swap)

    assert contrast(inks.dark, inks.paper) >= DARK
    for ink in (inks.first, inks.second):
        assert contrast(inks.words_on(ink), ink) >= READABLE
