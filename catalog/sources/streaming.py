"""What streaming services had in the United States, in two forms of CSV.

The first has a file a service with facts and descriptions; the second has a 0/1 column a service.
When a service had a title is told by the newest date in the file, or else by the newest year.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from catalog.sources.places import country_codes
from catalog.sources.rows import NotThisFormat, Offer, Rejected, TitleRow
from catalog.sources.tables import Line, columns_of, read_table, tables_in
from catalog.sources.vocabulary import genre_notes, read_certificate, read_genres

REGION = "US"
FLAGS = {
    "netflix": "Netflix", "hulu": "Hulu", "prime video": "Prime Video", "disney+": "Disney+",
}  # fmt: skip
# By what the file's name or its "ott" column begins with.
SERVICES = {
    "netflix": ("netflix", "Netflix"), "amazon": ("prime-video", "Prime Video"),
    "prime": ("prime-video", "Prime Video"), "hulu": ("hulu", "Hulu"),
    "disney": ("disney-plus", "Disney+"),
}  # fmt: skip
KIND_OF_TYPE = {"movie": "film", "tv show": "series", "0": "film", "1": "series"}
# These name a series by the year of its newest season; the others by its first.
BY_NEWEST_SEASON = {"netflix", "prime-video"}
MOST_CAST, MOST_DIRECTORS = 10, 4

NEED_TITLES = ("show_id", "type", "title", "release_year", "listed_in", "description")
NEED_FLAGS = ("title", "year", "age", "type", *FLAGS)


def read(path: Path) -> Iterator[TitleRow | Rejected]:
    """Yield the titles of a folder's streaming files, or of one file.

    Series with one column a service come first: they have the first year. Films of that form come
    last: they have neither people nor genres, so what is on the same service helps to place them.

    Raises:
        NotThisFormat: no file is one of the two forms.
    """
    columns = {file: set(columns_of(file)) for file in tables_in(path)}
    flags = [file for file, names in columns.items() if names.issuperset(NEED_FLAGS)]
    titles = [file for file, names in columns.items() if names.issuperset(NEED_TITLES)]
    if not flags and not titles:
        raise NotThisFormat(
            path,
            found="no table of streaming titles",
            expected="netflix_titles.csv and its like, or MoviesOnStreamingPlatforms.csv",
            do="give the file itself or the folder that holds it",
        )
    flagged = [row for file in flags for row in _read_flags(file)]
    yield from (row for row in flagged if not _is_film(row))
    for file in titles:
        yield from _read_titles(file)
    yield from filter(_is_film, flagged)


def _is_film(row: TitleRow | Rejected) -> bool:
    return isinstance(row, TitleRow) and row.kind == "film"


def _read_flags(file: Path) -> Iterator[TitleRow | Rejected]:
    """Yield the titles of a file with one 0/1 column a service."""
    lines = list(read_table(file, need=NEED_FLAGS, what="titles with a column a service"))
    years = [year for line in _rows(lines) if (year := _number(line.cells["year"]))]
    as_of = datetime.date(max(years, default=2021), 1, 1)
    seen: set[tuple[str, str]] = set()
    for line in lines:
        if isinstance(line, Rejected):
            yield line
            continue
        cells = line.cells
        kind = KIND_OF_TYPE.get(cells["type"].lower(), "")
        name = (cells["title"].casefold(), cells["year"])
        if name in seen:
            yield Rejected(line.number, "duplicate title and year", cells["title"][:60], file.name)
            continue
        seen.add(name)
        yield TitleRow(
            source="platform-series" if kind == "series" else "platform-films",
            source_id=cells.get("id") or str(line.number),
            line=line.number,
            kind=kind,
            title=cells["title"],
            year=_number(cells["year"]),
            certificate=read_certificate(cells["age"]),
            availability=tuple(
                Offer(service, REGION, as_of)
                for column, service in FLAGS.items()
                if cells[column] == "1"
            ),
        )


def _read_titles(file: Path) -> Iterator[TitleRow | Rejected]:
    """Yield the titles of one service's file."""
    lines = list(read_table(file, need=NEED_TITLES, what="a streaming service's titles"))
    first = next(_rows(lines), None)
    name = (first.cells.get("ott", "") if first else "") or file.name
    found = [known for key, known in SERVICES.items() if name.lower().startswith(key)]
    if not found:
        raise NotThisFormat(
            file,
            found=f"the service {name!r}",
            expected="a file of Netflix, Amazon Prime Video, Hulu or Disney+",
            do="name the file after its service, as in netflix_titles.csv",
        )
    source, service = found[0]
    as_of = _newest_day(_rows(lines))
    seen: set[str] = set()
    for line in lines:
        if isinstance(line, Rejected):
            yield line
        elif line.cells["show_id"] in seen:
            yield Rejected(line.number, "duplicate id", line.cells["show_id"], file.name)
        else:
            seen.add(line.cells["show_id"])
            yield _row(line, source, Offer(service, REGION, as_of))


def _row(line: Line, source: str, offer: Offer) -> TitleRow:
    """Return one title of a service's file."""
    cells = line.cells
    kind = KIND_OF_TYPE.get(cells["type"].lower(), "")
    named = read_genres(cells["listed_in"].split(","))
    countries, unknown = country_codes(cells.get("country", "").split(","))
    # Some files have the length where the certificate should stand.
    rating, length = cells.get("rating", ""), cells.get("duration", "")
    if re.fullmatch(r"\d+ (?:min|Seasons?)", rating):
        rating, length = "", length or rating
    amount = _number(length.partition(" ")[0])
    return TitleRow(
        source=source,
        source_id=cells["show_id"],
        line=line.number,
        kind=kind,
        title=cells["title"],
        year=_number(cells["release_year"]),
        year_is_latest=kind == "series" and source in BY_NEWEST_SEASON,
        runtime=amount if "min" in length and kind == "film" else None,
        seasons=amount if "Season" in length else None,
        countries=countries,
        certificate=read_certificate(rating),
        genres=named.genres,
        themes=named.themes,
        directors=_people(cells.get("director", ""))[:MOST_DIRECTORS],
        cast=_people(cells.get("cast", ""))[:MOST_CAST],
        synopsis=cells["description"],
        synopsis_source=offer.service,
        availability=(offer,),
        notes=genre_notes(named) + tuple(f"unknown country: {name}" for name in unknown),
    )


def _rows(lines: Iterable[Line | Rejected]) -> Iterator[Line]:
    return (line for line in lines if isinstance(line, Line))


def _newest_day(lines: Iterable[Line]) -> datetime.date:
    """Return the newest day on which a title was added; the newest year's first when no day is."""
    days, years = [], [2021]
    for line in lines:
        years.append(_number(line.cells["release_year"]) or 0)
        for form in ("%d-%b-%y", "%B %d, %Y", "%Y-%m-%d"):
            try:
                day = datetime.datetime.strptime(line.cells.get("date_added", ""), form)  # noqa: DTZ007
            except ValueError:
                continue
            days.append(day.date())
    return max(days) if days else datetime.date(max(years), 1, 1)


def _people(text: str) -> tuple[str, ...]:
    """Return the names of a comma separated cell; "Jr." and its like stay with their name."""
    names = re.split(r",(?!\s*(?:Jr|Sr|II|III|PhD|Ph\.D|M\.D)\b)", text)
    return tuple(name.strip() for name in names if name.strip())


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,6}", text) else None
