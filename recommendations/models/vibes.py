"""Vibes: the groups that one person's loved titles fall into, each a way in of its own."""

import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Q, Window
from django.db.models.functions import Lower, RowNumber
from django.utils import timezone
from pgvector.django import HalfVectorField

from recommendations.models.spaces import Space

LONGEST_NAME = 60


class VibeSet(models.Model):
    """What one person's vibes were made of, how, and how well they hold together."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="vibe_set"
    )
    ground = models.CharField(max_length=20, help_text="What titles are grouped by.")
    wanted = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many vibes the person asked for; empty: we choose."
    )
    algorithm = models.CharField(max_length=10, blank=True)
    silhouette = models.FloatField(null=True, blank=True)
    davies_bouldin = models.FloatField(null=True, blank=True)
    inertia = models.FloatField(null=True, blank=True)
    n_titles = models.PositiveIntegerField(default=0, help_text="Liked titles that were grouped.")
    n_joined = models.PositiveIntegerField(
        default=0, help_text="Likes that came or went since all were grouped anew."
    )
    outlier_ids = ArrayField(
        models.BigIntegerField(), default=list, blank=True, help_text="Titles that fit nowhere yet."
    )
    said = models.CharField(max_length=16, help_text="Stands for the likes it was made of.")
    made_in = models.CharField(max_length=16, help_text="Stands for the spaces' editions.")
    revision = models.PositiveIntegerField(
        default=0, help_text="Grows with every change, by a fit or by hand."
    )
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(wanted=None) | Q(wanted__range=(1, 8)),
                name="vibe_set_wanted_in_range",
                violation_error_message="Between one and eight vibes can be asked for.",
            )
        ]

    def __str__(self) -> str:
        return f"vibes of person {self.user_id}"


class VibeQuerySet(models.QuerySet["Vibe"]):
    """Questions about vibes."""

    def owned_by(self, user) -> Self:
        """The vibes of one person; none for a visitor."""
        return self.none() if user.is_anonymous else self.filter(user=user)

    def living(self) -> Self:
        """Those that were not dropped or merged into another."""
        return self.filter(dropped_at=None)

    def dropped(self) -> Self:
        """Those that were dropped, not those that live on in another."""
        return self.exclude(dropped_at=None).filter(merged_into=None)

    def in_order(self) -> Self:
        """As pages list them."""
        return self.order_by("position", "pk")

    def sized(self) -> Self:
        """With `n_titles` beside each."""
        return self.annotate(n_titles=Count("places"))


class Vibe(models.Model):
    """A group of one person's loved titles, with a name and a middle."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="vibes"
    )
    name = models.CharField(max_length=LONGEST_NAME)
    is_named_by_person = models.BooleanField(default=False)
    terms = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    ground = models.CharField(max_length=20, help_text="What its titles were grouped by.")
    axis = models.CharField(max_length=10, help_text="The axis its middle lies on.")
    # Without the space it was made in, the middle is worked out anew from its titles.
    space = models.ForeignKey(Space, null=True, on_delete=models.SET_NULL, related_name="vibes")
    centroid = HalfVectorField()
    silhouette = models.FloatField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_pinned = models.BooleanField(
        default=False, help_text="Its titles stay together whatever the next fit finds."
    )
    dropped_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged"
    )
    made_at = models.DateTimeField(default=timezone.now)

    objects = VibeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "user",
                Lower("name"),
                condition=Q(dropped_at=None),
                name="vibe_name_once",
                violation_error_message="Another of your vibes has this name.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="vibe_has_name",
                violation_error_message="A vibe needs a name.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(dropped_at__isnull=False),
                name="vibe_merged_is_gone",
                violation_error_message="A vibe that was merged into another is not shown.",
            ),
        ]
        indexes = [models.Index(fields=["user", "position"], name="vibe_in_order")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the vibe's page."""
        return f"/vibes/{self.pk}/"

    def pin(self, *, keeps: bool) -> None:
        """Keep its titles together through every fit, or let the next fit decide again."""
        self.is_pinned = keeps
        self.save(update_fields=["is_pinned"])

    def drop(self, *, now: datetime.datetime, into: "Vibe | None" = None) -> None:
        """Take it off the pages; it does not come back by itself."""
        self.dropped_at, self.merged_into = now, into
        self.save(update_fields=["dropped_at", "merged_into"])


class VibeTitleQuerySet(models.QuerySet["VibeTitle"]):
    """Questions about the titles of vibes."""

    def nearest(self, *, n: int) -> Self:
        """The `n` titles of each vibe that lie nearest to its middle, with what cards show."""
        place = Window(RowNumber(), partition_by=F("vibe"), order_by=("-fit", "title_id"))
        return self.annotate(place=place).filter(place__lte=n).select_related("title")

    def counted(self) -> dict[int, dict[str, int]]:
        """Return {vibe id: {kind of title: how many}}."""
        found: dict[int, dict[str, int]] = {}
        rows: Any = self.values_list("vibe_id", "title__kind").annotate(n=Count("pk"))
        for vibe_id, kind, n in rows.order_by("vibe_id", "title__kind"):
            found.setdefault(vibe_id, {})[kind] = n
        return found


class VibeTitle(models.Model):
    """A title of a vibe, and how near to its middle it lies."""

    vibe = models.ForeignKey(Vibe, on_delete=models.CASCADE, related_name="places")
    title = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="vibe_places")
    fit = models.FloatField(help_text="Cosine to the middle of the vibe.")

    objects = VibeTitleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vibe", "title"], name="vibe_title_once"),
            models.CheckConstraint(
                condition=Q(fit__range=(-1, 1)),
                name="vibe_fit_is_a_cosine",
                violation_error_message="A fit is a cosine, from −1 to 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title_id} in vibe {self.vibe_id}"
