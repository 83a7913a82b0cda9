"""How likely it is that two descriptions of a title mean one title.

Pure. Scores run from 0 to 1. A wrong merge is worse than a duplicate, so a score is high only
where nothing speaks against it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from catalog.naming import name_key
from catalog.sources.rows import TitleRow

ACCEPT = 0.95

# Names of this many words hardly stand for two titles of neighbouring years.
DISTINCT_WORDS = 4
ALIKE_SYNOPSES = 80
ALIKE_SURNAMES = 85
WELL_KNOWN = 3

_ARTICLE = re.compile(r"^(?:the|an?) (?=\w)")
_ROMAN = {
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9",
}  # fmt: skip
_NUMBER_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
_SUBTITLE = re.compile(r"\s*(?::|;|, or\b| or,| \().*$", re.IGNORECASE)


def match_key(name: str) -> str:
    """Return a name folded for matching: no leading article, Roman numerals as digits."""
    words = _ARTICLE.sub("", name_key(name)).split()
    words = words[:1] + [_ROMAN.get(word, word) for word in words[1:]]
    for at in range(1, len(words)):
        if words[at - 1] in {"part", "volume", "vol", "chapter", "episode", "book"}:
            words[at] = _NUMBER_WORDS.get(words[at], words[at])
    return " ".join(words) or name.casefold().strip()


def person_key(name: str) -> str:
    """Return a person's name folded for matching; "J.K. Rowling" and "J. K. Rowling" are one."""
    key = name_key(name)
    return re.sub(r"(?<=\b\w) (?=\w\b)", "", key)


@dataclass(slots=True)
class Facts:
    """What a match is decided by, of a title or of somebody's words for one.

    Attributes:
        names: folded by `match_key`; the first is the main one.
        makers, cast: people folded by `person_key`.
        renown: from 1 to 5; 0 when unknown.
        ids: such as {"imdb": "tt0133093"}; keys are the same for all titles.
        year_is_latest: `year` is the newest season's.
        synopsis: its first 300 characters.
    """

    kind: str
    names: tuple[str, ...]
    year: int | None = None
    year_is_latest: bool = False
    end_year: int | None = None
    seasons: int | None = None
    makers: frozenset[str] = frozenset()
    cast: frozenset[str] = frozenset()
    genres: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    renown: int = 0
    ids: dict[str, str | int] = field(default_factory=dict)
    synopsis: str = ""
    main_name: str = ""


def facts(
    kind: str,
    names: Iterable[str],
    *,
    makers: Iterable[str] = (),
    cast: Iterable[str] = (),
    genres: Iterable[str] = (),
    synopsis: str = "",
    **more,
) -> Facts:
    """Return facts from names as people write them; `more` goes into Facts as it is."""
    written = [name for name in names if name]
    return Facts(
        kind=kind,
        names=tuple(dict.fromkeys(map(match_key, written))),
        makers=frozenset(map(person_key, makers)),
        cast=frozenset(map(person_key, cast)),
        genres=frozenset(genres),
        synopsis=synopsis[:300],
        main_name=match_key(_SUBTITLE.sub("", written[0])) if kind == "book" and written else "",
        **more,
    )


def row_facts(row: TitleRow) -> Facts:
    """Return what a row of a source can be matched by."""
    ids: dict[str, str | int | None] = {
        "starter": row.starter_id,
        "imdb": row.imdb_id,
        "movielens": row.movielens_id,
        "goodbooks": row.goodbooks_id,
        "tmdb": f"{row.kind} {row.tmdb_id}" if row.tmdb_id else None,
        "isbn": row.isbn13,
    }
    return facts(
        row.kind,
        (row.title, row.original_title, *row.other_titles),
        makers=row.makers,
        cast=row.cast,
        genres=row.genres,
        synopsis=row.synopsis,
        services=frozenset(offer.service for offer in row.availability),
        renown=row.renown or 0,
        year=row.year,
        year_is_latest=row.year_is_latest,
        end_year=row.end_year,
        seasons=row.seasons,
        ids={name: value for name, value in ids.items() if value},
    )


def joined(known: Facts, row: Facts) -> Facts:
    """Return what is known of a title once a row was merged into it: nothing known is replaced."""
    return replace(
        known,
        names=tuple(dict.fromkeys(known.names + row.names)),
        year=row.year if known.year is None else known.year,
        end_year=known.end_year or row.end_year,
        seasons=known.seasons or row.seasons,
        makers=known.makers or row.makers,
        cast=known.cast or row.cast,
        genres=known.genres or row.genres,
        services=known.services | row.services,
        renown=known.renown or row.renown,
        ids=row.ids | known.ids,
        synopsis=known.synopsis or row.synopsis,
    )


