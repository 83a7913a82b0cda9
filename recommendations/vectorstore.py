"""Vectors between PostgreSQL and arrays: COPY in, streams out. The only border for many."""

from collections.abc import Iterable

import numpy as np
from django.db import connection, transaction
from django.db.models import BinaryField, Func
from pgvector import HalfVector
from pgvector.psycopg import register_vector

from recommendations.models import Space, TitleVector


def write_title_vectors(
    space: Space, rows: Iterable[tuple[int, str, np.ndarray, str]], *, chunk: int = 20_000
) -> int:
    """Store (title id, axis, (d,) vector, text hash) rows; a title's older ones are replaced.

    One COPY into a draft table and one upsert from there, in one transaction.

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
            " text_hash varchar(64)) ON COMMIT DROP"
        )
        with cursor.copy("COPY draft_vectors FROM STDIN WITH (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "varchar", "halfvec", "varchar"])
            for title_id, axis, vector, text_hash in rows:
                copy.write_row((title_id, axis, HalfVector(vector), text_hash))
                n += 1
        cursor.execute(
            "INSERT INTO recommendations_titlevector (space_id, title_id, axis, vector, text_hash)"
            " SELECT %s, d.title_id, d.axis, d.vector, d.text_hash FROM draft_vectors d"
            " JOIN catalog_title t ON t.id = d.title_id"  # A title may have gone meanwhile.
            " ON CONFLICT (space_id, axis, title_id)"
            " DO UPDATE SET vector = excluded.vector, text_hash = excluded.text_hash",
            [space.pk],
        )
    return n


class Packed(Func):
    """A vector as PostgreSQL sends it in binary: read forty times faster than its text."""

    function = "halfvec_send"
    output_field = BinaryField()


def as_array(packed: Iterable[bytes | memoryview], *, dimension: int) -> np.ndarray:
    """Return packed vectors as (n, dimension) float32.

    Each is two big-endian 16-bit numbers, dimension and nothing, then 16-bit floats.
    Source: halfvec_send in pgvector's src/halfvec.c.
    """
    rows = [np.frombuffer(one, dtype=">f2", offset=4) for one in packed]
    if not rows:
        return np.zeros((0, dimension), dtype=np.float32)
    return np.stack(rows).astype(np.float32)


def read_title_vectors(
    space: Space, title_ids: Iterable[int], *, axes: tuple[str, ...]
) -> dict[str, dict[int, np.ndarray]]:
    """Return {axis: {title id: (d,) float32}} of the titles that have a vector there."""
    found: dict[str, dict[int, np.ndarray]] = {}
    rows = list(
        TitleVector.objects.filter(space=space, axis__in=axes, title__in=list(title_ids))
        .annotate(packed=Packed("vector"))
        .values_list("axis", "title_id", "packed")
    )
    for axis in axes:
        own = [(title_id, packed) for name, title_id, packed in rows if name == axis]
        vectors = as_array((packed for _, packed in own), dimension=space.dimension)
        found[axis] = {title_id: v for (title_id, _), v in zip(own, vectors, strict=True)}
    return found


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
