"""All titles of the catalogue as they are matched: read once, kept in memory."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import models

from catalog.likeness import Facts, facts
from catalog.matching import Catalogue
from catalog.merging import IDS, ROLES
from catalog.models import Availability, Credit, Person, Title

BATCH = 2000
COLUMNS = (
    "pk", "kind", "name", "original_name", "other_names", "year", "end_year", "seasons", "synopsis",
    "isbn13", "renown", *IDS,
)  # fmt: skip


def recall_catalogue() -> Catalogue:
    """Return every title as it can be matched, in five queries."""
    catalogue = Catalogue()
    people = _people_of_titles()
    genres = _names_of_titles(Title.genres.through, "genre__name")
    services = _names_of_titles(Availability, "service__name")
    for title in Title.objects.order_by("pk").values(*COLUMNS).iterator(BATCH):
        pk = title["pk"]
        known = _facts(title, people.get(pk, {}), genres.get(pk, ()), services.get(pk, ()))
        catalogue.add(pk, known)
    return catalogue


def _facts(
    title: Mapping, people: dict[str, list[str]], genres: Iterable[str], services: Iterable[str]
) -> Facts:
    """Return a title's row as it is matched."""
    ids = {name.removesuffix("_id"): title[name] for name in IDS} | {"isbn": title["isbn13"]}
    if ids["tmdb"]:
        ids["tmdb"] = f"{title['kind']} {ids['tmdb']}"
    return facts(
        title["kind"],
        (title["name"], title["original_name"], *title["other_names"]),
        makers=(name for role in ROLES if role != "cast" for name in people.get(role, ())),
        cast=people.get("cast", ()),
        genres=genres,
        synopsis=title["synopsis"],
        services=frozenset(services),
        renown=title["renown"] or 0,
        year=title["year"],
        end_year=title["end_year"],
        seasons=title["seasons"],
        ids={name: value for name, value in ids.items() if value},
    )


def _people_of_titles() -> dict[int, dict[str, list[str]]]:
    """Return the names of every title's people by role."""
    names = dict(Person.objects.values_list("pk", "name").iterator(BATCH))
    people: dict[int, dict[str, list[str]]] = defaultdict(dict)
    credits = Credit.objects.values_list("title_id", "role", "person_id")
    for pk, role, person in credits.iterator(BATCH):
        if person in names:
            people[pk].setdefault(role, []).append(names[person])
    return people


def _names_of_titles(through: type[models.Model], column: str) -> dict[int, list[str]]:
    """Return, for every title, the names that a table ties to it."""
    names: dict[int, list[str]] = defaultdict(list)
    for pk, name in through._default_manager.values_list("title_id", column).iterator(BATCH):
        names[pk].append(name)
    return names
