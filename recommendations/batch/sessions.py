"""The log of what was shown: storing, closing, forgetting."""

import datetime
import uuid

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from accounts import notices
from catalog import lists
from catalog.columns import forget_changes
from catalog.models import Title
from recommendations.models import Session, Shown, Space

KEEP_LISTS = datetime.timedelta(days=180)
KEEP_GUESTS = datetime.timedelta(days=60)


def record(served: dict) -> None:
    """Store one served list; the same list handed in twice is stored once.

    Args:
        served: key (a UUID), user_id, zone, space_id, wants, trace, latency_ms, served_at,
            picks: [{title_id, rank, scores, reason}] and, where the person slid it,
            query_weight; all JSON.
    """
    people = get_user_model().objects.filter(pk=served["user_id"])
    if served["user_id"] and not people.exists():
        return
    if served.get("query_weight") is not None:
        people.update(query_weight=served["query_weight"])
    title_ids = [pick["title_id"] for pick in served["picks"]]
    known = set(Title.objects.filter(pk__in=title_ids).values_list("pk", flat=True))
    space = Space.objects.filter(pk=served["space_id"]).first()
    with transaction.atomic():
        session, is_new = Session.objects.get_or_create(
            key=uuid.UUID(served["key"]),
            defaults={
                "user_id": served["user_id"],
                "zone": served["zone"],
                "space": space,
                "wants": served["wants"],
                "trace": served["trace"],
                "latency_ms": served["latency_ms"],
                "served_at": datetime.datetime.fromisoformat(served["served_at"]),
            },
        )
        if not is_new:
            return
        others = Session.objects.filter(
            user_id=served["user_id"], zone=served["zone"], closed_at=None
        ).exclude(pk=session.pk)
        if served["user_id"]:
            others.update(closed_at=session.served_at)
        Shown.objects.bulk_create(
            Shown(session=session, **pick) for pick in served["picks"] if pick["title_id"] in known
        )


def close_idle(*, now: datetime.datetime) -> int:
    """Close the lists that were served over half an hour ago and not acted on since."""
    limit = now - datetime.timedelta(minutes=settings.RECOMMENDER.session_minutes)
    idle = Session.objects.filter(closed_at=None, served_at__lt=limit)
    return idle.exclude(shown__acted_at__gte=limit).update(closed_at=now)


def forget_old(*, now: datetime.datetime) -> tuple[int, int]:
    """Delete lists older than 180 days and guests who were last here 60 days ago.

    Lists that people made themselves and deleted go for good as well, a day later; notes of what
    changed in the catalogue have been read by then. Whoever's notices went with what they were
    about has them counted anew.
    """
    n_lists, _ = Session.objects.filter(served_at__lt=now - KEEP_LISTS).delete()
    guests = get_user_model().objects.filter(is_guest=True, last_seen_at__lt=now - KEEP_GUESTS)
    n_guests, _ = guests.delete()
    lists.forget_deleted(now=now)
    forget_changes()
    notices.recount_all()
    return n_lists, n_guests
