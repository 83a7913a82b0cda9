"""Lists into files: `user,item,rank`, whole or not at all."""

import csv
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import numpy as np

from recommendations.taste.interactions import Vocabulary


class CannotWrite(RuntimeError):
    """The file cannot be written where it was asked for."""


def check_place(path: Path) -> None:
    """Make sure, before hours of work, that a file can be written.

    Raises:
        CannotWrite: its folder is missing or closed, or the path is a folder.
    """
    if path.is_dir():
        raise CannotWrite(f"{path} is a folder; give the name of a file in it")
    if not path.parent.is_dir():
        raise CannotWrite(f"{path.parent} is no folder; make it first")
    if not os.access(path.parent, os.W_OK):
        raise CannotWrite(f"{path.parent} may not be written to; give another folder")


def write_whole(path: Path, write: Callable[[TextIO], object]) -> None:
    """Write a file beside its place and move it there when it is complete."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            write(file)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(draft, 0o666 & ~mask)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def write_lists(
    path: Path, lists: np.ndarray, people: np.ndarray, *, ids: Vocabulary, titles: Vocabulary
) -> int:
    """Write lists as `user,item,rank`, ranks from 1, and return how many lines they are.

    Args:
        lists: (k, n) numbers of titles, −1 where there are no more.
        people: (k,) numbers of people, whose list each row is.
    """
    row, place = np.nonzero(lists >= 0)
    lines = zip(
        ids.ids[people[row]].tolist(),
        titles.ids[lists[row, place]].tolist(),
        (place + 1).tolist(),
        strict=True,
    )

    def write(file: TextIO) -> None:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("user", "item", "rank"))
        writer.writerows(lines)

    write_whole(path, write)
    return len(row)
