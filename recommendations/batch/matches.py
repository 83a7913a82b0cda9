"""Storing who is near whom, among those who let themselves be found."""

import datetime
import logging
import time
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from pgvector import HalfVector

from accounts.models import Findable
from moviedb.chunks import in_chunks
from recommendations.circle.nearness import (
    Meeting,
    Standings,
    apart_among,
    meeting,
    standings,
    whereabouts,
)
from recommendations.models import Standing, TasteMatch
from recommendations.models.matches import seen_since
from recommendations.taste.matching import percent_of

logger = logging.getLogger(__name__)
CHUNK = 200
# More than a page shows: some may be blocked or away by the time it is read.
KEPT = 30
# A person's standing is looked at this often at most, however often they rate: whoever watches
# a match cannot ask faster. With a look every five minutes a change shows within ten.
PAUSE = datetime.timedelta(minutes=9)
# People who may be found and never were placed here, or who said something since.
STALE = """
    SELECT f.id FROM accounts_findable f
      JOIN accounts_user u ON u.id = f.user_id
      LEFT JOIN recommendations_standing s ON s.person_id = f.id
     WHERE u.is_active AND NOT u.is_guest AND u.last_seen_at >= %(since)s
       AND (s.person_id IS NULL OR s.space_id <> %(space)s
            OR (s.computed_at <= %(before)s AND s.computed_at < greatest(
                (SELECT max(rated_at) FROM catalog_rating WHERE user_id = f.user_id),
                (SELECT max(created_at) FROM catalog_favourite WHERE user_id = f.user_id),
                (SELECT max(created_at) FROM catalog_save WHERE user_id = f.user_id),
                (SELECT max(created_at) FROM catalog_viewing WHERE user_id = f.user_id),
                (SELECT max(created_at) FROM catalog_dismissal WHERE user_id = f.user_id),
                (SELECT max(created_at) FROM catalog_tap WHERE user_id = f.user_id))))
     ORDER BY f.id
"""


def refresh_stale(*, now: datetime.datetime) -> int:
    """Match people anew who said something since they were matched; return how many."""
    where = meeting()
    if where is None:
        return 0
    asked: dict[str, Any] = {
        "since": seen_since(now),
        "space": where.space.pk,
        "before": now - PAUSE,
    }
    with connection.cursor() as cursor:
        cursor.execute(STALE, asked)
        ids = [row[0] for row in cursor.fetchall()]
    return refresh(ids, where, now=now)


def refresh_person(*, user_id: int, now: datetime.datetime) -> int:
    """Match somebody who has just let themselves be found and stands nowhere yet."""
    where = meeting()
    if where is None:
        return 0
    new = Findable.objects.filter(user=user_id, standing__isnull=True)
    return refresh(list(new.values_list("pk", flat=True)), where, now=now)


def refresh_all(*, now: datetime.datetime) -> int:
    """Match everybody anew: what was taken back, and who came or went, shows from here on."""
    where = meeting()
    if where is None:
        return 0
    may = Findable.objects.filter(
        user__is_active=True, user__is_guest=False, user__last_seen_at__gte=seen_since(now)
    )
    return refresh(list(may.order_by("pk").values_list("pk", flat=True)), where, now=now)


def refresh(person_ids: Sequence[int], where: Meeting, *, now: datetime.datetime) -> int:
    """Place these people and store who is nearest to them, in chunks; run twice, same rows.

    Args:
        person_ids: of their consents.
    """
    started = time.perf_counter()
    for chunk in in_chunks(person_ids, size=CHUNK):
        place(chunk, where, now=now)
    if person_ids:
        everybody = standings(where.space, now=now)
        for chunk in in_chunks(person_ids, size=CHUNK):
            match(chunk, everybody, now=now)
        seconds = time.perf_counter() - started
        logger.info("matched %d people in %.1f s", len(person_ids), seconds)
    return len(person_ids)


def place(person_ids: Sequence[int], where: Meeting, *, now: datetime.datetime) -> None:
    """Store where these people stand."""
    people = Findable.objects.filter(pk__in=person_ids).select_related("user").order_by("pk")
    found = [(one.pk, whereabouts(one.user, where, now=now)) for one in people]
    with transaction.atomic():
        living = kept(pk for pk, _ in found)
        Standing.objects.bulk_create(
            (
                Standing(
                    person_id=pk,
                    space=where.space,
                    vector=None if vector is None else HalfVector(vector),
                    computed_at=now,
                )
                for pk, vector in found
                if pk in living
            ),
            update_conflicts=True,
            unique_fields=["person"],
            update_fields=["space", "vector", "computed_at"],
        )


def match(person_ids: Sequence[int], everybody: Standings, *, now: datetime.datetime) -> None:
    """Store who is nearest to these people, in the place of what stood there."""
    rows = np.flatnonzero(np.isin(everybody.person_ids, list(person_ids)))
    user_ids = everybody.user_ids[rows].tolist()
    apart = apart_among(user_ids)
    near = everybody.nearest(
        everybody.vectors[rows], k=KEPT, without=[apart[one] | {one} for one in user_ids]
    )
    found = [
        (
            int(everybody.person_ids[row]),
            int(everybody.person_ids[other]),
            rank,
            percent_of(closeness, blur=blur(everybody.vectors[row], everybody.vectors[other])),
        )
        for row, own in zip(rows, near, strict=True)
        for rank, (other, closeness) in enumerate(own, start=1)
    ]
    with transaction.atomic():
        living = kept({*person_ids, *(other for _, other, _, _ in found)})
        TasteMatch.objects.filter(person__in=person_ids).delete()
        TasteMatch.objects.bulk_create(
            TasteMatch(person_id=one, friend_id=other, place=rank, percent=percent, matched_at=now)
            for one, other, rank, percent in found
            if one in living and other in living
        )


def blur(one: np.ndarray, other: np.ndarray) -> float:
    """Return what blurs the match of two: from -0.5 to 0.5, another whenever one of them moves.

    As long as nobody moves it is the same, so that asking again tells nothing new.
    """
    digest = salted_hmac("recommendations.match", one.tobytes() + other.tobytes()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 - 0.5


def kept(person_ids: Iterable[int]) -> set[int]:
    """Return those of these consents that still stand, and hold them until the transaction ends.

    Somebody who opts out at this moment waits for it, and then takes the new rows along.
    """
    rows = Findable.objects.filter(pk__in=list(person_ids)).order_by("pk")
    return set(rows.select_for_update(no_key=True).values_list("pk", flat=True))
