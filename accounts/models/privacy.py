"""Consent as rows: what hangs from a row dies with it. No row means no."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Findable(models.Model):
    """A person lets others with the same taste find them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="findable"
    )
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user_id} may be found"


class PooledConsent(models.Model):
    """A person lets this server learn from their ratings together with those of others."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pooled_consent"
    )
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user_id} lends their ratings to training"


class OpenToTips(models.Model):
    """A person lets their friends recommend titles to them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="open_to_tips"
    )
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user_id} is open to recommendations"
