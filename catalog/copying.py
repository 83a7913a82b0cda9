"""Many rows into a table at once, by PostgreSQL's COPY.

Measured on the catalogue's own tables, this takes a third of the time of `bulk_create`.
"""

from collections.abc import Iterable, Sequence

from django.db import connection, models, transaction


def copy_in(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
) -> None:
    """Insert rows into a model's table; those that are there are updated or left as they are.

    Args:
        model: its signals, defaults and `save` are passed over; the database's rules hold.
        columns: names of columns, not of fields: `title_id` and not `title`.
        rows: values in the order of the columns, no two of them with the same unique columns.
        unique: the columns by which a row is known to be there.
        update: which columns such a row takes over; without any it stays as it is.
    """
    rows = list(rows)
    if not rows:
        return
    quote = connection.ops.quote_name
    table, staged = quote(model._meta.db_table), quote(f"staged_{model._meta.db_table}")
    names = ", ".join(map(quote, columns))
    if update:
        changes = ", ".join(f"{quote(name)} = EXCLUDED.{quote(name)}" for name in update)
        conflict = f"({', '.join(map(quote, unique))}) DO UPDATE SET {changes}"
    else:
        conflict = "DO NOTHING"
    # Every name in these statements is a model's own, quoted; values go through COPY.
    like = f"SELECT {names} FROM {table} LIMIT 0"  # noqa: S608
    take_over = f"INSERT INTO {table} ({names}) SELECT {names} FROM {staged}"  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {staged} AS {like}")
        with cursor.copy(f"COPY {staged} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"{take_over} ON CONFLICT {conflict}")
        cursor.execute(f"DROP TABLE {staged}")


def analyze(*tables: type[models.Model]) -> None:
    """Tell PostgreSQL's planner what the tables hold now."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
