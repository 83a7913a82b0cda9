"""Reading tables from files of any dirt: packed or plain, any delimiter, any encoding.

A CSV file may hold quoted line breaks, rows too short or too long, quotation marks that never
close, a byte order mark and bytes of another encoding. Every row that can be read is read, and
every other one is named by its line.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from catalog.sources.rows import NotThisFormat, Rejected

MAX_BYTES = 2 * 1024**3
MAX_LINES_OF_A_RECORD = 500
SHOWN = 80


class Line(NamedTuple):
    """A row of a table: the number of its first line and its cells by column, all stripped."""

    number: int
    cells: dict[str, str]


class Text(NamedTuple):
    """A file's lines without their ends, and what is wrong with the file's tail, if anything."""

    lines: list[str]
    damage: str


def read_text(path: Path, *, encoding: str = "") -> Text:
    """Return the lines of a plain or gzip-packed text file.

    UTF-8 is read as such; a line that is not UTF-8 is read as Windows-1252.

    Raises:
        NotThisFormat: the file is larger than two gigabytes unpacked.
    """
    data, damage = path.read_bytes(), ""
    if data[:2] == b"\x1f\x8b":
        data, damage = _unpack(path, data)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    text = _decode(data, encoding)
    ends = "\r" if "\n" not in text and "\r" in text else "\n"
    lines = [line.removesuffix("\r") for line in text.split(ends)]
    if lines and not lines[-1]:
        lines.pop()
    return Text(lines, damage)


def _unpack(path: Path, data: bytes) -> tuple[bytes, str]:
    """Return what a gzip file holds, up to where it is damaged."""
    pieces, size, packed = [], 0, gzip.GzipFile(fileobj=io.BytesIO(data))
    try:
        # read1 hands over what there is before it finds the damage.
        while piece := packed.read1(1 << 18):
            pieces.append(piece)
            size += len(piece)
            if size > MAX_BYTES:
                raise NotThisFormat(
                    path, found="more than 2 GB", expected="a catalogue", do="split the file"
                )
    except (EOFError, OSError, zlib.error) as trouble:
        return b"".join(pieces), f"the packed file is damaged here: {trouble}"
    return b"".join(pieces), ""


def _decode(data: bytes, encoding: str) -> str:
    """Return the text of a file, each line in the encoding that fits it."""
    if encoding:
        return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return "\n".join(map(_decode_line, lines))


def _decode_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def columns_of(path: Path) -> tuple[str, ...]:
    """Return the column names of a table in lower case; () when it is empty or no text."""
    lines = read_text(path).lines[:1]
    return _header(lines[0])[0] if lines and "\0" not in lines[0] else ()


def read_table(
    path: Path, *, need: Sequence[str], what: str, do: str = "give the folder of the data set"
) -> Iterator[Line | Rejected]:
    """Yield the rows of a CSV file with a header line.

    Args:
        path: a plain or gzip-packed file.
        need: columns, in lower case, without which the file is something else.
        what: what the file should be, for the message.
        do: what to do when it is not, for the message.
    Raises:
        NotThisFormat: the file is empty, is no text, or misses a needed column.
    """
    lines, damage = read_text(path)
    if not lines:
        raise NotThisFormat(path, found="an empty file", expected=what, do=do)
    if any("\0" in line for line in lines[:20]):
        raise NotThisFormat(path, found="binary data", expected=what, do=do)
    columns, delimiter = _header(lines[0])
    if missing := [name for name in need if name not in columns]:
        found = "the columns " + ", ".join(columns)[:SHOWN]
        expected = f"{what} with the columns {', '.join(missing)}"
        raise NotThisFormat(path, found=found, expected=expected, do=do)
    for record in _records(lines, delimiter=delimiter, width=len(columns)):
        if isinstance(record, Rejected):
            yield record
        else:
            number, cells = record
            named = zip(reversed(columns), reversed(cells), strict=True)  # the first of two wins
            yield Line(number, {name: cell.strip() for name, cell in named})
    if damage:
        yield Rejected(len(lines) + 1, damage)


def _header(line: str) -> tuple[tuple[str, ...], str]:
    """Return the column names and the delimiter that gives most of them."""
    delimiter = max(",;\t", key=line.count)
    cells = next(csv.reader([line], delimiter=delimiter), [])
    return tuple(cell.strip().lower() for cell in cells), delimiter


def _records(
    lines: list[str], *, delimiter: str, width: int
) -> Iterator[tuple[int, list[str]] | Rejected]:
    """Yield (line number, cells) for every record after the header, always `width` cells."""
    at = 1
    while at < len(lines):
        start, at = at, at + 1
        text = lines[start]
        if not text.strip():
            continue
        cells = _cells(text, delimiter)
        if text.count('"') % 2:
            end = _closing_line(lines, start)
            whole = _cells("\n".join(lines[start:end]), delimiter) if end else []
            if len(whole) == width:
                cells, at = whole, end
            elif len(cells) != width:
                yield Rejected(start + 1, "a quotation mark is never closed", text[:SHOWN])
                continue
        if not cells or any(cell.strip() for cell in cells[width:]):
            reason = f"the row has {len(cells)} cells, expected {width}"
            yield Rejected(start + 1, reason, text[:SHOWN])
        else:
            yield start + 1, (cells + [""] * width)[:width]


def _closing_line(lines: list[str], start: int) -> int:
    """Return the line after the one where the quotation marks of `start` are even, or 0."""
    n_marks = 0
    for at in range(start, min(start + MAX_LINES_OF_A_RECORD, len(lines))):
        n_marks += lines[at].count('"')
        if n_marks % 2 == 0:
            return at + 1
    return 0


def _cells(text: str, delimiter: str) -> list[str]:
    """Return the cells of one record; none when they cannot be told apart."""
    try:
        return next(csv.reader([text], delimiter=delimiter))
    except csv.Error:
        return []


def find_file(folder: Path, name: str) -> Path | None:
    """Return the file of this name in a folder, plain or packed; None when there is none."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    return None


def tables_in(path: Path) -> list[Path]:
    """Return the CSV files of a folder by name; the path itself when it is a file."""
    if path.is_file():
        return [path]
    return sorted(each for each in path.iterdir() if each.name.endswith((".csv", ".csv.gz")))
