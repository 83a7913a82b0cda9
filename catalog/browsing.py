"""Browsing: the catalogue by kind, genre, decade, country, language, service and person."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Lower
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import Availability, Credit, Genre, Kind, Person, Service, Title
from catalog.models.titles import TitleQuerySet
from catalog.words import countries_in_words, languages_in_words
from moviedb.requests import is_id

PER_PAGE = 30
KEEP_SECONDS = 600
LONGEST = 80
# Sorts by their name in the address: label and order.
SORTS: dict[str, tuple[str | Promise, tuple]] = {
    "known": (_("Best known"), ("-popularity", F("year").desc(nulls_last=True), "pk")),
    "newest": (_("Newest"), (F("year").desc(nulls_last=True), "-popularity", "pk")),
    "name": (_("A to Z"), (Lower("name"), "pk")),
}
FACETS: dict[str, str | Promise] = {
    "kind": _("Kind"),
    "genre": _("Genre"),
    "decade": _("Decade"),
    "country": _("Country"),
    "language": _("Language"),
    "service": _("Service"),
}
KINDS: dict[str, str | Promise] = {
    Kind.FILM: _("Films"),
    Kind.SERIES: _("Series"),
    Kind.BOOK: _("Books"),
}


@dataclass(frozen=True)
class Corner:
    """A corner of the catalogue: what is common to the titles in it; "" means anything."""

    kind: str = ""
    genre: str = ""
    decade: str = ""  # its first year
    country: str = ""
    language: str = ""
    service: str = ""
    person: str = ""  # an id

    def params(self) -> dict[str, str]:
        """Return what is set, as it stands in addresses."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name))}

    def query(self) -> str:
        """Return the address's query, with its question mark, or ""."""
        return f"?{urlencode(self.params())}" if self.params() else ""

    def titles(self, *, today: datetime.date) -> TitleQuerySet:
        """Return the visible titles in this corner."""
        found = Q()
        if self.kind:
            found &= Q(kind=self.kind)
        if self.genre:
            rows = Title.genres.through.objects.filter(title=OuterRef("pk"))
            found &= Q(Exists(rows.filter(genre__in=Genre.objects.filter(name=self.genre))))
        if self.decade:
            found &= Q(year__range=(int(self.decade), int(self.decade) + 9))
        if self.country:
            found &= Q(countries__contains=[self.country])
        if self.language:
            found &= Q(original_language=self.language)
        if self.service:
            offers = Availability.objects.current(today)
            offers = offers.filter(title=OuterRef("pk"), service__slug=self.service)
            found &= Q(Exists(offers))
        if self.person:
            found &= Q(pk__in=Credit.objects.filter(person=int(self.person)).values("title"))
        return Title.objects.visible().filter(found)

    def wishes(self, *, person_name: str = "") -> str:
        """Return the same corner as the filters of a list of picks, for an address."""
        asked: dict[str, str | int] = {}
        for name, param in (("kind", "kinds"), ("genre", "genres"), ("country", "countries"),
                            ("language", "languages"), ("service", "services")):  # fmt: skip
            if getattr(self, name):
                asked[param] = getattr(self, name)
        if self.decade:
            asked |= {"min_year": self.decade, "max_year": int(self.decade) + 9}
        if person_name:
            asked["people"] = person_name
        return f"?{urlencode(asked)}" if asked else ""


class Way(NamedTuple):
    """A way further in: the corner it leads to, and how many titles are there."""

    label: str
    n: int
    corner: Corner


@dataclass(frozen=True)
class Facet:
    """One way to part the titles of a corner."""

    name: str
    label: str | Promise
    ways: tuple[Way, ...]


