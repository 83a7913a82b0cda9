"""The titles that a zone considers, as columns."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from recommendations.taste.blending import Considered
from recommendations.taste.geometry import unit


@dataclass(frozen=True)
class Candidates:
    """The titles a zone considers, with their vectors in both spaces.

    Attributes:
        ids: (m,) title ids.
        vectors: (m, d) float32, composed.
        closeness: (m,) to what the cut was made around, in [-1, 1].
        franchises: m ids, None outside franchises.
        makers: m names, "" when unknown.
        kinds: m kinds of title.
        stories: m ids that the forms of one story share.
        popularities: m percentiles, 1 for the best known.
        years: m years, None when unknown.
        loved: (m, e) float32 vectors in the taste space, zeros where it does not know the title.
        counts: (m,) how many people placed each there; 0 where its content did, −1 where unknown.
    """

    ids: np.ndarray
    vectors: np.ndarray
    closeness: np.ndarray
    franchises: list[int | None]
    makers: list[str]
    kinds: list[str]
    stories: list[int]
    popularities: list[float]
    years: list[int | None]
    loved: np.ndarray
    counts: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def considered(self) -> Considered:
        """What a person's score of these titles is worked out from."""
        return Considered(self.vectors, self.loved, self.counts)

    @cached_property
    def directions(self) -> np.ndarray:
        """(m, d) float32: the vectors at length one."""
        return unit(self.vectors)

    def _columns(self) -> list[tuple[str, Any]]:
        return [(field.name, getattr(self, field.name)) for field in fields(self)]

    def take(self, rows: np.ndarray | list[int]) -> "Candidates":
        """Return only these rows, in this order."""
        rows = np.asarray(rows, dtype=np.int64)
        kept: dict[str, Any] = {
            name: column[rows] if isinstance(column, np.ndarray) else [column[row] for row in rows]
            for name, column in self._columns()
        }
        return Candidates(**kept)

    def after(self, given: "Candidates") -> "Candidates":
        """Return the given ones first, then these."""
        both: dict[str, Any] = {
            name: np.concatenate([getattr(given, name), column])
            if isinstance(column, np.ndarray)
            else getattr(given, name) + column
            for name, column in self._columns()
        }
        return Candidates(**both)
