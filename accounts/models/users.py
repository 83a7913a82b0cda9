"""People who use the site."""

import uuid
from functools import cache

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import connections, models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts import pennames
from accounts.models.friendships import Friendship
from moviedb.audience import Audience


class PeopleManager(UserManager["User"]):
    """Makes people, and finds them."""

    def by_id(self, pk: int) -> "User | None":
        """Return a person; None where there is none.

        Every page asks for one. Building a query set takes three times as long as the answer.
        """
        fields = self.model._meta.concrete_fields
        with connections[self.db].cursor() as cursor:
            cursor.execute(_all_of(self.model), [pk])
            row = cursor.fetchone()
        return row and self.model.from_db(self.db, [field.attname for field in fields], row)

    def create_guest(self) -> "User":
        """Store and return a person without an address: a visitor who has tapped something."""
        guest = self.model(username=f"guest-{uuid.uuid4().hex}", is_guest=True)
        guest.set_unusable_password()
        guest.save()
        return guest


@cache
def _all_of(model: type[models.Model]) -> str:
    """Return the statement that reads a row by its id."""
    return model._base_manager.filter(pk=0).query.sql_with_params()[0]


class User(AbstractUser):
    """Somebody with a taste; a guest has no address and no password yet."""

    class Theme(models.TextChoices):
        SYSTEM = "", "As my device"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    class HalfLife(models.IntegerChoices):
        NEVER = 0, "Never fades"
        FIVE_YEARS = 1826, "Half after five years"
        YEAR = 365, "Half after a year"
        QUARTER = 90, "Half after three months"

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
    half_life_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        choices=HalfLife.choices,
        help_text="After how many days a statement counts half; empty means a year.",
    )
    taste_since = models.DateTimeField(
        null=True, blank=True, help_text="What was said before this says nothing about the taste."
    )
    last_seen_at = models.DateTimeField(default=timezone.now)
    # Kept by accounts/notices.py: the menu of every page shows it, and shall not ask for it.
    n_unread = models.PositiveIntegerField(default=0, help_text="Notices that wait to be read.")
    profile_for = models.CharField(max_length=8, choices=Audience, default=Audience.ONLY_ME)
    library_for = models.CharField(max_length=8, choices=Audience, default=Audience.ONLY_ME)
    lists_for = models.CharField(max_length=8, choices=Audience, default=Audience.ONLY_ME)

    objects = PeopleManager()

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(query_weight=None) | models.Q(query_weight__range=(0, 1)),
                name="user_query_weight_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(half_life_days=None)
                | models.Q(half_life_days__in=[0, 90, 365, 1826]),
                name="user_half_life_is_offered",
                violation_error_message="A half-life is one of those on offer.",
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="user_email_unique",
                violation_error_message="Somebody already signed up with this address.",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    profile_for__in=Audience.values,
                    library_for__in=Audience.values,
                    lists_for__in=Audience.values,
                ),
                name="user_audiences_are_offered",
            ),
            models.CheckConstraint(
                condition=models.Q(is_guest=True) | ~models.Q(email="") | ~models.Q(username=""),
                name="user_has_a_name",
            ),
        ]

    def has_friends_to_tip(self) -> bool:
        """Return whether a friend of theirs is open to recommendations, in one statement."""
        return Friendship.objects.with_somebody_to_tip(self).exists()

    @property
    def shown_name(self) -> str:
        """Return what others call this person: the name they gave, or two words drawn for them."""
        return self.first_name or pennames.shown(self.username)
