"""Ratings from files of `user,item,rating,timestamp`: millions of lines, each bad one named.

A block of plain numbers is read as numbers, all at once. Whatever a block holds besides (quotes,
ids that are words, empty lines, mistakes) is read line by line, which costs twenty times as much
and can say what is wrong.
"""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from recommendations.batch.ratinglines import TEXTS, BadLine, RatingsUnreadable, Table
from recommendations.taste.interactions import Interactions, Vocabulary

__all__ = ["BadLine", "RatingsFile", "RatingsUnreadable", "read_ratings"]

BLOCK = 1 << 21  # bytes read at a time, about 80,000 lines
AT_ONCE = 1 << 20  # values worked on at a time
LONGEST_LINE = 1 << 20  # bytes; a longer one means that the file has no lines


@dataclass(frozen=True)
class RatingsFile:
    """What a file holds.

    Attributes:
        interactions: its good rows in their order; of a pair rated twice only the latest (the
            later line where times are equal or unknown).
        bad: the first ten lines that were left out.
        n_bad: how many were left out.
        n_repeats: how many rows gave way to a later rating of the same pair.
    """

    interactions: Interactions
    bad: tuple[BadLine, ...]
    n_bad: int
    n_repeats: int

    def remarks(self) -> list[str]:
        """Return in words what was left out; nothing when nothing was."""
        said = [str(line) for line in self.bad]
        if self.n_bad > len(self.bad):
            said.append(f"and {self.n_bad - len(self.bad):,} more lines that cannot be read")
        if self.n_repeats:
            said.append(f"{self.n_repeats:,} rows gave way to a later rating of the same pair")
        return said


def read_ratings(path: Path, *, scale: float = 1.0) -> RatingsFile:
    """Return the ratings of a CSV file, plain or gzip-packed.

    The header names the columns, in any order, divided by commas, semicolons or tabs; other
    columns are ignored. Ids are whole numbers or texts. A timestamp that is missing, empty or −1
    is unknown.

    Args:
        scale: what a rating is multiplied by to give stars, 0.5 for marks from 1 to 10.
    Raises:
        RatingsUnreadable: no such file, damaged, or without the needed columns.
    """
    try:
        with _opened(path) as file:
            table = Table.of(path, file.readline(LONGEST_LINE), scale=scale)
            first = 2
            for block, n_lines in _blocks(path, file):
                table.add(block, first=first)
                first += n_lines
    except (OSError, EOFError, zlib.error) as error:
        raise RatingsUnreadable(
            f"{path}: {error}; give a CSV file of user,item,rating,timestamp, plain or .gz"
        ) from error
    return finished(table)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file that may be packed, whatever its name says."""
    with path.open("rb") as plain:
        is_packed = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        yield cast(BinaryIO, gzip.GzipFile(fileobj=plain)) if is_packed else plain


def _blocks(path: Path, file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield whole lines, each closed by one newline, and how many they are."""
    rest = b""
    while True:
        read = file.read(BLOCK)
        data = rest + read
        if not read and data:
            data += b"\n"
        cut = data.rfind(b"\n") + 1
        data, rest = data[:cut], data[cut:]
        if len(rest) > LONGEST_LINE:
            raise RatingsUnreadable(f"{path}: a line is longer than {LONGEST_LINE:,} bytes")
        if data:
            yield data.replace(b"\r", b"") if b"\r" in data else data, data.count(b"\n")
        if not read:
            return


def finished(table: Table) -> RatingsFile:
    """Return what was read, pairs that repeat told apart."""
    texts = list(table.texts)
    people, person = _dense(table.people, texts)
    titles, title = _dense(table.titles, texts)
    stars, at = _joined(table.stars, np.float32), _joined(table.at, np.float64)
    gone = _rated_again(person, title, at, n_titles=len(titles))
    if n_repeats := len(gone):
        stay = np.ones(len(person), dtype=bool)
        stay[gone] = False
        # One after another, so that only one column is there twice.
        person = person[stay]
        title = title[stay]
        stars = stars[stay]
        at = at[stay]
    found = Interactions(people, titles, person, title, stars, at)
    return RatingsFile(found, tuple(table.bad), table.n_bad, n_repeats)


def _joined(pieces: list[np.ndarray], dtype: type) -> np.ndarray:
    """Return the pieces as one column, letting go of each once it is copied."""
    column: np.ndarray = np.empty(sum(map(len, pieces)), dtype=dtype)
    end = len(column)
    while pieces:
        piece = pieces.pop()
        column[end - len(piece) : end] = piece
        end -= len(piece)
    return column


def _dense(pieces: list[np.ndarray], texts: list[str]) -> tuple[Vocabulary, np.ndarray]:
    """Return the ids that stand in a column, and the column as int32 numbers of them."""
    codes = _distinct(pieces)
    if len(codes) and codes[-1] >= TEXTS:
        ids = np.array([texts[c - TEXTS] if c >= TEXTS else str(c) for c in codes.tolist()])
        order = np.argsort(ids, kind="stable")
        vocabulary, places = Vocabulary(ids[order]), np.argsort(order)
    else:
        vocabulary, places = Vocabulary(codes), np.arange(len(codes))
    for i, piece in enumerate(pieces):
        pieces[i] = places[np.searchsorted(codes, piece)].astype(np.int32)
    return vocabulary, _joined(pieces, np.int32)


def _distinct(pieces: list[np.ndarray]) -> np.ndarray:
    """Return the sorted different values of all pieces, joined before they grow large."""
    codes, waiting = np.zeros(0, dtype=np.int64), []
    for i, piece in enumerate(pieces, start=1):
        waiting.append(np.unique(piece).astype(np.int64))
        if sum(map(len, waiting)) > AT_ONCE or i == len(pieces):
            codes, waiting = np.unique(np.concatenate([codes, *waiting])), []
    return codes


def _rated_again(
    person: np.ndarray, title: np.ndarray, at: np.ndarray, *, n_titles: int
) -> np.ndarray:
    """Return which rows a later rating of the same pair replaces.

    Only pairs that do repeat are ordered by time: in 32 million rows that saves a gigabyte.
    """

    def pairs(rows: slice | np.ndarray) -> np.ndarray:
        return person[rows].astype(np.int64) * max(n_titles, 1) + title[rows]

    ordered = pairs(slice(None))
    ordered.sort()
    repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    del ordered  # 256 MB of 32 million rows: what follows works on short pieces
    if not len(repeated):
        return np.zeros(0, dtype=np.int64)
    rows = [
        start + np.flatnonzero(_is_in(pairs(slice(start, start + AT_ONCE)), repeated))
        for start in range(0, len(person), AT_ONCE)
    ]
    found = np.concatenate(rows)
    when = np.where(np.isnan(at[found]), -np.inf, at[found])
    found = found[np.lexsort((found, when, pairs(found)))]
    return np.sort(found[:-1][pairs(found[:-1]) == pairs(found[1:])])


def _is_in(values: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Return which values stand in a sorted array."""
    return among[np.minimum(np.searchsorted(among, values), len(among) - 1)] == values
