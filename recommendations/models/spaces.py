"""Spaces: a set of vectors that were made alike and may be compared with one another."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone


class SpaceQuerySet(models.QuerySet["Space"]):
    """Questions about spaces."""

    def serving(self, kind: str) -> Self:
        """The space of this kind that answers requests; none before the first is ready."""
        return self.filter(kind=kind, status=Space.Status.SERVING)


class Space(models.Model):
    """One version of the content space or of the taste space."""

    # Where caches keep the serving content space; whoever switches spaces drops it.
    SERVING_KEY = "serving-space"

    class Kind(models.TextChoices):
        CONTENT = "content", "Content"
        TASTE = "taste", "Taste"

    class Status(models.TextChoices):
        BUILDING = "building", "Being built"
        READY = "ready", "Ready"
        SERVING = "serving", "Serving"
        RETIRED = "retired", "Retired"

    kind = models.CharField(max_length=7, choices=Kind.choices)
    recipe = models.CharField(max_length=80, help_text="The encoder or learner that made it.")
    dimension = models.SmallIntegerField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.BUILDING)
    # Per axis and kind of title: the mean vector, so that the direction that only says
    # "this is a book" can be taken out before films, series and books are compared.
    means = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(
        default=0, help_text="Grows whenever vectors change; caches carry it in their keys."
    )
    created_at = models.DateTimeField(default=timezone.now)
    served_at = models.DateTimeField(null=True, blank=True)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(status="serving"),
                name="space_one_serving_a_kind",
                violation_error_message="Another space of this kind is serving.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} space {self.pk} ({self.recipe})"
