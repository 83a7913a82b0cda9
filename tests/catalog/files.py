"""Little files for the readers' tests."""

import csv
import gzip
import io
from collections.abc import Iterable
from pathlib import Path

from catalog.sources.rows import Rejected, TitleRow


def write(path: Path, text: str, *, encoding: str = "utf-8") -> Path:
    """Write a text file, packed when its name ends in .gz, with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text.encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def write_csv(path: Path, columns: str, *rows: Iterable[object]) -> Path:
    """Write a CSV file; `columns` are parted by spaces."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([columns.split(), *rows])
    return write(path, text.getvalue())


def parted(rows: Iterable[TitleRow | Rejected]) -> tuple[list[TitleRow], list[Rejected]]:
    """Return the rows that were kept, and those that were not."""
    rows = list(rows)
    kept = [row for row in rows if isinstance(row, TitleRow)]
    return kept, [row for row in rows if isinstance(row, Rejected)]
