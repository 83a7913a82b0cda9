"""Everything a title's page tells, gathered in a fixed number of queries."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext

from catalog.models import Adaptation, Availability, Company, Credit, Genre, Kind, Person, Title
from catalog.words import countries_in_words, languages_in_words

MOST_CAST, MOST_PARTS, MOST_FORMS, MOST_OFFERS = 12, 40, 24, 200
OUR_SYNOPSES = ("", "MovieDB")
# Heavy columns that no page shows.
HEAVY = ("name_keys", "search_document")


@dataclass(frozen=True)
class Fact:
    """One line of the facts: what it is about, and what is known."""

    label: str
    words: tuple[str, ...]
    urls: tuple[str, ...] = ()  # where each of the words leads, if anywhere

    @property
    def linked(self) -> list[tuple[str, str]]:
        """Return the words, each with where it leads, or ""."""
        return list(zip_longest(self.words, self.urls, fillvalue=""))


@dataclass(frozen=True)
class Form:
    """Another form of the same story, and how the two belong together."""

    title: Title
    relation: str


@dataclass
class Offer:
    """A service that had the title, where, and when that was last confirmed."""

    service: str
    as_of: datetime.date
    regions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Facts:
    """What is known of a title."""

    makers: Fact
    stars: Fact  # the first two of the cast
    made_of: tuple[Fact, ...]  # genres, themes, moods
    lines: tuple[Fact, ...]
    synopsis_source: str
    synopsis_url: str
    parts: tuple[Title, ...]
    forms: tuple[Form, ...]


def titles_for_pages() -> QuerySet[Title]:
    """Return titles in one query with their franchise and the names of genres and companies.

    They know as well whether they have other forms.
    """
    genres = Genre.objects.filter(titles=OuterRef("pk")).order_by("name").values("name")
    companies = Company.objects.filter(titles=OuterRef("pk")).order_by("name").values("name")
    forms = Adaptation.objects.filter(Q(origin=OuterRef("pk")) | Q(form=OuterRef("pk")))
    return (
        Title.objects.select_related("franchise")
        .defer(*HEAVY)
        .annotate(
            genre_names=ArraySubquery(genres),
            company_names=ArraySubquery(companies),
            has_forms=Exists(forms),
        )
    )


def facts_about(title: Title) -> Facts:
    """Gather what is known of a title of `titles_for_pages`, in at most four queries."""
    source = "" if title.synopsis_source in OUR_SYNOPSES else title.synopsis_source
    credits = Credit.objects.filter(title=title).select_related("person")
    people: dict[str, list[Person]] = {role: [] for role in Credit.Role.values}
    for credit in credits.order_by("position", "pk"):
        people[credit.role].append(credit.person)
    makers = people["director"] or people["creator"] or people["author"]
    return Facts(
        makers=fact_of_people("", makers[:3]),
        stars=fact_of_people("", people["cast"][:2]),
        made_of=tuple(line for line in ingredients(title) if line.words),
        lines=tuple(line for line in fact_lines(title, people) if line.words),
        synopsis_source=source,
        synopsis_url=source_url(title, source),
        parts=franchise_parts(title),
        forms=other_forms(title),
    )


def source_url(title: Title, source: str) -> str:
    """Return the page that a source's text was taken from, where it has one."""
    if not source:
        return ""
    rows = title.source_rows.filter(source__istartswith=re.split(r"\W", source)[0])
    urls = rows.filter(url__startswith="https://").order_by("pk").values_list("url", flat=True)
    return urls.first() or ""


def ingredients(title: Title) -> list[Fact]:
    """Return what a title is made of; some of it may be empty."""
    return [
        fact_of_corners(gettext("Genres"), title.genre_names, title.genre_names, "genre"),
        Fact(gettext("About"), tuple(title.themes)),
        Fact(gettext("Mood"), tuple(title.moods)),
    ]


def fact_of_people(label: str, people: Sequence[Person]) -> Fact:
    """Return people as a line, each leading to their page."""
    urls = tuple(reverse("person", args=[person.pk]) for person in people)
    return Fact(label, tuple(person.name for person in people), urls)


def fact_of_corners(label: str, words: Sequence[str], values: Sequence[str], name: str) -> Fact:
    """Return words as a line, each leading to the corner of the catalogue it names.

    Args:
        values: as they stand in addresses, for as many of the words as have a corner.
        name: what they are, such as "genre".
    """
    urls = tuple(f"{reverse('browse')}?{urlencode({name: value})}" for value in values)
    return Fact(label, tuple(words), urls)


