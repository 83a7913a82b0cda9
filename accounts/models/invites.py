"""Invitations to a server that strangers cannot join."""

import datetime
import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

WEEK = datetime.timedelta(days=7)
CODE_BYTES = 16  # 128 bits: guessing one is hopeless, however fast somebody tries.


def new_code() -> str:
    """Return a code that cannot be guessed."""
    return secrets.token_urlsafe(CODE_BYTES)


def in_a_week() -> datetime.datetime:
    """Return when an invitation expires unless somebody says otherwise."""
    return timezone.now() + WEEK


class InviteQuerySet(models.QuerySet["Invite"]):
    """Questions about invitations."""

    def good(self, *, now: datetime.datetime) -> Self:
        """Those that still open the door: neither expired, nor used up, nor withdrawn."""
        return self.filter(
            expires_at__gt=now, n_used__lt=models.F("n_allowed"), withdrawn_at__isnull=True
        )


class Invite(models.Model):
    """A link that lets a number of people sign up until a moment."""

    code = models.CharField(max_length=40, unique=True, default=new_code, editable=False)
    note = models.CharField(max_length=80, blank=True, help_text="For whom; only staff see it.")
    n_allowed = models.PositiveSmallIntegerField("people", default=1)
    n_used = models.PositiveSmallIntegerField("signed up", default=0, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=in_a_week)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = InviteQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        constraints = [
            models.CheckConstraint(
                condition=Q(n_allowed__range=(1, 1000)),
                name="invite_lets_somebody_in",
                violation_error_message="An invitation is for 1 to 1,000 people.",
            ),
            models.CheckConstraint(
                condition=Q(n_used__lte=F("n_allowed")), name="invite_not_overused"
            ),
        ]

    def __str__(self) -> str:
        return self.note or f"Invitation of {self.made_at:%d %b %Y}"
