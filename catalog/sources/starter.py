"""The starter catalogue: JSON Lines written by us, one file a kind, one title a line.

A line that is wrong is named by file, line and field, with what was found and expected.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from catalog.sources.rows import NotThisFormat, PartOf, Rejected, TitleRow
from catalog.sources.tables import read_text
from catalog.sources.vocabulary import BOOK_GENRES, CERTIFICATES, GENRES, MOODS, POSTER_MOODS

SOURCE = "starter"
FOLDER = Path(__file__).resolve().parent.parent / "starter"
WORDS_OF_A_SYNOPSIS = range(50, 91)

_COMMON = (
    "id", "title", "original_title", "original_language", "year", "countries", "languages",
    "certificate", "genres", "themes", "mood", "moods", "renown", "franchise", "based_on",
    "synopsis",
)  # fmt: skip
FIELDS = {
    "film": {*_COMMON, "runtime", "directors", "cast", "companies"},
    "series": {
        *_COMMON, "end_year", "seasons", "episode_minutes", "creators", "cast", "companies",
    },
    "book": {*_COMMON, "pages", "authors", "publishers"},
}  # fmt: skip
OPTIONAL = {"imdb_id", "tmdb_id", "movielens_id", "goodbooks_id", "isbn13"}


def slug(name: str) -> str:
    """Return a name in plain letters: "Amélie & I" gives "amelie-and-i"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "").replace("&", " and ")).strip("-")


def read(path: Path = FOLDER) -> Iterator[TitleRow | Rejected]:
    """Yield the titles of a folder of .jsonl files, or of one file, in their order.

    Raises:
        NotThisFormat: there is no such file, or one holds something else than JSON Lines.
    """
    files = [path] if path.is_file() else sorted(path.glob("*.jsonl"))
    if not files:
        raise NotThisFormat(
            path,
            found="no .jsonl file",
            expected="films.jsonl, series.jsonl and books.jsonl",
            do="name the folder that holds them",
        )
    places: dict[str, str] = {}
    for file in files:
        yield from _read_file(file, places)


def _read_file(file: Path, places: dict[str, str]) -> Iterator[TitleRow | Rejected]:
    """Yield the titles of one file; `places` tells where every id was seen so far."""
    lines, damage = read_text(file)
    if lines and not any(line.lstrip().startswith("{") for line in lines):
        raise NotThisFormat(
            file,
            found=f"{lines[0][:60]!r}",
            expected="one JSON object a line",
            do="see catalog/starter for an example",
        )
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as trouble:
            reason = f"not JSON: {trouble.msg} at column {trouble.colno}"
            yield Rejected(number, reason, line[:60], file.name)
            continue
        if wrong := problems(record):
            yield Rejected(number, "; ".join(wrong), str(_get(record, "id")), file.name)
        elif before := places.get(record["id"]):
            yield Rejected(number, f"id twice, first at {before}", record["id"], file.name)
        else:
            places[record["id"]] = f"{file.name}:{number}"
            yield _row(record, number)
    if damage:
        yield Rejected(len(lines) + 1, damage, file=file.name)


def _get(record: Any, field: str) -> Any:
    return record.get(field, "") if isinstance(record, dict) else ""


def problems(record: Any) -> list[str]:
    """Return what is wrong with one line's record, each with the field, found and expected."""
    if not isinstance(record, dict):
        return [f"expected a JSON object, found {type(record).__name__}"]
    kind = str(record.get("id", "")).partition("/")[0]
    if kind not in FIELDS:
        return [f"id: expected film/…, series/… or book/…, found {record.get('id')!r}"]
    wrong = [f"{field}: missing" for field in sorted(FIELDS[kind] - record.keys())]
    unknown = record.keys() - FIELDS[kind] - OPTIONAL
    wrong += [f"{field}: unknown field" for field in sorted(unknown)]
    for field, (fits, expected) in _rules(kind).items():
        if field in record and not fits(record[field]):
            wrong.append(f"{field}: expected {expected}, found {record[field]!r}"[:300])
    if not wrong and record["id"] != (wanted := f"{kind}/{slug(record['title'])}-{record['year']}"):
        wrong.append(f"id: expected {wanted}, found {record['id']}")
    return wrong


Rule = tuple[Callable[[Any], bool], str]


