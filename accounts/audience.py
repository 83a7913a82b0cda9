"""May this person see what that person opened, and how far? The one place that answers."""

from typing import Any

from accounts.friends import are_apart, are_friends
from accounts.models import User
from moviedb.audience import Audience, is_apart, opened_to

__all__ = ["STRANGER", "FRIEND", "Audience", "is_apart", "levels_open", "may_see", "opened_to"]

# The levels that are open to each kind of person.
STRANGER = frozenset({Audience.EVERYONE})
FRIEND = STRANGER | {Audience.FRIENDS}


def levels_open(viewer: Any, owner: User) -> frozenset[str]:
    """Return which levels of what `owner` made are open to `viewer`, in two statements at most.

    All are to the owner. Nobody sees anything of guests and of people who were switched off, and
    people who are apart, because one blocks the other, see nothing of each other.
    """
    if viewer.pk is not None and viewer.pk == owner.pk:
        return frozenset(Audience)
    if owner.is_guest or not owner.is_active or are_apart(viewer, owner):
        return frozenset()
    return FRIEND if are_friends(viewer, owner) else STRANGER


def may_see(viewer: Any, owner: User, audience: str) -> bool:
    """Say whether `viewer`, a person or a visitor, may see what `owner` opened to `audience`.

    For many rows at once, filter by `opened_to`.
    """
    return audience in levels_open(viewer, owner)
