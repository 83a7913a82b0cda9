"""Where people who may be found stand, and who of them stands nearest to somebody."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from accounts.models import Block, User
from recommendations.models import Space, Standing
from recommendations.models.matches import seen_since
from recommendations.taste.geometry import unit
from recommendations.taste.matching import nearest_people
from recommendations.tastes import taste_of
from recommendations.vectorstore import Packed

# Somebody whose taste is made of fewer titles is not placed: near to them would mean near to
# those titles, and tell which they are.
LEAST_LIKED = 5


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
    taste = taste_of(user, where.content, loved=where.loved, now=now)
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

    def rows_of(self, user_ids: Sequence[int]) -> list[int]:
        """Return the rows of these people, of those who are among them."""
        return np.flatnonzero(np.isin(self.user_ids, list(user_ids))).tolist()

    def nearest(
        self, targets: np.ndarray, *, k: int, without: Sequence[set[int]]
    ) -> list[list[tuple[int, float]]]:
        """Return for each target pairs (row, cosine) of its `k` nearest, exactly.

        Args:
            without: for each target the ids of the people who do not count.
        """
        out = [self.rows_of(tuple(ids)) for ids in without]
        return nearest_people(targets, self.vectors, k=k, without=out)


def standings(space: Space, *, now: datetime.datetime) -> Standings:
    """Return where everybody stands who may be listed: opted in, and seen lately."""
    rows = (
        Standing.objects.filter(
            space=space,
            vector__isnull=False,
            person__user__is_active=True,
            person__user__is_guest=False,
            person__user__last_seen_at__gte=seen_since(now),
        )
        .annotate(packed=Packed("vector"))
        .order_by("person_id")
        .values_list("person_id", "person__user_id", "packed")
    )
    people, users, packed = [], [], []
    for person_id, user_id, one in rows.iterator(chunk_size=5000):
        people.append(person_id)
        users.append(user_id)
        packed.append(np.frombuffer(one, dtype=">f2", offset=4).astype(np.float32))
    shape = (0, space.dimension)
    return Standings(
        np.array(people, dtype=np.int64),
        np.array(users, dtype=np.int64),
        unit(np.stack(packed)) if packed else np.zeros(shape, dtype=np.float32),
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
