"""Lines of ratings into columns: plain numbers block by block, everything else line by line."""

import csv
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

N_NAMED = 10  # bad lines that are told one by one
# Texts that stand for ids get numbers from here on; whole numbers below stand for themselves.
TEXTS = 1 << 62
NAMES = {
    "user": ("user", "userid", "user_id"),
    "item": ("item", "itemid", "item_id", "movieid", "movie_id", "film_id"),
    "rating": ("rating",),
    "timestamp": ("timestamp",),
}


class RatingsUnreadable(RuntimeError):
    """The file is not a table of ratings at all."""


class BadLine(NamedTuple):
    """A line that was left out, and why."""

    number: int
    found: str
    expected: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.found}, expected {self.expected}"


class _Bad(ValueError):
    """What is wrong with one line."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(found, expected)


@dataclass
class Table:
    """The columns of a file while it is read, block by block."""

    delimiter: str
    places: dict[str, int]
    width: int
    scale: float
    people: list[np.ndarray] = field(default_factory=list)
    titles: list[np.ndarray] = field(default_factory=list)
    stars: list[np.ndarray] = field(default_factory=list)
    at: list[np.ndarray] = field(default_factory=list)
    texts: dict[str, int] = field(default_factory=dict)
    bad: list[BadLine] = field(default_factory=list)
    n_bad: int = 0

    @classmethod
    def of(cls, path: Path, header: bytes, *, scale: float) -> "Table":
        """Return an empty table with the columns that a header line names."""
        try:
            line = header.decode("utf-8-sig").strip()
            delimiter = max(",;\t", key=line.count)
            names = [name.strip().lower() for name in next(csv.reader([line], delimiter=delimiter))]
        except (UnicodeDecodeError, csv.Error, StopIteration):
            line, delimiter, names = "", ",", []
        places = {
            column: names.index(next(name for name in spellings if name in names))
            for column, spellings in NAMES.items()
            if any(name in names for name in spellings)
        }
        if missing := [column for column in ("user", "item", "rating") if column not in places]:
            found = repr(line[:80]) if line else "nothing that can be read"
            raise RatingsUnreadable(
                f"{path}, line 1: found {found}, expected a header like "
                f"user,item,rating,timestamp; {', '.join(missing)} is missing: add the line"
            )
        return cls(delimiter, places, len(names), scale)

    def add(self, block: bytes, *, first: int) -> None:
        """Add the good lines of a block, whose first line has this number."""
        values = _numbers(block, self.delimiter, self.width, self.ids)
        if values is None:
            self.add_lines(block.split(b"\n")[:-1], first=first)
            return
        user, item = self.ids
        stars = values[:, self.places["rating"]] * self.scale
        at = np.full(len(values), np.nan)
        if "timestamp" in self.places:
            at = values[:, self.places["timestamp"]]
        good = (stars >= 0.5) & (stars <= 5)
        if not good.all():
            lines = block.split(b"\n")
            for row in np.flatnonzero(~good).tolist():
                self.add_lines([lines[row]], first=first + row)
        columns = values[:, user], values[:, item], stars, at
        self._append(*(column[good] for column in columns))

    @property
    def ids(self) -> tuple[int, int]:
        """Which two columns hold ids."""
        return self.places["user"], self.places["item"]

    def _append(
        self, people: np.ndarray, titles: np.ndarray, stars: np.ndarray, at: np.ndarray
    ) -> None:
        self.people.append(_small(people.astype(np.int64)))
        self.titles.append(_small(titles.astype(np.int64)))
        self.stars.append(stars.astype(np.float32))
        self.at.append(np.where(at == -1, np.nan, at))

    def add_lines(self, lines: list[bytes], *, first: int) -> None:
        """Add lines one by one; those that cannot be read are counted, the first ones named."""
        rows = []
        for number, line in enumerate(lines, start=first):
            if not line.strip():
                continue
            try:
                rows.append(self._read(line))
            except _Bad as bad:
                self.n_bad += 1
                if len(self.bad) < N_NAMED:
                    self.bad.append(BadLine(number, *bad.args))
        if rows:
            people, titles, stars, at = zip(*rows, strict=True)
            as_ids = (np.array(people, dtype=np.int64), np.array(titles, dtype=np.int64))
            self._append(*as_ids, np.array(stars), np.array(at, dtype=np.float64))

    def _read(self, line: bytes) -> tuple[int, int, float, float]:
        """Return one line's person, title, stars and time."""
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            raise _Bad("bytes that are not UTF-8", "text in UTF-8") from None
        try:
            cells = next(csv.reader([text], delimiter=self.delimiter, strict=True))
        except csv.Error:
            raise _Bad("a quotation mark that is never closed", f"{self.width} cells") from None
        if len(cells) != self.width:
            raise _Bad(f"{len(cells)} cells", f"{self.width}, as in the header")
        named = {column: cells[place].strip() for column, place in self.places.items()}
        for column in ("user", "item"):
            if not named[column]:
                raise _Bad(f"{column} is empty", "an id")
        stars = _number(named["rating"])
        if not 0.5 <= stars * self.scale <= 5:
            low, high = f"{0.5 / self.scale:g}", f"{5 / self.scale:g}"
            raise _Bad(f"rating is {named['rating'][:40]!r}", f"{low} to {high}")
        at = _number(time) if (time := named.get("timestamp", "")) else -1.0
        if not np.isfinite(at):
            raise _Bad(f"timestamp is {time[:40]!r}", "seconds since 1970, or nothing")
        return self._id(named["user"]), self._id(named["item"]), stars * self.scale, at

    def _id(self, text: str) -> int:
        """Return the number that stands for an id: itself when it is a whole number."""
        if len(text) < 16 and text.removeprefix("-").isdecimal() and str(int(text)) == text:
            return int(text)
        return self.texts.setdefault(text, TEXTS + len(self.texts))


