"""Spaces: a set of vectors that were made alike and may be compared with one another."""

import datetime
import uuid
from typing import Self

import numpy as np
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from moviedb.cache import forget


class SpaceQuerySet(models.QuerySet["Space"]):
    """Questions about spaces."""

    def serving(self, kind: str) -> Self:
        """The space of this kind that answers requests; none before the first is ready."""
        return self.filter(kind=kind, status=Space.Status.SERVING)


class Space(models.Model):
    """One version of the content space or of the taste space."""

    # Where caches keep the serving spaces; whoever switches spaces drops them.
    SERVING_KEY = "serving-spaces"

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
    # A restored backup may repeat a revision, and never an edition.
    edition = models.UUIDField(
        default=uuid.uuid4,
        help_text="Another whenever vectors are written; processes know by it what they hold.",
    )
    # Of a taste space: how many statements the histories had that each pull was made for, where
    # somebody lies before their titles pull, for each, who it was learnt from, and how good its
    # lists for new people were, as measured before it was written.
    starts = models.JSONField(default=list, blank=True)
    lengths = ArrayField(models.FloatField(), default=list, blank=True)
    learnt_from = models.JSONField(default=list, blank=True)
    figures = models.JSONField(default=dict, blank=True)
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

    def serve(self, *, now: datetime.datetime) -> None:
        """Let this space answer, in one switch, and mark what caches must no longer use."""
        with transaction.atomic():
            others = Space.objects.serving(self.kind).exclude(pk=self.pk)
            others.update(status=Space.Status.RETIRED)
            Space.objects.filter(pk=self.pk).update(
                status=Space.Status.SERVING, served_at=now, revision=F("revision") + 1
            )
        forget(Space.SERVING_KEY)
        self.refresh_from_db()

    @property
    def pull_axes(self) -> tuple[str, ...]:
        """Return the axes that hold what a loved title adds to a person, one for each length."""
        return tuple(f"pull{number}" for number in range(len(self.lengths)))

    @property
    def beginnings(self) -> np.ndarray:
        """Return (lengths, dimension) float32: where somebody lies before their titles pull."""
        return np.asarray(self.starts, dtype=np.float32)

    def teachers(self) -> str:
        """Return in words whose love a taste space was learnt from: "610 MovieLens people"."""
        parts = [
            f"{source['n_people']:,} {source['name']} people"
            if source["name"]
            else f"{source['n_people']:,} people here"
            for source in self.learnt_from
        ]
        return " and ".join(parts)
