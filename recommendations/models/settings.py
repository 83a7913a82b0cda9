"""What a reader set for themselves."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class ReaderSettingsManager(models.Manager["ReaderSettings"]):
    """Reads and keeps single settings."""

    def weight_of(self, user) -> float | None:
        """Return the share of the words that this person set last, or None."""
        return self.filter(user=user).values_list("query_weight", flat=True).first()


class ReaderSettings(models.Model):
    """How one person likes their lists made."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reader_settings"
    )
    query_weight = models.FloatField(
        null=True, blank=True, help_text="Share of the words against the taste in a search."
    )

    objects = ReaderSettingsManager()

    class Meta:
        verbose_name_plural = "reader settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(query_weight=None) | Q(query_weight__range=(0, 1)),
                name="query_weight_is_a_share",
            )
        ]

    def __str__(self) -> str:
        return f"Settings of {self.user_id}"
