"""Tidying a row: text without markup, plausible numbers, names that are names.

Pure: rows in, rows out. What is dropped on the way is told in the row's notes.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from catalog.sources.rows import KINDS, PartOf, Rejected, TitleRow
from catalog.sources.vocabulary import CERTIFICATES, MOODS, POSTER_MOODS

LONGEST_TITLE = 400
LONGEST_NAME = 120
LONGEST_SYNOPSIS = 5000
LONGEST_ID = 300
LARGEST = 2**31 - 1
SHORTEST_SYNOPSIS = 20
MOST_THEMES = 12
FIRST_YEAR = {"film": 1874, "series": 1925, "book": -3000}
YEARS_AHEAD = 6
LONGEST_RUNTIME = 1000
LONGEST_EPISODE = 240

_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,300}>")
_BREAK = re.compile(r"</?(?:br|p|div|li)\b[^<>]{0,300}>", re.IGNORECASE)
_WIKI_STYLE = re.compile(r"\.mw-parser-output .*\}")
# A letter that stands for the first byte of a UTF-8 sequence, then those of its further bytes.
_LATER = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_MOJIBAKE = re.compile(f"(?:[ÂÃÄÅ][{_LATER}]|[àáâãäåæçèé][{_LATER}][{_LATER}])+")
_POSTER = re.compile(r"https://[\x21-\x7e]{1,290}")
_SPACES = re.compile(r"\s+")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})
_NO_NAME = frozenset({
    "", "n/a", "na", "none", "null", "nan", "unknown", "various", "various artists", "uncredited",
    "anonymous cast", "cast", "director", "-", "more!", "1",
})  # fmt: skip
_NAME_LABEL = re.compile(
    r"^(?:interviews? with|hosted by|directed by|starring|featuring):?\s+", re.I
)
_NO_SYNOPSIS = re.compile(
    r"^(?:no (?:overview|description|plot|synopsis)\b.{0,40}|n/?a|none|null|unknown|tba|tbd"
    r"|plot (?:unknown|kept under wraps).{0,40}|add a plot.{0,20})\W*$",
    re.IGNORECASE,
)
_ENGLISH_WORDS = (
    "a about after all an and are as at be but by each for from has have he her him his if in into "
    "is it its more not of on or out she that the their them they this to two up when where which "
    "who will with you your"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
LEAST_ENGLISH = 0.08


def clean_text(text: str) -> str:
    """Return the text without markup, entities, invisible characters and double spaces."""
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", text))
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if ".mw-parser-output" in text:
        text = _WIKI_STYLE.sub("", text)
    if not text.isascii():
        text = _MOJIBAKE.sub(_unscramble, text)
    if not text.isascii() or not text.isprintable():
        text = unicodedata.normalize("NFC", text)
        text = "".join(map(_visible, text))
    return _SPACES.sub(" ", text).strip()


def _unscramble(match: re.Match[str]) -> str:
    """Return UTF-8 that was once read as Windows-1252 as what it was: "â€“" gives "–"."""
    scrambled = match[0]
    # Five bytes are no letter in Windows-1252; decoders leave them as control characters.
    data = b"".join(
        letter.encode("latin-1") if letter < "\xa0" else letter.encode("cp1252")
        for letter in scrambled
    )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return scrambled


def _visible(letter: str) -> str:
    """Return the letter, a space for a line end, and nothing for what cannot be seen."""
    if letter in "\n\r\t\x0b\x0c\u2028\u2029":
        return " "
    # The zero-width joiner and non-joiner are spelling in Persian and Hindi, and part of emoji.
    if letter in "\u200c\u200d":
        return letter
    return "" if unicodedata.category(letter) in _INVISIBLE else letter


def clean_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that are names, tidied, each once."""
    kept: dict[str, str] = {}
    for name in names:
        name = _NAME_LABEL.sub("", clean_text(name)).strip(' ,;|"')
        letters = sum(map(str.isalpha, name))
        if name.lower() not in _NO_NAME and letters and len(name) <= LONGEST_NAME:
            kept.setdefault(name.casefold(), name)
    return tuple(kept.values())


def is_english(text: str) -> bool:
    """Return whether enough of the words are English ones; short texts pass in Latin script."""
    words = re.findall(r"\w+", text.lower())
    letters = [letter for letter in text if letter.isalpha()]
    if sum(letter < "\u0250" for letter in letters) < len(letters) * 0.6:
        return False
    return len(words) < 12 or sum(word in _ENGLISH for word in words) >= len(words) * LEAST_ENGLISH


