"""Find a friend: the people whose taste lies nearest. Its cut is people, its rank closeness."""

import datetime

from accounts.friends import apart_from
from recommendations.circle.nearness import meeting, standings, whereabouts


def neighbours(user, *, k: int = 10, now: datetime.datetime) -> list[tuple[int, float]]:
    """Return up to `k` (person's id, cosine) nearest to `user`, nearest first, exactly.

    Only members who let themselves be found, were here lately and are not apart from `user` are
    looked at. They stand where they were last placed, `user` where they are this moment.
    Somebody without a taste has no neighbours yet. The cosines are for engineers: pages tell
    steps of ten percent.
    """
    where = meeting()
    own = whereabouts(user, where, now=now) if where and user.pk else None
    if where is None or own is None:
        return []
    everybody = standings(where.space, now=now)
    without = apart_from(user) | {user.pk}
    (near,) = everybody.nearest(own[None], k=k, without=[without])
    return [(int(everybody.user_ids[row]), closeness) for row, closeness in near]
