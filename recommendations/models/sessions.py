"""What was shown to whom, and what they did with it."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from recommendations.models.spaces import Space


class Session(models.Model):
    """One visit to one zone with one served list."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="sessions"
    )
    zone = models.CharField(max_length=20)
    space = models.ForeignKey(Space, null=True, on_delete=models.SET_NULL, related_name="sessions")
    wants = models.JSONField(default=dict)
    trace = models.JSONField(default=dict, help_text="How many titles each stage let through.")
    latency_ms = models.FloatField(default=0)
    served_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "served_at"], name="session_recent")]

    def __str__(self) -> str:
        return f"{self.zone} at {self.served_at:%Y-%m-%d %H:%M}"


class ShownQuerySet(models.QuerySet["Shown"]):
    """What happens to titles that were shown."""

    def mark(self, *, user, title, action: str, now: datetime.datetime) -> int:
        """Note what the person did on the newest open list with this title; "" takes it back."""
        newest = (
            self.filter(session__user=user, session__closed_at=None, title=title)
            .order_by("-session__served_at", "-pk")
            .values("pk")[:1]
        )
        return self.filter(pk__in=newest).update(action=action, acted_at=now if action else None)


class Shown(models.Model):
    """One title of a served list."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="shown")
    title = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="+")
    rank = models.SmallIntegerField()
    scores = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    action = models.CharField(max_length=10, blank=True)
    acted_at = models.DateTimeField(null=True, blank=True)

    objects = ShownQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "shown"
        constraints = [
            models.UniqueConstraint(fields=["session", "title"], name="shown_once_a_session")
        ]

    def __str__(self) -> str:
        return f"{self.title_id} at rank {self.rank}"
