"""What people said about titles, read as it is this moment."""

import datetime
import hashlib
import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection

from catalog.columns import Edition, edition, editions
from recommendations.taste.signals import Outline, Signal, SignalWeights, weigh

WEIGHTS = SignalWeights()
# One statement for all eight tables: a page has ten to spend.
STATEMENTS = """
    WITH said AS (
    SELECT user_id, title_id, 'rating' AS kind, rated_at AS at, stars::float8, '' AS source
      FROM catalog_rating WHERE user_id = ANY(%(users)s)
    UNION ALL SELECT user_id, title_id, 'loved', created_at, 0, ''
      FROM catalog_favourite WHERE user_id = ANY(%(users)s)
    UNION ALL SELECT user_id, title_id, 'saved', created_at, 0, ''
      FROM catalog_save WHERE user_id = ANY(%(users)s)
    UNION ALL SELECT user_id, title_id, 'seen', created_at, 0, ''
      FROM catalog_viewing WHERE user_id = ANY(%(users)s)
    UNION ALL SELECT user_id, title_id, 'dismissed', created_at, 0, zone
      FROM catalog_dismissal WHERE user_id = ANY(%(users)s)
    UNION ALL SELECT t.user_id, p.title_id, 'tapped', t.created_at, 0, g.name
      FROM catalog_tap t JOIN catalog_group g ON g.id = t.group_id
      JOIN catalog_grouptitle p ON p.group_id = g.id WHERE t.user_id = ANY(%(users)s)
    ), wrong AS (
    SELECT user_id, cause_id, array_agg(title_id ORDER BY title_id) AS picks
      FROM catalog_wrongreason WHERE user_id = ANY(%(users)s) GROUP BY user_id, cause_id
    )
    SELECT said.user_id, said.title_id, kind, extract(epoch FROM %(now)s - at)::float8, stars,
           source, out.id IS NULL, picks
      FROM said
      LEFT JOIN catalog_exclusion out
        ON out.user_id = said.user_id AND out.title_id = said.title_id
      LEFT JOIN wrong ON wrong.user_id = said.user_id AND wrong.cause_id = said.title_id
    ORDER BY said.user_id, said.title_id, kind, at
"""


# Statements fade by the day: how old they are is looked at again after so many seconds.
FRESH_SECONDS = 60
# So many statements a process keeps, of whoever was there last; with the vectors that are made of
# them they take 5 KB each.
MOST_KEPT = 15_000


class Said(NamedTuple):
    """What a person said, and what that tells.

    Attributes:
        edition: of the catalogue, when it was read.
        made: what this process has worked out from it; kept as long as it is, and no longer.
    """

    signals: tuple[Signal, ...]
    outline: Outline
    edition: Edition
    made: dict[Any, Any]


# What this process read of people, whoever was here last at the end: what it depends on, and what
# was read.
_said: dict[int, tuple[tuple, Said]] = {}


def signals_of(user, *, now: datetime.datetime) -> tuple[Signal, ...]:
    """Return everything a person said about titles, in one statement.

    What they took out of their taste is there as well, since they did say it; it does not count.
    """
    return () if user.is_anonymous else signals_of_people([user], now=now)[user.pk]


def said_by(user, *, now: datetime.datetime) -> Said:
    """Return what a person said, in one small statement where this process read it already.

    The database notes whenever they say something (`LastSaid`), so it is never older than that.
    """
    if user.is_anonymous:
        return Said((), outline_of(()), edition(), {})
    last, of = editions(user.pk)
    minute = int(now.timestamp() // FRESH_SECONDS)
    key = (last, of, user.taste_since, user.half_life_days, minute)
    known, said = _said.pop(user.pk, (None, None))
    if said is None or known != key or last is None:
        signals = signals_of(user, now=now)
        said = Said(signals, outline_of(signals), of, {})
        _make_room(len(signals))
    _said[user.pk] = (key, said)
    return said


def _make_room(n: int) -> None:
    """Forget what people said who were not here for longest, till there is room for `n` more.

    Whoever said nothing takes room as well, as if they had said one thing more.
    """
    kept = {pk: 1 + len(said.signals) for pk, (_, said) in list(_said.items())}
    n += 1 + sum(kept.values())
    for pk, own in kept.items():
        if n <= MOST_KEPT:
            return
        _said.pop(pk, None)
        n -= own


def signals_of_people(
    people: Iterable[Any], *, now: datetime.datetime
) -> dict[int, tuple[Signal, ...]]:
    """Return everything that each of these people said, in one statement for all of them."""
    by_id = {one.pk: one for one in people}
    found: dict[int, list[Signal]] = {pk: [] for pk in by_id}
    with connection.cursor() as cursor:
        # Ages come as numbers: reading thousands of moments would take longer than all the rest.
        cursor.execute(STATEMENTS, {"users": list(by_id), "now": now})
        rows = cursor.fetchall()
    today = (now - last_night(now)).total_seconds()
    counts_for = {
        pk: math.inf if one.taste_since is None else (now - one.taste_since).total_seconds()
        for pk, one in by_id.items()
    }
    for user_id, title_id, kind, age, stars, source, is_in, picks in rows:
        found[user_id].append(
            Signal(
                title_id=title_id,
                kind=kind,
                days_ago=round(age / 86400, 3),
                stars=stars,
                source=source,
                counts=is_in
                and age <= counts_for[user_id]
                and (kind != "dismissed" or not source or age > today),
                half_life_days=by_id[user_id].half_life_days,
                wrong_for=tuple(picks or ()),
            )
        )
    return {pk: tuple(signals) for pk, signals in found.items()}


def last_night(now: datetime.datetime) -> datetime.datetime:
    """Return the midnight (UTC) before `now`.

    A dismissal in one zone says something about that zone's list at once, and about the person
    from the next midnight on: until then no other zone's list changes for it. Since reading looks
    at the time, no job has to have run; the five-minute look refreshes the stored vectors then.
    """
    return now.astimezone(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def outline_of(signals: tuple[Signal, ...]) -> Outline:
    """Return what these statements tell, in no statement to the database."""
    weights = weigh(list(signals), WEIGHTS)
    said = sorted(
        (s.title_id, s.kind, s.stars, s.source, s.counts, s.half_life_days, s.wrong_for)
        for s in signals
    )
    version = hashlib.sha256(repr(said).encode()).hexdigest()[:16]
    return Outline(weights, version, any(w > 0 for w in weights.values()))
