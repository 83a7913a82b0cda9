"""Titles between the catalogue's tables and drafts, many at a time."""

import datetime
from collections.abc import Iterable
from dataclasses import replace

from django.db import connection, models, transaction
from django.utils.text import slugify

from catalog.copying import copy_in
from catalog.merging import ROLES, Draft
from catalog.models import (
    Adaptation,
    Availability,
    Company,
    Credit,
    Franchise,
    Genre,
    Person,
    Service,
    SourceRow,
    Title,
)
from catalog.naming import name_key
from catalog.sources.rows import TitleRow

COLUMNS = (
    "kind", "name", "original_name", "original_language", "other_names", "year", "end_year",
    "runtime", "seasons", "pages", "countries", "languages", "certificate", "themes", "moods",
    "mood", "maker", "synopsis", "synopsis_source", "poster_url", "franchise_position",
    "starter_id", "imdb_id", "tmdb_id", "movielens_id", "goodbooks_id", "isbn13", "sources",
    "renown", "n_votes", "mean_vote", "fetched_at",
)  # fmt: skip
STORED = (*COLUMNS, "name_keys", "franchise_id", "updated_at")
# What COPY has to be told of a new title, because these defaults are Django's.
_OF_NEW = {"is_adult": False, "is_hidden": False, "popularity": 0.5, "created_at": None}
BATCH = 2000


