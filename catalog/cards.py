"""What cards and sentences say of titles, kept by each process while nothing changes."""

from collections.abc import Collection, Iterable
from functools import lru_cache

from catalog.columns import Edition, columns, edition
from catalog.models import Credit, Title

# About 3 KB each; whatever is shown again and again is among them.
MOST_KEPT = 5_000
N_CREDITS = 6
MOST_ID = 2**63 - 1  # what an address names may be more than a row can have


class Cards:
    """Titles as cards show them, and who made them, while the catalogue is one edition.

    They are shared by all requests of a process: nobody writes to them.
    """

    def __init__(self) -> None:
        self._titles: dict[int, Title | None] = {}
        self._people: dict[int, dict[str, str]] = {}

    def titles(self, ids: Iterable[int]) -> dict[int, Title]:
        """Return {id: title} of those that are there, in one statement at most."""
        ids, kept = list(ids), self._titles
        missing = [i for i in ids if i not in kept]
        if missing:
            if len(kept) > MOST_KEPT:
                kept, missing = {}, ids
            found = Title.objects.for_cards().in_bulk(missing)
            kept.update({i: found.get(i) for i in missing})
            self._titles = kept
        return {i: title for i in ids if (title := kept.get(i)) is not None}

    def people(self, ids: Collection[int]) -> dict[int, dict[str, str]]:
        """Return {title id: {name: role}} of the first names on each title, in one statement.

        Who made a title is named as that, also where they play in it.
        """
        kept = self._people
        missing = [i for i in ids if i not in kept]
        if missing:
            if len(kept) > MOST_KEPT:
                kept, missing = {}, list(ids)
            people: dict[int, dict[str, str]] = {i: {} for i in missing}
            rows = Credit.objects.filter(title__in=missing, position__lt=N_CREDITS)
            rows = rows.order_by("role", "position")
            for title_id, name, role in rows.values_list("title_id", "person__name", "role"):
                known = people[title_id]
                if known.get(name) in (None, Credit.Role.CAST):
                    known[name] = role
            kept.update(people)
            self._people = kept
        return {i: kept[i] for i in ids}


@lru_cache(maxsize=2)  # One that a transaction is just changing, and one as the others see it.
def cards(of: Edition) -> Cards:
    """Return what this process keeps of an edition of the catalogue."""
    return Cards()


def visible_titles(ids: Iterable[int]) -> dict[int, Title]:
    """Return those of these titles that anybody may see, as cards show them.

    In one small statement, where this process knows the catalogue's edition and the titles.
    """
    of = edition()
    known = columns(of)
    asked = known.among(i for i in ids if i <= MOST_ID)
    shown = known.ids[known.is_visible & asked]
    return cards(of).titles(shown.tolist())