def _rules(kind: str) -> dict[str, Rule]:
    """Return, for every field of a kind, what fits and how to say it."""
    text: Rule = (lambda value: isinstance(value, str) and bool(value.strip()), "a text")
    texts: Rule = (lambda value: _all(value, r"\S(.|\n)*"), "a list of texts")
    some = (lambda value: _all(value, r"\S(.|\n)*") and bool(value), "a list of at least one text")
    count: Rule = (lambda value: _whole(value, 1, 50_000), "a whole number from 1")
    genres = {*GENRES, *(BOOK_GENRES if kind == "book" else ())}
    return {
        "title": text,
        "original_title": text,
        "original_language": (lambda value: _all([value], "[a-z]{2}"), "ISO 639-1"),
        "year": (lambda value: _whole(value, -3000, 2200), "a year"),
        "end_year": (lambda value: value is None or _whole(value, 1900, 2200), "a year or null"),
        "runtime": count,
        "seasons": count,
        "episode_minutes": count,
        "pages": count,
        "countries": (lambda value: bool(value) and _all(value, "[A-Z]{2}"), "ISO 3166 alpha-2"),
        "languages": (lambda value: bool(value) and _all(value, "[a-z]{2}"), "ISO 639-1"),
        "certificate": (lambda value: value in CERTIFICATES, f"one of {CERTIFICATES}"),
        "genres": (lambda value: _some_of(value, genres, 1, 5), "1 to 5 of our genres"),
        "directors": texts,
        "creators": texts,
        "authors": some,
        "cast": texts,
        "companies": texts,
        "publishers": texts,
        "themes": (lambda value: _all(value, r"\S.*") and 4 <= len(value) <= 9, "4 to 9 themes"),
        "mood": (lambda value: value in POSTER_MOODS, f"one of {sorted(POSTER_MOODS)}"),
        "moods": (lambda value: _some_of(value, MOODS, 3, 5), "3 to 5 of our moods"),
        "renown": (lambda value: _whole(value, 1, 5), "1 to 5"),
        "franchise": (_is_franchise, '{"name": text, "position": number} or null'),
        "based_on": (
            lambda value: _all(value, r"(film|series|book)/[a-z0-9-]+-\d{3,4}"),
            "a list of ids",
        ),
        "synopsis": (
            lambda value: isinstance(value, str) and len(value.split()) in WORDS_OF_A_SYNOPSIS,
            "50 to 90 words",
        ),
        "imdb_id": (lambda value: value is None or _all([value], r"tt\d{7,9}"), "tt… or null"),
        "tmdb_id": (lambda value: value is None or _whole(value, 1, 10**8), "a number or null"),
        "isbn13": (lambda value: value is None or _all([value], r"\d{13}"), "13 digits or null"),
    }


def _all(value: Any, pattern: str) -> bool:
    return isinstance(value, list) and all(
        isinstance(part, str) and re.fullmatch(pattern, part) for part in value
    )


def _whole(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _some_of(value: Any, allowed: set[str] | frozenset[str], least: int, most: int) -> bool:
    return isinstance(value, list) and least <= len(value) <= most and set(value) <= allowed


def _is_franchise(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict)
        and value.keys() == {"name", "position"}
        and isinstance(value["name"], str)
        and _whole(value["position"], 1, 999)
    )


def _row(record: dict[str, Any], number: int) -> TitleRow:
    """Return a valid record as a row."""
    franchise = record["franchise"]
    lists = ("countries", "languages", "genres", "directors", "creators", "authors", "cast")
    plain = ("year", "end_year", "runtime", "seasons", "episode_minutes", "pages", "certificate")
    return TitleRow(
        source=SOURCE,
        source_id=record["id"],
        starter_id=record["id"],
        line=number,
        kind=record["id"].partition("/")[0],
        title=record["title"],
        original_title=record["original_title"],
        original_language=record["original_language"],
        **{field: tuple(record.get(field, ())) for field in lists},
        **{field: record.get(field) for field in plain},
        companies=tuple(record.get("companies") or record.get("publishers") or ()),
        themes=tuple(record["themes"]),
        mood=record["mood"],
        moods=tuple(record["moods"]),
        renown=record["renown"],
        franchise=PartOf(**franchise) if franchise else None,
        based_on=tuple(record["based_on"]),
        synopsis=record["synopsis"],
        synopsis_source="MovieDB",
        imdb_id=record.get("imdb_id") or "",
        tmdb_id=record.get("tmdb_id"),
        movielens_id=record.get("movielens_id"),
        goodbooks_id=record.get("goodbooks_id"),
        isbn13=record.get("isbn13") or "",
    )
