"""Moving everything that belongs to one row over to another row of the same table."""

from collections.abc import Iterator

from django.db import IntegrityError, models, transaction


def move_rows(old: models.Model, new: models.Model) -> int:
    """Point every row with a foreign key to `old` at `new`, and return how many were moved.

    Walks all models, those behind many-to-many fields too, and so knows none by name. A row
    that the database refuses, because `new` already has the same one, stays with `old`.
    All of it happens or nothing.
    """
    if old.pk == new.pk or old._meta.model is not new._meta.model:
        raise ValueError(f"rows move between two rows of one table, not from {old!r} to {new!r}")
    with transaction.atomic():
        return sum(
            _move(
                table,
                column,
                list(table.filter(**{column: old.pk}).values_list("pk", flat=True)),
                new.pk,
            )
            for table, column in _foreign_keys_to(old._meta.model)
        )


def _foreign_keys_to(model: type[models.Model]) -> Iterator[tuple[models.QuerySet, str]]:
    """Yield the rows and the column of every foreign key to this model, hidden ones included."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and (relation.one_to_many or relation.one_to_one):
            yield relation.related_model._base_manager.all(), relation.field.attname


def _move(table: models.QuerySet, column: str, ids: list[int], new_id: int) -> int:
    """Move these rows and return how many went; where one is refused, halve and try again.

    So k refused rows among n cost about 2·k·log2(n) statements, and none of them costs one.
    """
    if not ids:
        return 0
    try:
        with transaction.atomic():
            return table.filter(pk__in=ids).update(**{column: new_id})
    except IntegrityError:
        if len(ids) == 1:
            return 0
    half = len(ids) // 2
    return _move(table, column, ids[:half], new_id) + _move(table, column, ids[half:], new_id)
