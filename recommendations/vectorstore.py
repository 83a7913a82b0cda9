"""Vectors between PostgreSQL and arrays: COPY in, streams out. The only border for many."""

from collections.abc import Iterable

import numpy as np
from django.db import connection, transaction
from pgvector import HalfVector

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
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE draft_vectors (title_id bigint, axis varchar(10), vector halfvec,"
            " text_hash varchar(64)) ON COMMIT DROP"
        )
        with cursor.copy("COPY draft_vectors FROM STDIN") as copy:
            for title_id, axis, vector, text_hash in rows:
                copy.write_row((title_id, axis, as_text(vector), text_hash))
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


def as_text(vector: np.ndarray) -> str:
    """Return a vector as PostgreSQL reads it."""
    return "[" + ",".join(f"{value:.6g}" for value in np.asarray(vector, dtype=np.float32)) + "]"


def as_array(vectors: Iterable[HalfVector | list[float]], *, dimension: int) -> np.ndarray:
    """Return what the database hands back as (n, dimension) float32."""
    rows = [
        vector.to_numpy() if isinstance(vector, HalfVector) else np.asarray(vector)
        for vector in vectors
    ]
    if not rows:
        return np.zeros((0, dimension), dtype=np.float32)
    return np.stack(rows).astype(np.float32)


def read_title_vectors(
    space: Space, title_ids: Iterable[int], *, axes: tuple[str, ...]
) -> dict[str, dict[int, np.ndarray]]:
    """Return {axis: {title id: (d,) float32}} of the titles that have a vector there."""
    found: dict[str, dict[int, np.ndarray]] = {axis: {} for axis in axes}
    rows = TitleVector.objects.filter(
        space=space, axis__in=axes, title__in=list(title_ids)
    ).values_list("axis", "title_id", "vector")
    for axis, title_id, vector in rows:
        found[axis][title_id] = as_array([vector], dimension=space.dimension)[0]
    return found
