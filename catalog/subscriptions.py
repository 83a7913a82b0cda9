"""Which services a person has, and where they watch."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction

from catalog.choices import choices
from catalog.models import Availability, Service, Subscription

KEEP_SECONDS = 600


@dataclass(frozen=True)
class Subscribed:
    """A person's services, by slug, and their country; both may be empty."""

    services: tuple[str, ...] = ()
    region: str = ""


def subscriptions_of(person) -> Subscribed:
    """Return what a person has, in one statement at most; nothing for a visitor."""
    if person is None or person.is_anonymous:
        return Subscribed()
    kept = cache.get(_key(person))
    if kept is None:
        rows = Subscription.objects.filter(user=person).order_by("service__slug")
        found = list(rows.values_list("service__slug", "region"))
        regions = [region for _, region in found if region]
        kept = Subscribed(tuple(slug for slug, _ in found), regions[0] if regions else "")
        cache.set(_key(person), kept, timeout=KEEP_SECONDS)
    return kept


def services_of(
    title_ids: Collection[int], person, *, today: datetime.date
) -> dict[int, tuple[str, ...]]:
    """Return the names of the services that have each of these titles now, the person's own first.

    In their country, where they named one. One statement, and none while no service of the
    catalogue was confirmed lately.
    """
    if not any(service.is_current(today) for service in choices().services):
        return {}
    own = subscriptions_of(person)
    rows = Availability.objects.current(today).filter(title__in=list(title_ids))
    if own.region:
        rows = rows.filter(region=own.region)
    found: dict[int, dict[str, str]] = {}
    for title_id, slug, name in rows.values_list("title_id", "service__slug", "service__name"):
        found.setdefault(title_id, {})[slug] = name
    return {
        title_id: tuple(
            named[slug] for slug in sorted(named, key=lambda s: (s not in own.services, s))
        )
        for title_id, named in found.items()
    }


def subscribe(person, *, services: Collection[str], region: str) -> None:
    """Write down exactly these services, in this country; others are forgotten."""
    with transaction.atomic():
        Subscription.objects.filter(user=person).exclude(service__slug__in=services).delete()
        Subscription.objects.bulk_create(
            [
                Subscription(user=person, service=service, region=region)
                for service in Service.objects.filter(slug__in=services).order_by("pk")
            ],
            update_conflicts=True,
            unique_fields=["user", "service"],
            update_fields=["region"],
        )
    cache.delete(_key(person))


def _key(person) -> str:
    return f"subscriptions:{person.pk}"