# Bytes of a block that holds numbers and nothing else, its delimiter aside.
_PLAIN = np.isin(np.arange(256), list(b"0123456789.-\n"))


def _numbers(block: bytes, delimiter: str, width: int, ids: tuple[int, int]) -> np.ndarray | None:
    """Return (lines, width) float64 of a block, NaN for an empty cell; None if it is not plain.

    Plain is: every line has its `width` cells of digits, points and minus signs, and the ids are
    whole numbers as one would write them, so that writing them again gives the same text.
    """
    mark = ord(delimiter)
    data = np.frombuffer(block, dtype=np.uint8)
    if not (_PLAIN[data] | (data == mark)).all():
        return None
    ends, marks = np.flatnonzero(data == ord("\n")), np.flatnonzero(data == mark)
    if len(marks) != len(ends) * (width - 1):
        return None
    of_line = marks.reshape(len(ends), width - 1)
    if not ((of_line[:, -1] < ends).all() and (of_line[1:, 0] > ends[:-1]).all()):
        return None
    signs = np.flatnonzero((data == ord(".")) | (data == ord("-")))
    column = np.searchsorted(marks, signs) - (width - 1) * np.searchsorted(ends, signs)
    is_edge = np.concatenate([[True], (data == mark) | (data == ord("\n"))])
    is_digit = np.concatenate([(data >= ord("0")) & (data <= ord("9")), [False]])
    has_leading_zero = (is_edge[:-1] & (data == ord("0")) & is_digit[1:]).any()
    if np.isin(column, ids).any() or has_leading_zero:
        return None
    values = _parsed(block, delimiter, n=len(ends) * width)
    if values is None:
        return None
    values = values.reshape(len(ends), width)
    return values if (values[:, list(ids)] < 10**15).all() else None


def _parsed(block: bytes, delimiter: str, *, n: int) -> np.ndarray | None:
    """Return the `n` numbers of a block, NaN for empty cells; None if they are not `n` numbers."""
    mark = delimiter.encode()
    for empty, named in ((mark + mark, mark + b"nan" + mark), (mark + b"\n", mark + b"nan\n")):
        while empty in block:
            block = block.replace(empty, named)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            values = np.fromstring(block.replace(b"\n", mark).decode("ascii"), sep=delimiter)
        except (DeprecationWarning, ValueError):
            return None
    return values if len(values) == n else None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _small(numbers: np.ndarray) -> np.ndarray:
    """Return whole numbers in half the room where they fit."""
    bounds = np.iinfo(np.int32)
    fits = not len(numbers) or (numbers.max() <= bounds.max and numbers.min() >= bounds.min)
    return numbers.astype(np.int32) if fits else numbers
