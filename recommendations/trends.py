"""What people here save and love lately, as counts in which nobody can be recognised."""

import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import connection

# No title is told of that fewer people than this spoke for.
LEAST_PEOPLE = 3
# How many half-lives a statement is remembered: what is older weighs less than a hundredth.
HALF_LIVES = 7
KEEP_SECONDS = 3600
MOST = 200
# Only people who lend their ratings to the pool are counted. A person counts once a title, by
# their newest statement, so that nobody can heat a title alone.
STATEMENT = """
    WITH said AS (
        SELECT s.title_id, s.user_id, max(s.created_at) AS at
          FROM (SELECT title_id, user_id, created_at FROM catalog_save
                 WHERE created_at BETWEEN %(since)s AND %(now)s
                UNION ALL
                SELECT title_id, user_id, created_at FROM catalog_favourite
                 WHERE created_at BETWEEN %(since)s AND %(now)s) s
          JOIN accounts_pooledconsent may ON may.user_id = s.user_id
         GROUP BY s.title_id, s.user_id
    )
    SELECT title_id, count(*),
           sum(power(0.5, extract(epoch FROM %(now)s - at) / %(half_life)s)) AS heat
      FROM said GROUP BY title_id HAVING count(*) >= %(least)s
     ORDER BY heat DESC, title_id LIMIT %(most)s
"""


class Trend(NamedTuple):
    """How a title does here.

    Attributes:
        heat: how many people spoke for it, each fading by half every half-life.
        n_people: how many did, rounded down to 3, 5, 10, 20, 50 and so on.
    """

    heat: float
    n_people: int


def trends(*, now: datetime.datetime) -> dict[int, Trend]:
    """Return the titles that trend here, hottest first, counted once an hour.

    Counts are rounded down and told an hour at a time: somebody who watches them cannot tell
    from a change who caused it, or when.
    """
    key = f"trends:{now:%Y%m%d%H}:{settings.RECOMMENDER.trending_days}"
    found = cache.get(key)
    if found is None:
        found = count_trends(now=now)
        cache.set(key, found, timeout=KEEP_SECONDS)
    return found


def count_trends(*, now: datetime.datetime) -> dict[int, Trend]:
    """Return the titles that trend at this moment, hottest first, in one statement."""
    half_life = datetime.timedelta(days=settings.RECOMMENDER.trending_days)
    asked: dict[str, Any] = {
        "now": now,
        "since": now - HALF_LIVES * half_life,
        "half_life": half_life.total_seconds(),
        "least": LEAST_PEOPLE,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, asked)
        rows = cursor.fetchall()
    return {title_id: Trend(float(heat), coarse(n)) for title_id, n, heat in rows}


def coarse(n: int) -> int:
    """Return a count from 3 rounded down to 3, 5, 10, 20, 50, 100 and so on."""
    steps = [3, *(step * 10**power for power in range(7) for step in (5, 10, 20))]
    return max(step for step in steps if step <= n)