def fact_lines(title: Title, people: dict[str, list[Person]]) -> list[Fact]:
    """Return the facts in the order in which they are shown; some may be empty."""
    n_countries, n_languages = len(title.countries), len(title.languages)
    company = gettext("Published by") if title.kind == Kind.BOOK else gettext("Made by")
    age = ""
    if title.certificate is not None:
        years = title.certificate
        age = gettext("From %(n)d years") % {"n": years} if years else gettext("For all ages")
    has_other_name = title.original_name not in ("", title.name)
    return [
        Fact(gettext("Original title"), (title.original_name,) if has_other_name else ()),
        fact_of_people(gettext("Directed by"), people["director"]),
        fact_of_people(gettext("Created by"), people["creator"]),
        fact_of_people(pgettext("author", "Written by"), people["author"]),
        fact_of_people(gettext("With"), people["cast"][:MOST_CAST]),
        Fact(company, tuple(title.company_names)),
        fact_of_corners(
            ngettext("Country", "Countries", n_countries),
            countries_in_words(title.countries),
            title.countries,
            "country",
        ),
        # Titles are browsed by the language they were made in, which stands first.
        fact_of_corners(
            ngettext("Language", "Languages", n_languages),
            languages_in_words(title.languages),
            [code for code in title.languages[:1] if code == title.original_language],
            "language",
        ),
        Fact(gettext("Suggested age"), (age,) if age else ()),
    ]


def franchise_parts(title: Title) -> tuple[Title, ...]:
    """Return every part of the title's franchise in order, itself among them; else nothing."""
    if not title.franchise_id:
        return ()
    parts = Title.objects.visible().filter(franchise=title.franchise_id).for_cards()
    found = tuple(parts.order_by("kind", "franchise_position", "year", "pk")[:MOST_PARTS])
    return found if len(found) > 1 else ()


def other_forms(title: Title) -> tuple[Form, ...]:
    """Return what the title was made from, what was made from it, and what shares its origin."""
    if not title.has_forms:
        return ()  # as of most titles; what follows takes longer than the rest of the page
    rows = (
        Adaptation.objects.filter(
            Q(origin=title) | Q(form=title) | Q(origin__forms__form=title),
        )
        .select_related("origin", "form")
        .defer(*(f"{end}__{name}" for end in ("origin", "form") for name in HEAVY))
        .distinct()
        .order_by("pk")[:MOST_FORMS]
    )
    found: dict[int, Form] = {}
    for row in sorted(rows, key=lambda row: title.pk not in (row.origin_id, row.form_id)):
        other = row.origin if row.form_id == title.pk else row.form
        if other.pk == title.pk or other.is_hidden or other.is_adult:
            continue
        found.setdefault(other.pk, Form(other, relation_words(row, title)))
    return tuple(sorted(found.values(), key=lambda form: (form.title.year or 0, form.title.pk)))


def relation_words(row: Adaptation, title: Title) -> str:
    """Return how another form belongs to the title, in a sentence."""
    kinds = {
        Kind.FILM: gettext("film"), Kind.SERIES: gettext("series"), Kind.BOOK: gettext("book")
    }  # fmt: skip
    this = kinds[Kind(title.kind)]
    if row.form_id == title.pk:
        if row.origin.kind == title.kind:
            return gettext("An earlier telling of the same story.")
        return gettext("The %(this)s grew out of it.") % {"this": this}
    if row.origin_id == title.pk:
        if row.form.kind == title.kind:
            return gettext("A later telling of the same story.")
        return gettext("Made from the %(this)s.") % {"this": this}
    return gettext("Another telling of %(name)s.") % {"name": row.origin.name}


def offers_of(title: Title) -> tuple[Offer, ...]:
    """Return which services had the title, the latest confirmed first."""
    rows = Availability.objects.filter(title=title).select_related("service")
    offers: dict[str, Offer] = {}
    for row in rows.order_by("-last_seen", "service__name", "region")[:MOST_OFFERS]:
        offer = offers.setdefault(row.service.name, Offer(row.service.name, row.last_seen))
        if row.last_seen == offer.as_of:
            offer.regions.append(row.region)
    return tuple(offers.values())