class Names:
    """The rows of one table of names, found or made by name; accents and case do not matter."""

    def __init__(self, model: type[models.Model]) -> None:
        self._model = model
        rows = list(model._default_manager.order_by("-pk").values_list("name", "pk"))
        self._ids = {name_key(name): pk for name, pk in rows}
        self._spelled = {name_key(name): name for name, _ in rows}

    def __getitem__(self, name: str) -> int:
        return self._ids[name_key(name)]

    def spelled(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the names as they were spelled when they were first met."""
        return tuple(self._spelled.setdefault(name_key(name), name) for name in names)

    def make(self, names: Iterable[str]) -> None:
        """Make rows for the names that have none."""
        names = self.spelled(names)
        missing = {key: name for name in names if (key := name_key(name)) not in self._ids}
        if not missing:
            return
        copy_in(self._model, *self._rows(missing.values()))
        made = self._model._default_manager.filter(name__in=list(missing.values()))
        self._ids |= {name_key(name): pk for name, pk in made.values_list("name", "pk")}

    def _rows(self, names: Iterable[str]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        if self._model is Service:
            return ("name", "slug"), [(n, slugify(n.replace("+", " plus"))) for n in names]
        return ("name",), [(name,) for name in names]


class Tables:
    """The catalogue's tables, read and written in chunks. One load at a time uses them."""

    def __init__(self) -> None:
        self.people, self.companies = Names(Person), Names(Company)
        self.genres, self.franchises = Names(Genre), Names(Franchise)
        self.services = Names(Service)
        self._spare_ids: list[int] = []
        rows = SourceRow.objects.values_list("source", "source_id", "title_id")
        self.title_of_row = {(source, row): pk for source, row, pk in rows.iterator(BATCH)}

    def new_id(self) -> int:
        """Return an id that no title has or will be given by the database."""
        if not self._spare_ids:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, 500)",
                    [Title._meta.db_table],
                )
                self._spare_ids = sorted((row[0] for row in cursor.fetchall()), reverse=True)
        return self._spare_ids.pop()

    def spelled(self, row: TitleRow) -> TitleRow:
        """Return the row with its people and companies spelled as the catalogue spells them."""
        return replace(
            row,
            directors=self.people.spelled(row.directors),
            creators=self.people.spelled(row.creators),
            authors=self.people.spelled(row.authors),
            cast=self.people.spelled(row.cast),
            companies=self.companies.spelled(row.companies),
        )

    def read(self, pks: Iterable[int]) -> dict[int, Draft]:
        """Return these titles as drafts."""
        pks = list(pks)
        titles = Title.objects.filter(pk__in=pks).values("pk", "franchise__name", *COLUMNS)
        drafts = {}
        for columns in titles:
            pk, franchise = columns.pop("pk"), columns.pop("franchise__name") or ""
            drafts[pk] = Draft(pk=pk, is_new=False, columns=columns, franchise=franchise)
        genres = Title.genres.through.objects.filter(title__in=pks).order_by("pk")
        for pk, name in genres.values_list("title_id", "genre__name"):
            drafts[pk].genres.append(name)
        companies = Title.companies.through.objects.filter(title__in=pks).order_by("pk")
        for pk, name in companies.values_list("title_id", "company__name"):
            drafts[pk].companies.append(name)
        credits = Credit.objects.filter(title__in=pks).order_by("position", "pk")
        for pk, role, name in credits.values_list("title_id", "role", "person__name"):
            drafts[pk].people.setdefault(role, []).append(name)
        offers = Availability.objects.filter(title__in=pks).select_related("service")
        for offer in offers:
            place = (offer.service.name, offer.region)
            drafts[offer.title_id].offers[place] = (offer.first_seen, offer.last_seen)
        return drafts

    def write(
        self,
        drafts: Iterable[Draft],
        placed: Iterable[tuple[TitleRow, int]],
        *,
        now: datetime.datetime,
    ) -> None:
        """Store what changed and which row went where, all or nothing."""
        drafts = [draft for draft in drafts if draft.changed]
        with transaction.atomic():
            self._make_names(drafts)
            copy_in(
                Title,
                ("id", *STORED, *_OF_NEW),
                [self._title(draft, now) for draft in drafts],
                unique=("id",),
                update=STORED,
            )
            self._write_links("genres", "genre_id", self.genres, drafts)
            self._write_links("companies", "company_id", self.companies, drafts)
            self._write_credits(drafts)
            self._write_offers(drafts)
            self._write_rows(placed)

    def _make_names(self, drafts: list[Draft]) -> None:
        """Make the people, companies, genres, franchises and services that are new."""
        for what, names in (("genres", self.genres), ("companies", self.companies)):
            names.make(
                name for draft in drafts if what in draft.changed for name in getattr(draft, what)
            )
        self.people.make(
            name
            for draft in drafts
            for role in draft.changed.intersection(ROLES)
            for name in draft.people[role]
        )
        self.franchises.make(draft.franchise for draft in drafts if draft.franchise)
        self.services.make(service for draft in drafts for service, _ in draft.offers)

    def _title(self, draft: Draft, now: datetime.datetime) -> tuple[object, ...]:
        """Return a title's row in the order of its columns."""
        get = draft.columns.get
        named = {name: get(name) for name in ("name", "original_name", "other_names")}
        franchise_id = self.franchises[draft.franchise] if draft.franchise else None
        stored = (
            *(get(name) for name in COLUMNS),
            Title(**named).folded_names(),
            franchise_id,
            now,
        )
        return (draft.pk, *stored, *(_OF_NEW | {"created_at": now}).values())

    def _write_links(self, what: str, column: str, names: Names, drafts: list[Draft]) -> None:
        """Replace the rows between titles and genres, or titles and companies."""
        through = Title._meta.get_field(what).remote_field.through
        changed = [draft for draft in drafts if what in draft.changed]
        old = [draft.pk for draft in changed if not draft.is_new]
        through._default_manager.filter(title__in=old).delete()
        links = [(draft.pk, names[name]) for draft in changed for name in getattr(draft, what)]
        copy_in(through, ("title_id", column), links)

    def _write_credits(self, drafts: list[Draft]) -> None:
        """Replace the credits of the roles that changed."""
        changed = [(draft, role) for draft in drafts for role in ROLES if role in draft.changed]
        for role in ROLES:
            old = [draft.pk for draft, each in changed if each == role and not draft.is_new]
            if old:
                Credit.objects.filter(title__in=old, role=role).delete()
        credits = [
            (draft.pk, self.people[name], role, position)
            for draft, role in changed
            for position, name in enumerate(draft.people[role])
        ]
        copy_in(Credit, ("title_id", "person_id", "role", "position"), credits)

    def _write_offers(self, drafts: list[Draft]) -> None:
        """Store from when to when each service had the titles."""
        offers = [
            (draft.pk, self.services[service], region, first, last)
            for draft in drafts
            if "offers" in draft.changed
            for (service, region), (first, last) in draft.offers.items()
        ]
        columns = ("title_id", "service_id", "region", "first_seen", "last_seen")
        copy_in(Availability, columns, offers, unique=columns[:3], update=columns[3:])

    def _write_rows(self, placed: Iterable[tuple[TitleRow, int]]) -> None:
        """Remember which row of a source went into which title."""
        places = {(row.source, row.source_id): (pk, row.source_url) for row, pk in placed}
        new = [
            (*place, pk, url)
            for place, (pk, url) in places.items()
            if self.title_of_row.get(place) != pk
        ]
        columns = ("source", "source_id", "title_id", "url")
        copy_in(SourceRow, columns, new, unique=columns[:2], update=columns[2:])
        self.title_of_row |= {(source, row): pk for source, row, pk, _ in new}


def write_adaptations(pairs: Iterable[tuple[int, int]]) -> int:
    """Store which titles were made from which, as (origin, form); return how many are new."""
    known = set(Adaptation.objects.values_list("origin_id", "form_id"))
    new = [pair for pair in dict.fromkeys(pairs) if pair not in known and pair[0] != pair[1]]
    rows = [Adaptation(origin_id=origin, form_id=form) for origin, form in new]
    Adaptation.objects.bulk_create(rows, ignore_conflicts=True)
    return len(new)


def rank_popularity() -> int:
    """Bring every title's percentile within its kind up to date; return how many moved.

    Renown counts first, then votes, then how many sources know the title. Titles that are equal
    in all three share the middle of their ranks.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RANK)
        return cursor.rowcount


_RANK = """
    UPDATE catalog_title AS title
    SET popularity = ranked.popularity
    FROM (
        SELECT id, round(((percent_rank() OVER kinds + cume_dist() OVER kinds) / 2)::numeric, 4)
            ::double precision AS popularity
        FROM catalog_title
        WINDOW kinds AS (
            PARTITION BY kind
            ORDER BY coalesce(renown, 1), coalesce(n_votes, 0), cardinality(sources)
        )
    ) AS ranked
    WHERE ranked.id = title.id AND title.popularity IS DISTINCT FROM ranked.popularity
"""
