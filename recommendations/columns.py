"""Columns of numbers between PostgreSQL and NumPy, many rows at once: COPY in binary."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from django.db import connection

# What COPY sends before and after its rows, and how many bytes are turned into columns at a time.
# Source: PostgreSQL's documentation of COPY, "Binary Format".
HEADER, TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
BLOCK = 1 << 22


class RowsDiffer(RuntimeError):
    """PostgreSQL sends other columns than those that were expected."""


def row_of(**columns: Any) -> np.dtype:
    """Return one row of a COPY in binary: how many columns, then each one's length and value.

    Args:
        columns: NumPy's types by name, big-endian, in the order of the statement; none of them
            may be NULL or of changing length.
    """
    fields: list[tuple[str, Any]] = [("columns", ">i2")]
    for name, type_ in columns.items():
        fields += [(f"{name}_length", ">i4"), (name, np.dtype(type_))]
    return np.dtype(fields)


def halves_of(dimension: int) -> np.dtype:
    """Return a halfvec as a column: its dimension, nothing, then 16-bit floats.

    Source: halfvec_send in pgvector's src/halfvec.c.
    """
    return np.dtype([("dimension", ">i2"), ("unused", ">i2"), ("halves", ">f2", (dimension,))])


def stream_rows(statement: str, row: np.dtype, params: Any = None) -> Iterator[np.ndarray]:
    """Yield what a COPY in binary sends, a block of rows at a time.

    Args:
        row: as of `row_of`.
    Raises:
        RowsDiffer: the statement has other columns, or one is NULL.
    """
    waiting, is_begun = bytearray(), False
    with connection.cursor() as cursor, cursor.copy(statement, params) as copy:
        for data in copy:
            waiting += data
            if not is_begun and len(waiting) >= len(HEADER):
                del waiting[: len(HEADER)]
                is_begun = True
            if is_begun and len(waiting) >= BLOCK:
                whole = (len(waiting) - len(TRAILER)) // row.itemsize * row.itemsize
                yield _checked(np.frombuffer(bytes(waiting[:whole]), dtype=row))
                del waiting[:whole]
    rows, rest = divmod(len(waiting) - len(TRAILER), row.itemsize)
    if rest:
        raise RowsDiffer(f"{rest} bytes are left over after rows of {row.itemsize} bytes")
    if rows:
        yield _checked(np.frombuffer(bytes(waiting[: -len(TRAILER)]), dtype=row))


def _checked(rows: np.ndarray) -> np.ndarray:
    """Return the rows, if each column is as long as was expected."""
    expected = _blank(1, rows.dtype)
    for name in rows.dtype.names or ():
        told = name == "columns" or name.endswith("_length")
        if told and np.any(rows[name] != expected[name]):
            raise RowsDiffer(f"found rows whose {name} is not {expected[name][0]}, as expected")
    return rows


def _blank(n: int, row: np.dtype) -> np.ndarray:
    """Return (n,) rows with the numbers of columns and the lengths filled in."""
    rows = np.zeros(n, dtype=row)
    names = [name for name in row.names or () if f"{name}_length" in (row.names or ())]
    rows["columns"] = len(names)
    for name in names:
        rows[f"{name}_length"] = row[name].itemsize
    return rows


def write_rows(statement: str, row: np.dtype, columns: np.ndarray) -> None:
    """Send (n,) rows to a COPY … FROM STDIN in binary.

    Args:
        row: as of `row_of`.
        columns: the rows, with the same names.
    """
    rows = _blank(len(columns), row)
    for name in columns.dtype.names or ():
        rows[name] = columns[name]
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(HEADER + rows.tobytes() + TRAILER)
