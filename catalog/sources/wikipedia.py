"""American films with the opening of their Wikipedia article, a JSON array a decade."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.sources.places import nationalities_in
from catalog.sources.rows import NotThisFormat, Rejected, TitleRow
from catalog.sources.tables import read_text
from catalog.sources.vocabulary import genre_notes, read_genres

SOURCE = "wikipedia"
MOST_CAST = 10

_DECODER = json.JSONDecoder()
_NEXT = re.compile(r"\}\s*,?\s*(?=\{)")
# "(film)", "(1920 film)", "(1933 serial)": added by the encyclopaedia to tell articles apart.
_APART = re.compile(r"\s*\((?:\d{4} )?(?:film|serial|short|film series|TV special)\)$")
# Dots stand only behind initials and "Jr", so that a name does not run into the next sentence.
_WORD = r"(?:(?:[A-Z]\.)+|(?:Jr|Sr|St)\.|[A-Z][\w'’-]+|(?:de|von|van|der|del|la|di)\b)"
_NAME = rf"(?=[A-Z]){_WORD}(?: {_WORD})*"
_DIRECTED = re.compile(
    rf"\bdirected (?:and (?:co-)?(?:written|produced|edited) )?by (?P<first>{_NAME})"
    rf"(?:,? and (?P<second>{_NAME}))?"
)
_NO_NAME = re.compile(r"^(?:The|A|An|His|Her|Its|Academy|American|Best|Golden)$|\d")
# Words after a second name that show it belongs to another clause: "by A and written by B".
_OTHER_CLAUSE = re.compile(r"^\s+(?:wrote|stars|starred|plays|is|was)\b")


def read(path: Path) -> Iterator[TitleRow | Rejected]:
    """Yield the films of a folder of .json files, or of one, oldest decade first.

    Raises:
        NotThisFormat: there is no such file, or one is no JSON array.
    """
    files = [path] if path.is_file() else sorted([*path.glob("*.json"), *path.glob("*.json.gz")])
    if not files:
        raise NotThisFormat(
            path,
            found="no .json file",
            expected="JSON arrays of films, such as movies-1990s.json",
            do="give the folder that holds them",
        )
    seen: set[tuple[Any, ...]] = set()
    for file in files:
        for number, film in _objects(file):
            if isinstance(film, Rejected):
                yield film
            elif not isinstance(film.get("title"), str) or not film["title"].strip():
                yield Rejected(number, "no title", str(film)[:60], file.name)
            elif (name := _name(film)) in seen:
                yield Rejected(number, "duplicate film", film["title"][:60], file.name)
            else:
                seen.add(name)
                yield _row(film, number)


def _name(film: dict[str, Any]) -> tuple[Any, ...]:
    """Return what tells a film from others: there are years with two of one title."""
    return (
        film["title"].casefold(),
        film.get("year"),
        film.get("href") or _texts(film.get("cast")),
    )


def _objects(file: Path) -> Iterator[tuple[int, dict[str, Any] | Rejected]]:
    """Yield every object of a JSON array with its line; a broken one is named and passed over."""
    lines, damage = read_text(file)
    text = "\n".join(lines)
    at = len(text) - len(text.lstrip())
    if text[at : at + 1] != "[":
        raise NotThisFormat(
            file,
            found=repr(text[at : at + 40]) if text.strip() else "an empty file",
            expected="a JSON array of films",
            do="give the folder of the data set",
        )
    at, number, counted = at + 1, 1, 0
    while (at := _skip(text, at)) < len(text) and text[at] != "]":
        number, counted = number + text.count("\n", counted, at), at
        try:
            film, at = _DECODER.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError) as trouble:
            reason = f"not JSON: {getattr(trouble, 'msg', 'nested too deep')}"
            yield number, Rejected(number, reason, text[at : at + 60].split("\n")[0], file.name)
            following = _NEXT.search(text, at)
            at = following.end() if following else len(text)
            continue
        if isinstance(film, dict):
            yield number, film
        else:
            yield number, Rejected(number, "not a film", str(film)[:60], file.name)
    if damage:
        yield len(lines) + 1, Rejected(len(lines) + 1, damage, file=file.name)


def _skip(text: str, at: int) -> int:
    """Return the place of the next letter that is neither space nor comma."""
    while at < len(text) and text[at] in " \n\r\t,":
        at += 1
    return at


def _row(film: dict[str, Any], number: int) -> TitleRow:
    """Return one film."""
    named = read_genres(_texts(film.get("genres")))
    extract = film["extract"] if isinstance(film.get("extract"), str) else ""
    year, article = film.get("year"), str(film.get("href") or "")
    return TitleRow(
        source=SOURCE,
        source_id=f"{film['title']} {year} {article}".strip()[:300],
        source_url=f"https://en.wikipedia.org/wiki/{article}"[:300] if article else "",
        line=number,
        kind="film",
        title=_APART.sub("", film["title"].strip()),
        year=year if type(year) is int else None,
        countries=nationalities_in(extract.partition(" film")[0][-80:]),
        genres=named.genres,
        themes=named.themes,
        directors=directors_in(extract),
        cast=_texts(film.get("cast"))[:MOST_CAST],
        synopsis=extract,
        synopsis_source="Wikipedia, CC BY-SA" if extract else "",
        notes=genre_notes(named),
    )


def directors_in(extract: str) -> tuple[str, ...]:
    """Return who directed a film, as the opening of its article says it: one or two names."""
    match = _DIRECTED.search(extract)
    if not match:
        return ()
    names = [match["first"]]
    if match["second"] and " " not in match["first"]:
        return ()  # "Joel and Ethan Coen": whose name is it?
    if match["second"] and not _OTHER_CLAUSE.match(extract[match.end() :]):
        names.append(match["second"])
    return tuple(name for name in names if " " in name and not _NO_NAME.search(name))


def _texts(value: Any) -> tuple[str, ...]:
    """Return the texts of a list, none when it is something else."""
    return tuple(part for part in value if isinstance(part, str)) if isinstance(value, list) else ()
