"""People who use the site."""

import uuid

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class PeopleManager(UserManager["User"]):
    """Makes people."""

    def create_guest(self) -> "User":
        """Store and return a person without an address: a visitor who has tapped something."""
        guest = self.model(username=f"guest-{uuid.uuid4().hex}", is_guest=True)
        guest.set_unusable_password()
        guest.save()
        return guest


class User(AbstractUser):
    """Somebody with a taste; a guest has no address and no password yet."""

    class Theme(models.TextChoices):
        SYSTEM = "", "As my device"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    email = models.EmailField("e-mail address", blank=True)
    is_guest = models.BooleanField(default=False)
    certificate_cap = models.SmallIntegerField(
        null=True, blank=True, help_text="Nothing above this age is shown."
    )
    theme = models.CharField(max_length=5, choices=Theme.choices, blank=True)
    has_shortcuts = models.BooleanField(default=True, help_text="Single-key shortcuts are on.")
    query_weight = models.FloatField(
        null=True, blank=True, help_text="Share of the words against the taste, as last slid."
    )
    last_seen_at = models.DateTimeField(default=timezone.now)

    objects = PeopleManager()

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(query_weight=None) | models.Q(query_weight__range=(0, 1)),
                name="user_query_weight_is_a_share",
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="user_email_unique",
                violation_error_message="Somebody already signed up with this address.",
            ),
            models.CheckConstraint(
                condition=models.Q(is_guest=True) | ~models.Q(email="") | ~models.Q(username=""),
                name="user_has_a_name",
            ),
        ]
