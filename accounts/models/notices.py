"""What somebody is told: each notice hangs from what it is about, and goes with it."""

from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about notices."""

    def to(self, person: Any) -> Self:
        """Those for this person, none for a visitor."""
        return self.filter(user=person) if person.pk else self.none()

    def unread(self) -> Self:
        """Those that nobody has opened or marked yet."""
        return self.filter(read_at__isnull=True)

    def newest_first(self) -> Self:
        """In the order of the page."""
        return self.order_by("-created_at", "-pk")


class Notice(models.Model):
    """One sentence to one person, with a way to what it is about.

    A table whose rows notices are about says so with a `GenericRelation` to this one: then the
    notices of a row are deleted with it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notices_caused",
        help_text="Whoever caused it; with them it goes.",
    )
    kind = models.CharField(max_length=20)
    words = models.CharField(max_length=300)
    url = models.CharField(max_length=200)
    key = models.CharField(
        max_length=100, blank=True, help_text="Told once: a second notice of this key is none."
    )
    about_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, null=True, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], condition=~Q(key=""), name="notice_told_once"
            ),
            models.CheckConstraint(
                condition=Q(about_type=None, about_id=None)
                | Q(about_type__isnull=False, about_id__isnull=False),
                name="notice_about_a_row_or_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notice_newest"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["about_type", "about_id"], name="notice_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.user_id}"
