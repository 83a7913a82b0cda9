"""Cutting long work into short pieces."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_chunks(things: Iterable[T], *, size: int) -> Iterator[list[T]]:
    """Yield the things in lists of `size`, the last one possibly shorter."""
    source = iter(things)
    while chunk := list(islice(source, size)):
        yield chunk
