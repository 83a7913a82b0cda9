"""Whom somebody may ask or keep away from: people they have met here, and nobody by number."""

import datetime

from accounts import befriending
from accounts.audience import may_see
from accounts.friends import are_apart
from accounts.models import Friendship, User
from catalog.models import Comment
from recommendations.models import TasteMatch


class NotMet(LookupError):
    """These two have not met, or there is no such person: which of both is not told."""


def met(viewer: User, pk: int, *, now: datetime.datetime) -> User:
    """Return somebody whom `viewer` has met.

    They have met whoever find-a-friend shows them or shows them to, whoever asked or was asked,
    opened their page to them, or wrote a comment that they may read. So nobody learns who is
    here by trying numbers.

    Raises:
        NotMet: they have not.
    """
    person = User.objects.filter(pk=pk, is_active=True, is_guest=False).first()
    if person is None or person.pk == viewer.pk or not has_met(viewer, person, now=now):
        raise NotMet(f"{viewer.pk} has not met {pk}")
    return person


def has_met(viewer: User, person: User, *, now: datetime.datetime) -> bool:
    """Return whether `viewer` has met `person`; see `met`."""
    return (
        Friendship.objects.between(viewer, person).exists()
        or TasteMatch.objects.seen_by(viewer, now=now).filter(friend__user=person).exists()
        or TasteMatch.objects.seen_by(person, now=now).filter(friend__user=viewer).exists()
        or may_see(viewer, person, person.profile_for)
        or Comment.objects.visible_to(viewer).filter(user=person).exists()
    )


def ask(
    viewer: User, *, pk: int | None, token: str, line: str, now: datetime.datetime
) -> Friendship:
    """Ask somebody whom `viewer` has met, or who handed them a link, to be friends.

    Raises:
        NotMet: the link has run out, or they have not met.
        befriending.CannotAsk: they keep apart, or are the same person.
    """
    person = befriending.person_of_link(token) if token else met(viewer, pk or 0, now=now)
    if person is None:
        raise NotMet("the link has run out")
    return befriending.ask(viewer, person, line=line, now=now)


def tie_between(viewer: User, person: User) -> str:
    """Return what two people are to each other: self, friend, asked, asks, gone or ""."""
    if viewer.pk == person.pk:
        return "self"
    if are_apart(viewer, person):
        return "gone"
    row = Friendship.objects.between(viewer, person).first()
    if row is None:
        return ""
    if row.accepted_at is not None:
        return "friend"
    return "asked" if row.asker_id == viewer.pk else "asks"
