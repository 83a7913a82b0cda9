"""What a person takes out of their taste, or out of its reasons; what they did stays as it is."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalog.models.library import Statement


class Exclusion(Statement):
    """Whatever the person said of this title says nothing about their taste."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "title"], name="exclusion_once")]


class WrongReason(models.Model):
    """The person's title `cause` is no reason for them to be given `title`."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wrong_reasons"
    )
    title = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="+")
    cause = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "title", "cause"], name="wrong_reason_once"),
            models.CheckConstraint(
                condition=~Q(title=F("cause")),
                name="wrong_reason_of_another_title",
                violation_error_message="A title is no reason for itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause_id} is no reason for {self.title_id}, says {self.user_id}"
