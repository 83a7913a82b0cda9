"""Where people who may be found stand, and who of them stands nearest to somebody."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from accounts.models import Block, User
from recommendations.columns import halves_of, row_of, stream_rows
from recommendations.models import Space
from recommendations.models.matches import seen_since
from recommendations.taste.geometry import unit
from recommendations.taste.matching import nearest_people
from recommendations.tastes import Taste, taste_of, tastes_of

# Somebody whose taste is made of fewer titles is not placed: near to them would mean near to
# those titles, and tell which they are.
LEAST_LIKED = 5
STANDINGS = """
    COPY (
        SELECT f.id, f.user_id, s.vector
          FROM recommendations_standing s
          JOIN accounts_findable f ON f.id = s.person_id
          JOIN accounts_user u ON u.id = f.user_id
         WHERE s.space_id = %(space)s AND s.vector IS NOT NULL
           AND u.is_active AND NOT u.is_guest AND u.last_seen_at >= %(since)s
         ORDER BY f.id
    ) TO STDOUT (FORMAT BINARY)
"""


@dataclass(frozen=True)
class Meeting:
    """Where people are compared: in the taste space; before there is one, in the content space."""

    content: Space
    loved: Space | None

    @property
    def space(self) -> Space:
        """Return the space in which people stand."""
        return self.loved or self.content


def meeting() -> Meeting | None:
    """Return where people are compared now; None while there is no content space."""
    serving = Space.objects.filter(status=Space.Status.SERVING)
    by_kind = {space.kind: space for space in serving}
    content = by_kind.get(Space.Kind.CONTENT)
    return Meeting(content, by_kind.get(Space.Kind.TASTE)) if content else None


def whereabouts(user: User, where: Meeting, *, now: datetime.datetime) -> np.ndarray | None:
    """Return (d,) at length one: where somebody stands now; None while too little is known.

    In the taste space it is the direction in which their own titles are looked for, less what
    anybody would get: else all people would stand where the best known titles are.
    """
    return stands_at(taste_of(user, where.content, loved=where.loved, now=now), where)


def whereabouts_of(
    users: Iterable[User], where: Meeting, *, now: datetime.datetime
) -> dict[int, np.ndarray | None]:
    """Return where each of these people stands now, in two statements for all of them."""
    tastes = tastes_of(users, where.content, loved=where.loved, now=now)
    return {user_id: stands_at(taste, where) for user_id, taste in tastes.items()}


def stands_at(taste: Taste, where: Meeting) -> np.ndarray | None:
    """Return (d,) at length one: where a taste puts somebody; None while it is too little."""
    if taste.is_empty or taste.profile.n_positive < LEAST_LIKED:
        return None
    if where.loved is None:
        return unit(taste.profile.vector)
    if taste.place is None or not len(taste.place.title_ids):
        return None
    aim = unit(taste.place.aim)
    return aim if np.any(aim) else None


@dataclass(frozen=True)
class Standings:
    """Everybody who may be found, is active and has a taste.

    Attributes:
        person_ids: (n,) of their consents, rising.
        user_ids: (n,) of the people themselves.
        vectors: (n, d) float32 at length one.
    """

    person_ids: np.ndarray
    user_ids: np.ndarray
    vectors: np.ndarray

    @cached_property
    def row_of(self) -> dict[int, int]:
        """Return the row of each person."""
        return {user_id: row for row, user_id in enumerate(self.user_ids.tolist())}

    def nearest(
        self, targets: np.ndarray, *, k: int, without: Sequence[set[int]]
    ) -> list[list[tuple[int, float]]]:
        """Return for each target pairs (row, cosine) of its `k` nearest, exactly.

        Args:
            without: for each target the ids of the people who do not count.
        """
        rows = self.row_of
        out = [[rows[user_id] for user_id in ids if user_id in rows] for ids in without]
        return nearest_people(targets, self.vectors, k=k, without=out)


def standings(space: Space, *, now: datetime.datetime) -> Standings:
    """Return where everybody stands who may be listed: opted in, and seen lately."""
    row = row_of(person=">i8", user=">i8", vector=halves_of(space.dimension))
    asked = {"space": space.pk, "since": seen_since(now)}
    blocks = list(stream_rows(STANDINGS, row, asked))
    rows = np.concatenate(blocks) if blocks else np.zeros(0, dtype=row)
    return Standings(
        rows["person"].astype(np.int64),
        rows["user"].astype(np.int64),
        unit(rows["vector"]["halves"]),
    )


def apart_among(user_ids: Sequence[int]) -> dict[int, set[int]]:
    """Return for each of these people everybody they block or are blocked by; one statement."""
    apart: dict[int, set[int]] = {user_id: set() for user_id in user_ids}
    pairs = Block.objects.filter(blocker__in=user_ids) | Block.objects.filter(blocked__in=user_ids)
    for blocker, blocked in pairs.values_list("blocker_id", "blocked_id"):
        for one, other in ((blocker, blocked), (blocked, blocker)):
            if one in apart:
                apart[one].add(other)
    return apart
