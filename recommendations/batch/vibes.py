"""Fitting people's vibes in chunks: of those who love something new, and of all at night."""

import datetime
import logging
import time

from django.contrib.auth import get_user_model
from django.db import connection

from moviedb.chunks import in_chunks
from recommendations.models import Space, VibeSet
from recommendations.said import signals_of
from recommendations.vibes.fitting import fit_vibes
from recommendations.vibes.likes import liked, said_of, spaces_now

logger = logging.getLogger(__name__)
CHUNK = 100

# People whose newest statement that may change what they love is younger than their vibes: a
# thousand imported ratings make one fit.
STALE = """
    SELECT s.user_id FROM (
        SELECT user_id, max(rated_at) AS at, bool_or(stars >= 4) AS loves
          FROM catalog_rating GROUP BY user_id
        UNION ALL SELECT user_id, max(created_at), true FROM catalog_favourite GROUP BY user_id
        UNION ALL SELECT user_id, max(created_at), true FROM catalog_tap GROUP BY user_id
    ) s
    LEFT JOIN recommendations_vibeset v ON v.user_id = s.user_id
    GROUP BY s.user_id, v.computed_at
    HAVING (v.computed_at IS NULL AND bool_or(s.loves)) OR max(s.at) > v.computed_at
    ORDER BY s.user_id
"""


def fit_stale(*, now: datetime.datetime) -> int:
    """Fit the vibes of people who said something new since their last fit; return how many."""
    if not Space.objects.serving(Space.Kind.CONTENT).exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(STALE)
        ids = [row[0] for row in cursor.fetchall()]
    return fit_people(ids, now=now)


def fit_changed(*, now: datetime.datetime) -> int:
    """Fit the vibes of everybody whose likes or whose spaces are others than at their last fit.

    This finds what the look every five minutes cannot see: what was taken back, and vectors that
    were learnt anew.
    """
    spaces = spaces_now()
    if spaces.content is None:
        return 0
    edition, n = spaces.edition(), 0
    stored = VibeSet.objects.select_related("user").order_by("pk")
    for chunk in in_chunks(stored.iterator(chunk_size=500), size=CHUNK):
        changed = [
            one.user_id
            for one in chunk
            if one.made_in != edition or one.said != said_of(liked(signals_of(one.user, now=now)))
        ]
        n += fit_people(changed, now=now)
    return n


def fit_people(user_ids: list[int], *, now: datetime.datetime) -> int:
    """Fit these people's vibes, each in a transaction of their own; return how many were stored."""
    started, n = time.perf_counter(), 0
    for chunk in in_chunks(user_ids, size=CHUNK):
        for person in get_user_model().objects.filter(pk__in=chunk).order_by("pk"):
            n += fit_vibes(person, now=now)
    if user_ids:
        logger.info("fitted the vibes of %d people in %.1f s", n, time.perf_counter() - started)
    return n
