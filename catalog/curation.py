"""What curators do to many rows at once: making duplicates one."""

from collections.abc import Iterable

from django.db import transaction

from catalog.models import Title
from catalog.naming import name_key
from moviedb.moving import move_rows

# What the kept title takes from a duplicate where it knows nothing itself; what belongs together
# is taken together.
FILLED = (
    ("original_name", "original_language"), ("year",), ("end_year",), ("runtime",), ("seasons",),
    ("pages",), ("countries",), ("languages",), ("certificate",), ("themes",), ("moods",),
    ("maker",), ("synopsis", "synopsis_source"), ("poster_url",),
    ("franchise_id", "franchise_position"), ("starter_id",), ("imdb_id",), ("tmdb_id",),
    ("movielens_id",), ("goodbooks_id",), ("isbn13",), ("renown",), ("n_votes", "mean_vote"),
    ("fetched_at",),
)  # fmt: skip
UNKNOWN = (None, "", [])


class CannotMerge(ValueError):
    """These titles are not duplicates of each other."""


@transaction.atomic
def merge_titles(kept: Title, duplicates: Iterable[Title]) -> int:
    """Make several titles one and return how many rows moved to it.

    Everything that hangs from a duplicate moves to the kept title, people's statements too;
    where that has the same row already, a rating by one person for instance, its own stays. The
    kept title learns the duplicates' names and whatever it did not know; they are deleted.

    Raises:
        CannotMerge: there is nothing to merge, or one is of another kind.
    """
    ids = {title.pk for title in duplicates} - {kept.pk}
    locked = Title.objects.select_for_update().filter(pk__in={*ids, kept.pk}).order_by("pk")
    kept, *others = sorted(locked, key=lambda title: title.pk != kept.pk)
    if not others:
        raise CannotMerge("two titles or more are needed to merge")
    for other in others:
        if other.kind != kept.kind:
            raise CannotMerge(f"{kept} is a {kept.kind}, {other} is a {other.kind}")
    n_moved = 0
    for other in others:
        n_moved += move_rows(other, kept)
        changed = fill(kept, other)
        other.delete()  # First, or its ids would be taken twice.
        kept.save(update_fields=[*changed, "name_keys", "updated_at"])
    return n_moved


def fill(kept: Title, other: Title) -> list[str]:
    """Put what `other` knows into what `kept` does not know, and return the changed columns."""
    changed = []
    for columns in FILLED:
        if getattr(kept, columns[0]) in UNKNOWN and getattr(other, columns[0]) not in UNKNOWN:
            for name in columns:
                setattr(kept, name, getattr(other, name))
                changed.append(name)
    known = {name_key(name) for name in (kept.name, kept.original_name, *kept.other_names)}
    for name in (other.name, other.original_name, *other.other_names):
        if name and name_key(name) not in known:
            known.add(name_key(name))
            kept.other_names.append(name)
    kept.sources = list(dict.fromkeys([*kept.sources, *other.sources]))
    return [*changed, "other_names", "sources"]