def read_corner(query: Mapping[str, str]) -> tuple[Corner, list[str]]:
    """Return the corner that an address names, and what is wrong with the address, in words.

    What makes no sense is left out of the corner.
    """
    given = {f.name: query.get(f.name, "")[:LONGEST].replace("\x00", "") for f in fields(Corner)}
    problems = []
    if given["kind"] and given["kind"] not in Kind.values:
        problems.append(f"“{given['kind']}” is no kind of title; there are film, series and book.")
        given["kind"] = ""
    if given["decade"] and not is_decade(given["decade"]):
        problems.append(f"“{given['decade']}” is no decade; one is named by a year, such as 1990.")
        given["decade"] = ""
    if given["decade"]:
        given["decade"] = str(int(given["decade"]) // 10 * 10)
    if given["person"] and not is_id(given["person"]):
        problems.append(f"“{given['person']}” is nobody's number; people are found by their pages.")
        given["person"] = ""
    return Corner(**given), problems


def is_decade(text: str) -> bool:
    """Return whether a text is a year that titles may have."""
    number = text.removeprefix("-")
    return number.isascii() and number.isdigit() and -3000 <= int(text[:6]) <= 2200


def facets_of(corner: Corner, *, today: datetime.date) -> tuple[Facet, ...]:
    """Return the ways further into a corner, with counts: those that are not taken yet.

    One statement, kept for ten minutes: the counts are the same for everybody.
    """
    counted = counts_in(corner, today=today)
    facets = []
    for name, label in FACETS.items():
        if getattr(corner, name):
            continue
        found = [(value, n) for what, value, n in counted if what == name and value]
        found.sort(key=order_of(name))
        words = words_for(name, [value for value, _ in found])
        ways = [
            Way(word, n, replace(corner, **{name: value}))
            for word, (value, n) in zip(words, found, strict=True)
        ]
        if ways:
            facets.append(Facet(name, label, tuple(ways)))
    return tuple(facets)


def n_in(corner: Corner, *, today: datetime.date) -> int:
    """Return how many titles a corner holds; every title has a kind."""
    return sum(n for what, _, n in counts_in(corner, today=today) if what == "kind")


def counts_in(corner: Corner, *, today: datetime.date) -> list[tuple[str, str, int]]:
    """Return (facet, value, how many titles) for every value that a title of the corner has."""
    key = f"browse:{uuid.uuid5(uuid.NAMESPACE_OID, f'{today}{corner}')}"
    counted = cache.get(key)
    if counted is None:
        counted = _count(corner, today=today)
        cache.set(key, counted, timeout=KEEP_SECONDS)
    return counted


def _count(corner: Corner, *, today: datetime.date) -> list[tuple[str, str, int]]:
    titles = corner.titles(today=today).order_by()
    inside = titles.values("pk")
    decade = Cast(Func(F("year") / 10.0, function="floor"), IntegerField()) * 10
    genres = Title.genres.through.objects.filter(title__in=inside)
    offers = Availability.objects.current(today).filter(title__in=inside)
    sources = {
        "kind": (titles, F("kind")),
        "genre": (genres, F("genre__name")),
        "decade": (titles.exclude(year=None), decade),
        "country": (titles, Func(F("countries"), function="unnest", output_field=TextField())),
        "language": (titles, F("original_language")),
        "service": (offers, F("service__slug")),
    }
    parts = []
    for name, (rows, value) in sources.items():
        if not getattr(corner, name) or name == "kind":
            n = Count("title", distinct=True) if name == "service" else Count("pk")
            told = rows.values(what=Value(name), value=Cast(value, TextField()))
            parts.append(told.annotate(n=n).values_list("what", "value", "n"))
    return list(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])


def order_of(name: str):
    """Return how the values of a facet are sorted: decades by time, others by how many."""
    if name == "decade":
        return lambda pair: -int(pair[0])
    if name == "kind":
        return lambda pair: list(KINDS).index(pair[0])
    return lambda pair: (-pair[1], pair[0])


def words_for(name: str, values: list[str]) -> list[str]:
    """Return the values of a facet in words."""
    if name == "kind":
        return [str(KINDS[value]) for value in values]
    if name == "decade":
        return [decade_in_words(value) for value in values]
    if name == "country":
        return countries_in_words(values)
    if name == "language":
        return languages_in_words(values)
    if name == "service":
        names = dict(service_names())
        return [names.get(value, value) for value in values]
    if name == "person":
        found = Person.objects.in_bulk([int(value) for value in values])
        return [found[int(value)].name if int(value) in found else "Nobody" for value in values]
    return values


def decade_in_words(first_year: str) -> str:
    """Return "1990s"; "800s BC" for what is older than the calendar."""
    year = int(first_year)
    return f"{year}s" if year >= 0 else f"{-year} BC"


def service_names() -> list[tuple[str, str]]:
    """Return (slug, name) of every service, kept for ten minutes."""
    found = cache.get("browse:services")
    if found is None:
        found = list(Service.objects.order_by("slug").values_list("slug", "name"))
        cache.set("browse:services", found, timeout=KEEP_SECONDS)
    return found
