"""Storing people's taste vectors, for those who look for neighbours."""

import datetime
import logging

from django.contrib.auth import get_user_model
from django.db import connection
from pgvector import HalfVector

from moviedb.chunks import in_chunks
from recommendations.models import Space, UserVector
from recommendations.taste.text import COMPOSED
from recommendations.tastes import tastes_of

logger = logging.getLogger(__name__)

# People whose newest statement is younger than their vector, whatever the statement was:
# a thousand imported ratings make one refresh. A dismissal in one zone counts from midnight on.
STALE = """
    SELECT s.user_id FROM (
        SELECT user_id, max(rated_at) AS at FROM catalog_rating GROUP BY user_id
        UNION ALL SELECT user_id, max(created_at) FROM catalog_favourite GROUP BY user_id
        UNION ALL SELECT user_id, max(created_at) FROM catalog_save GROUP BY user_id
        UNION ALL SELECT user_id, max(created_at) FROM catalog_viewing GROUP BY user_id
        UNION ALL SELECT user_id, max(created_at) FROM catalog_dismissal
         WHERE zone = '' GROUP BY user_id
        UNION ALL SELECT user_id, max(date_trunc('day', created_at, 'UTC') + interval '1 day')
          FROM catalog_dismissal
         WHERE zone <> '' AND created_at < date_trunc('day', %s::timestamptz, 'UTC')
         GROUP BY user_id
        UNION ALL SELECT user_id, max(created_at) FROM catalog_tap GROUP BY user_id
    ) s
    LEFT JOIN recommendations_uservector v
      ON v.user_id = s.user_id AND v.space_id = %s AND v.axis = %s
    GROUP BY s.user_id
    HAVING max(v.computed_at) IS NULL OR max(s.at) > max(v.computed_at)
    ORDER BY s.user_id
"""


def refresh_stale(*, now: datetime.datetime) -> int:
    """Bring the vectors of people who said something new up to date; return how many."""
    space = Space.objects.serving(Space.Kind.CONTENT).first()
    if space is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(STALE, [now, space.pk, COMPOSED])
        ids = [row[0] for row in cursor.fetchall()]
    for chunk in in_chunks(ids, size=500):
        refresh(space, user_ids=chunk, now=now)
    logger.info("refreshed %d taste vectors", len(ids))
    return len(ids)


def refresh(space: Space, *, user_ids: list[int], now: datetime.datetime) -> None:
    """Compute and store these people's vectors in one space; run twice, same rows."""
    people = get_user_model().objects.filter(pk__in=user_ids)
    tastes = tastes_of(people, space, now=now)
    UserVector.objects.bulk_create(
        (
            UserVector(
                space=space,
                user_id=user_id,
                axis=COMPOSED,
                vector=HalfVector(taste.profile.vector),
                n_signals=len(taste.signals),
                computed_at=now,
            )
            for user_id, taste in tastes.items()
            if not taste.is_empty
        ),
        update_conflicts=True,
        unique_fields=["space", "axis", "user"],
        update_fields=["vector", "n_signals", "computed_at"],
    )
