"""What every list promises: nothing that was seen, turned down or is out of turn."""

import datetime

from django.db.models import Exists, OuterRef, Q

from catalog.models import Adaptation, Title
from catalog.models.titles import TitleQuerySet
from recommendations.taste.signals import Signal
from recommendations.tastes import signals_of
from recommendations.zones.wants import Wants
from recommendations.zones.zone import Zone


def allowed(
    user,
    zone: Zone,
    wants: Wants,
    *,
    now: datetime.datetime,
    signals: tuple[Signal, ...] | None = None,
) -> TitleQuerySet:
    """Return the titles that the filters and the guarantees of every list let through.

    The person's titles go in by their ids, which are known already: looking up in six tables what
    somebody said of each title takes the database four times as long.

    Args:
        signals: everything the person said; read when not given.
    """
    said = signals_of(user, now=now) if signals is None else signals
    seen = {s.title_id for s in said if s.kind in {"seen", "rating", "loved"}}
    tapped = {s.title_id for s in said if s.kind == "tapped"}
    gone = {s.title_id for s in said if s.kind == "dismissed" and s.source in {"", zone.name}}
    if not wants.include_seen:
        gone |= seen
    if zone.hides_saved:
        gone |= tapped | {s.title_id for s in said if s.kind == "saved"}
    titles = wants.titles(now.date()).complete().exclude(pk__in=sorted(gone))
    if not wants.include_seen:
        titles = next_parts(titles, seen)
    if zone.hides_saved:
        titles = new_stories(titles, seen | tapped)
    return titles


def next_parts(titles: TitleQuerySet, seen: set[int]) -> TitleQuerySet:
    """Return titles outside franchises, and of each franchise only the next part unseen.

    Parts count within one kind: a film's first part does not wait for the book's.
    """
    earlier = (
        Title.objects.visible()
        .filter(
            franchise=OuterRef("franchise"),
            kind=OuterRef("kind"),
            franchise_position__lt=OuterRef("franchise_position"),
        )
        .exclude(pk__in=sorted(seen))
    )
    return titles.filter(Q(franchise=None) | ~Exists(earlier))


def new_stories(titles: TitleQuerySet, known: set[int]) -> TitleQuerySet:
    """Return titles that are no other form of the stories of these.

    Somebody who loves the film has met the story of the novel; the title page leads there.
    """
    if not known:
        return titles
    ids = sorted(known)
    origins = Adaptation.objects.filter(form__in=ids).values("origin")
    forms = Adaptation.objects.filter(Q(origin__in=ids) | Q(origin__in=origins)).values("form")
    return titles.exclude(pk__in=origins).exclude(pk__in=forms)
