"""What people write under a title."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moviedb.audience import is_apart, opened_to


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
        """With their writers, whether `viewer` reported each, and whether its writer's page is
        open to them: one statement."""
        mine = CommentReport.objects.filter(comment=OuterRef("pk"), user=viewer.pk)
        page = opened_to(viewer, audience="user__profile_for")
        return self.select_related("user").annotate(
            is_reported_by_me=Exists(mine),
            is_report_closed=Exists(mine.filter(closed_at__isnull=False)),
            is_page_open=ExpressionWrapper(page, output_field=BooleanField()),
        )


class Comment(models.Model):
    """A person's words about a title; hidden ones stay for the moderators."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comments"
    )
    title = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="comments")
    text = models.TextField(max_length=4000)
    is_spoiler = models.BooleanField(default=False)
    is_hidden = models.BooleanField(default=False)
    is_waiting = models.BooleanField(
        _("waits for a moderator"),
        default=False,
        help_text=_("Hidden because several readers reported it, until a moderator has looked."),
    )
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="comment_has_text",
                violation_error_message="A comment needs words.",
            ),
            models.CheckConstraint(
                condition=Q(is_waiting=False) | Q(is_hidden=True),
                name="comment_waits_hidden",
                violation_error_message="What waits for a moderator is hidden.",
            ),
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
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="When a moderator had looked at the comment."
    )

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


class CommentVerdict(models.Model):
    """What a moderator decided about a comment, and what they told its writer."""

    class Kind(models.TextChoices):
        HIDE = "hide", _("Hide it")
        STANDS = "stands", _("Let it stand")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="verdicts")
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    kind = models.CharField(max_length=6, choices=Kind)
    line = models.CharField(max_length=200, blank=True, help_text="What the writer was told.")
    n_reports = models.PositiveIntegerField(help_text="How many reports it closed.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["hide", "stands"]), name="comment_verdict_is_offered"
            )
        ]

    def __str__(self) -> str:
        return f"Comment {self.comment_id}: {self.kind}"
