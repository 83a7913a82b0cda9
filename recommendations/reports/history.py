"""What was shown to somebody, list by list, to read and to delete."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from recommendations.models import Session, Shown

PER_PAGE = 20
PLACES = "places"  # the name under which a list carries its titles
HEAVY = ("title__name_keys", "title__search_document")
# What a person did with a title of a list, as `Shown.action` keeps it.
DONE = {
    "save": _("Saved"),
    "love": _("Loved"),
    "seen": _("Seen"),
    "dismiss": _("Not for me"),
}


@dataclass(frozen=True)
class ServedTitle:
    """A title as it was shown; `done` says in words what was done with it, or ""."""

    shown: Shown
    done: str


@dataclass(frozen=True)
class Served:
    """One list as it was shown."""

    session: Session
    zone: str
    url_name: str
    titles: tuple[ServedTitle, ...]


def lists_shown_to(person: Any) -> Paginator:
    """Return the lists that somebody was shown, newest first, in pages of `Served`."""
    places = Shown.objects.filter(title__is_hidden=False, title__is_adult=False)
    places = places.select_related("title").defer(*HEAVY, "scores").order_by("rank", "pk")
    sessions = Session.objects.none()
    if person.pk is not None:
        sessions = Session.objects.filter(user=person.pk).defer("wants", "trace")
    sessions = sessions.prefetch_related(Prefetch("shown", queryset=places, to_attr=PLACES))
    return Paginator(sessions.order_by("-served_at", "-pk"), PER_PAGE)


def served(session: Session, *, pages: Mapping[str, tuple[str, str]]) -> Served:
    """Return a list of `lists_shown_to` in words.

    Args:
        pages: zone's name → (its label, its page's name in the addresses, or "").
    """
    label, url_name = pages.get(session.zone, (session.zone, ""))
    return Served(
        session,
        zone=label,
        url_name=url_name,
        titles=tuple(
            ServedTitle(shown, str(DONE.get(shown.action, "")))
            for shown in getattr(session, PLACES)
        ),
    )


def forget(person: Any, *, session_id: int | None = None) -> int:
    """Delete one list of somebody's, or all of them, and return how many there were."""
    own = (
        Session.objects.filter(user=person.pk) if person.pk is not None else Session.objects.none()
    )
    own = own if session_id is None else own.filter(pk=session_id)
    _n, rows = own.delete()
    return rows.get(Session._meta.label, 0)
