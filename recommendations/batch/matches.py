"""Storing who is near whom, among those who let themselves be found."""

import datetime
import hmac
import logging
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from pgvector import HalfVector

from accounts.models import Findable
from moviedb.chunks import in_chunks
from recommendations.circle.nearness import (
    Meeting,
    Standings,
    apart_among,
    meeting,
    standings,
    whereabouts_of,
)
from recommendations.columns import row_of, write_rows
from recommendations.models import Standing
from recommendations.models.matches import seen_since
from recommendations.said import last_night
from recommendations.taste.matching import percent_of

logger = logging.getLogger(__name__)
CHUNK = 250
# More than a page shows: some may be blocked or away by the time it is read.
KEPT = 30
# A person's standing is looked at this often at most, however often they rate: whoever watches
# a match cannot ask faster. With a look every five minutes a change shows within ten.
PAUSE = datetime.timedelta(minutes=9)
# What was said fades, so that people move a little without a word: all are placed this often.
AGES = datetime.timedelta(days=7)
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
# One number for each of these people, that differs once they say something, take something back,
# or are placed by other vectors. Each row weighs in by its hash; the order does not matter.
SAID = """
    WITH said AS (
        SELECT user_id, 0 AS kind, title_id AS what, rated_at AS at, stars::text AS more
          FROM catalog_rating WHERE user_id = ANY(%(users)s)
        UNION ALL SELECT user_id, 1, title_id, created_at, ''
          FROM catalog_favourite WHERE user_id = ANY(%(users)s)
        UNION ALL SELECT user_id, 2, title_id, created_at, ''
          FROM catalog_save WHERE user_id = ANY(%(users)s)
        UNION ALL SELECT user_id, 3, title_id, created_at, ''
          FROM catalog_viewing WHERE user_id = ANY(%(users)s)
        UNION ALL SELECT user_id, 4, title_id, created_at, zone
          FROM catalog_dismissal WHERE user_id = ANY(%(users)s)
           AND (zone = '' OR created_at < %(midnight)s)
        UNION ALL SELECT user_id, 5, group_id, created_at, ''
          FROM catalog_tap WHERE user_id = ANY(%(users)s)
        UNION ALL SELECT user_id, 6, title_id, created_at, ''
          FROM catalog_exclusion WHERE user_id = ANY(%(users)s)
    ), sums AS (
        SELECT user_id, count(*) AS n,
               sum(hashtextextended(concat_ws(' ', kind, what, at, more), 0)) AS hashes
          FROM said GROUP BY user_id
    )
    SELECT u.id, hashtextextended(
               concat_ws(' ', %(edition)s, u.taste_since, u.half_life_days, n, hashes), 0)
      FROM accounts_user u LEFT JOIN sums ON sums.user_id = u.id WHERE u.id = ANY(%(users)s)
"""
DRAFT = """
    CREATE TEMP TABLE draft_matches (person_id int8, friend_id int8, place int2, percent int2)
        ON COMMIT DROP
"""
COPIED = "COPY draft_matches FROM STDIN (FORMAT BINARY)"
ROW = row_of(person=">i8", friend=">i8", place=">i2", percent=">i2")
# Both write only what differs: from night to night most matches stay.
DELETED = """
    DELETE FROM recommendations_tastematch m WHERE m.person_id = ANY(%(people)s) AND NOT EXISTS (
        SELECT FROM draft_matches d WHERE (d.person_id, d.friend_id) = (m.person_id, m.friend_id))
"""
STORED = """
    INSERT INTO recommendations_tastematch AS m (person_id, friend_id, place, percent, matched_at)
    SELECT person_id, friend_id, place, percent, %(now)s FROM draft_matches
        ON CONFLICT (person_id, friend_id) DO UPDATE
       SET place = excluded.place, percent = excluded.percent, matched_at = excluded.matched_at
     WHERE (m.place, m.percent) IS DISTINCT FROM (excluded.place, excluded.percent)
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
    """Match everybody anew: what was taken back, and who came or went, shows from here on.

    Only those are placed anew who may stand elsewhere than when they last were.
    """
    where = meeting()
    if where is None:
        return 0
    may = Findable.objects.filter(
        user__is_active=True, user__is_guest=False, user__last_seen_at__gte=seen_since(now)
    )
    ids = list(may.order_by("pk").values_list("pk", flat=True))
    moved = [pk for chunk in in_chunks(ids, size=CHUNK) for pk in who_moved(chunk, where, now=now)]
    return refresh(ids, where, moved=moved, now=now)


def refresh(
    person_ids: Sequence[int],
    where: Meeting,
    *,
    moved: Sequence[int] | None = None,
    now: datetime.datetime,
) -> int:
    """Place these people and store who is nearest to them, in chunks; run twice, same rows.

    Args:
        person_ids: of their consents.
        moved: those of them who are to be placed; all when None.
    """
    started = time.perf_counter()
    moved = person_ids if moved is None else moved
    for chunk in in_chunks(moved, size=CHUNK):
        place(chunk, where, now=now)
    if person_ids:
        everybody = standings(where.space, now=now)
        for chunk in in_chunks(person_ids, size=CHUNK):
            match(chunk, everybody, now=now)
        seconds = time.perf_counter() - started
        logger.info("placed %d, matched %d people in %.1f s", len(moved), len(person_ids), seconds)
    return len(person_ids)


def who_moved(person_ids: Sequence[int], where: Meeting, *, now: datetime.datetime) -> list[int]:
    """Return those who said or took back something since they were placed, or were so long ago."""
    said = said_by(person_ids, where, now=now)
    still = Standing.objects.filter(
        person__in=person_ids, space=where.space, computed_at__gt=now - AGES
    )
    stands = dict(still.values_list("person", "said"))
    return [pk for pk in person_ids if pk in said and said[pk] != stands.get(pk)]


def said_by(person_ids: Sequence[int], where: Meeting, *, now: datetime.datetime) -> dict[int, int]:
    """Return for each of these people one number for what they said and what places them."""
    consents = Findable.objects.filter(pk__in=person_ids)
    person_of = dict(consents.values_list("user_id", "pk"))
    asked: dict[str, Any] = {
        "users": list(person_of),
        "edition": str(where.space.edition),
        "midnight": last_night(now),
    }
    with connection.cursor() as cursor:
        cursor.execute(SAID, asked)
        return {person_of[user_id]: number for user_id, number in cursor.fetchall()}


def place(person_ids: Sequence[int], where: Meeting, *, now: datetime.datetime) -> None:
    """Store where these people stand."""
    said = said_by(person_ids, where, now=now)
    people = Findable.objects.filter(pk__in=person_ids).select_related("user").order_by("pk")
    users = {one.pk: one.user for one in people}
    found = whereabouts_of(users.values(), where, now=now)
    with transaction.atomic():
        living = kept(list(users))
        Standing.objects.bulk_create(
            (
                Standing(
                    person_id=pk,
                    space=where.space,
                    vector=packed(found[user.pk]),
                    said=said.get(pk),
                    computed_at=now,
                )
                for pk, user in users.items()
                if pk in living
            ),
            update_conflicts=True,
            unique_fields=["person"],
            update_fields=["space", "vector", "said", "computed_at"],
        )


def packed(vector: np.ndarray | None) -> HalfVector | None:
    """Return a vector as it is stored; None for somebody who stands nowhere yet."""
    return None if vector is None else HalfVector(vector)


def match(person_ids: Sequence[int], everybody: Standings, *, now: datetime.datetime) -> None:
    """Store who is nearest to these people, in the place of what stood there."""
    pairs = nearest_to(person_ids, everybody)
    with transaction.atomic(), connection.cursor() as cursor:
        living = list(kept([*person_ids, *pairs["friend"].tolist()]))
        pairs = pairs[np.isin(pairs["person"], living) & np.isin(pairs["friend"], living)]
        cursor.execute("DROP TABLE IF EXISTS draft_matches")  # Of a chunk in the same transaction.
        cursor.execute(DRAFT)
        write_rows(COPIED, ROW, pairs)
        cursor.execute(DELETED, {"people": list(person_ids)})
        cursor.execute(STORED, {"now": now})


def nearest_to(person_ids: Sequence[int], everybody: Standings) -> np.ndarray:
    """Return (p,) rows of `person`, `friend`, `place` and `percent`: who is nearest to whom."""
    rows = np.flatnonzero(np.isin(everybody.person_ids, list(person_ids)))
    user_ids = everybody.user_ids[rows].tolist()
    apart = apart_among(user_ids)
    near = everybody.nearest(
        everybody.vectors[rows], k=KEPT, without=[apart[one] | {one} for one in user_ids]
    )
    vectors, key = everybody.vectors, blur_key()
    found = [
        (
            everybody.person_ids[row],
            everybody.person_ids[other],
            rank,
            percent_of(closeness, blur=blur(vectors[row], vectors[other], key=key)),
        )
        for row, own in zip(rows.tolist(), near, strict=True)
        for rank, (other, closeness) in enumerate(own, start=1)
    ]
    return np.array(
        found, dtype=[("person", "i8"), ("friend", "i8"), ("place", "i2"), ("percent", "i2")]
    )


def blur_key() -> bytes:
    """Return what nobody outside knows, for `blur`."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"recommendations.match", "sha256")


def blur(one: np.ndarray, other: np.ndarray, *, key: bytes) -> float:
    """Return what blurs the match of two: from -0.5 to 0.5, another whenever one of them moves.

    As long as nobody moves it is the same, so that asking again tells nothing new.
    """
    digest = hmac.digest(key, one.tobytes() + other.tobytes(), "sha256")
    return int.from_bytes(digest[:4], "big") / 2**32 - 0.5


def kept(person_ids: Sequence[int]) -> set[int]:
    """Return those of these consents that still stand, and hold them until the transaction ends.

    Somebody who opts out at this moment waits for it, and then takes the new rows along.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM accounts_findable WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE",
            [sorted(set(person_ids))],
        )
        return {pk for (pk,) in cursor.fetchall()}