def tidy(row: TitleRow, *, this_year: int) -> TitleRow | Rejected:
    """Return the row as the catalogue keeps it, or why it is left out.

    Args:
        row: as a reader gave it.
        this_year: titles announced for more than six years later have no year.
    """
    title = clean_text(row.title)
    if row.kind not in KINDS:
        return Rejected(row.line, "no kind of title", row.kind)
    if row.adult:
        return Rejected(row.line, "for adults only", title)
    if not title or not any(map(str.isprintable, title)):
        return Rejected(row.line, "no title", row.source_id)
    if len(title) > LONGEST_TITLE:
        return Rejected(row.line, f"title longer than {LONGEST_TITLE} characters", title[:80])
    notes = list(row.notes)
    year = _plausible_year(row.year, row.kind, this_year, notes)
    end_year = _plausible_year(row.end_year, row.kind, this_year, notes)
    if year is not None and end_year is not None and end_year < year:
        end_year = None
    original = clean_text(row.original_title)[:LONGEST_TITLE]
    return replace(
        row,
        source_id=clean_text(row.source_id)[:LONGEST_ID],
        title=title,
        original_title=original,
        other_titles=_other_titles(row, title, original),
        year=year,
        end_year=end_year,
        runtime=_within(row.runtime, LONGEST_RUNTIME, "runtime", notes),
        episode_minutes=_within(row.episode_minutes, LONGEST_EPISODE, "episode length", notes),
        seasons=_within(row.seasons, 100, "number of seasons", notes),
        pages=_within(row.pages, 20_000, "number of pages", notes),
        certificate=row.certificate if row.certificate in CERTIFICATES else None,
        directors=clean_names(row.directors),
        creators=clean_names(row.creators),
        authors=clean_names(row.authors),
        cast=clean_names(row.cast),
        companies=clean_names(row.companies),
        themes=_themes(row.themes),
        mood=row.mood if row.mood in POSTER_MOODS else "",
        moods=tuple(mood for mood in dict.fromkeys(row.moods) if mood in MOODS),
        franchise=_franchise(row.franchise),
        synopsis=_synopsis(row.synopsis, notes),
        poster_url=row.poster_url if _POSTER.fullmatch(row.poster_url) else "",
        imdb_id=_imdb_id(row.imdb_id, notes),
        tmdb_id=_within(row.tmdb_id, LARGEST, "TMDb id", notes),
        n_votes=_within(row.n_votes, LARGEST, "number of votes", notes),
        mean_vote=row.mean_vote if row.mean_vote is not None and 0 < row.mean_vote <= 10 else None,
        notes=tuple(notes),
    )


def _plausible_year(year: int | None, kind: str, this_year: int, notes: list[str]) -> int | None:
    """Return the year unless no such title can be of it."""
    if year is None or FIRST_YEAR[kind] <= year <= this_year + YEARS_AHEAD:
        return year
    notes.append(f"implausible year of a {kind}")
    return None


def _within(number: int | None, most: int, what: str, notes: list[str]) -> int | None:
    """Return the number when it lies between 1 and `most`; 0 means unknown."""
    if number is None or number == 0 or 0 < number <= most:
        return number or None
    notes.append(f"implausible {what}")
    return None


def _other_titles(row: TitleRow, title: str, original: str) -> tuple[str, ...]:
    """Return the further titles that are neither the title nor the original one."""
    others = dict.fromkeys(map(clean_text, row.other_titles))
    known = {title.casefold(), original.casefold(), ""}
    return tuple(each[:LONGEST_TITLE] for each in others if each.casefold() not in known)


def _themes(themes: Iterable[str]) -> tuple[str, ...]:
    """Return the first themes, tidied, each once."""
    tidied = dict.fromkeys(clean_text(theme) for theme in themes)
    return tuple(theme for theme in tidied if 1 < len(theme) <= 60)[:MOST_THEMES]


def _franchise(franchise: PartOf | None) -> PartOf | None:
    """Return the franchise with a tidy name and a position of at least 1."""
    if franchise is None or not (name := clean_text(franchise.name)[:LONGEST_NAME]):
        return None
    position = franchise.position
    return PartOf(name, position if position and 0 < position < 1000 else None)


def _synopsis(synopsis: str, notes: list[str]) -> str:
    """Return the synopsis unless it says nothing or is not English, which vectors are made for."""
    text = clean_text(synopsis)
    if not text or _NO_SYNOPSIS.match(text) or len(text) < SHORTEST_SYNOPSIS:
        return ""
    if not is_english(text):
        notes.append("synopsis not in English")
        return ""
    return text[:LONGEST_SYNOPSIS]


def _imdb_id(imdb_id: str, notes: list[str]) -> str:
    """Return an id such as tt0133093; "" for anything else."""
    if not imdb_id or re.fullmatch(r"tt\d{7,9}", imdb_id):
        return imdb_id
    notes.append("malformed IMDb id")
    return ""
