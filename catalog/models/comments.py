"""What people write under a title."""

from django.conf import settings
from django.db import models
from django.utils import timezone


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

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="comment_has_text",
                violation_error_message="A comment needs words.",
            )
        ]

    def __str__(self) -> str:
        return f"Comment {self.pk} on {self.title_id}"
