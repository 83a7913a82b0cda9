"""What a file tells of titles: their names, genres and years, and texts that can be encoded."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from catalog.sources.movielens import article_first
from catalog.sources.rows import NotThisFormat, Rejected
from catalog.sources.tables import Line, columns_of, read_table, read_text
from recommendations.taste.encoders import TextEncoder
from recommendations.taste.interactions import Facts, Vocabulary

IDS = ("movieid", "item", "itemid", "item_id", "movie_id", "film_id", "id")
NAMES = ("title", "name", "original_title")
YEARS = ("year", "release_year", "release_date")
TEXTS = ("plot", "overview", "synopsis", "description", "extract")
NO_GENRE = ("", "(no genres listed)", "N/A")
_YEAR_BEHIND = re.compile(r"\s*\((\d{4})(?:\s*[-–]\s*\d{0,4})?\)\s*$")
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")


class TitlesUnreadable(RuntimeError):
    """The file is not a table of titles."""


@dataclass(frozen=True)
class TitlesFile:
    """What a file tells.

    Attributes:
        facts: names, genres and years, without vectors.
        plots: one text a title, "" where the file has none.
        bad: lines that could not be read, in words.
    """

    facts: Facts
    plots: list[str]
    bad: list[str]


def read_titles(path: Path) -> TitlesFile:
    """Return the titles of a file: MovieLens' movies.csv or movies.dat, or any CSV file alike.

    A column `movieId`, `item`, `film_id` or `id` and one called `title` or `name` are needed;
    `genres`, a year and a plot or overview are taken where they are.

    Raises:
        TitlesUnreadable: the file is missing, or has no such columns.
    """
    try:
        lines, bad = _lines(path)
    except (NotThisFormat, OSError) as error:
        raise TitlesUnreadable(f"{path}: {error}") from error
    last = {line[0]: line for line in lines}  # an id that comes again is described anew
    vocabulary = _vocabulary(list(last))
    rows = [last[str(title)] for title in vocabulary.ids.tolist()]
    facts = Facts(
        titles=vocabulary,
        names=[name for _, name, _, _, _ in rows],
        genres=[genres for _, _, genres, _, _ in rows],
        years=np.array([year for _, _, _, year, _ in rows], dtype=np.float32),
    )
    return TitlesFile(facts, [plot for *_, plot in rows], bad)


def with_vectors(told: TitlesFile, encoder: TextEncoder) -> Facts:
    """Return the facts with a vector for each title, of its name, genres and plot."""
    texts = [
        ". ".join(part for part in (name, ", ".join(genres), plot) if part)
        for name, genres, plot in zip(told.facts.names, told.facts.genres, told.plots, strict=True)
    ]
    return replace(told.facts, vectors=encoder.encode(texts))


def of_the_same_ids(facts: Facts, titles: Vocabulary) -> Facts:
    """Return the facts with ids that are texts where the titles' are, and numbers where not."""
    if not len(titles) or (facts.titles.ids.dtype.kind == "U") == (titles.ids.dtype.kind == "U"):
        return facts
    if titles.ids.dtype.kind != "U":
        # The titles are numbers: facts of whatever is no number belong to none of them.
        known = set(titles.ids.astype(str).tolist())
        rows = [row for row, text in enumerate(facts.titles.ids.tolist()) if text in known]
        ids = facts.titles.ids[rows].astype(np.int64)
    else:
        rows, ids = list(range(len(facts.titles))), facts.titles.ids.astype(str)
    order = np.argsort(ids, kind="stable")
    rows = np.array(rows, dtype=np.int64)[order].tolist()
    return Facts(
        titles=Vocabulary(ids[order]),
        names=[facts.names[row] for row in rows],
        genres=[facts.genres[row] for row in rows],
        years=facts.years[rows],
        vectors=None if facts.vectors is None else facts.vectors[rows],
    )


_Row = tuple[str, str, tuple[str, ...], float, str]


def _lines(path: Path) -> tuple[list[_Row], list[str]]:
    """Return (id, name, genres, year, plot) of every line, and the lines that cannot be read."""
    if path.name.endswith(".dat"):
        # MovieLens 1M: id::title::genres in ISO 8859-1.
        parts = [line.split("::") for line in read_text(path, encoding="latin-1").lines]
        old = [
            Line(number, {"movieid": cells[0], "title": cells[1], "genres": cells[2]})
            for number, cells in enumerate(parts, start=1)
            if len(cells) == 3
        ]
        return [_row(line, "movieid", "title") for line in old], []
    columns = columns_of(path)
    title_id = next((name for name in IDS if name in columns), "movieId")
    name = next((name for name in NAMES if name in columns), "title")
    found = list(read_table(path, need=(title_id, name), what="a table of titles", do="name it"))
    rows = [_row(line, title_id, name) for line in found if isinstance(line, Line)]
    return rows, [str(line) for line in found if isinstance(line, Rejected)]


def _row(line: Line, title_id: str, name: str) -> _Row:
    cells = line.cells
    title, year = cells[name], ""
    if behind := _YEAR_BEHIND.search(title):
        title, year = title[: behind.start()], behind[1]
    told = year or next((cells[column] for column in YEARS if cells.get(column)), "")
    when = _YEAR.search(told)
    genres = re.split(r"[|,;]", cells.get("genres") or cells.get("genre") or "")
    named = (genre.strip() for genre in genres)
    plot = next((cells[column] for column in TEXTS if cells.get(column)), "")
    return (
        cells[title_id],
        article_first(title.strip()),
        tuple(genre for genre in named if genre not in NO_GENRE),
        float(when[1]) if when else float("nan"),
        "" if plot == "N/A" else plot,
    )


def _vocabulary(ids: list[str]) -> Vocabulary:
    """Return the ids as whole numbers if every one is written as such, else as texts."""
    if all(len(text) < 16 and text.isdecimal() and str(int(text)) == text for text in ids):
        return Vocabulary.of(np.array(ids, dtype=np.int64))
    return Vocabulary.of(np.array(ids))
