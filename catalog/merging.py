"""What a row of a source changes in a title.

Pure. The source that a title came from may correct it; every other one only fills what is missing.
What our own starter catalogue says is never overwritten by anybody else.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from catalog.naming import name_key
from catalog.sources.rows import TitleRow
from catalog.sources.vocabulary import mood_of_genres

STARTER = "starter"
MOST_OTHER_NAMES = 12
MOST_THEMES = 12
MOST_SOURCES = 20
LONGEST_MAKER = 120

# Only a title's own row has such an id, so only that row may correct it.
OWN_ID = {
    "starter": "starter_id",
    "movielens": "movielens_id",
    "tmdb-top10k": "tmdb_id",
    "tmdb-movies": "tmdb_id",
    "goodbooks": "goodbooks_id",
}
IDS = ("starter_id", "imdb_id", "tmdb_id", "movielens_id", "goodbooks_id")
ROLES = ("director", "creator", "author", "cast")

Span = tuple[datetime.date, datetime.date]


@dataclass(slots=True)
class Draft:
    """A title as it will be stored: its columns, and what hangs from it.

    Attributes:
        columns: of the table of titles, by name.
        people: names in order by role.
        offers: first and last day seen, by service and region.
        changed: the columns and relations that differ from what is stored.
    """

    pk: int
    is_new: bool
    columns: dict[str, Any]
    genres: list[str] = field(default_factory=list)
    companies: list[str] = field(default_factory=list)
    people: dict[str, list[str]] = field(default_factory=dict)
    offers: dict[tuple[str, str], Span] = field(default_factory=dict)
    franchise: str = ""
    changed: set[str] = field(default_factory=set)


def new_draft(pk: int, kind: str) -> Draft:
    """Return a title that nothing is known about."""
    columns: dict[str, Any] = dict.fromkeys(
        ("name", "original_name", "original_language", "maker", "synopsis", "synopsis_source"), ""
    )
    columns |= {name: [] for name in ("other_names", "countries", "languages", "themes", "moods")}
    columns |= {"kind": kind, "poster_url": "", "mood": "true", "sources": []}
    return Draft(pk=pk, is_new=True, columns=columns)


def merge(
    draft: Draft, row: TitleRow, *, now: datetime.datetime, taken: Iterable[str] = ()
) -> None:
    """Put what a row says into a title.

    Args:
        draft: is changed in place; `draft.changed` grows by what became different.
        row: tidied.
        now: for the age of what comes from TMDb, which may be kept for a limited time.
        taken: those of the row's ids that another title has already; they are left out.
    """
    corrects = may_correct(draft, row)
    for name, value in _columns(row, set(taken)).items():
        if value in ("", None, []):
            continue
        if corrects or draft.columns.get(name) in ("", None, []):
            _set(draft, name, value)
    _merge_names(draft, row, corrects=corrects)
    _merge_texts(draft, row, corrects=corrects)
    _merge_relations(draft, row, corrects=corrects)
    _merge_offers(draft, row)
    _merge_source(draft, row)
    if row.source.startswith("tmdb") and draft.columns.get("fetched_at") is None:
        _set(draft, "fetched_at", now)
    if STARTER not in draft.columns["sources"]:
        _set(draft, "mood", row.mood or mood_of_genres(draft.genres))
    _set(draft, "maker", credit_line(draft))


def may_correct(draft: Draft, row: TitleRow) -> bool:
    """Whether the row may overwrite: our starter always, else the row the title was made of."""
    if row.source == STARTER:
        return True
    own_id = OWN_ID.get(row.source)
    is_first = draft.columns["sources"][:1] in ([], [row.source])
    return bool(is_first and own_id and draft.columns.get(own_id) in (None, getattr(row, own_id)))


def credit_line(draft: Draft) -> str:
    """Return who made the title, as cards say it: one name, two, or the first "and others"."""
    roles = ("author",) if draft.columns["kind"] == "book" else ("director", "creator", "author")
    if draft.columns["kind"] == "series":
        roles = ("creator", "director", "author")
    names = next((draft.people[role] for role in roles if draft.people.get(role)), [])
    if len(names) > 2:
        return f"{names[0]} and others"[:LONGEST_MAKER]
    line = " and ".join(names)
    return line if len(line) <= LONGEST_MAKER else names[0][:LONGEST_MAKER]


def _set(draft: Draft, name: str, value: Any) -> None:
    if draft.columns.get(name) != value:
        draft.columns[name] = value
        draft.changed.add(name)


def _columns(row: TitleRow, taken: set[str]) -> dict[str, Any]:
    """Return the columns that are overwritten or filled as they are."""
    ids = {name: getattr(row, name) or None for name in IDS if name not in taken}
    return ids | {
        "isbn13": row.isbn13,
        "original_language": row.original_language,
        "year": row.year,
        "end_year": row.end_year,
        "runtime": row.episode_minutes if row.kind == "series" else row.runtime,
        "seasons": row.seasons,
        "pages": row.pages,
        "countries": list(row.countries),
        "languages": list(row.languages),
        "certificate": row.certificate,
        "moods": list(row.moods),
        "mood": row.mood if row.source == STARTER else "",
        "renown": row.renown,
        "n_votes": row.n_votes,
        "mean_vote": row.mean_vote,
        "poster_url": row.poster_url,
    }


def _merge_names(draft: Draft, row: TitleRow, *, corrects: bool) -> None:
    """Keep the names; those that are new to the title become other names."""
    before = draft.columns["name"]
    if corrects or not before:
        _set(draft, "name", row.title)
    original = (
        "" if row.source != STARTER and row.original_title == row.title else row.original_title
    )
    if original and (corrects or not draft.columns["original_name"]):
        _set(draft, "original_name", original)
    others = list(draft.columns["other_names"])
    known = {name_key(draft.columns["name"]), name_key(draft.columns["original_name"])}
    known |= set(map(name_key, others))
    for name in (before, row.title, original, *row.other_titles):
        if name and name_key(name) not in known and len(others) < MOST_OTHER_NAMES:
            known.add(name_key(name))
            others.append(name)
    _set(draft, "other_names", others)


def _merge_texts(draft: Draft, row: TitleRow, *, corrects: bool) -> None:
    """Keep one synopsis with its source, and the themes of all sources up to a limit."""
    if row.synopsis and (corrects or not draft.columns["synopsis"]):
        _set(draft, "synopsis", row.synopsis)
        _set(draft, "synopsis_source", row.synopsis_source)
    if row.source == STARTER:
        _set(draft, "themes", list(row.themes))
    elif STARTER not in draft.columns["sources"]:
        known = {name_key(theme): theme for theme in draft.columns["themes"]}
        for theme in row.themes:
            known.setdefault(name_key(theme), theme)
        _set(draft, "themes", list(known.values())[:MOST_THEMES])


def _merge_relations(draft: Draft, row: TitleRow, *, corrects: bool) -> None:
    """Keep genres, companies, people by role, and the franchise."""
    for name in ("genres", "companies"):
        before, values = getattr(draft, name), _once(getattr(row, name))
        if values and (corrects or not before) and _folded(before) != _folded(values):
            setattr(draft, name, values)
            draft.changed.add(name)
    for role in ROLES:
        before = draft.people.get(role, [])
        names = _once(row.cast if role == "cast" else getattr(row, f"{role}s"))
        differ = list(map(name_key, before)) != list(map(name_key, names))
        if names and differ and (corrects or not before):
            draft.people[role] = names
            draft.changed.add(role)
    # Where our catalogue names no franchise, there is none.
    is_ours = STARTER in draft.columns["sources"] and row.source != STARTER
    if row.franchise and not is_ours and (corrects or not draft.franchise):
        if name_key(draft.franchise) != name_key(row.franchise.name):
            draft.franchise = row.franchise.name
            draft.changed.add("franchise")
        _set(draft, "franchise_position", row.franchise.position)


def _once(names: Iterable[str]) -> list[str]:
    """Return the names, each once, however it is accented."""
    return list({name_key(name): name for name in reversed(list(names))}.values())[::-1]


def _folded(names: Iterable[str]) -> list[str]:
    return sorted(map(name_key, names))


def _merge_offers(draft: Draft, row: TitleRow) -> None:
    """Widen the time for which every service is known to have the title."""
    for service, region, day in row.availability:
        first, last = draft.offers.get((service, region), (day, day))
        span = (min(first, day), max(last, day))
        if draft.offers.get((service, region)) != span:
            draft.offers[service, region] = span
            draft.changed.add("offers")


def _merge_source(draft: Draft, row: TitleRow) -> None:
    """Note the source; the first is the one that may correct, and ours always comes first."""
    sources = draft.columns["sources"]
    if row.source not in sources and len(sources) < MOST_SOURCES:
        ours = [row.source] if row.source == STARTER else []
        _set(draft, "sources", ours + sources + ([] if ours else [row.source]))