def _score_film(sought: Facts, known: Facts, how: str) -> float:
    """Return how likely two films of one name are one film."""
    shared, apart = evidence(sought, known), years_apart(sought, known)
    n_words, fit = len(sought.names[0].split()), _genres_fit(sought, known)
    if shared < 0:
        return 0.3
    if apart is None:
        return 0.96 if shared else 0.9 if how == "name" else 0.75
    if apart == 0:
        if shared:
            return 0.99
        if fit:
            return 0.96 if how == "name" or sought.genres & known.genres else 0.9
        return ACCEPT if n_words >= DISTINCT_WORDS - 1 and _both_acted(sought, known) else 0.8
    if apart == 1:
        if shared:
            return 0.97
        # Two films of one name in two years are not both well known.
        is_one = n_words >= DISTINCT_WORDS or min(sought.renown, known.renown) >= WELL_KNOWN
        return ACCEPT if is_one and fit else 0.85
    if apart <= 3:
        return ACCEPT if shared >= 2 else 0.7 if shared else 0.5
    return 0.4


def _score_series(sought: Facts, known: Facts, how: str) -> float:
    """Return how likely two series of one name are one; some sources give the newest year."""
    shared, apart = evidence(sought, known), years_apart(sought, known)
    if shared < 0:
        return 0.3
    if apart is None:
        return 0.96 if shared else 0.9
    if apart <= 1 or (sought.year_is_latest and _is_within_run(sought, known)):
        if shared:
            return 0.98
        is_sure = apart == 0 or sought.year_is_latest or len(sought.names[0].split()) >= 3
        return (0.96 if is_sure else 0.9) if _genres_fit(sought, known) else 0.8
    return ACCEPT if shared >= 2 else 0.7 if shared else 0.4


def _score_book(sought: Facts, known: Facts, how: str) -> float:
    """Return how likely two books of one name are one; an author decides it, not the year."""
    shared, apart = evidence(sought, known), years_apart(sought, known)
    if shared < 0:
        return 0.2
    if shared:
        return 0.99 if how == "name" else 0.96
    return 0.9 if apart == 0 and how == "name" else 0.7


_SCORES = {"film": _score_film, "series": _score_series, "book": _score_book}


def likeness(sought: Facts, known: Facts, *, how: str) -> float:
    """Return how likely two titles of one name are one, from 0 to 1.

    Args:
        sought, known: of the same kind.
        how: "name" when their main names are equal, something else when other names are.
    """
    if ids_differ(sought, known):
        return 0.0
    return round(_SCORES[sought.kind](sought, known, how), 3)


def years_apart(one: Facts, other: Facts) -> int | None:
    """Return how many years lie between two titles; None when a year is unknown."""
    if one.year is None or other.year is None:
        return None
    return abs(one.year - other.year)


def _is_within_run(sought: Facts, known: Facts) -> bool:
    """Whether a newest season of that year fits a series that began earlier."""
    if sought.year is None or known.year is None:
        return False
    n_seasons = max(sought.seasons or 1, known.seasons or 1)
    last = max(known.year + 2 * n_seasons + 1, known.end_year or 0)
    return known.year <= sought.year <= last


def evidence(one: Facts, other: Facts) -> int:
    """Return how much two titles have in common beside their names; -1 when they contradict.

    What counts are people, synopses that are alike, and being on the same service. The voices of
    animated titles differ from country to country, so a cast says nothing there.
    """
    shared = (one.makers | one.cast) & (other.makers | other.cast)
    if shared:
        return len(shared)
    told = one.synopsis and other.synopsis
    if told and fuzz.ratio(one.synopsis, other.synopsis, score_cutoff=ALIKE_SYNOPSES):
        return 2
    if one.makers and other.makers:
        return 1 if _makers_alike(one, other) else -1
    is_drawn = "Animation" in one.genres and "Animation" in other.genres
    if len(one.cast) >= 2 and len(other.cast) >= 2 and not is_drawn:
        return -1
    return 1 if one.services & other.services and _genres_fit(one, other) else 0


def _makers_alike(one: Facts, other: Facts) -> bool:
    """Whether a maker of each has nearly one name: "Fyodor Dostoevsky", "Fyodor Dostoyevsky"."""
    return any(
        mine[:1] == theirs[:1]
        and fuzz.ratio(mine.split()[-1], theirs.split()[-1]) >= ALIKE_SURNAMES
        for mine in filter(None, one.makers)
        for theirs in filter(None, other.makers)
    )


def _genres_fit(one: Facts, other: Facts) -> bool:
    """Whether the genres allow for one title: some in common, or unknown on one side."""
    return not one.genres or not other.genres or bool(one.genres & other.genres)


def _both_acted(one: Facts, other: Facts) -> bool:
    """Whether both are documentaries or none is."""
    return ("Documentary" in one.genres) == ("Documentary" in other.genres)


def ids_differ(one: Facts, other: Facts) -> bool:
    """Whether some external id of both is not the same; editions have their own ISBN."""
    return any(
        name in other.ids and other.ids[name] != value
        for name, value in one.ids.items()
        if name != "isbn"
    )


def names_alike(one: Facts, other: Facts) -> float:
    """Return how alike two titles' names are, 0 to 100; 0 when their numbers differ."""
    return max(
        (
            fuzz.ratio(name, other_name)
            for name in one.names
            for other_name in other.names
            if numbers(name) == numbers(other_name)
        ),
        default=0,
    )


def numbers(name: str) -> list[str]:
    """Return the numbers in a name, in order: sequels differ by them."""
    return re.findall(r"\d+", name)
