"""Vectors between PostgreSQL and arrays: COPY in, streams out. The only border for many."""

import uuid
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from django.db import connection, transaction
from django.db.models import BinaryField, Func, Q
from pgvector import HalfVector
from pgvector.psycopg import register_vector

from recommendations.models import Space, TitleVector
from recommendations.taste.interactions import Vocabulary
from recommendations.taste.space import TasteSpace


def write_title_vectors(
    space: Space,
    rows: Iterable[tuple[int, str, np.ndarray, str]],
    *,
    counts: Mapping[int, int] | None = None,
) -> int:
    """Store (title id, axis, (d,) vector, text hash) rows; a title's older ones are replaced.

    One COPY into a draft table and one upsert from there, in one transaction.

    Args:
        counts: how many people placed each title, in a taste space; 0 for those not named.

    Returns:
        How many rows were given.
    """
    n = 0
    connection.ensure_connection()
    register_vector(connection.connection)  # Cursors opened from here on know the type.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS draft_vectors"
        )  # An earlier chunk's, same transaction.
        cursor.execute(
            "CREATE TEMP TABLE draft_vectors (title_id bigint, axis varchar(10), vector halfvec,"
            " text_hash varchar(64), n_people int) ON COMMIT DROP"
        )
        with cursor.copy("COPY draft_vectors FROM STDIN WITH (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "varchar", "halfvec", "varchar", "int4"])
            for title_id, axis, vector, text_hash in rows:
                n_people = counts.get(title_id, 0) if counts else 0
                copy.write_row((title_id, axis, HalfVector(vector), text_hash, n_people))
                n += 1
        cursor.execute(
            "INSERT INTO recommendations_titlevector"
            " (space_id, title_id, axis, vector, text_hash, n_people)"
            " SELECT %s, d.title_id, d.axis, d.vector, d.text_hash, d.n_people"
            " FROM draft_vectors d"
            " JOIN catalog_title t ON t.id = d.title_id"  # A title may have gone meanwhile.
            " ON CONFLICT (space_id, axis, title_id)"
            " DO UPDATE SET vector = excluded.vector, text_hash = excluded.text_hash,"
            " n_people = excluded.n_people",
            [space.pk],
        )
        Space.objects.filter(pk=space.pk).update(edition=uuid.uuid4())
    return n


class Packed(Func):
    """A vector as PostgreSQL sends it in binary: read forty times faster than its text."""

    function = "halfvec_send"
    output_field = BinaryField()


class PackedWithCount(Func):
    """A taste vector with how many people placed its title: four bytes, then the packed vector."""

    template = "int4send(%(expressions)s)"
    arg_joiner = ") || halfvec_send("
    output_field = BinaryField()


def as_counted_array(
    packed: Iterable[bytes | memoryview | None], *, dimension: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors packed with counts as (n, dimension) float32 and (n,) counts.

    None gives zeros, and a count of −1.
    """
    nothing = (-1).to_bytes(4, "big", signed=True) + bytes(4 + 2 * dimension)
    joined = b"".join(nothing if one is None else bytes(one) for one in packed)
    row = np.dtype([("count", ">i4"), ("head", "S4"), ("vector", ">f2", (dimension,))])
    rows = np.frombuffer(joined, dtype=row)
    return rows["vector"].astype(np.float32), rows["count"].astype(np.int64)


def as_array(packed: Iterable[bytes | memoryview], *, dimension: int) -> np.ndarray:
    """Return packed vectors as (n, dimension) float32.

    Each is two big-endian 16-bit numbers, dimension and nothing, then 16-bit floats.
    Source: halfvec_send in pgvector's src/halfvec.c.
    """
    rows = [np.frombuffer(one, dtype=">f2", offset=4) for one in packed]
    if not rows:
        return np.zeros((0, dimension), dtype=np.float32)
    return np.stack(rows).astype(np.float32)


def read_vectors(
    wanted: Iterable[tuple[Space, tuple[str, ...]]], title_ids: Iterable[int]
) -> dict[tuple[int, str], dict[int, tuple[np.ndarray, int]]]:
    """Return the vectors of titles along axes of several spaces, in one statement.

    Returns:
        {(space id, axis): {title id: ((d,) float32, how many people placed it)}}, with an entry
        for every axis that was asked for.
    """
    wanted, ids = list(wanted), list(title_ids)
    found: dict[tuple[int, str], dict[int, tuple[np.ndarray, int]]] = {
        (space.pk, axis): {} for space, axes in wanted for axis in axes
    }
    if not found or not ids:
        return found
    asked = Q()
    for space, axes in wanted:
        asked |= Q(space=space, axis__in=axes)
    rows = (
        TitleVector.objects.filter(asked, title__in=ids)
        .annotate(packed=Packed("vector"))
        .values_list("space_id", "axis", "title_id", "packed", "n_people")
    )
    for space_id, axis, title_id, packed, n_people in rows:
        vector = np.frombuffer(packed, dtype=">f2", offset=4).astype(np.float32)
        found[space_id, axis][title_id] = (vector, n_people)
    return found


def read_title_vectors(
    space: Space, title_ids: Iterable[int], *, axes: tuple[str, ...]
) -> dict[str, dict[int, np.ndarray]]:
    """Return {axis: {title id: (d,) float32}} of the titles that have a vector there."""
    found = read_vectors([(space, axes)], title_ids)
    return {
        axis: {title_id: vector for title_id, (vector, _) in found[space.pk, axis].items()}
        for axis in axes
    }


def read_axis(space: Space, axis: str) -> tuple[np.ndarray, np.ndarray]:
    """Return (n,) title ids and their (n, dimension) float32 vectors along one axis, by id."""
    rows = (
        TitleVector.objects.along(space, axis)
        .annotate(packed=Packed("vector"))
        .order_by("title_id")
        .values_list("title_id", "packed")
    )
    ids, vectors = [], []
    for title_id, packed in rows.iterator(chunk_size=5000):
        ids.append(title_id)
        vectors.append(np.frombuffer(packed, dtype=">f2", offset=4).astype(np.float16))
    if not ids:
        return np.zeros(0, dtype=np.int64), np.zeros((0, space.dimension), dtype=np.float32)
    return np.array(ids, dtype=np.int64), np.stack(vectors).astype(np.float32)


def write_taste_space(space: Space, learnt: TasteSpace, *, ids: np.ndarray | None = None) -> int:
    """Store the titles of a learnt space: what is searched, and what each adds to a person.

    Args:
        ids: which of its titles; all when None. Those that are not in the catalogue are left out.
    Returns:
        How many titles were given.
    """
    numbers = np.arange(len(learnt.titles)) if ids is None else learnt.titles.numbers(ids)
    title_ids = learnt.titles.ids[numbers].tolist()
    counts = dict(zip(title_ids, learnt.counts[numbers].tolist(), strict=True))

    axes = {TitleVector.TASTE: learnt.vectors}
    axes |= dict(zip(space.pull_axes, learnt.pulls, strict=True))

    def rows() -> Iterator[tuple[int, str, np.ndarray, str]]:
        for axis, vectors in axes.items():
            for title_id, number in zip(title_ids, numbers, strict=True):
                yield title_id, axis, vectors[number], ""

    return write_title_vectors(space, rows(), counts=counts) // len(axes)


def read_taste_space(space: Space) -> TasteSpace:
    """Return a stored taste space as arrays."""
    ids, vectors = read_axis(space, TitleVector.TASTE)
    pulls = [read_axis(space, axis)[1] for axis in space.pull_axes]
    along = TitleVector.objects.along(space, TitleVector.TASTE)
    counts = along.order_by("title_id").values_list("n_people", flat=True)
    return TasteSpace(
        titles=Vocabulary(ids),
        vectors=vectors,
        pulls=np.stack(pulls) if pulls else np.zeros((0, *vectors.shape), dtype=np.float32),
        lengths=np.asarray(space.lengths, dtype=np.float32),
        starts=space.beginnings,
        counts=np.array(list(counts), dtype=np.int64),
    )
