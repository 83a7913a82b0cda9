"""Making a room, coming in, changing one's mood, leaving, closing."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.friends import apart_from
from recommendations.models import Room, Seat, Vibe
from recommendations.models.rooms import (
    CODE_WORKS,
    FEWEST,
    LONGEST_NAME,
    MOST_SEATS,
    ROOM_LIVES,
    new_code,
)
from recommendations.together.choosing import settle
from recommendations.together.dealing import deal
from recommendations.zones import Wants


class CannotJoin(Exception):
    """Why somebody cannot sit down here, in words."""


@dataclass(frozen=True)
class Wish:
    """What somebody is in the mood for; neither means by their taste."""

    vibe: Vibe | None = None
    words: str = ""


@contextmanager
def locked(room_id: int) -> Iterator[Room]:
    """Hold a room for one change: everybody sees it whole or not at all, and its number grows."""
    with transaction.atomic():
        room = Room.objects.select_for_update().get(pk=room_id)
        yield room
        room.version = F("version") + 1
        room.save()


def make_room(host: Any, *, name: str, wish: Wish, wants: Wants, now: datetime.datetime) -> Room:
    """Store and return a room with its host in it."""
    with transaction.atomic():
        code = next(c for c in iter(new_code, "") if not Room.objects.filter(code=c).exists())
        room = Room.objects.create(host=host, code=code, wants=wants.active(), created_at=now)
        sit(room, host, name=name, wish=wish, now=now)
    return room


def join(room_id: int, person: Any, *, name: str, wish: Wish, now: datetime.datetime) -> None:
    """Sit down in a room, and deal for everybody who sits there then.

    Raises:
        CannotJoin: the room is full, over, or somebody in it and this person keep apart.
    """
    with locked(room_id) as room:
        others = room.seats.taken().exclude(user=person.pk)
        if room.is_over(now):
            raise CannotJoin("This room has ended. Ask for a new link, or make a room yourself.")
        if others.count() >= MOST_SEATS:
            raise CannotJoin(f"This room is full: {MOST_SEATS} are in it, and it seats no more.")
        if others.filter(user__in=apart_from(person)).exists():
            raise CannotJoin("This room is not open to you.")
        sit(room, person, name=name, wish=wish, now=now)
        deal(room, now=now)


def sit(room: Room, person: Any, *, name: str, wish: Wish, now: datetime.datetime) -> None:
    """Store a seat; somebody who left before takes theirs again."""
    Seat.objects.update_or_create(
        room=room,
        user=person,
        defaults={
            "name": name or free_name(room, person),
            "vibe": wish.vibe,
            "words": wish.words,
            "joined_at": now,
            "left_at": None,
        },
    )


def free_name(room: Room, person: Any) -> str:
    """Return what to call somebody who gives no name: a member's own, or "Guest" and a number."""
    if not person.is_guest:
        return person.shown_name[:LONGEST_NAME]
    taken = set(room.seats.exclude(user=person.pk).values_list("name", flat=True))
    return next(word for n in range(1, len(taken) + 2) if (word := f"Guest {n}") not in taken)


def change(seat: Seat, *, name: str, wish: Wish, wants: Wants, now: datetime.datetime) -> None:
    """Let somebody want something else, or the room other filters, and deal anew if so."""
    with locked(seat.room_id) as room:
        if room.is_over(now):
            return
        room.wants = wants.active()
        sit(room, seat.user, name=name or seat.name, wish=wish, now=seat.joined_at)
        deal(room, now=now)


def leave(seat: Seat, *, now: datetime.datetime) -> None:
    """Go; where too few are left, the room ends, else the others go on without this voice."""
    with locked(seat.room_id) as room:
        Seat.objects.filter(pk=seat.pk).update(left_at=now)
        if room.is_over(now):
            return
        others = list(room.seats.taken().order_by("joined_at", "pk"))
        if others and room.host_id == seat.user_id:
            room.host_id = others[0].user_id
        if len(others) >= FEWEST:
            if not settle(room, now=now):
                deal(room, now=now)
        elif room.deal or not others:
            room.end(Room.Ending.LEFT, now=now)


def close(room: Room, *, now: datetime.datetime) -> None:
    """End a room by its host's word."""
    with locked(room.pk) as held:
        if not held.is_over(now):
            held.end(Room.Ending.CLOSED, now=now)


def with_code(code: str, *, now: datetime.datetime) -> Room | None:
    """Return the open room with this code, while the code works."""
    rooms = Room.objects.open(now=now).filter(code=code, created_at__gt=now - CODE_WORKS)
    return rooms.first() if code else None


def is_kept_apart(room: Room, person: Any) -> bool:
    """Return whether somebody in the room and this person keep apart."""
    return room.seats.taken().filter(user__in=apart_from(person)).exists()


def forget_old(*, now: datetime.datetime) -> int:
    """Delete rooms of more than a day ago with all that was said in them; return how many."""
    old = Room.objects.filter(created_at__lte=now - ROOM_LIVES)
    n = old.count()
    old.delete()
    return n
