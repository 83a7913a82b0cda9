"""MovieLens: movies, links and tags of any release, CSV or the older `::` form.

Titles stand there as "City of Lost Children, The (Cité des enfants perdus, La) (1995)": the
article is behind, further titles are in brackets, the year comes last and is missing at times.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from catalog.sources.rows import NotThisFormat, Rejected, TitleRow
from catalog.sources.tables import Line, find_file, read_table, read_text
from catalog.sources.vocabulary import MOODS, genre_notes, read_genres

SOURCE = "movielens"
WHAT = "MovieLens' movies.csv"
NO_GENRES = "(no genres listed)"

_NUMBER = re.compile(r"[0-9]{1,9}")
_ARTICLES = (
    "The|An|A|La|Le|Les|L'|El|Los|Las|Il|Lo|I|Gli|Der|Die|Das|Den|Det|De|Het|Un|Une|Una|Ein|Eine|O"
    "|Os|As"
)
_ARTICLE_BEHIND = re.compile(rf"^(?P<name>.+), (?P<article>{_ARTICLES})$")
_YEAR = re.compile(r"\s*\((?P<year>\d{4})(?:\s*[-–]\s*(?P<end>\d{4})?)?\)\s*$")
_BRACKET = re.compile(r"\s*\((?P<inside>[^()]+(?:\([^()]*\))?[^()]*)\)\s*$")
_ALSO_KNOWN = re.compile(r"^a\.?k\.?a\.?:?\s+", re.IGNORECASE)

# Tags that tell about the person who wrote them, or praise and blame.
_NO_THEME = re.compile(
    r"\b(?:netflix|queue|imdb|top 250|dvd|blu-?ray|seen|watch(?:ed)?|own(?:ed)?|oscar|bdr|clv"
    r"|sundance|good|great|best|bad|worst|boring|over-?rated|under-?rated|favou?rite|awesome|amazing|stupid"
    r"|predictable|long|slow|acting|plot|movie|film|rated|classic|tag|remake|sequel|must see|ending"
    r"|cinematography|soundtrack|directi?ng|director|interesting|emotional|fun|beautiful|weird)\b",
    re.IGNORECASE,
)
_MOOD_OF_TAG = {
    "heartwarming": "heart-warming", "sad": "heart-breaking", "disturbing": "unsettling",
    "creepy": "eerie", "surreal": "strange", "suspense": "gripping", "suspenseful": "gripping",
    "feel good": "feel-good", "scary": "frightening", "mindfuck": "mind-bending",
    "stylized": "stylish",
    "hilarious": "funny", "depressing": "bleak", "tear jerker": "heart-breaking",
    "visually stunning": "stylish", "philosophical": "thought-provoking", "satire": "satirical",
}  # fmt: skip


class Names(NamedTuple):
    """A MovieLens title taken apart."""

    title: str
    other_titles: tuple[str, ...]
    year: int | None


def read(path: Path) -> Iterator[TitleRow | Rejected]:
    """Yield the films of a MovieLens folder, with their ids and tags where the files are there.

    Raises:
        NotThisFormat: there is neither movies.csv nor movies.dat, or they hold something else.
    """
    folder = path if path.is_dir() else path.parent
    movies = path if path.is_file() else find_file(path, "movies.csv")
    old = path if path.name.endswith(".dat") else find_file(path, "movies.dat")
    if old is not None and movies in (None, old):
        yield from _films(_old_lines(old), source=f"{SOURCE}-1m", links={}, tags={})
    elif movies is None:
        raise NotThisFormat(
            path,
            found="neither movies.csv nor movies.dat",
            expected="a MovieLens folder",
            do="give the unpacked folder, or run 'manage.py fetch_movielens' first",
        )
    else:
        lines = read_table(movies, need=("movieid", "title", "genres"), what=WHAT)
        yield from _films(lines, source=SOURCE, links=_links(folder), tags=_tags(folder))


class Counts(NamedTuple):
    """How large a MovieLens set is; fewer films are rated than listed."""

    n_films: int
    n_rated: int
    n_users: int
    n_ratings: int

    def __str__(self) -> str:
        return (
            f"{self.n_ratings:,} ratings by {self.n_users:,} people of {self.n_rated:,} films; "
            f"{self.n_films:,} films are listed"
        )


def count(folder: Path) -> Counts:
    """Return how many films, rated films, people and ratings a MovieLens folder holds.

    Raises:
        NotThisFormat: movies.csv or ratings.csv is missing or holds something else.
    """
    paths = [find_file(folder, name) for name in ("movies.csv", "ratings.csv")]
    if None in paths:
        raise NotThisFormat(
            folder,
            found="not both of movies.csv and ratings.csv",
            expected="a MovieLens folder",
            do="fetch it again",
        )
    films = read_table(paths[0], need=("movieid",), what=WHAT)
    ratings = read_table(paths[1], need=("userid", "movieid"), what="MovieLens' ratings.csv")
    given = [(r.cells["userid"], r.cells["movieid"]) for r in ratings if isinstance(r, Line)]
    return Counts(
        n_films=sum(isinstance(film, Line) for film in films),
        n_rated=len({movie for _, movie in given}),
        n_users=len({user for user, _ in given}),
        n_ratings=len(given),
    )


def _films(
    lines: Iterator[Line | Rejected],
    *,
    source: str,
    links: dict[str, tuple[str, str]],
    tags: dict[str, list[str]],
) -> Iterator[TitleRow | Rejected]:
    """Yield a row for every film of the file."""
    seen: set[str] = set()
    for line in lines:
        if isinstance(line, Rejected):
            yield line
            continue
        movie_id, title = line.cells["movieid"], line.cells["title"]
        if not _NUMBER.fullmatch(movie_id):
            yield Rejected(line.number, "the movie id is no number", movie_id[:40])
        elif movie_id in seen:
            yield Rejected(line.number, "duplicate id", movie_id)
        else:
            seen.add(movie_id)
            imdb, tmdb = links.get(movie_id, ("", ""))
            names = split_title(title)
            named = read_genres(line.cells["genres"].replace(NO_GENRES, "").split("|"))
            themes, moods = _themes(tags.get(movie_id, []))
            yield TitleRow(
                source=source,
                source_id=movie_id,
                line=line.number,
                kind="film",
                title=names.title,
                other_titles=names.other_titles,
                year=names.year,
                genres=named.genres,
                themes=named.themes + themes,
                moods=moods,
                movielens_id=int(movie_id),
                imdb_id=f"tt{imdb:0>7}" if _NUMBER.fullmatch(imdb) else "",
                tmdb_id=int(tmdb) if _NUMBER.fullmatch(tmdb) else None,
                notes=genre_notes(named),
            )


def split_title(text: str) -> Names:
    """Return a MovieLens title's name with its article in front, its other names and its year."""
    year = None
    if match := _YEAR.search(text):
        year, text = int(match["year"]), text[: match.start()]
    others: list[str] = []
    while (match := _BRACKET.search(text)) and match.start() > 0:
        text = text[: match.start()]
        others.insert(0, article_first(_ALSO_KNOWN.sub("", match["inside"].strip())))
    return Names(article_first(text.strip()), tuple(others), year)


