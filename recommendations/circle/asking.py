"""Whom somebody may ask or keep away from: people they have met here, and nobody by number."""

import datetime

from django.db.models import F, Q

from accounts import befriending
from accounts.audience import may_see
from accounts.friends import are_apart
from accounts.models import Friendship, User
from catalog.models import Comment
from recommendations.models import Room, Seat, TasteMatch


class NotMet(LookupError):
    """These two have not met, or there is no such person: which of both is not told."""


def met(viewer: User, pk: int, *, now: datetime.datetime) -> User:
    """Return somebody whom `viewer` has met.

    They have met whoever find-a-friend shows them or shows them to, whoever asked or was asked,
    opened their page to them, wrote a comment that they may read, or sat in a room with them
    under their own name. So nobody learns who is here by trying numbers.

    Raises:
        NotMet: they have not.
    """
    person = User.objects.filter(pk=pk, is_active=True, is_guest=False).first()
    if person is None or person.pk == viewer.pk or not has_met(viewer, person, now=now):
        raise NotMet(f"{viewer.pk} has not met {pk}")
    return person


def writer_of(viewer: User, comment_id: int) -> User:
    """Return who wrote a comment that `viewer` may read, who so need not be told their number.

    Raises:
        NotMet: there is no such comment for them, or it is their own.
    """
    readable = Comment.objects.visible_to(viewer).exclude(user=viewer)
    comment = readable.filter(pk=comment_id).select_related("user").first()
    if comment is None:
        raise NotMet(f"{viewer.pk} reads no comment {comment_id}")
    return comment.user


def has_met(viewer: User, person: User, *, now: datetime.datetime) -> bool:
    """Return whether `viewer` has met `person`; see `met`."""
    return (
        Friendship.objects.between(viewer, person).exists()
        or TasteMatch.objects.seen_by(viewer, now=now).filter(friend__user=person).exists()
        or TasteMatch.objects.seen_by(person, now=now).filter(friend__user=viewer).exists()
        or may_see(viewer, person, person.profile_for)
        or Comment.objects.visible_to(viewer).filter(user=person).exists()
        or sat_with(viewer, person, now=now)
    )


def sat_with(viewer: User, person: User, *, now: datetime.datetime) -> bool:
    """Return whether both sat in a room at one time, `person` under their own name.

    Whoever takes another name for the evening is not to be found by it; nor does an evening
    outlive its room.
    """
    if are_apart(viewer, person):
        return False
    seats = Seat.objects.filter(user=person, room__in=Room.objects.living(now=now))
    beside = seats.filter(
        Q(room__seats__left_at=None) | Q(room__seats__left_at__gt=F("joined_at")),
        Q(left_at=None) | Q(left_at__gt=F("room__seats__joined_at")),
        room__seats__user=viewer.pk,
    )
    return any(seat.is_own_name for seat in beside.select_related("user"))


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
    return "gone" if are_apart(viewer, person) else tie_of(viewer, person)


def tie_of(viewer: User, person: User) -> str:
    """Return what two people who are not apart are to each other: friend, asked, asks or ""."""
    row = Friendship.objects.between(viewer, person).first()
    if row is None:
        return ""
    if row.accepted_at is not None:
        return "friend"
    return "asked" if row.asker_id == viewer.pk else "asks"
