"""What lists ask of every title, as columns that each process holds while nothing changes."""

import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Q

from catalog.models import Adaptation, Change, LastSaid, Title

# A column of a title that has no such fact: numbers are NaN, ids are this.
NO_ID = -1
FACTS = (
    "pk", "kind", "year", "runtime", "certificate", "popularity", "original_language",
    "mood", "maker", "franchise_id", "franchise_position", "is_hidden", "is_adult",
    "is_complete",
)  # fmt: skip


class Edition(NamedTuple):
    """Which changes of the catalogue a transaction sees: how many, the last, and their sum.

    Changes are committed in another order than they are numbered, so the last alone tells nothing.
    """

    n: int = 0
    last: int = 0
    total: int = 0


def edition() -> Edition:
    """Return the edition of the catalogue that is seen at this moment, in one small statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(max(id), 0), coalesce(sum(id), 0)::bigint"
            " FROM catalog_change"
        )
        return Edition(*cursor.fetchone())


def editions(user_id: int) -> tuple[uuid.UUID | None, Edition]:
    """Return in which edition a person's statements are, and the catalogue, in one statement.

    Who never said anything has none.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT edition FROM catalog_lastsaid WHERE user_id = %s),"
            " count(*), coalesce(max(id), 0), coalesce(sum(id), 0)::bigint FROM catalog_change",
            [user_id],
        )
        said, *catalogue = cursor.fetchone()
        return said, Edition(*catalogue)


def forget_changes() -> int:
    """Delete all notes of changes but the newest and return how many those were.

    One that is in the middle of a transaction meanwhile stays: it is not seen here yet. Notes of
    people who are gone go as well.
    """
    people = get_user_model().objects.values("pk")
    LastSaid.objects.exclude(user_id__in=people).delete()
    newest = Change.objects.order_by("-pk").values_list("pk", flat=True).first()
    return Change.objects.filter(pk__lt=newest or 0).delete()[0]


