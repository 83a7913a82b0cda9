"""What people love, of those whose libraries the reader may see: asked of the database at once.

Nothing here decides who may see what: callers hand in only people whose library is open to the
reader.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import User

# Nothing of a person is named to somebody whose ratings and loves meet theirs on fewer titles.
LEAST_COMMON = 5
N_NAMED = 3
# How far apart two ratings are that are told as a disagreement, in stars.
CLASH = 2.0
SAID = """
    said AS (
        SELECT user_id, title_id, bool_or(loved) AS loved, max(stars)::float8 AS stars,
               max(at) AS at
          FROM (SELECT user_id, title_id, true AS loved, NULL::numeric AS stars, created_at AS at
                  FROM catalog_favourite WHERE user_id = ANY(%(people)s)
                UNION ALL
                SELECT user_id, title_id, stars >= 4, stars, rated_at
                  FROM catalog_rating WHERE user_id = ANY(%(people)s)) s
         GROUP BY user_id, title_id
    )
"""
LATELY = f"""
    WITH {SAID}
    SELECT said.user_id, said.title_id, said.at, said.stars FROM said
      JOIN catalog_title t ON t.id = said.title_id
     WHERE said.loved AND NOT t.is_hidden AND NOT t.is_adult
       AND (%(cap)s::int IS NULL OR t.certificate <= %(cap)s)
     ORDER BY said.at DESC, said.user_id, said.title_id LIMIT %(most)s
"""  # noqa: S608 - both parts are constants of this module
COMMON = f"""
    WITH {SAID}, both_said AS (
        SELECT o.user_id, o.title_id, o.loved AND m.loved AS is_shared,
               m.stars AS mine, o.stars AS theirs, t.popularity,
               count(*) OVER (PARTITION BY o.user_id) AS n
          FROM said o JOIN said m ON m.title_id = o.title_id AND m.user_id = %(me)s
          JOIN catalog_title t ON t.id = o.title_id
         WHERE o.user_id <> %(me)s AND NOT t.is_hidden AND NOT t.is_adult
    )
    SELECT user_id, title_id, is_shared, mine, theirs FROM both_said
     WHERE n >= %(least)s AND (is_shared OR abs(mine - theirs) >= %(clash)s)
     ORDER BY user_id, popularity, title_id
"""  # noqa: S608


FRIENDS_SAY = """
    WITH friend AS (
        SELECT u.id, u.first_name, u.username, u.library_for IN ('friends', 'everyone') AS shows
          FROM accounts_friendship f
          JOIN accounts_user u
            ON u.id = CASE WHEN f.asker_id = %(me)s THEN f.asked_id ELSE f.asker_id END
         WHERE %(me)s IN (f.asker_id, f.asked_id) AND f.accepted_at IS NOT NULL AND u.is_active
    ), said AS (
        SELECT user_id, title_id, '' AS line, created_at AS at, false AS is_tip
          FROM catalog_favourite WHERE user_id IN (SELECT id FROM friend WHERE shows)
        UNION ALL
        SELECT user_id, title_id, '', rated_at, false FROM catalog_rating
         WHERE stars >= 4 AND user_id IN (SELECT id FROM friend WHERE shows)
        UNION ALL
        SELECT sender_id, title_id, line, created_at, true FROM recommendations_tip
         WHERE receiver_id = %(me)s AND refused_at IS NULL
           AND EXISTS (SELECT FROM accounts_opentotips WHERE user_id = %(me)s)
    )
    SELECT s.title_id, s.is_tip, s.line, friend.first_name, friend.username
      FROM said s JOIN friend ON friend.id = s.user_id
     ORDER BY s.at DESC, s.user_id, s.title_id LIMIT %(most)s
"""


class Voice(NamedTuple):
    """A friend speaks for a title: loves it, or recommends it to this person."""

    title_id: int
    is_tip: bool
    line: str
    name: str


class Love(NamedTuple):
    """Somebody loved a title: gave it a heart, or four stars and more."""

    user_id: int
    title_id: int
    at: datetime.datetime
    stars: float | None


@dataclass(frozen=True)
class Clash:
    """A title that two people rated far apart."""

    title_id: int
    mine: float
    theirs: float


@dataclass
class Common:
    """What the reader shares with somebody.

    Attributes:
        title_ids: what both love, the least known first: that says most.
        clash: where they are furthest apart, if they are.
    """

    title_ids: list[int]
    clash: Clash | None = None

    @property
    def named(self) -> list[int]:
        """Return those that a page names."""
        return self.title_ids[:N_NAMED]


def lately_loved(user_ids: Collection[int], *, most: int, cap: int | None = None) -> list[Love]:
    """Return what these people loved, newest first, in one statement; up to `most`.

    Args:
        cap: above this age, and of unknown age, nothing comes; None for no limit.
    """
    if not user_ids:
        return []
    return [Love(*row) for row in asked(LATELY, people=sorted(user_ids), most=most, cap=cap)]


def voices_of_friends(user, *, most: int) -> list[Voice]:
    """Return what friends love, of those who show it, and recommend; newest first.

    One statement, for a page that has ten to spend.
    """
    if not user.pk:
        return []
    return [
        Voice(title_id, is_tip, line, User(first_name=first, username=username).shown_name)
        for title_id, is_tip, line, first, username in asked(FRIENDS_SAY, me=user.pk, most=most)
    ]


def common_with(user, others: Collection[int]) -> dict[int, Common]:
    """Return by person what both they and `user` love, and one disagreement; one statement.

    People with fewer than `LEAST_COMMON` titles in common with `user` are left out: of them
    nothing is named, so that rating one title after another does not read a library.
    """
    if not others:
        return {}
    rows = asked(
        COMMON, people=[user.pk, *sorted(others)], me=user.pk, least=LEAST_COMMON, clash=CLASH
    )
    found: dict[int, Common] = {}
    for user_id, title_id, is_shared, mine, theirs in rows:
        one = found.setdefault(user_id, Common([]))
        if is_shared:
            one.title_ids.append(title_id)
        elif one.clash is None or abs(mine - theirs) > abs(one.clash.mine - one.clash.theirs):
            one.clash = Clash(title_id, mine, theirs)
    return found


def asked(statement: str, **values: Any) -> Iterable[tuple]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
