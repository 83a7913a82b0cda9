"""Whose taste lies near whose, among those who may be found; and what friends recommend."""

import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from pgvector.django import HalfVectorField

from accounts.models import Friendship
from moviedb.audience import is_apart
from recommendations.models.spaces import Space


def seen_since(now: datetime.datetime) -> datetime.datetime:
    """Return since when somebody must have been here to be listed (A62)."""
    return now - datetime.timedelta(days=settings.RECOMMENDER.active_days)


class Standing(models.Model):
    """Where somebody who may be found lies, as last looked at; it hangs from their consent.

    So the table holds those who opted in and nobody else.
    """

    person = models.OneToOneField(
        "accounts.Findable", on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="standings")
    vector = HalfVectorField(
        null=True, blank=True, help_text="At length one; nothing while no taste is known."
    )
    said = models.BigIntegerField(
        null=True, help_text="Differs once what they said, or what it is placed by, does."
    )
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} in space {self.space_id}"


class TasteMatchQuerySet(models.QuerySet["TasteMatch"]):
    """Questions about matches."""

    def seen_by(self, viewer: Any, *, now: datetime.datetime) -> Self:
        """Those that `viewer` may see: of active members who are not apart from them."""
        people = self.filter(person__user=viewer.pk, friend__user__is_active=True)
        people = people.filter(friend__user__last_seen_at__gte=seen_since(now))
        return people.exclude(friend__user__is_guest=True).exclude(
            is_apart(viewer, owner="friend__user")
        )


class TasteMatch(models.Model):
    """Somebody is among the nearest of somebody. Either one's opting out deletes it.

    How near stands here in blurred steps of ten percent only: what is not stored cannot be read.
    """

    person = models.ForeignKey(
        "accounts.Findable", on_delete=models.CASCADE, related_name="matches"
    )
    friend = models.ForeignKey(
        "accounts.Findable", on_delete=models.CASCADE, related_name="matched_with"
    )
    percent = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField(help_text="1 for the nearest.")
    matched_at = models.DateTimeField(default=timezone.now)

    objects = TasteMatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "taste matches"
        constraints = [
            models.UniqueConstraint(fields=["person", "friend"], name="match_once"),
            models.CheckConstraint(condition=~Q(person=F("friend")), name="match_with_another"),
            models.CheckConstraint(
                condition=Q(percent__in=list(range(0, 101, 10))),
                name="match_in_steps_of_ten",
                violation_error_message="A match is told in steps of ten percent.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} and {self.friend_id}: {self.percent} %"


class TipQuerySet(models.QuerySet["Tip"]):
    """Questions about recommendations between friends."""

    def waiting_for(self, person: Any) -> Self:
        """What friends recommended to `person`, who has not put it away.

        Only from those who are friends still, and while the switch is on.
        """
        pairs = Friendship.objects.accepted()
        friends = Q(sender__in=pairs.filter(asker=person.pk).values("asked"))
        friends |= Q(sender__in=pairs.filter(asked=person.pk).values("asker"))
        return self.filter(
            friends,
            receiver=person.pk,
            refused_at=None,
            sender__is_active=True,
            receiver__open_to_tips__isnull=False,
        )


class Tip(models.Model):
    """A title that a friend recommends, with a line."""

    LONGEST_LINE = 200

    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tips_given"
    )
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tips"
    )
    title = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="tips")
    line = models.CharField(max_length=LONGEST_LINE, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    refused_at = models.DateTimeField(null=True, blank=True)
    notices = GenericRelation("accounts.Notice", "about_id", "about_type")

    objects = TipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "receiver", "title"],
                name="tip_once",
                violation_error_message="You recommended this to them already.",
            ),
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="tip_to_another"),
        ]
        indexes = [models.Index(fields=["receiver", "-created_at"], name="tip_newest")]

    def __str__(self) -> str:
        return f"{self.title_id} from {self.sender_id} to {self.receiver_id}"
