"""Who is whose friend, and who keeps away from whom: the one place that answers."""

from typing import Any

from django.db.models import Q

from accounts.models.friendships import Block, Friendship


def are_friends(a: Any, b: Any) -> bool:
    """Say whether the second of these two accepted the first; nobody befriends a visitor."""
    if not (a.pk and b.pk) or a.pk == b.pk:
        return False
    return Friendship.objects.accepted().between(a, b).exists()


def friend_ids(user: Any) -> set[int]:
    """Return the keys of everybody who is friends with `user`, in one statement."""
    if not user.pk:
        return set()
    pairs = Friendship.objects.accepted().of(user).values_list("asker_id", "asked_id")
    return {asked if asker == user.pk else asker for asker, asked in pairs}


def are_apart(a: Any, b: Any) -> bool:
    """Say whether either of these two blocks the other; visitors block nobody."""
    if not (a.pk and b.pk):
        return False
    return Block.objects.filter(Q(blocker=a, blocked=b) | Q(blocker=b, blocked=a)).exists()


def apart_from(user: Any) -> set[int]:
    """Return the keys of everybody `user` blocks or is blocked by, in one statement."""
    if not user.pk:
        return set()
    pairs = Block.objects.filter(Q(blocker=user) | Q(blocked=user))
    return {
        blocked if blocker == user.pk else blocker
        for blocker, blocked in pairs.values_list("blocker_id", "blocked_id")
    }
