"""What people did with titles. Each row is one statement; taking it back deletes the row."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Floor
from django.utils import timezone


class Statement(models.Model):
    """One person's statement about one title."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss"
    )
    title = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="%(class)ss")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} of {self.title_id} by {self.user_id}"


class Rating(Statement):
    """Half to five stars, in halves."""

    stars = models.DecimalField(
        max_digits=2, decimal_places=1, validators=[MinValueValidator(0.5), MaxValueValidator(5)]
    )
    rated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "title"],
                name="rating_once",
                violation_error_message="You already rated this title.",
            ),
            models.CheckConstraint(
                condition=Q(stars__gte=0.5, stars__lte=5),
                name="rating_in_range",
                violation_error_message="A rating lies between half a star and five stars.",
            ),
            models.CheckConstraint(
                condition=Q(stars=Floor(F("stars") * 2) / 2),
                name="rating_in_halves",
                violation_error_message="Ratings go in half stars.",
            ),
        ]
        indexes = [models.Index(fields=["user", "rated_at"], name="rating_recent")]


class Save(Statement):
    """A place on the watchlist."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "title"], name="save_once")]


class Favourite(Statement):
    """A heart: the person loved it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "title"], name="favourite_once")]


class Viewing(Statement):
    """The person saw or read it; on which day, when they said so."""

    watched_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "title", "watched_on"],
                name="viewing_once_a_day",
                nulls_distinct=False,
            )
        ]


class Dismissal(Statement):
    """Not for me: everywhere when `zone` is empty, else in that zone."""

    zone = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "title", "zone"], name="dismissal_once")
        ]
