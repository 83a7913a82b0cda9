"""The sources that can be loaded: how each is read, where it lies, and whom it asks to name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog.sources import goodbooks, movielens, starter, streaming, tmdb, wikipedia
from catalog.sources.rows import Rejected, TitleRow


@dataclass(frozen=True, slots=True)
class Source:
    """A source of titles.

    Attributes:
        read: yields its rows from a file or folder.
        folders: what its folders are called where several sets lie side by side.
        terms: who made it and what may be done with it, in one line.
    """

    name: str
    read: Callable[[Path], Iterator[TitleRow | Rejected]]
    folders: tuple[str, ...]
    terms: str


# In the order in which they are best loaded: ids first, full facts next, names and years last.
SOURCES = {
    source.name: source
    for source in (
        Source("starter", starter.read, (), "Starter catalogue: facts and texts by MovieDB."),
        Source(
            "movielens",
            movielens.read,
            ("ml-latest-small", "ml-latest", "ml-32m", "ml-25m"),
            "MovieLens, GroupLens Research (grouplens.org): for research, no commercial use "
            "without permission. Cite Harper & Konstan 2015, doi.org/10.1145/2827872.",
        ),
        Source(
            "tmdb",
            tmdb.read,
            ("tmdb-top10k", "tmdb-movies-10866", "tmdb-9800-posters"),
            "This product uses the TMDB API but is not endorsed or certified by TMDB: "
            "non-commercial use, to be refreshed or dropped after six months.",
        ),
        Source(
            "streaming",
            streaming.read,
            ("streaming-titles",),
            "Titles of Netflix, Prime Video, Hulu and Disney+ in 2021, United States: CC0 as "
            "stated by the publishers of the sets (kaggle.com).",
        ),
        Source(
            "goodbooks",
            goodbooks.read,
            ("goodbooks-10k",),
            "goodbooks-10k by Zygmunt Zając (Goodreads), CC BY-SA 4.0; descriptions by publishers.",
        ),
        Source(
            "wikipedia",
            wikipedia.read,
            ("wikipedia-movies",),
            "Texts from Wikipedia (en.wikipedia.org), CC BY-SA; list: wikipedia-movie-data, MIT.",
        ),
    )
}
