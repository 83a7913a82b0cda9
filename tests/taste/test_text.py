"""A title's facts as text."""

from dataclasses import replace

import pytest

from recommendations.taste.text import AXES, TitleFacts, axis_texts, rich_text, text_hash

FACTS = TitleFacts(
    kind="film", name="The Wall", year=2012, original_name="Die Wand", runtime=108,
    synopsis="A woman alone in the mountains.", genres=("Drama",), themes=("solitude",),
    mood="hushed", moods=("quiet",), makers=("Julian Pölsler",), cast=("Martina Gedeck",),
    companies=("Starhaus",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "axes"),
    [
        ("name", "Wand", {"title"}),
        ("synopsis", "Something else.", {"story"}),
        ("genres", ("War",), {"themes"}),
        ("themes", ("cow",), {"themes"}),
        ("moods", ("eerie",), {"mood"}),
        ("makers", ("Somebody",), {"people"}),
        ("cast", ("Somebody",), {"people"}),
        ("companies", ("Other",), {"companies"}),
    ],
)
def test_a_fact_changes_only_its_own_axis(field, value, axes):
    before, after = axis_texts(FACTS), axis_texts(replace(FACTS, **{field: value}))

    assert {axis for axis in AXES if before[axis] != after[axis]} == axes


def test_the_rich_text_names_every_fact_that_is_known():
    text = rich_text(FACTS)

    for fact in ("The Wall", "2012", "Die Wand", "108", "mountains", "drama", "solitude", "quiet",
                 "Julian Pölsler", "Martina Gedeck", "Starhaus"):  # fmt: skip
        assert fact in text


def test_a_title_without_a_synopsis_still_has_a_story_text():
    bare = TitleFacts(kind="book", name="Lud", themes=("fairies",))

    assert axis_texts(bare)["story"] == "Lud, a novel about fairies"


def test_the_hash_changes_with_text_and_encoder():
    hashes = {
        text_hash("a", encoder="x"), text_hash("b", encoder="x"), text_hash("a", encoder="y")
    }  # fmt: skip

    assert len(hashes) == 3
