"""The log of what was shown: storing, closing, forgetting."""

import datetime
import logging
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import DatabaseError, OperationalError, transaction

from accounts import notices
from catalog import lists
from catalog.columns import forget_changes
from catalog.models import Title
from moviedb.locks import alone
from moviedb.waiting import WaitingRows
from recommendations.models import Session, Shown, Space

logger = logging.getLogger(__name__)
# Served lists, as `record` takes them.
WAITING = WaitingRows("served-lists")
BATCH, LONGEST_SECONDS = 100, 600
KEEP_LISTS = datetime.timedelta(days=180)
KEEP_GUESTS = datetime.timedelta(days=60)


def record_waiting() -> int:
    """Store all lists that wait to be; return how many those were.

    Raises:
        AlreadyRunning: another process is at it, and will not leave before all are stored.
        OperationalError: the database went away; what was not stored goes on waiting.
    """
    n = 0
    while len(WAITING):  # one that is left while others wait wakes nobody
        with alone("record_shelves", seconds=LONGEST_SECONDS):
            rows = WAITING.first(BATCH)
            _record_each(rows)
            WAITING.drop(len(rows))
            n += len(rows)
    return n


def _record_each(rows: list[dict]) -> None:
    """Store these lists; one that cannot be stored is told of and passed over."""
    try:
        record(rows)
    except OperationalError:
        raise
    except (AttributeError, DatabaseError, KeyError, TypeError, ValidationError, ValueError):
        if len(rows) == 1:
            logger.exception("a served list cannot be stored: %.300r", rows[0])
            return
        for row in rows:
            _record_each([row])


@transaction.atomic
def record(lists: Sequence[dict]) -> None:
    """Store served lists, oldest first; one that is handed in twice is stored once.

    The lists that a person was served in the same zone before are closed by the next.

    Args:
        lists: each with key (a UUID), user_id, zone, space_id, wants, trace, latency_ms,
            served_at, picks: [{title_id, rank, scores, reason}] and, where the person slid it,
            query_weight; all JSON.
    """
    people = get_user_model().objects.filter(pk__in={row["user_id"] for row in lists} - {None})
    known = {None, *people.values_list("pk", flat=True)}
    stored = Session.objects.filter(key__in=[row["key"] for row in lists])
    done = {str(key) for key in stored.values_list("key", flat=True)}
    new = [row for row in lists if row["user_id"] in known and row["key"] not in done]
    new = list({row["key"]: row for row in new}.values())
    spaces = Space.objects.filter(pk__in={row["space_id"] for row in new} - {None})
    known_spaces = set(spaces.values_list("pk", flat=True))
    title_ids = {pick["title_id"] for row in new for pick in row["picks"]}
    titles = set(Title.objects.filter(pk__in=title_ids).values_list("pk", flat=True))
    last: dict[tuple[int, str], Session] = {}
    sessions = []
    for row in new:
        session = Session(
            key=uuid.UUID(row["key"]),
            user_id=row["user_id"],
            zone=row["zone"],
            space_id=row["space_id"] if row["space_id"] in known_spaces else None,
            wants=row["wants"],
            trace=row["trace"],
            latency_ms=row["latency_ms"],
            served_at=datetime.datetime.fromisoformat(row["served_at"]),
        )
        sessions.append(session)
        if row.get("query_weight") is not None:
            people.filter(pk=row["user_id"]).update(query_weight=row["query_weight"])
        if row["user_id"] is None:
            continue
        before = last.get((row["user_id"], row["zone"]))
        if before is not None:
            before.closed_at = session.served_at
        else:
            open_ones = Session.objects.filter(
                user_id=row["user_id"], zone=row["zone"], closed_at=None
            )
            open_ones.update(closed_at=session.served_at)
        last[row["user_id"], row["zone"]] = session
    Session.objects.bulk_create(sessions)
    Shown.objects.bulk_create(
        Shown(session=session, **pick)
        for session, row in zip(sessions, new, strict=True)
        for pick in row["picks"]
        if pick["title_id"] in titles
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
