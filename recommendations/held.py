"""Vectors that this process holds, to search them without asking the database for distances."""

import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from django.db import connection
from django.db.models.expressions import RawSQL

from recommendations.models import Space
from recommendations.taste import text
from recommendations.taste.geometry import crowded, crowding, unit
from recommendations.taste.interactions import Vocabulary
from recommendations.vectorstore import read_vectors

# Up to so many titles a process holds the vectors that lists are searched in: 32 bits times 384 and
# 128 dimensions are 82 MB at 40,000 titles, and what they add to people, at 16 bits, 41 MB. Larger
# catalogues are searched by the database.
MOST_HELD = 50_000
MOST_HELD_AXES = 10_000
# The axes that are held apart, all of them or none: five take 77 MB at 10,000 titles.
HELD_AXES = (text.STORY, text.THEMES, text.MOOD, text.PEOPLE, text.TAGS)
# Up to so many, the cosines of every two are held as well: 4 MB an axis.
MOST_PAIRED = 1_000


def listed(ids: np.ndarray) -> RawSQL:
    """Return ids as one parameter, for `pk__in`: hundreds of them cost as much as one."""
    return RawSQL("SELECT unnest(%s::bigint[])", [ids.astype(np.int64).tolist()])


@dataclass(frozen=True)
class Held:
    """The vectors of all titles along one axis of a space, as this process holds them.

    Attributes:
        ids: (n,) int64, rising.
        vectors: (n, d) float32, as they are stored.
        lengths: (n,) float32, never 0.
        counts: (n,) int64, how many people placed each.
    """

    ids: np.ndarray
    vectors: np.ndarray
    lengths: np.ndarray
    counts: np.ndarray

    def rows_of(self, ids: np.ndarray) -> np.ndarray:
        """Return (k,) row numbers of titles, −1 for those without a vector."""
        return Vocabulary(self.ids).numbers(ids)

    def cosines(self, targets: np.ndarray) -> np.ndarray:
        """Return (n, t) cosines of every title with (t, d) targets."""
        targets = unit(np.asarray(targets, dtype=np.float32))
        return (self.vectors @ targets.T) / self.lengths[:, None]

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Return the (k, d) vectors of these rows, zeros where one is −1."""
        if not len(self.ids):
            return np.zeros((len(rows), self.vectors.shape[1]), dtype=np.float32)
        found = self.vectors[rows]
        found[rows < 0] = 0
        return found

    def by_title(self, title_ids: Iterable[int]) -> dict[int, tuple[np.ndarray, int]]:
        """Return {title: ((d,) vector, how many people placed it)} of those that have one."""
        ids = np.array(sorted(title_ids), dtype=np.int64)
        return by_title(ids, self.rows_of(ids), self.vectors, self.counts)

    def closeness(self, rows: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return the (k,) cosines of these rows with a (d,) target, 0 where a row is −1."""
        if not len(self.ids):
            return np.zeros(len(rows), dtype=np.float32)
        near = (self.vectors[rows] @ unit(target)) / self.lengths[rows]
        return np.where(rows >= 0, np.clip(near, -1.0, 1.0), np.float32(0))

    def crowding(self, rows: np.ndarray) -> np.ndarray:
        """Return (k,) how crowded these rows stand among themselves, see `geometry.crowding`."""
        if len(self.ids) > MOST_PAIRED or (rows < 0).any():
            return crowding(self.of(rows))
        return crowded(self._pairs.take(rows, axis=0).take(rows, axis=1))

    @cached_property
    def _pairs(self) -> np.ndarray:
        """The (n, n) cosines of every two."""
        found = unit(self.vectors)
        return found @ found.T


def by_title(
    ids: np.ndarray, rows: np.ndarray, vectors: np.ndarray, counts: np.ndarray
) -> dict[int, tuple[np.ndarray, int]]:
    """Return {title: (its vector as float32, its count)} of those titles that have a row."""
    ids, rows = ids[rows >= 0], rows[rows >= 0]
    own = vectors[rows].astype(np.float32)
    return dict(zip(ids.tolist(), zip(own, counts[rows].tolist(), strict=True), strict=True))


def held(space: Space, axis: str) -> Held | None:
    """Return a space's vectors along one axis, read once an edition in each process.

    None where the space has more than `MOST_HELD` of them.
    """
    with _ONE_READS:  # The others wait for what they would have to read as well.
        return _held(space.pk, space.edition, axis, space.dimension)


@dataclass(frozen=True)
class HeldPulls:
    """What each title adds to a person, for each length of history, as this process holds it.

    Attributes:
        ids: (n,) int64, rising.
        pulls: (m, n, d) float16, as they are stored.
        counts: (n,) int64, how many people placed each.
    """

    ids: np.ndarray
    pulls: np.ndarray
    counts: np.ndarray


def along(space: Space, axes: tuple[str, ...], title_ids: Iterable[int]) -> dict[str, Held]:
    """Return the vectors of these titles, of others as well perhaps, axis by axis.

    A small catalogue's are held by this process, read once an edition; of a large one the database
    is asked, since there are many axes and few lists look at more than the composed one.

    Returns:
        {axis: vectors}, with an entry for every axis that was asked for.
    """
    known = None
    if set(axes) <= set(HELD_AXES):
        with _ONE_READS:
            known = _held_axes(space.pk, space.edition, space.dimension)
    if known is not None:
        return {axis: known[axis] for axis in axes}
    stored = read_vectors([(space, axes)], title_ids)
    return {axis: _of_titles(stored[space.pk, axis], space.dimension) for axis in axes}


