"""What people write under a title."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moviedb.audience import is_apart


class CommentQuerySet(models.QuerySet["Comment"]):
    """Questions about comments."""

    def visible_to(self, viewer: Any) -> Self:
        """Comments that `viewer` may read.

        Not those that moderators hid, other than the viewer's own; nor those of people who were
        switched off, or who keep apart from the viewer.
        """
        standing = Q(is_hidden=False, user__is_active=True) & ~is_apart(viewer)
        return self.filter(standing if viewer.pk is None else standing | Q(user=viewer.pk))

    def for_reading(self, viewer: Any) -> Self:
        """With their writers, and whether `viewer` reported each: one statement."""
        mine = CommentReport.objects.filter(comment=OuterRef("pk"), user=viewer.pk)
        return self.select_related("user").annotate(is_reported_by_me=Exists(mine))


class Comment(models.Model):
    """A person's words about a title; hidden ones stay for the moderators."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comments"
    )
    title = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="comments")
    text = models.TextField(max_length=4000)
    is_spoiler = models.BooleanField(default=False)
    is_hidden = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="comment_has_text",
                violation_error_message="A comment needs words.",
            )
        ]
        indexes = [models.Index(fields=["title", "-created_at"], name="comment_newest_of_title")]

    def __str__(self) -> str:
        return f"Comment {self.pk} on {self.title_id}"


class CommentReport(models.Model):
    """Somebody asks the moderators to look at a comment."""

    class Reason(models.TextChoices):
        SPOILER = "spoiler", _("It gives the story away")
        ABUSE = "abuse", _("It attacks somebody")
        ADVERTISING = "advertising", _("It advertises")
        OTHER = "other", _("Something else")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comment_reports"
    )
    reason = models.CharField(max_length=11, choices=Reason, default=Reason.OTHER)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "user"],
                name="comment_reported_once",
                violation_error_message="You already reported this comment.",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["spoiler", "abuse", "advertising", "other"]),
                name="comment_report_reason_is_offered",
            ),
        ]

    def __str__(self) -> str:
        return f"Comment {self.comment_id}: {self.reason}"
