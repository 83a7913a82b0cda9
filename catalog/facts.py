"""Everything a title's page tells, gathered in a fixed number of queries."""

import datetime
import re
from dataclasses import dataclass, field

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.utils.translation import gettext, ngettext, pgettext

from catalog.models import Adaptation, Availability, Company, Credit, Genre, Kind, Title
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

    makers: tuple[str, ...]
    stars: tuple[str, ...]  # the first two of the cast
    made_of: tuple[Fact, ...]  # genres, themes, moods
    lines: tuple[Fact, ...]
    synopsis_source: str
    synopsis_url: str
    parts: tuple[Title, ...]
    forms: tuple[Form, ...]


def titles_for_pages() -> QuerySet[Title]:
    """Return titles with their franchise and the names of genres and companies, in one query."""
    genres = Genre.objects.filter(titles=OuterRef("pk")).order_by("name").values("name")
    companies = Company.objects.filter(titles=OuterRef("pk")).order_by("name").values("name")
    return (
        Title.objects.select_related("franchise")
        .defer(*HEAVY)
        .annotate(genre_names=ArraySubquery(genres), company_names=ArraySubquery(companies))
    )


def facts_about(title: Title) -> Facts:
    """Gather what is known of a title of `titles_for_pages`, in at most four queries."""
    source = "" if title.synopsis_source in OUR_SYNOPSES else title.synopsis_source
    credits = Credit.objects.filter(title=title).select_related("person")
    people: dict[str, list[str]] = {role: [] for role in Credit.Role.values}
    for credit in credits.order_by("position", "pk"):
        people[credit.role].append(credit.person.name)
    return Facts(
        makers=tuple(people["director"] or people["creator"] or people["author"])[:3],
        stars=tuple(people["cast"][:2]),
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
        Fact(gettext("Genres"), tuple(title.genre_names)),
        Fact(gettext("About"), tuple(title.themes)),
        Fact(gettext("Mood"), tuple(title.moods)),
    ]


def fact_lines(title: Title, people: dict[str, list[str]]) -> list[Fact]:
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
        Fact(gettext("Directed by"), tuple(people["director"])),
        Fact(gettext("Created by"), tuple(people["creator"])),
        Fact(pgettext("author", "Written by"), tuple(people["author"])),
        Fact(gettext("With"), tuple(people["cast"][:MOST_CAST])),
        Fact(company, tuple(title.company_names)),
        Fact(
            ngettext("Country", "Countries", n_countries),
            tuple(countries_in_words(title.countries)),
        ),
        Fact(
            ngettext("Language", "Languages", n_languages),
            tuple(languages_in_words(title.languages)),
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