def article_first(name: str) -> str:
    """Return "The Matrix" for "Matrix, The"."""
    match = _ARTICLE_BEHIND.match(name)
    if not match:
        return name
    gap = "" if match["article"].endswith("'") else " "
    return f"{match['article']}{gap}{match['name']}"


def _old_lines(path: Path) -> Iterator[Line | Rejected]:
    """Yield the lines of a movies.dat: id::title::genres, in ISO 8859-1."""
    lines, damage = read_text(path, encoding="latin-1")
    if not lines or "::" not in lines[0]:
        raise NotThisFormat(
            path,
            found=repr(lines[0][:60]) if lines else "an empty file",
            expected="lines such as 1::Toy Story (1995)::Comedy",
            do="give the folder of MovieLens 1M",
        )
    for number, line in enumerate(lines, start=1):
        parts = line.split("::")
        if len(parts) == 3:
            yield Line(number, dict(zip(("movieid", "title", "genres"), parts, strict=True)))
        elif line.strip():
            yield Rejected(number, f"the row has {len(parts)} parts, expected 3", line[:80])
    if damage:
        yield Rejected(len(lines) + 1, damage)


def _links(folder: Path) -> dict[str, tuple[str, str]]:
    """Return IMDb's and TMDb's number by movie id; rows that cannot be read are left out."""
    path = find_file(folder, "links.csv")
    if path is None:
        return {}
    lines = read_table(path, need=("movieid", "imdbid"), what="MovieLens' links.csv")
    return {
        line.cells["movieid"]: (line.cells["imdbid"], line.cells.get("tmdbid", ""))
        for line in lines
        if isinstance(line, Line)
    }


def _tags(folder: Path) -> dict[str, list[str]]:
    """Return every tag by movie id, without names of people.

    A tag of two capitalised words is a person's name; so are its lower-cased twins.
    """
    path = find_file(folder, "tags.csv")
    if path is None:
        return {}
    lines = read_table(path, need=("movieid", "tag"), what="MovieLens' tags.csv")
    given = [(line.cells["movieid"], line.cells["tag"]) for line in lines if isinstance(line, Line)]
    person = re.compile(r"[A-Z][\w.'-]+(?: [A-Z][\w.'-]*)+")
    people = {tag.lower() for _, tag in given if person.fullmatch(tag)}
    tags: dict[str, list[str]] = defaultdict(list)
    for movie_id, tag in given:
        if tag.lower() not in people:
            tags[movie_id].append(tag)
    return tags


def _themes(tags: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the themes and the moods that a film's tags tell."""
    themes, moods = {}, {}
    for tag in tags:
        low = tag.lower()
        mood = _MOOD_OF_TAG.get(low, low)
        if mood in MOODS:
            moods[mood] = None
        elif not _NO_THEME.search(tag) and len(tag.split()) <= 4 and not read_genres([tag]).genres:
            themes.setdefault(low, tag if tag != tag.capitalize() else low)
    return tuple(themes.values()), tuple(moods)