@dataclass(frozen=True)
class Columns:
    """Facts of all titles, in the order of their ids.

    Attributes:
        ids: (n,) int64, rising.
        kinds, languages, moods: (n,) words; "" where unknown.
        makers: (n,) objects, str.
        years, runtimes, certificates: (n,) float64, NaN where unknown.
        popularities: (n,) float64 in [0, 1].
        franchises: (n,) int64, NO_ID outside franchises.
        positions: (n,) float64 within the franchise, NaN where unknown.
        stories: (n,) int64, the title that it was made from first, else itself.
        is_visible: (n,) not hidden by curators, and not for adults only.
        is_complete: (n,) whether it has a synopsis.
        origins, forms: (a,) int64: this title, and what was made from it.
    """

    ids: np.ndarray
    kinds: np.ndarray
    years: np.ndarray
    runtimes: np.ndarray
    certificates: np.ndarray
    popularities: np.ndarray
    languages: np.ndarray
    moods: np.ndarray
    makers: np.ndarray
    franchises: np.ndarray
    positions: np.ndarray
    stories: np.ndarray
    is_visible: np.ndarray
    is_complete: np.ndarray
    origins: np.ndarray
    forms: np.ndarray

    def rows_of(self, ids: np.ndarray) -> np.ndarray:
        """Return (k,) row numbers of titles, −1 for those that are not there."""
        ids = np.asarray(ids, dtype=np.int64)
        if not len(self.ids):
            return np.full(len(ids), -1)
        rows = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[rows] == ids, rows, -1)

    def among(self, ids: Iterable[int]) -> np.ndarray:
        """Return (n,) which titles are among these."""
        found = np.zeros(len(self.ids), dtype=bool)
        rows = self.rows_of(np.fromiter(ids, dtype=np.int64))
        found[rows[rows >= 0]] = True
        return found

    def is_next_part(self, *, seen: Iterable[int]) -> np.ndarray:
        """Return (n,) as `TitleQuerySet.next_parts` filters: no earlier part is left unseen."""
        placed, groups = self._series
        waits = np.zeros(len(self.ids), dtype=bool)
        if not len(placed):
            return ~waits
        unseen = self.is_visible[placed] & ~self.among(seen)[placed]
        first = np.full(groups.max() + 1, np.inf)
        np.minimum.at(first, groups[unseen], self.positions[placed][unseen])
        waits[placed] = self.positions[placed] > first[groups]
        return ~waits

    @cached_property
    def _series(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows of the parts of series, and a number for the series of each: of one kind.

        A part without a position is never earlier than another, and waits for none.
        """
        placed = np.flatnonzero((self.franchises != NO_ID) & ~np.isnan(self.positions))
        _, kinds = np.unique(self.kinds[placed], return_inverse=True)
        _, groups = np.unique(self.franchises[placed] * 8 + kinds, return_inverse=True)
        return placed, groups

    def is_of_other_stories(self, title_ids: Iterable[int]) -> np.ndarray:
        """Return (n,) as `TitleQuerySet.of_other_stories_than` filters."""
        known, (origins, forms) = self.among(title_ids), self._adapted
        made_from = np.zeros(len(self.ids), dtype=bool)
        made_from[origins[known[forms]]] = True
        made = np.zeros(len(self.ids), dtype=bool)
        made[forms[(known | made_from)[origins]]] = True
        return ~(made_from | made)

    @cached_property
    def _adapted(self) -> tuple[np.ndarray, np.ndarray]:
        """(a,) rows of `origins` and `forms`."""
        return self.rows_of(self.origins), self.rows_of(self.forms)


def columns(of: Edition) -> Columns:
    """Return the facts of all titles, read once an edition in each process."""
    with _ONE_READS:  # The others wait for what they would have to read as well.
        return _columns(of)


_ONE_READS = threading.Lock()


@lru_cache(maxsize=2)  # One that a transaction is just changing, and one as the others see it.
def _columns(of: Edition) -> Columns:
    titles = Title.objects.annotate(is_complete=~Q(synopsis=""))
    rows = list(titles.order_by("pk").values_list(*FACTS))
    by_name = dict(zip(FACTS, zip(*rows, strict=True), strict=True)) if rows else {}

    def words(name: str) -> np.ndarray:
        return np.array(by_name.get(name, ()), dtype=np.str_)

    def numbers(name: str) -> np.ndarray:
        return np.array([np.nan if v is None else v for v in by_name.get(name, ())], dtype=float)

    def flags(name: str) -> np.ndarray:
        return np.array(by_name.get(name, ()), dtype=bool)

    ids = np.array(by_name.get("pk", ()), dtype=np.int64)
    makers = np.empty(len(ids), dtype=object)
    makers[:] = by_name.get("maker", ())
    franchises = [NO_ID if v is None else v for v in by_name.get("franchise_id", ())]
    pairs = Adaptation.objects.values_list("origin_id", "form_id")
    origins, forms = np.array(list(pairs), dtype=np.int64).reshape(-1, 2).T
    found = Columns(
        ids=ids,
        kinds=words("kind"),
        years=numbers("year"),
        runtimes=numbers("runtime"),
        certificates=numbers("certificate"),
        popularities=numbers("popularity"),
        languages=words("original_language"),
        moods=words("mood"),
        makers=makers,
        franchises=np.array(franchises, dtype=np.int64),
        positions=numbers("franchise_position"),
        stories=ids.copy(),
        is_visible=~(flags("is_hidden") | flags("is_adult")),
        is_complete=flags("is_complete"),
        origins=origins,
        forms=forms,
    )
    first = np.full(len(ids), np.iinfo(np.int64).max)
    np.minimum.at(first, found.rows_of(forms), origins)
    found.stories[:] = np.where(first < np.iinfo(np.int64).max, first, ids)
    return found
