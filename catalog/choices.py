"""What there is to choose from: genres, languages, countries and services of the catalogue."""

import datetime
import time
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from rapidfuzz import fuzz, process

from catalog.models import Person
from catalog.models.availability import CONFIRMED_WITHIN
from catalog.naming import name_key
from catalog.words import countries_in_words, languages_in_words
from moviedb.cache import remember

KEY, KEEP_SECONDS = "choices", 600
MOST_OF_A_KIND = 60
MOST_NAMES, FEWEST_LETTERS = 8, 2
NAMES_SECONDS = 60
LIKE_ENOUGH = 75
# One statement, because every page with filters may be the one that asks for it.
COUNTED = """
    SELECT 'genre', g.name, '', '', count(*)::int, NULL::date
      FROM catalog_title_genres tg JOIN catalog_genre g ON g.id = tg.genre_id
      JOIN catalog_title t ON t.id = tg.title_id AND NOT t.is_hidden AND NOT t.is_adult
      GROUP BY g.name
    UNION ALL SELECT 'language', original_language, '', '', count(*)::int, NULL
      FROM catalog_title WHERE NOT is_hidden AND NOT is_adult AND original_language <> ''
      GROUP BY original_language
    UNION ALL SELECT 'country', country, '', '', count(*)::int, NULL
      FROM catalog_title, unnest(countries) AS country WHERE NOT is_hidden AND NOT is_adult
      GROUP BY country
    UNION ALL SELECT 'service', s.slug, s.name, a.region, count(*)::int, max(a.last_seen)
      FROM catalog_availability a JOIN catalog_service s ON s.id = a.service_id
      GROUP BY s.slug, s.name, a.region
    ORDER BY 1, 5 DESC, 2
"""


@dataclass(frozen=True)
class ServiceChoice:
    """A service of the catalogue.

    Attributes:
        regions: where titles of it are known, as (code, name) pairs by name.
        as_of: when any of them was last confirmed.
    """

    slug: str
    name: str
    regions: tuple[tuple[str, str], ...]
    as_of: datetime.date

    def is_current(self, today: datetime.date) -> bool:
        """Return whether what it has is known well enough to filter by."""
        return self.as_of >= today - CONFIRMED_WITHIN


@dataclass(frozen=True, eq=False)
class Choices:
    """What there is to choose from; pairs are (as it stands in addresses, in words).

    Compared as one thing, not by its hundreds of words: pages ask each time whether it is the same.

    Genres stand by name, languages and countries by how many titles they have; of the latter two
    only the most frequent are listed.
    """

    genres: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]
    countries: tuple[tuple[str, str], ...]
    services: tuple[ServiceChoice, ...]

    @property
    def service_names(self) -> dict[str, str]:
        """Return the services' names by slug."""
        return {service.slug: service.name for service in self.services}

    @property
    def regions(self) -> tuple[tuple[str, str], ...]:
        """Return where any service has titles, by name."""
        found = {region for service in self.services for region in service.regions}
        return tuple(sorted(found, key=lambda pair: pair[1]))


def choices() -> Choices:
    """Return what the catalogue has to choose from, in one statement at most every ten minutes."""
    return remember(KEY, _count, timeout=KEEP_SECONDS)


def _count() -> Choices:
    with connection.cursor() as cursor:
        cursor.execute(COUNTED)
        rows = cursor.fetchall()
    found: dict[str, list[str]] = defaultdict(list)
    services: dict[str, tuple[str, list[str], datetime.date]] = {}
    for what, code, name, region, _, day in rows:
        if what == "service":
            known = services.get(code, (name, [], day))
            services[code] = (name, [*known[1], region], max(known[2], day))
        else:
            found[what].append(code)
    languages = found["language"][:MOST_OF_A_KIND]
    countries = found["country"][:MOST_OF_A_KIND]
    return Choices(
        tuple(sorted(found["genre"])),
        tuple(zip(languages, languages_in_words(languages), strict=True)),
        tuple(zip(countries, countries_in_words(countries), strict=True)),
        tuple(
            ServiceChoice(slug, name, by_name(regions), day)
            for slug, (name, regions, day) in sorted(services.items(), key=lambda p: p[1][0])
        ),
    )


def by_name(codes: list[str]) -> tuple[tuple[str, str], ...]:
    """Return countries as (code, name) pairs by name."""
    pairs = zip(codes, countries_in_words(codes), strict=True)
    return tuple(sorted(pairs, key=lambda pair: pair[1]))


def people_named(text: str) -> list[str]:
    """Return up to eight names of people in which a word begins with this text, shortest first."""
    words = " ".join(text.replace("\x00", "").split())[:80]
    if len(words) < FEWEST_LETTERS:
        return []
    begins = Person.objects.filter(name__istartswith=words)
    inside = Person.objects.filter(name__icontains=f" {words}")
    names = begins.union(inside).values_list("name", flat=True)[: 20 * MOST_NAMES]
    return sorted(names, key=lambda name: (len(name), name))[:MOST_NAMES]


def people_like(name: str) -> tuple[bool, list[str]]:
    """Return whether somebody is called so, and who is called nearly so, up to three."""
    names, keys = _people(int(time.monotonic() / NAMES_SECONDS))
    hits = process.extract(
        name_key(name), keys, scorer=fuzz.token_sort_ratio, limit=3, score_cutoff=LIKE_ENOUGH
    )
    alike = list(dict.fromkeys(names[place] for _, _, place in hits))
    is_known = any(other.lower() == name.lower() for other in alike)
    return is_known, [] if is_known else alike


@lru_cache(maxsize=1)
def _people(minute: int) -> tuple[list[str], list[str]]:
    """Return everybody's name, plain and folded, read anew every minute."""
    names = list(Person.objects.order_by("pk").values_list("name", flat=True))
    return names, [name_key(name) for name in names]
