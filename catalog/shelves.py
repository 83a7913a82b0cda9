"""A person's library: five tabs of titles, each from one kind of statement."""

import datetime
import random
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.library import STATEMENTS, Person
from catalog.models import Title

PER_PAGE = 24
LOVED_STARS, MOST_LOVED = 4, 24
ADDED, NAME, YEAR, STARS = "added", "name", "year", "stars"


@dataclass(frozen=True)
class Tab:
    """One tab of the library.

    Attributes:
        statement, related: the model's name, and the name of its rows at a title.
        moment: the column that says when it was said.
        action: the verb that takes a title off.
    """

    name: str
    label: str | Promise
    statement: str
    related: str
    action: str
    action_label: str | Promise
    added_label: str | Promise
    moment: str = "created_at"
    sorts: tuple[str, ...] = (ADDED, NAME, YEAR)


TABS = {
    tab.name: tab
    for tab in (
        Tab("watchlist", _("Watchlist"), "save", "saves", "unsave", _("Remove"), _("Saved")),
        Tab(
            "favourites", _("Favourites"), "favourite", "favourites", "unlove", _("Remove"),
            _("Loved since"),
        ),
        Tab(
            "rated", _("Rated"), "rating", "ratings", "unrate", _("Clear rating"), _("Rated"),
            moment="rated_at", sorts=(ADDED, STARS, NAME, YEAR),
        ),
        Tab("seen", _("Seen"), "viewing", "viewings", "unseen", _("Not seen"), _("Marked")),
        Tab(
            "dismissed", _("Not for me"), "dismissal", "dismissals", "undismiss", _("Show again"),
            _("Put away"),
        ),
    )
}  # fmt: skip
SORT_LABELS = {
    ADDED: _("Added last"),
    STARS: _("By stars"),
    NAME: _("By name"),
    YEAR: _("By year"),
}
ORDERS: dict[str, Callable[[], tuple]] = {
    ADDED: lambda: ("-added_at", "-pk"),
    STARS: lambda: ("-given", "-added_at", "-pk"),
    NAME: lambda: (Lower("name"), "pk"),
    YEAR: lambda: (F("year").desc(nulls_last=True), Lower("name"), "pk"),
}


def titles_on(tab: Tab, user: Person, *, sort: str = ADDED) -> QuerySet[Title]:
    """Return the visible titles on a tab with `added_at`, and `given` stars where rated."""
    if user.is_anonymous:
        return Title.objects.none()
    titles = Title.objects.visible().filter(**{f"{tab.related}__user": user})
    titles = titles.annotate(added_at=Max(f"{tab.related}__{tab.moment}"))
    if STARS in tab.sorts:
        titles = titles.annotate(given=Max("ratings__stars"))
    return titles.for_cards().order_by(*ORDERS[sort if sort in tab.sorts else ADDED]())


def counts(user: Person) -> dict[str, int]:
    """Return how many titles stand on each tab, in one query; in none for a visitor."""
    found = dict.fromkeys(TABS, 0)
    if user.is_anonymous:
        return found
    queries = [
        STATEMENTS[tab.statement]
        .objects.filter(user=user, title__is_hidden=False, title__is_adult=False)
        .values(tab=Value(tab.name))
        .annotate(n=Count("title", distinct=True))
        .values_list("tab", "n")
        for tab in TABS.values()
    ]
    return found | dict(queries[0].union(*queries[1:]))


def pick_one(user: Person, *, day: datetime.date, turn: int) -> Title | None:
    """Return a title of the watchlist that the person has not seen; None when there is none.

    The same one all day for the same `turn`; turn by turn every title comes up once.
    """
    if user.is_anonymous:
        return None
    waiting = Title.objects.visible().filter(saves__user=user).unseen_by(user)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return None
    random.Random(f"{day}-{user.pk}").shuffle(ids)  # noqa: S311
    return Title.objects.for_cards().get(pk=ids[turn % len(ids)])


def loved_by(user: Person) -> QuerySet[Title]:
    """Return the visible titles somebody loved or gave four stars or more, the newest first."""
    favourites = user.favourites.filter(title=OuterRef("pk"))
    ratings = user.ratings.filter(title=OuterRef("pk"), stars__gte=LOVED_STARS)
    said = Coalesce(Subquery(favourites.values("created_at")), Subquery(ratings.values("rated_at")))
    titles = Title.objects.visible().annotate(said_at=said).exclude(said_at=None)
    return titles.for_cards().order_by("-said_at", "-pk")[:MOST_LOVED]
