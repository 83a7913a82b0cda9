"""Links to a title or a few that somebody hands on; whoever has the link may look."""

import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class ShareQuerySet(models.QuerySet["Share"]):
    """Questions about shares."""

    def owned_by(self, person: Any) -> Self:
        """What somebody shared; nothing for a visitor."""
        return self.none() if person.pk is None else self.filter(user=person.pk)

    def working(self, *, now: datetime.datetime) -> Self:
        """Shares whose link still leads somewhere."""
        in_time = Q(expires_at=None) | Q(expires_at__gt=now)
        return self.filter(in_time, revoked_at=None, user__is_active=True)


class Share(models.Model):
    """A link that was handed on, until it is revoked or its time is over."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shares"
    )
    nonce = models.CharField(
        max_length=16, unique=True, editable=False, help_text="Half of the link; see shares.py."
    )
    titles: models.ManyToManyField = models.ManyToManyField(
        "catalog.Title", through="ShareTitle", related_name="shares"
    )
    line = models.CharField(max_length=200, blank=True)
    is_named = models.BooleanField(default=False, help_text="Says who shares.")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Share {self.pk}"


class ShareTitle(models.Model):
    """A title's place in a share."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="places")
    title = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="+")
    position = models.SmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["share", "title"], name="shared_once")]

    def __str__(self) -> str:
        return f"{self.title_id} in share {self.share_id}"
