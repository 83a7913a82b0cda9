"""Putting five on a room's table, and filling the place of one that was turned down."""

import datetime
from typing import Any

from recommendations.models import Dealt, Room, Seat
from recommendations.models.rooms import FEWEST, TIME_TO_CHOOSE
from recommendations.taste.reading import plain_words, read_filters
from recommendations.tastes import taste_of
from recommendations.together.served import log_deal, log_next
from recommendations.zones import FromVibe, Search, Wants
from recommendations.zones.pipeline import serving_spaces
from recommendations.zones.table import Offer, five_for
from recommendations.zones.together import Voice

N_DEALT = 5


def wants_of(room: Room) -> Wants:
    """Return the filters of a room."""
    kept: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in room.wants.items()
    }
    return Wants(**kept)


def voice_of(seat: Seat, *, now: datetime.datetime) -> Voice:
    """Return what somebody at the table brings, as it is this moment."""
    space, loved = serving_spaces()
    mood: Search | FromVibe | None = None
    if seat.words:
        meant = plain_words(seat.words, read_filters(seat.words, this_year=now.year))
        mood = Search(text=meant or seat.words)
    elif seat.vibe is not None:
        mood = FromVibe.of(seat.vibe)
    taste = taste_of(seat.user, space, loved=loved, now=now)
    return Voice(seat.user_id, taste, mood, seat.user.certificate_cap)


def seats_of(room: Room) -> list[Seat]:
    """Return who sits in a room, first come first, with their vibes, in one statement."""
    return list(
        room.seats.taken().select_related("user", "vibe", "vibe__space").order_by("joined_at", "pk")
    )


def deal(room: Room, *, now: datetime.datetime, others: bool = False) -> None:
    """Put five on the table that maximise the lowest fit of those who sit there.

    Nothing is dealt to one alone. The first five start the clock. The room is saved by the caller.

    Args:
        others: none of those that were dealt before; else only those turned down stay away.
    """
    seats = seats_of(room)
    if len(seats) < FEWEST:
        return
    before = room.dealt.all() if others else room.dealt.vetoed()
    offers = offered(room, seats, gone=list(before.values_list("title_id", flat=True)), now=now)
    room.deal += 1
    room.ends_at = room.ends_at or now + TIME_TO_CHOOSE
    room.is_short = len(offers) < N_DEALT
    for rank, offer in enumerate(offers, start=1):
        place(room, seats, offer, rank=rank)
    log_deal(room, seats, offers, now=now)


def replace(room: Room, turned_down: Dealt, *, now: datetime.datetime) -> None:
    """Put the next best in the place of a title that was turned down; the other four stay."""
    seats = seats_of(room)
    known = room.dealt.values_list("title_id", "deal")
    on_table = [i for i, number in known if number == room.deal and i != turned_down.title_id]
    gone = [i for i, _ in known if i not in on_table]
    rank = turned_down.rank
    room.dealt.filter(pk=turned_down.pk).update(deal=0)
    offers = offered(room, seats, gone=gone, standing=on_table, n=1, now=now)
    room.is_short = len(on_table) + len(offers) < N_DEALT
    for offer in offers:
        place(room, seats, offer, rank=rank)
    log_next(room, seats, offers, rank=rank)


def bring_back(room: Room, dealt: Dealt) -> None:
    """Put a title back in its place, where nobody else turned it down."""
    if room.dealt.vetoed().filter(pk=dealt.pk).exists():
        return
    room.dealt.filter(deal=room.deal, rank=dealt.rank).update(deal=0)
    room.dealt.filter(pk=dealt.pk).update(deal=room.deal)
    room.is_short = room.dealt.filter(deal=room.deal).count() < N_DEALT


def offered(
    room: Room,
    seats: list[Seat],
    *,
    gone: list[int],
    now: datetime.datetime,
    standing: list[int] | None = None,
    n: int = N_DEALT,
) -> list[Offer]:
    """Return what a room's people are offered next."""
    voices = [voice_of(seat, now=now) for seat in seats]
    return five_for(voices, wants=wants_of(room), n=n, standing=standing or (), gone=gone, now=now)


def place(room: Room, seats: list[Seat], offer: Offer, *, rank: int) -> None:
    """Store a title on the table with everybody's fit."""
    fits = {str(seat.pk): fit for seat, fit in zip(seats, offer.fits, strict=True)}
    Dealt.objects.update_or_create(
        room=room,
        title_id=offer.title_id,
        defaults={"deal": room.deal, "rank": rank, "fits": fits},
    )
