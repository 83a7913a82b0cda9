"""Which services a person has, and where they watch."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction

from catalog.models import Service, Subscription

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
