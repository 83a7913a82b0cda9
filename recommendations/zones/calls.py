"""Shorter calls into the zones, for pages and engineers."""

import datetime
import uuid

from django.contrib.auth.models import AnonymousUser

from catalog.finding import find_by_name
from catalog.library import LibraryState
from catalog.models import Title
from recommendations.models import Vibe
from recommendations.said import signals_of
from recommendations.zones.anchor import Anchor
from recommendations.zones.pipeline import allowed, recommend, states_of
from recommendations.zones.reasons import own_words
from recommendations.zones.search import Search
from recommendations.zones.shelf import Pick, Shelf, Span, Why
from recommendations.zones.tonight import Tonight
from recommendations.zones.wants import Wants
from recommendations.zones.zone import Zone


def similar(
    title: Title,
    *,
    user=None,
    wants: Wants | None = None,
    n: int = 5,
    now: datetime.datetime,
) -> Shelf:
    """Return titles like this one, other forms of its own story left out."""
    zone = Anchor(like=(title.pk,), leaves_own_story=True)
    return recommend(user or AnonymousUser(), zone, wants=wants, n=n, now=now)


def fit(user, title: Title, *, now: datetime.datetime) -> Pick | None:
    """Return one title as Tonight sees it for this person; None for a taste yet unknown."""
    shelf = recommend(user, Tonight(), n=1, only=title.pk, open_id=title.pk, now=now)
    return shelf.picks[0] if shelf.picks and shelf.zone == Tonight.name else None


def named(user, zone: Search, words: str, *, wants: Wants, n: int, now: datetime.datetime) -> Shelf:
    """Return titles found by name alone, labelled: what a search gives without its encoder."""
    signals = signals_of(user, now=now)
    states = states_of(signals)
    allowed_ids = set(allowed(user, zone, wants, now=now).values_list("pk", flat=True))
    titles = [t for t in find_by_name(words, n=3 * n) if t.pk in allowed_ids][:n]
    picks = tuple(
        Pick(
            title=title,
            rank=place + 1,
            score=0.0,
            fit=0.0,
            reason=own_words(title),
            state=states.get(title.pk, LibraryState()),
        )
        for place, title in enumerate(titles)
    )
    fallback = (
        "Words cannot be understood at the moment, so these are titles found by name alone. "
        "Whoever runs this site finds the cause with 'manage.py doctor'."
    )
    return Shelf(zone.name, picks, n, fallback=fallback, key=str(uuid.uuid4()))


def state(user, *, now: datetime.datetime) -> dict[str, object]:
    """Return everything a person said about titles and their vibes, as plain data.

    In two statements; in none for a visitor.
    """
    living = Vibe.objects.owned_by(user).living().in_order()
    vibes = living.values_list("pk", "name") if user.is_authenticated else ()
    ratings: dict[int, float] = {}
    found: dict[str, list[int]] = {"favourites": [], "watchlist": [], "seen": [], "dismissed": []}
    lists = {"loved": "favourites", "saved": "watchlist", "seen": "seen", "dismissed": "dismissed"}
    groups = set()
    for signal in signals_of(user, now=now):
        if signal.kind == "rating":
            ratings[signal.title_id] = signal.stars
        elif signal.kind == "tapped":
            groups.add(signal.source)
        elif signal.title_id not in found[lists[signal.kind]]:
            found[lists[signal.kind]].append(signal.title_id)
    return {
        "ratings": ratings,
        **found,
        "groups": sorted(groups),
        "vibes": [{"id": pk, "name": name} for pk, name in vibes],
        "flags": {
            "is_member": user.is_authenticated and not user.is_guest,
            "is_guest": bool(getattr(user, "is_guest", False)),
            "theme": getattr(user, "theme", ""),
            "has_shortcuts": getattr(user, "has_shortcuts", True),
            "certificate_cap": getattr(user, "certificate_cap", None),
        },
    }


def explain(user, title: Title, *, zone: Zone, now: datetime.datetime) -> Why | None:
    """Return why a zone would show this title to this person, or None when it would not.

    Looks through the zone's first fifty.
    """
    shelf = recommend(user, zone, n=50, open_id=title.pk, now=now)
    return next((pick.why for pick in shelf.picks if pick.title.pk == title.pk), None)


def plain(spans: tuple[Span, ...]) -> str:
    """Return a sentence without its links."""
    return "".join(span.text for span in spans)
