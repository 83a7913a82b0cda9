"""goodbooks-10k: ten thousand popular books, with what readers shelved them as.

A title names its series in brackets: "Catching Fire (The Hunger Games, #2)". The 13-digit ISBN
lost its last digits in the file and is rebuilt from the 10-digit one.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from catalog.sources.isbn import is_isbn13, isbn13_of
from catalog.sources.places import language_code
from catalog.sources.rows import NotThisFormat, PartOf, Rejected, TitleRow
from catalog.sources.tables import Line, find_file, read_table
from catalog.sources.vocabulary import renown_of

SOURCE = "goodbooks"
NEED = ("book_id", "authors", "original_publication_year", "title", "ratings_count")
# Ratings that a book of renown 2, 3, 4 and 5 has; the set holds none that is obscure.
RENOWN_STEPS = (1, 30_000, 100_000, 500_000)
MOST_GENRES, MOST_THEMES, MOST_AUTHORS = 4, 8, 3
LEAST_SHARE = 0.25

_NUMBER = re.compile(r"[0-9]{1,9}")
_SERIES = re.compile(
    r"\s*\((?P<name>[^()#]+?),?\s*#(?P<from>\d+)(?P<rest>[-–+.&:;,\s\d][^()]*)?\)\s*$"
)

# What a shelf's name holds → the genre that it speaks for.
_GENRE_WORDS = {
    "autobiography": "Memoir", "memoir": "Memoir", "memoirs": "Memoir", "bio": "Biography",
    "biographies": "Biography", "biography": "Biography", "childrens": "Family",
    "children": "Family", "picture": "Family", "classic": "Classics", "classics": "Classics",
    "crime": "Crime", "detective": "Mystery", "fantasy": "Fantasy", "historical": "History",
    "history": "History", "horror": "Horror", "literary": "Literary Fiction", "memoires": "Memoir",
    "mysteries": "Mystery", "mystery": "Mystery", "romance": "Romance", "sci": "Science Fiction",
    "science": "Science Fiction", "scifi": "Science Fiction", "sf": "Science Fiction",
    "suspense": "Thriller", "teen": "Young Adult", "thriller": "Thriller",
    "thrillers": "Thriller", "war": "War", "ya": "Young Adult", "young": "Young Adult",
    "adventure": "Adventure", "humor": "Comedy", "comedy": "Comedy", "western": "Western",
    "westerns": "Western", "music": "Music", "sports": "Sport",
}  # fmt: skip
_THEME_OF_SHELF = {
    "aliens": "aliens", "alternate-history": "alternative history", "american-history":
    "American history", "comics": "comics", "cozy-mystery": "cosy mystery",
    "detective": "detectives", "dragons": "dragons", "economics": "economics",
    "erotic-romance": "erotic romance", "fairy-tales": "fairy tales", "ghosts": "ghosts",
    "gothic": "gothic", "graphic-novels": "graphic novel", "magic": "magic",
    "magical-realism": "magical realism", "manga": "manga", "military": "soldiers",
    "murder-mystery": "murder", "mythology": "mythology", "non-fiction": "non-fiction",
    "paranormal-romance": "paranormal romance", "philosophy": "philosophy", "poetry": "poetry",
    "politics": "politics", "psychological-thriller": "psychological thriller",
    "psychology": "psychology", "royalty": "kings and queens", "space": "space",
    "spy-thriller": "spies", "urban-fantasy": "urban fantasy", "vampires": "vampires",
    "witches": "witches", "wizards": "wizards", "world-war-ii": "Second World War",
    "short-stories": "short stories", "dystopian": "dystopia", "time-travel": "time travel",
    "southern-fiction": "the American South", "christian-fiction": "faith",
}  # fmt: skip


def read(path: Path) -> Iterator[TitleRow | Rejected]:
    """Yield the books of a goodbooks folder, with shelves and descriptions where they are there.

    Descriptions by ISBN lie in the folder, or beside it in `book-descriptions`.

    Raises:
        NotThisFormat: there is no books.csv, or it holds something else.
    """
    folder = path if path.is_dir() else path.parent
    books = path if path.is_file() else find_file(path, "books.csv")
    if books is None:
        raise NotThisFormat(
            path, found="no books.csv", expected="goodbooks-10k", do="give its unpacked folder"
        )
    lines = list(read_table(books, need=NEED, what="goodbooks' books.csv"))
    first_authors = {_authors(line)[0] for line in lines if isinstance(line, Line)}
    shelves, descriptions = _shelves(folder), _descriptions(folder)
    seen: set[str] = set()
    for line in lines:
        if isinstance(line, Rejected):
            yield line
        elif not _NUMBER.fullmatch(book_id := line.cells["book_id"]):
            yield Rejected(line.number, "the book id is no number", book_id[:40])
        elif book_id in seen:
            yield Rejected(line.number, "duplicate id", book_id)
        else:
            seen.add(book_id)
            yield _row(line, first_authors, shelves.get(book_id, []), descriptions)


def _row(
    line: Line, first_authors: set[str], shelves: list[str], descriptions: dict[str, str]
) -> TitleRow:
    """Return one book."""
    cells = line.cells
    title, franchise = split_series(cells["title"])
    isbn13 = isbn13_of(cells.get("isbn", ""))
    n_votes = int(cells["ratings_count"]) if _NUMBER.fullmatch(cells["ratings_count"]) else None
    authors = _authors(line)
    language = language_code(cells.get("language_code", ""))
    synopsis = descriptions.get(isbn13, "")
    return TitleRow(
        source=SOURCE,
        source_id=cells["book_id"],
        line=line.number,
        kind="book",
        title=title,
        original_title=split_series(cells.get("original_title", ""))[0],
        year=_year(cells["original_publication_year"]),
        # The language is the edition's: it tells the work's only when it is another than English.
        original_language="" if language == "en" else language,
        # Translators and illustrators stand among the authors; few of them wrote a book first.
        authors=(authors[0], *(name for name in authors[1:] if name in first_authors))[
            :MOST_AUTHORS
        ],
        genres=genres_of(shelves),
        themes=tuple(
            dict.fromkeys(_THEME_OF_SHELF[shelf] for shelf in shelves if shelf in _THEME_OF_SHELF)
        )[:MOST_THEMES],
        franchise=franchise,
        synopsis=synopsis,
        synopsis_source="publisher" if synopsis else "",
        goodbooks_id=int(cells["book_id"]),
        isbn13=isbn13,
        n_votes=n_votes,
        mean_vote=_doubled(cells.get("average_rating", "")),
        renown=renown_of(n_votes, steps=RENOWN_STEPS),
    )


def split_series(title: str) -> tuple[str, PartOf | None]:
    """Return the title without its series, and the series; boxed sets have no position in it."""
    match = _SERIES.search(title)
    if not match or match.start() == 0:
        return title.strip(), None
    whole = not match["rest"] or not re.match(r"\s*[-–+.&\d]", match["rest"])
    return title[: match.start()].strip(), PartOf(
        match["name"], int(match["from"]) if whole else None
    )


def genres_of(shelves: list[str]) -> tuple[str, ...]:
    """Return the genres that most of the shelves speak for.

    A shelf that names several genres gives each a part of its vote. A genre is kept with a
    quarter of the votes of the first one.
    """
    votes: Counter[str] = Counter()
    for shelf in shelves:
        words = shelf.replace("children-s", "childrens").split("-")
        if "non" in words or "nonfiction" in words:
            words = [word for word in words if word != "science"]
        named = {_GENRE_WORDS[word] for word in words if word in _GENRE_WORDS}
        for genre in sorted(named):
            votes[genre] += 1 / len(named)
    least = max(votes.values(), default=0) * LEAST_SHARE
    ranked = sorted(votes.items(), key=lambda each: (-each[1], each[0]))
    return tuple(genre for genre, n in ranked[:MOST_GENRES] if n >= max(least, 0.5))


def _authors(line: Line) -> list[str]:
    """Return the names of the authors' cell, at least one, as text."""
    names = [name.strip() for name in line.cells["authors"].split(",")]
    return [name for name in names if name] or [""]