def crowding_among(space: Space, axis: str, title_ids: np.ndarray) -> np.ndarray:
    """Return (k,) how crowded these titles stand among themselves along one axis."""
    known = held(space, axis) or along(space, (axis,), title_ids.tolist())[axis]
    return known.crowding(known.rows_of(title_ids))


def title_vectors(
    space: Space, title_ids: Iterable[int], *, axes: tuple[str, ...]
) -> dict[str, dict[int, np.ndarray]]:
    """Return what `vectorstore.read_title_vectors` returns, from what this process holds."""
    ids = list(title_ids)
    return {
        axis: {title_id: vector for title_id, (vector, _) in known.by_title(ids).items()}
        for axis, known in along(space, axes, ids).items()
    }


def _of_titles(stored: dict[int, tuple[np.ndarray, int]], dimension: int) -> Held:
    """Return vectors that were read of some titles as those that are held."""
    ids = sorted(stored)
    vectors = np.stack([stored[i][0] for i in ids] or [np.zeros(dimension, dtype=np.float32)])
    counts = np.array([stored[i][1] for i in ids], dtype=np.int64)
    return _with_lengths(np.array(ids, dtype=np.int64), vectors[: len(ids)], counts)


def held_pulls(space: Space) -> HeldPulls | None:
    """Return the pulls of a taste space, read once an edition in each process.

    None where the space has more than `MOST_HELD` titles.
    """
    with _ONE_READS:
        return _held_pulls(space.pk, space.edition, tuple(space.pull_axes))


_ONE_READS = threading.Lock()


@lru_cache(maxsize=1)
def _held_axes(space_id: int, edition: uuid.UUID, dimension: int) -> dict[str, Held] | None:
    return _read(space_id, HELD_AXES, most=MOST_HELD_AXES, dimension=dimension)


@lru_cache(maxsize=1)
def _held_pulls(space_id: int, edition: uuid.UUID, axes: tuple[str, ...]) -> HeldPulls | None:
    found = _read(space_id, axes, most=MOST_HELD)
    if not found:
        return None
    first, *others = (found[axis] for axis in axes)
    if not all(np.array_equal(one.ids, first.ids) for one in others):
        return None
    pulls = np.stack([found[axis].vectors.astype(np.float16) for axis in axes])
    return HeldPulls(first.ids, pulls, first.counts)


@lru_cache(maxsize=2)  # One of each kind of space; whoever switches has the former one go.
def _held(space_id: int, edition: uuid.UUID, axis: str, dimension: int) -> Held | None:
    found = _read(space_id, (axis,), most=MOST_HELD, dimension=dimension)
    return None if found is None else found[axis]


def _read(
    space_id: int, axes: tuple[str, ...], *, most: int, dimension: int = 0
) -> dict[str, Held] | None:
    """Return a space's vectors along these axes, read in one statement.

    None where there are more than `most` along any.

    Args:
        dimension: of the vectors of an axis that has none.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT axis, string_agg(packed, ''::bytea), count(*) FROM ("
            " SELECT axis,"
            " int8send(title_id) || int4send(n_people) || halfvec_send(vector) AS packed"
            " FROM recommendations_titlevector WHERE space_id = %s AND axis = ANY(%s)"
            " LIMIT %s) AS found GROUP BY axis",
            [space_id, list(axes), len(axes) * most + 1],
        )
        packed = {axis: (found, n) for axis, found, n in cursor.fetchall()}
    if any(n > most for _, n in packed.values()):
        return None
    return {axis: _unpacked(*packed.get(axis, (b"", 0)), dimension) for axis in axes}


def _unpacked(packed: bytes, n: int, dimension: int) -> Held:
    head = np.dtype([("id", ">i8"), ("count", ">i4"), ("head", "S4")])
    dimension = (len(packed) // n - head.itemsize) // 2 if n else dimension
    rows = np.frombuffer(packed, dtype=[*head.descr, ("vector", ">f2", (dimension,))])
    rows = rows[np.argsort(rows["id"], kind="stable")]
    vectors = rows["vector"].astype(np.float32)
    return _with_lengths(rows["id"].astype(np.int64), vectors, rows["count"].astype(np.int64))


def _with_lengths(ids: np.ndarray, vectors: np.ndarray, counts: np.ndarray) -> Held:
    lengths = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
    return Held(ids, vectors, np.where(lengths > 0, lengths, 1.0).astype(np.float32), counts)


class Order(NamedTuple):
    """Titles by how far they are behind the best, and how many of them are wanted.

    Attributes:
        ids: (m,) title ids.
        behind: (m,) the smaller the better; infinite for those that must not come.
        n: how many to take.
    """

    ids: np.ndarray
    behind: np.ndarray
    n: int

    def first(self, n: int) -> np.ndarray:
        """Return the ids of up to `n` titles, best first, ties by id."""
        n = min(n, int(np.isfinite(self.behind).sum()))
        if n <= 0:
            return self.ids[:0]
        rows = np.flatnonzero(self.behind <= np.partition(self.behind, n - 1)[n - 1])
        return self.ids[rows[np.lexsort((self.ids[rows], self.behind[rows]))][:n]]

    def where(self, kept: np.ndarray) -> "Order":
        """Return the order of only some titles, (m,) of them true."""
        return self._replace(ids=self.ids[kept], behind=self.behind[kept])
