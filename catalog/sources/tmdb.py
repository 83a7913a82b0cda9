"""The Movie Database's films as CSV, in the three forms that teaching sets have.

The form is told by the columns. Every cell may be empty; lists are parted by "|" or ",", or are
JSON with a "name" in each part. Posters are named in the size that cards need.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from catalog.sources.places import language_code
from catalog.sources.rows import NotThisFormat, Rejected, TitleRow
from catalog.sources.tables import Line, columns_of, read_table, tables_in
from catalog.sources.vocabulary import genre_notes, read_genres, renown_of

# Votes that a film of renown 2, 3, 4 and 5 has.
RENOWN_STEPS = (40, 200, 1000, 5000)
MOST_CAST, MOST_DIRECTORS, MOST_COMPANIES = 10, 8, 3
NEED = {"overview", "release_date", "vote_average"}

_NO_THEME = re.compile(
    r"stinger|nudity|^sex$|^rape$|woman director|independent film|^film$|^movie$|^3d$|^imax$"
)


def read(path: Path) -> Iterator[TitleRow | Rejected]:
    """Yield the films of a folder's TMDb files, or of one file; fuller forms come first.

    Raises:
        NotThisFormat: no file has the columns of a TMDb set.
    """
    forms = [(form, file) for file in tables_in(path) if (form := form_of(columns_of(file)))]
    if not forms:
        raise NotThisFormat(
            path,
            found="no table of films with overviews and votes",
            expected="a TMDb CSV file",
            do="give the file itself or the folder that holds it",
        )
    order = ("tmdb-top10k", "tmdb-movies", "tmdb-popular")
    for form, file in sorted(forms, key=lambda each: order.index(each[0])):
        yield from _read_file(file, form)


def form_of(columns: tuple[str, ...]) -> str:
    """Return which set a file with these columns is; "" when it is none."""
    if not NEED.issubset(columns) or not {"title", "original_title"} & set(columns):
        return ""
    if "imdb_id" in columns:
        return "tmdb-movies"
    return "tmdb-top10k" if "id" in columns else "tmdb-popular"


def _read_file(file: Path, form: str) -> Iterator[TitleRow | Rejected]:
    """Yield the films of one file."""
    seen: set[str] = set()
    for line in read_table(file, need=tuple(NEED), what="a TMDb CSV file"):
        if isinstance(line, Rejected):
            yield line
            continue
        cells = line.cells
        title = cells.get("title") or cells.get("original_title", "")
        source_id = cells.get("id") or f"{title} {cells['release_date']}"[:300]
        if "id" in cells and not re.fullmatch(r"[0-9]{1,9}", source_id):
            yield Rejected(line.number, "the TMDb id is no number", source_id[:40], file.name)
        elif source_id in seen:
            yield Rejected(line.number, "duplicate id", source_id, file.name)
        else:
            seen.add(source_id)
            yield _row(line, form, title, source_id)


def _row(line: Line, form: str, title: str, source_id: str) -> TitleRow:
    """Return one film."""
    cells = line.cells
    genres = cells.get("genres") or cells.get("genre", "")
    named = read_genres(_parts(genres, "|" if "|" in genres else ","))
    written = cells.get("original_language", "")
    language = language_code(written)
    notes = genre_notes(named)
    if written and not language:
        notes += (f"unknown language: {written}",)
    n_votes = _number(cells.get("vote_count", ""))
    return TitleRow(
        source=form,
        source_id=source_id,
        line=line.number,
        kind="film",
        title=title,
        original_title=cells.get("original_title", ""),
        original_language=language,
        year=_year(cells),
        runtime=_number(cells.get("runtime", "")),
        genres=named.genres,
        themes=named.themes + _themes(cells.get("keywords", "")),
        directors=_parts(cells.get("director", ""))[:MOST_DIRECTORS],
        cast=_parts(cells.get("cast", ""))[:MOST_CAST],
        companies=_parts(cells.get("production_companies", ""))[:MOST_COMPANIES],
        synopsis=cells["overview"],
        synopsis_source="TMDB",
        poster_url=cells.get("poster_url", "").replace("/t/p/original/", "/t/p/w342/"),
        tmdb_id=int(source_id) if "id" in cells else None,
        imdb_id=cells.get("imdb_id", ""),
        n_votes=n_votes,
        mean_vote=_decimal(cells["vote_average"]),
        renown=renown_of(n_votes, steps=RENOWN_STEPS),
        adult=cells.get("adult", "").lower() in {"true", "1", "yes"},
        notes=notes,
    )


def _parts(text: str, mark: str = "|") -> tuple[str, ...]:
    """Return the parts of a list cell, be it JSON or parted by `mark`."""
    if text.startswith("[{"):
        return tuple(re.findall(r"""["']name["']: ["'](.+?)["'][,}]""", text))
    return tuple(part.strip() for part in text.split(mark) if part.strip())


def _themes(keywords: str) -> tuple[str, ...]:
    """Return the keywords that say what the film is about."""
    return tuple(word for word in _parts(keywords) if not _NO_THEME.search(word))


def _year(cells: dict[str, str]) -> int | None:
    """Return the year of release: a column of its own, or the date's first or last four digits."""
    for text in (cells.get("release_year", ""), cells["release_date"]):
        if match := re.search(r"(?<!\d)(\d{4})(?!\d)", text):
            return int(match[1])
    return None


def _number(text: str) -> int | None:
    value = _decimal(text)
    return None if value is None else int(value)


def _decimal(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?\d{1,12}(\.\d+)?", text) else None