def _year(text: str) -> int | None:
    """Return the year of "1997.0" or "-720.0"."""
    return int(float(text)) if re.fullmatch(r"-?\d{1,4}(\.0)?", text) else None


def _doubled(text: str) -> float | None:
    """Return a mean of five stars as one of ten."""
    return round(float(text) * 2, 2) if re.fullmatch(r"\d(\.\d+)?", text) else None


def _shelves(folder: Path) -> dict[str, list[str]]:
    """Return the names of the shelves by book id."""
    path = find_file(folder, "book_genres.csv")
    if path is None:
        return {}
    lines = read_table(path, need=("book_id", "genres"), what="goodbooks' book_genres.csv")
    return {
        line.cells["book_id"]: line.cells["genres"].split(",")
        for line in lines
        if isinstance(line, Line)
    }


def _descriptions(folder: Path) -> dict[str, str]:
    """Return publishers' descriptions by ISBN-13."""
    for place in (folder, folder.parent / "book-descriptions"):
        if path := find_file(place, "book_descriptions.csv"):
            lines = read_table(path, need=("isbn13", "description"), what="descriptions by ISBN")
            return {
                line.cells["isbn13"]: line.cells["description"]
                for line in lines
                if isinstance(line, Line) and is_isbn13(line.cells["isbn13"])
            }
    return {}
