"""The groups that newcomers tap, from the file that ships with the starter catalogue."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from catalog.models import Group, GroupTitle, Title

FILE = Path(__file__).parent / "starter" / "groups.json"


class GroupsDamaged(ValueError):
    """The file of groups is not what it says."""


@dataclass(frozen=True)
class GroupRow:
    """One group of the file."""

    slug: str
    name: str
    line: str
    titles: tuple[str, ...]


def read_groups(path: Path = FILE) -> list[GroupRow]:
    """Return the groups of a file, in their order.

    Raises:
        GroupsDamaged: the file is no list of groups with at least four titles each.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        groups = [GroupRow(**{**row, "titles": tuple(row["titles"])}) for row in rows]
    except (ValueError, TypeError, KeyError) as error:
        raise GroupsDamaged(f"{path}: {error}; expected slug, name, line and titles") from error
    for group in groups:
        if len(group.titles) < 4:
            raise GroupsDamaged(f"{path}: {group.slug} has {len(group.titles)} titles, wants four")
    return groups


@transaction.atomic
def load_groups(groups: list[GroupRow]) -> int:
    """Store the groups; what a curator pinned or unpinned stays so. Return how many."""
    ids = {t.starter_id: t.pk for t in Title.objects.exclude(starter_id=None).only("starter_id")}
    for position, row in enumerate(groups):
        group, _ = Group.objects.update_or_create(
            slug=row.slug, defaults={"name": row.name, "line": row.line, "position": position}
        )
        known = [ids[starter_id] for starter_id in row.titles if starter_id in ids]
        for place, title_id in enumerate(known):
            GroupTitle.objects.update_or_create(
                group=group, title_id=title_id, defaults={"position": place}
            )
        group.places.exclude(title__in=known).delete()
    return len(groups)
