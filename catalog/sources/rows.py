"""What every reader of a catalogue file yields: rows about titles, and refusals."""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

KINDS = ("film", "series", "book")


class PartOf(NamedTuple):
    """A place in a franchise; `position` counts from 1 and is None when unknown."""

    name: str
    position: int | None = None


class Offer(NamedTuple):
    """A service had the title in a region (ISO 3166 alpha-2) on a day."""

    service: str
    region: str
    as_of: datetime.date


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleRow:
    """What one row of one source says about a title; empty or None where it says nothing.

    Attributes:
        source, source_id: which set, and the row's name in it: together they are unique.
        source_url: the source's page about the title, where it must be named.
        year_is_latest: `year` is the newest season's and not the first one's.
        countries, languages: ISO 3166 alpha-2 and ISO 639-1.
        certificate: suggested minimum age: 0, 6, 9, 12, 14, 16 or 18.
        companies: production companies and networks; publishers, for a book.
        renown: from 1 (obscure) to 5 (everybody has heard of it).
        based_on: starter ids of the works that this one adapts.
        synopsis_source: whom to name beside the synopsis.
        mean_vote: from 0 to 10.
        notes: what the reader left out, in a few words that can be counted.
    """

    source: str
    source_id: str
    kind: str
    title: str
    line: int = 0
    source_url: str = ""
    year: int | None = None
    year_is_latest: bool = False
    end_year: int | None = None
    original_title: str = ""
    original_language: str = ""
    other_titles: tuple[str, ...] = ()
    runtime: int | None = None
    seasons: int | None = None
    episode_minutes: int | None = None
    pages: int | None = None
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    certificate: int | None = None
    genres: tuple[str, ...] = ()
    directors: tuple[str, ...] = ()
    creators: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    mood: str = ""
    moods: tuple[str, ...] = ()
    renown: int | None = None
    franchise: PartOf | None = None
    based_on: tuple[str, ...] = ()
    synopsis: str = ""
    synopsis_source: str = ""
    poster_url: str = ""
    starter_id: str = ""
    imdb_id: str = ""
    tmdb_id: int | None = None
    movielens_id: int | None = None
    goodbooks_id: int | None = None
    isbn13: str = ""
    n_votes: int | None = None
    mean_vote: float | None = None
    adult: bool = False
    availability: tuple[Offer, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def makers(self) -> tuple[str, ...]:
        """Directors, creators and authors, whichever the row has."""
        return self.directors + self.creators + self.authors


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was left out: where it stands, why, and what was found there."""

    line: int
    reason: str
    found: str = ""
    file: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.file else f"line {self.line}"
        return f"{place}: {self.reason}" + (f" (found {self.found!r})" if self.found else "")


class NotThisFormat(ValueError):
    """The file is not what the reader was told it is."""

    def __init__(self, path: Path, *, found: str, expected: str, do: str) -> None:
        super().__init__(f"{path}: found {found}, expected {expected}; {do}")
