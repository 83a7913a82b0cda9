"""A title's facts as text, one text an axis, and the hash that tells when it must be embedded."""

import hashlib
from dataclasses import dataclass

TITLE, STORY, THEMES, MOOD, PEOPLE, COMPANIES = (
    "title",
    "story",
    "themes",
    "mood",
    "people",
    "companies",
)
# Adding an axis: a name here, its text in `axis_texts`, its share in `AXIS_WEIGHTS`.
AXES = (TITLE, STORY, THEMES, MOOD, PEOPLE, COMPANIES)
COMPOSED = "composed"
# Genres and moods hashed into places (`taste/tags.py`): no text, so no part of the composed one.
TAGS = "tags"
# What the one composed vector is made of; found on the golden queries and anchors.
AXIS_WEIGHTS = {TITLE: 0.02, STORY: 0.42, THEMES: 0.42, MOOD: 0.09, PEOPLE: 0.04, COMPANIES: 0.01}

MOOD_WORDS = {
    "tense": "tense, edge of the seat, suspense, danger",
    "wonder": "full of wonder, magical, marvel, discovery",
    "tender": "tender, love, heartfelt, moving",
    "bright": "bright, funny, feel-good, light-hearted",
    "dread": "full of dread, scary, horror, frightening",
    "epic": "epic, sweeping, grand, heroic",
    "hushed": "hushed, quiet, contemplative, slow",
    "true": "true to life, realistic, honest, documentary",
    "strange": "strange, surreal, odd, dreamlike",
    "noir": "noir, dark, cynical, shadows and crime",
}
KIND_WORDS = {"film": "film", "series": "series", "book": "novel"}


@dataclass(frozen=True)
class TitleFacts:
    """What is known of a title, in words."""

    kind: str
    name: str
    year: int | None = None
    original_name: str = ""
    runtime: int | None = None
    synopsis: str = ""
    genres: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    mood: str = ""
    moods: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


def axis_texts(facts: TitleFacts) -> dict[str, str]:
    """Return the text of every axis; an empty one says that nothing is known there."""
    name = facts.name
    if facts.original_name and facts.original_name != facts.name:
        name = f"{facts.name} ({facts.original_name})"
    themes = ", ".join([*facts.themes, *(genre.lower() for genre in facts.genres)])
    moods = ", ".join([*facts.moods, *([MOOD_WORDS[facts.mood]] if facts.mood else [])])
    makers = f"{_maker_word(facts.kind)} {', '.join(facts.makers)}" if facts.makers else ""
    cast = f"with {', '.join(facts.cast)}" if facts.cast else ""
    return {
        TITLE: name,
        STORY: facts.synopsis or _bare_story(facts, themes),
        THEMES: themes,
        MOOD: moods,
        PEOPLE: ", ".join(filter(None, (makers, cast))),
        COMPANIES: ", ".join(facts.companies),
    }


def rich_text(facts: TitleFacts) -> str:
    """Return everything known of a title as one readable text (B10), for people to check."""
    lines = [
        f"{facts.name} ({facts.year})" if facts.year else facts.name,
        f"Kind: {KIND_WORDS[facts.kind]}",
        f"Runtime: {facts.runtime} minutes" if facts.runtime else "",
    ]
    lines += [f"{axis.title()}: {text}" for axis, text in axis_texts(facts).items() if text]
    return "\n".join(filter(None, lines))


def text_hash(text: str, *, encoder: str) -> str:
    """Return the hash under which a text's vector is kept: new text or encoder, new hash."""
    return hashlib.sha256(f"{encoder}\n{text}".encode()).hexdigest()


def _maker_word(kind: str) -> str:
    return {"film": "directed by", "series": "created by", "book": "written by"}[kind]


def _bare_story(facts: TitleFacts, themes: str) -> str:
    """Return what can be said of a title without a synopsis."""
    about = f" about {themes}" if themes else ""
    return f"{facts.name}, a {KIND_WORDS[facts.kind]}{about}"
