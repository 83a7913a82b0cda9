"""Who knows whom, and who keeps away from whom."""

from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils import timezone


class FriendshipQuerySet(models.QuerySet["Friendship"]):
    """Questions about who knows whom."""

    def of(self, person: Any) -> Self:
        """The rows that `person` is one side of, asked for or accepted."""
        return self.filter(Q(asker=person) | Q(asked=person))

    def between(self, a: Any, b: Any) -> Self:
        """The one row of these two, whoever asked."""
        return self.filter(Q(asker=a, asked=b) | Q(asker=b, asked=a))

    def accepted(self) -> Self:
        """Friendships; without this, also what is still a question."""
        return self.filter(accepted_at__isnull=False)

    def waiting(self) -> Self:
        """Questions that have no yes, whether or not there was a no: so the asker sees them."""
        return self.filter(accepted_at__isnull=True)

    def with_somebody_to_tip(self, person: Any) -> Self:
        """Friendships of `person` whose other side is here and open to recommendations."""
        sides = (("asker", "asked"), ("asked", "asker"))
        conditions = (
            Q(**{own: person, f"{other}__open_to_tips__isnull": False, f"{other}__is_active": True})
            for own, other in sides
        )
        return self.accepted().filter(next(conditions) | next(conditions))

    def unanswered(self) -> Self:
        """Questions that still wait for an answer: so the asked one sees them."""
        return self.waiting().filter(declined_at__isnull=True)


class Friendship(models.Model):
    """Two people are friends once the second has accepted; the pair is stored once."""

    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="friendships_asked"
    )
    asked = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="friendships_received"
    )
    line = models.CharField(max_length=200, blank=True, help_text="What the asker wrote.")
    created_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(
        null=True, blank=True, help_text="The asker is not told; asking again changes nothing."
    )
    # Deleting the row deletes what was told about it.
    notices = GenericRelation("accounts.Notice", "about_id", "about_type")

    objects = FriendshipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(asker=F("asked")),
                name="friendship_with_another",
                violation_error_message="Nobody befriends themselves.",
            ),
            models.UniqueConstraint(
                Least("asker", "asked"),
                Greatest("asker", "asked"),
                name="friendship_once",
                violation_error_message="These two already know each other.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(declined_at=None),
                name="friendship_one_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asker_id} and {self.asked_id}"


class Block(models.Model):
    """One person wants never to meet another."""

    blocker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocks"
    )
    blocked = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocked_by"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"
