"""Rooms: two to six people who look for one title together, for an evening."""

import datetime
import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

FEWEST, MOST_SEATS = 2, 6
# 16 bytes from the system's random source make a link: 128 bits.
TOKEN_BYTES = 16
# To be read aloud: no letter that looks like another one. 21 letters to the sixth are 86 million,
# so a code alone is little: it works for two hours, and guessing it is limited where it is asked.
LETTERS, CODE_LENGTH = "ABCDEFGHJKMNPRSTVWXYZ", 6
CODE_WORKS = datetime.timedelta(hours=2)
ROOM_LIVES = datetime.timedelta(hours=24)
# From the first five on; who has not agreed by then sees what came closest.
TIME_TO_CHOOSE = datetime.timedelta(minutes=20)
LONGEST_NAME, LONGEST_WORDS = 24, 200


def new_token() -> str:
    """Return the word in a room's address, 22 signs."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_code() -> str:
    """Return six letters for a room's door."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str:
    """Return the code that somebody typed, or "" where it can be none."""
    letters = "".join(letter for letter in text.upper() if not letter.isspace() and letter != "-")
    return letters if len(letters) == CODE_LENGTH and set(letters) <= set(LETTERS) else ""


class RoomQuerySet(models.QuerySet["Room"]):
    """Questions about rooms."""

    def living(self, *, now: datetime.datetime) -> Self:
        """Rooms made in the last 24 hours; older ones are gone, deleted or not."""
        return self.filter(created_at__gt=now - ROOM_LIVES)

    def of(self, person: Any) -> Self:
        """Rooms in which this person sits; none for a visitor."""
        if person.pk is None:
            return self.none()
        return self.filter(seats__user=person.pk, seats__left_at=None)

    def open(self, *, now: datetime.datetime) -> Self:
        """Living rooms that have not ended."""
        is_timely = Q(ends_at=None) | Q(ends_at__gt=now)
        return self.living(now=now).filter(is_timely, ended_at=None)


class Room(models.Model):
    """A place for an evening; everything in it dies with it after a day."""

    class Ending(models.TextChoices):
        NONE = "", "Not ended"
        AGREED = "agreed", "All said yes to one"
        LEFT = "left", "Too few are left"
        CLOSED = "closed", "The host closed it"

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rooms_hosted"
    )
    wants = models.JSONField(default=dict, blank=True, help_text="The filters of this evening.")
    deal = models.PositiveSmallIntegerField(default=0, help_text="Which five is on the table.")
    is_short = models.BooleanField(default=False, help_text="Fewer than five were found.")
    version = models.PositiveIntegerField(default=0, help_text="Grows with every change.")
    created_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=6, choices=Ending, blank=True)
    agreed = models.ForeignKey(
        "catalog.Title", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ending="") | Q(ended_at__isnull=False),
                name="room_ending_has_a_time",
                violation_error_message="A room that ended did so at some time.",
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="room_by_age")]

    def __str__(self) -> str:
        return f"room {self.pk}"

    def get_absolute_url(self) -> str:
        """Return the address that lets people in."""
        return f"/together/{self.token}/"

    def is_over(self, now: datetime.datetime) -> bool:
        """Return whether nothing more can be chosen here: it ended, or its time is up."""
        return self.ended_at is not None or (self.ends_at is not None and now >= self.ends_at)

    def minutes_left(self, now: datetime.datetime) -> int | None:
        """Return how many minutes are left to choose, begun ones counted; None before the five."""
        if self.ends_at is None:
            return None
        return max(-int((now - self.ends_at).total_seconds() // 60), 0)

    def stamp(self, now: datetime.datetime) -> str:
        """Return what changes whenever the page would: the version, the minute, the end."""
        if self.is_over(now):
            return "over"
        return f"{self.version}.{self.minutes_left(now) if self.ends_at else ''}"

    def end(self, ending: str, *, now: datetime.datetime) -> None:
        """Let nothing more be chosen here."""
        self.ending, self.ended_at = ending, now


class SeatQuerySet(models.QuerySet["Seat"]):
    """Questions about who sits in a room."""

    def taken(self) -> Self:
        """Seats whose people have not left."""
        return self.filter(left_at=None)


class Seat(models.Model):
    """Somebody in a room, and what they are in the mood for."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="seats")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seats"
    )
    name = models.CharField(max_length=LONGEST_NAME, help_text="What the others call them here.")
    vibe = models.ForeignKey(
        "recommendations.Vibe", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    words = models.CharField(max_length=LONGEST_WORDS, blank=True, help_text="A mood, as typed.")
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], name="seat_once"),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="seat_has_a_name",
                violation_error_message="Everybody at the table has a name.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} in room {self.room_id}"

    @property
    def is_own_name(self) -> bool:
        """Return whether a member sits here under the name that others call them elsewhere."""
        return not self.user.is_guest and self.name == self.user.shown_name[:LONGEST_NAME]


class DealtQuerySet(models.QuerySet["Dealt"]):
    """Questions about what a room was offered."""

    def vetoed(self) -> Self:
        """Titles that somebody at the table would rather not see, also somebody who left."""
        return self.filter(ballots__is_yes=False).distinct()


class Dealt(models.Model):
    """A title that a room was offered."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="dealt")
    title = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="+")
    deal = models.PositiveSmallIntegerField(help_text="The five it stands in; 0: in none.")
    rank = models.PositiveSmallIntegerField()
    fits = models.JSONField(default=dict, help_text="How well it fits each, in [0, 1], by seat.")

    objects = DealtQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "dealt titles"
        constraints = [models.UniqueConstraint(fields=["room", "title"], name="dealt_once")]

    def __str__(self) -> str:
        return f"{self.title_id} in room {self.room_id}"


class Ballot(models.Model):
    """What somebody says of a title that is on the table; a no is told to nobody."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="ballots")
    dealt = models.ForeignKey(Dealt, on_delete=models.CASCADE, related_name="ballots")
    is_yes = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seat", "dealt"], name="ballot_once")]

    def __str__(self) -> str:
        return f"{'yes' if self.is_yes else 'no'} from seat {self.seat_id}"
