"""What a reader wants from a list: the hard filters."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, Q

from catalog.ages import UNKNOWN
from catalog.columns import Columns
from catalog.models import Availability, Credit, Mood, Title
from catalog.models.titles import TitleQuerySet
from catalog.words import countries_in_words, languages_in_words
from recommendations.taste.reading import hours

KIND_LABELS = {"film": "Films", "series": "Series", "book": "Books"}
# What is one filter for a reader and several parameters in the address.
TOGETHER = {"services": ("services", "region")}
# How each filter reads on its chip, from its value; services read with their region.
LABELS: dict[str, Callable[[Any], str]] = {
    "kinds": lambda v: " and ".join(KIND_LABELS.get(kind, kind) for kind in v),
    "min_year": lambda v: f"From {v}",
    "max_year": lambda v: f"Until {v}",
    "min_runtime": lambda v: f"Over {hours(v)}",
    "max_runtime": lambda v: f"Under {hours(v)}",
    "languages": lambda v: " or ".join(languages_in_words(v)),
    "countries": lambda v: "Made in " + " or ".join(countries_in_words(v)),
    "max_certificate": lambda v: f"Up to {v}",
    "genres": lambda v: " and ".join(v),
    "not_genres": lambda v: "Not " + ", ".join(g.lower() for g in v),
    "moods": lambda v: " or ".join(str(Mood(m).label) for m in v),
    "people": lambda v: "With " + " and ".join(v),
    "min_popularity": lambda v: f"The best known {1 - v:.0%}",
    "max_popularity": lambda v: f"The least known {v:.0%}",
    "include_seen": lambda v: "With what you have seen",
}


@dataclass(frozen=True)
class Wants:
    """Hard filters; an empty one lets everything through. Every zone takes all of them."""

    kinds: tuple[str, ...] = ()
    min_year: int | None = None
    max_year: int | None = None
    min_runtime: int | None = None
    max_runtime: int | None = None
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    max_certificate: int | None = None
    genres: tuple[str, ...] = ()
    not_genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    region: str = ""
    min_popularity: float | None = None
    max_popularity: float | None = None
    include_seen: bool = False

    def active(self) -> dict[str, Any]:
        """Return the filters that are set, by name."""
        return {
            f.name: value for f in fields(self) if (value := getattr(self, f.name)) != f.default
        }

    def without(self, *names: str) -> "Wants":
        """Return these wants with some filters taken off."""
        off = {param for name in names for param in TOGETHER.get(name, (name,))}
        changed: dict[str, Any] = {f.name: f.default for f in fields(self) if f.name in off}
        return replace(self, **changed)

    def labels(self, services: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return how each filter that is set reads on its chip, by its name.

        Args:
            services: names of services by slug; a slug without one stands for itself.
        """
        named = services or {}
        found = {
            name: LABELS[name](value)
            for name, value in self.active().items()
            if name not in TOGETHER["services"]
        }
        if self.services or self.region:
            on = " or ".join(named.get(slug, slug) for slug in self.services)
            place = ", ".join(countries_in_words([self.region])) if self.region else ""
            found["services"] = f"On {on or 'any service'}" + (f" ({place})" if place else "")
        return found

    def titles(self, today: datetime.date) -> TitleQuerySet:
        """Return the visible titles that pass every filter."""
        return Title.objects.visible().filter(self.condition(today))

    def condition(self, today: datetime.date) -> Q:
        """Return all filters as one condition on titles."""
        found = Q()
        for condition in self.conditions(today).values():
            found &= condition
        return found

    def conditions(self, today: datetime.date) -> dict[str, Q]:
        """Return what each filter asks of a title, by the filter's name, of those that ask it.

        A title whose fact is unknown does not pass a filter on that fact, except for the
        certificate's: an unknown certificate counts as 18. A region goes with its services.
        """
        found = {
            name: Q(**{lookup: value})
            for name, lookup, value in (
                ("kinds", "kind__in", self.kinds),
                ("min_year", "year__gte", self.min_year),
                ("max_year", "year__lte", self.max_year),
                ("min_runtime", "runtime__gte", self.min_runtime),
                ("max_runtime", "runtime__lte", self.max_runtime),
                ("languages", "original_language__in", self.languages),
                ("countries", "countries__overlap", list(self.countries)),
                ("max_certificate", "certificate__lte", self._cap),
                ("moods", "mood__in", self.moods),
                ("min_popularity", "popularity__gte", self.min_popularity),
                ("max_popularity", "popularity__lte", self.max_popularity),
            )
            if value not in (None, (), [])
        }
        return found | self._related(today)

    def passes(self, known: Columns, today: datetime.date) -> np.ndarray:
        """Return (n,) which titles are visible and pass every filter, as `titles` says in SQL.

        The database is asked only by filters that look further than the title's own columns.
        """
        found = known.is_visible.copy()
        for value, column in (
            (self.kinds, known.kinds),
            (self.languages, known.languages),
            (self.moods, known.moods),
        ):
            if value:
                found &= np.isin(column, value)
        # What is unknown is NaN, which is neither more nor less than anything.
        for least, most, column in (
            (self.min_year, self.max_year, known.years),
            (self.min_runtime, self.max_runtime, known.runtimes),
            (None, self._cap, known.certificates),
            (self.min_popularity, self.max_popularity, known.popularities),
        ):
            if least is not None:
                found &= column >= least
            if most is not None:
                found &= column <= most
        further = self._related(today)
        if self.countries:
            further["countries"] = Q(countries__overlap=list(self.countries))
        if further:
            rows = Title.objects.filter(*further.values()).values_list("pk", flat=True)
            found &= known.among(rows)
        return found

    @property
    def _cap(self) -> int | None:
        """The certificate that a title must not be above; none where all are let through."""
        return None if (self.max_certificate or 0) >= UNKNOWN else self.max_certificate

    def _related(self, today: datetime.date) -> dict[str, Q]:
        """Return the filters that look into other tables."""
        found: dict[str, Q] = {}
        genre_of = Title.genres.through.objects.filter(title=OuterRef("pk"))
        if self.genres:
            found["genres"] = Q()
            for name in self.genres:
                found["genres"] &= Q(Exists(genre_of.filter(genre__name=name)))
        if self.not_genres:
            found["not_genres"] = ~Q(Exists(genre_of.filter(genre__name__in=self.not_genres)))
        if self.people:
            found["people"] = Q()
            for name in self.people:
                credit = Credit.objects.filter(title=OuterRef("pk"), person__name__iexact=name)
                found["people"] &= Q(Exists(credit))
        if self.services or self.region:
            rows = Availability.objects.current(today).filter(title=OuterRef("pk"))
            if self.services:
                rows = rows.filter(service__slug__in=self.services)
            if self.region:
                rows = rows.filter(region=self.region)
            found["services"] = Q(Exists(rows))
        return found


def capped(wants: Wants, user) -> Wants:
    """Return the wants under the person's own certificate cap."""
    cap = getattr(user, "certificate_cap", None)
    if cap is None:
        return wants
    return replace(wants, max_certificate=min(cap, wants.max_certificate or UNKNOWN))
