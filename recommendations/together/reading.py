"""A room as its page shows it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Q

from accounts.friends import apart_from
from accounts.models import Friendship
from catalog.models import Title
from recommendations.models import Ballot, Room, Seat, Vibe
from recommendations.models.rooms import FEWEST, MOST_SEATS
from recommendations.together.choosing import contenders
from recommendations.zones.reasons import own_words
from recommendations.zones.shelf import GOOD, STRONG, Span

N_CONTENDERS = 3


@dataclass(frozen=True)
class Fit:
    """How well a title fits somebody at the table; `share` is None where nothing is known."""

    name: str
    share: float | None
    is_me: bool

    @property
    def match(self) -> str:
        """Return the match as a word: strong, good, maybe, or "" where nothing is known."""
        if self.share is None:
            return ""
        return "strong" if self.share >= STRONG else "good" if self.share >= GOOD else "maybe"


@dataclass(frozen=True)
class Tabled:
    """A title on the table."""

    title: Title
    fits: tuple[Fit, ...]
    n_yes: int
    is_mine: bool  # I said yes

    @property
    def reason(self) -> tuple[Span, ...]:
        """Return what it is, from its own facts: nobody's titles are told to the others."""
        return own_words(self.title)

    @property
    def lowest(self) -> Fit | None:
        """Return the fit of whoever it fits least, of those of whom anything is known."""
        known = [fit for fit in self.fits if fit.share is not None]
        return min(known, key=lambda fit: fit.share or 0.0) if known else None


@dataclass(frozen=True)
class Table:
    """Everything that a room's page shows to one of those who sit there."""

    room: Room
    me: Seat
    seats: tuple[Seat, ...]
    tabled: tuple[Tabled, ...]
    turned_down: tuple[Title, ...]  # by me alone; nobody is shown another's
    now: datetime.datetime
    to_ask: tuple[Seat, ...] = ()  # at the end: whom I may ask to be friends

    @property
    def is_host(self) -> bool:
        """Return whether I may close it."""
        return self.room.host_id == self.me.user_id

    @property
    def is_over(self) -> bool:
        """Return whether nothing more can be chosen."""
        return self.room.is_over(self.now)

    @property
    def is_waiting(self) -> bool:
        """Return whether too few are here yet."""
        return not self.room.deal and len(self.seats) < FEWEST

    @property
    def is_full(self) -> bool:
        """Return whether nobody more can come in."""
        return len(self.seats) >= MOST_SEATS

    @property
    def is_pair(self) -> bool:
        """Return whether two sit here, whose fits stand on one bar."""
        return len(self.seats) == FEWEST

    @cached_property
    def others(self) -> tuple[Seat, ...]:
        """Return the others."""
        return tuple(seat for seat in self.seats if seat.pk != self.me.pk)

    @property
    def stamp(self) -> str:
        """Return what changes whenever this page would."""
        return self.room.stamp(self.now)

    @property
    def minutes_left(self) -> int | None:
        """Return how many minutes are left to choose."""
        return self.room.minutes_left(self.now)

    @property
    def agreed(self) -> Tabled | None:
        """Return what all said yes to."""
        found = (each for each in self.tabled if each.title.pk == self.room.agreed_id)
        return next(found, None)


def read_table(room: Room, me: Seat, *, now: datetime.datetime) -> Table:
    """Return a room as one of its people sees it, in four statements; in two more at its end."""
    taken = room.seats.taken().select_related("vibe", "user")
    seats = tuple(taken.order_by("joined_at", "pk"))
    is_over = room.is_over(now)
    rows: list[Any]
    if is_over:
        found = contenders(room).select_related("title")
        rows = list(found.filter(title=room.agreed_id) if room.agreed_id else found[:N_CONTENDERS])
    else:
        yes = Q(ballots__is_yes=True, ballots__seat__left_at=None)
        rows = list(
            room.dealt.filter(deal=room.deal or -1)
            .select_related("title")
            .annotate(n_yes=Count("ballots", filter=yes, distinct=True))
            .order_by("rank", "pk")
        )
    mine = Ballot.objects.filter(seat=me).select_related("dealt__title").order_by("-pk")
    said = {ballot.dealt_id: ballot for ballot in mine}
    tabled = tuple(
        Tabled(
            row.title,
            tuple(Fit(s.name, row.fits.get(str(s.pk)), s.pk == me.pk) for s in seats),
            row.n_yes,
            row.pk in said and said[row.pk].is_yes,
        )
        for row in rows
    )
    down = () if is_over else tuple(b.dealt.title for b in said.values() if not b.is_yes)
    return Table(room, me, seats, tabled, down, now, to_ask_of(me, seats) if is_over else ())


def to_ask_of(me: Seat, seats: Sequence[Seat]) -> tuple[Seat, ...]:
    """Return the members here, under their own names, whom I am neither friends with nor asked.

    A guest asks nobody.
    """
    others = [s for s in seats if s.user_id != me.user_id and s.is_own_name and s.user.is_active]
    if me.user.is_guest or not others:
        return ()
    ids = [seat.user_id for seat in others]
    known = Friendship.objects.filter(asker=me.user_id, asked__in=ids).values_list("asked")
    friends = Friendship.objects.accepted().filter(asked=me.user_id, asker__in=ids)
    out = {pk for (pk,) in known.union(friends.values_list("asker"))}
    out |= apart_from(me.user)
    return tuple(seat for seat in others if seat.user_id not in out)


def rooms_of(person: Any, *, now: datetime.datetime) -> list[Room]:
    """Return the open rooms that somebody sits in, newest first."""
    return list(Room.objects.of(person).open(now=now).order_by("-created_at", "-pk"))


def vibes_of(person: Any) -> list[Vibe]:
    """Return the vibes that somebody may choose from."""
    return list(Vibe.objects.owned_by(person).living().in_order())
