"""What a reader wants from a list: the hard filters."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q

from catalog.models import Availability, Credit, Mood, Title
from catalog.models.titles import TitleQuerySet
from recommendations.taste.reading import LANGUAGES, hours

KIND_LABELS = {"film": "Films", "series": "Series", "book": "Books"}
# How each filter reads on its chip, from its value.
LABELS: dict[str, Callable[[Any], str]] = {
    "kinds": lambda v: " and ".join(KIND_LABELS.get(kind, kind) for kind in v),
    "min_year": lambda v: f"From {v}",
    "max_year": lambda v: f"Until {v}",
    "min_runtime": lambda v: f"Over {hours(v)}",
    "max_runtime": lambda v: f"Under {hours(v)}",
    "languages": lambda v: ", ".join(LANGUAGES[c][0] if c in LANGUAGES else c for c in v),
    "countries": lambda v: ", ".join(v),
    "max_certificate": lambda v: f"Up to {v}",
    "genres": lambda v: " and ".join(v),
    "not_genres": lambda v: "Not " + ", ".join(g.lower() for g in v),
    "moods": lambda v: ", ".join(str(Mood(m).label) for m in v),
    "people": lambda v: "With " + ", ".join(v),
    "services": lambda v: "On " + ", ".join(v),
    "region": lambda v: f"In {v}",
    "min_popularity": lambda v: f"Better known than {v:.0%}",
    "max_popularity": lambda v: f"Less known than {1 - v:.0%}",
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

    def without(self, name: str) -> "Wants":
        """Return these wants with one filter taken off."""
        default: Any = next(f.default for f in fields(self) if f.name == name)
        changed: dict[str, Any] = {name: default}
        return replace(self, **changed)

    def titles(self, today: datetime.date) -> TitleQuerySet:
        """Return the visible titles that pass every filter."""
        return Title.objects.visible().filter(self.condition(today))

    def condition(self, today: datetime.date) -> Q:
        """Return the filters as one condition on titles.

        A title whose fact is unknown does not pass a filter on that fact, except for the
        certificate's: an unknown certificate counts as 18.
        """
        found = Q()
        if self.kinds:
            found &= Q(kind__in=self.kinds)
        for name, bound in (
            ("year__gte", self.min_year),
            ("year__lte", self.max_year),
            ("runtime__gte", self.min_runtime),
            ("runtime__lte", self.max_runtime),
            ("popularity__gte", self.min_popularity),
            ("popularity__lte", self.max_popularity),
        ):
            if bound is not None:
                found &= Q(**{name: bound})
        if self.max_certificate is not None and self.max_certificate < 18:
            found &= Q(certificate__lte=self.max_certificate)
        if self.languages:
            found &= Q(original_language__in=self.languages)
        if self.countries:
            found &= Q(countries__overlap=list(self.countries))
        if self.moods:
            found &= Q(mood__in=self.moods)
        return found & self._related(today)

    def _related(self, today: datetime.date) -> Q:
        """Return the filters that look into other tables."""
        found = Q()
        genre_of = Title.genres.through.objects.filter(title=OuterRef("pk"))
        for name in self.genres:
            found &= Q(Exists(genre_of.filter(genre__name=name)))
        if self.not_genres:
            found &= ~Q(Exists(genre_of.filter(genre__name__in=self.not_genres)))
        for name in self.people:
            credit = Credit.objects.filter(title=OuterRef("pk"), person__name__iexact=name)
            found &= Q(Exists(credit))
        if self.services:
            week = today - datetime.timedelta(days=7)
            rows = Availability.objects.on_day(week).filter(
                title=OuterRef("pk"), service__slug__in=self.services
            )
            if self.region:
                rows = rows.filter(region=self.region)
            found &= Q(Exists(rows))
        return found
