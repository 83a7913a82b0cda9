"""What people change about their own taste. Everything can be taken back, and nothing is deleted.

What they did with titles stays in their library; only what it says about them changes.
"""

import datetime

from django.db import transaction

from accounts.models import User
from catalog import excluding
from catalog.models import Title
from recommendations.models import UserVector
from recommendations.said import WEIGHTS


class NotAHalfLife(ValueError):
    """Nobody offers this half-life."""


@transaction.atomic
def exclude(user: User, title: Title, *, now: datetime.datetime) -> None:
    """Take a title out of somebody's taste."""
    excluding.exclude(user, title, now=now)
    forget_vectors(user)


@transaction.atomic
def include(user: User, title: Title) -> None:
    """Let a title count for somebody's taste again."""
    excluding.include(user, title)
    forget_vectors(user)


def call_wrong(user: User, pick: Title, cause: Title, *, now: datetime.datetime) -> None:
    """No longer name `cause` as a reason for `pick`; the taste stays as it is."""
    excluding.call_wrong(user, pick, cause, now=now)


def call_right(user: User, pick: Title, cause: Title) -> None:
    """Let `cause` be named as a reason for `pick` again."""
    excluding.call_right(user, pick, cause)


@transaction.atomic
def begin_anew(user: User, *, now: datetime.datetime) -> None:
    """Let only what they say from now on count for their taste."""
    User.objects.filter(pk=user.pk).update(taste_since=now)
    forget_vectors(user)


@transaction.atomic
def count_everything(user: User) -> None:
    """Let everything they ever said count for their taste again."""
    User.objects.filter(pk=user.pk).update(taste_since=None)
    forget_vectors(user)


@transaction.atomic
def fade(user: User, half_life: str) -> User.HalfLife:
    """Set after how many days what somebody said counts half; return it.

    Raises:
        NotAHalfLife: it is none of those on offer; the message names them.
    """
    if half_life not in map(str, User.HalfLife.values):
        offered = ", ".join(map(str, User.HalfLife.values))
        raise NotAHalfLife(f"half-life is {half_life[:40]!r}, expected one of {offered} (days)")
    chosen = User.HalfLife(int(half_life))
    User.objects.filter(pk=user.pk).update(half_life_days=chosen)
    forget_vectors(user)
    return chosen


def half_life_of(user: User) -> int:
    """Return after how many days what somebody said counts half; 0 for never."""
    own = user.half_life_days
    return int(WEIGHTS.half_life_days) if own is None else own


def forget_vectors(user: User) -> None:
    """Drop where somebody lay: nobody shall find them by a taste that is theirs no more.

    The next look for newcomers, minutes later, stores where they lie now.
    """
    UserVector.objects.filter(user=user).delete()
