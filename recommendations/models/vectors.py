"""Vectors, in narrow tables of their own: in a wide row they would go out of line."""

from typing import Self

import numpy as np
from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone
from pgvector import HalfVector
from pgvector.django import CosineDistance, HalfVectorField, MaxInnerProduct

from recommendations.models.spaces import Space


class TitleVectorQuerySet(models.QuerySet["TitleVector"]):
    """Questions about title vectors."""

    def along(self, space: Space, axis: str) -> Self:
        """The vectors of one space along one axis."""
        return self.filter(space=space, axis=axis)

    def of(self, titles: models.QuerySet) -> Self:
        """Only those of the given titles, which stay a subquery."""
        return self.filter(title__in=titles.values("pk"))

    def nearest_to(self, target: np.ndarray, *, n: int) -> Self:
        """The `n` closest by cosine, nearest first, ties by title; `closeness` beside each.

        The scan is exact: `+ 0` keeps an approximate index out, which would stop before the
        filters have let enough through.
        """
        distance = CosineDistance("vector", HalfVector(np.asarray(target, dtype=np.float32)))
        rows = self.annotate(distance=distance, closeness=1.0 - F("distance"))
        return rows.order_by(F("distance") + 0, "title_id")[:n]

    def most_loved_by(self, place: np.ndarray, *, n: int) -> Self:
        """The `n` with the largest inner product with a person's place, ties by title; exact.

        Taste spaces are searched like this: how long a vector is says how much a title is loved.
        """
        behind = MaxInnerProduct("vector", HalfVector(np.asarray(place, dtype=np.float32)))
        return self.annotate(behind=behind).order_by(F("behind") + 0, "title_id")[:n]


class TitleVector(models.Model):
    """Where a title lies in one space, along one axis.

    A taste space has the axis `taste`, which is searched, and beside it what a loved title adds
    to a person: `pull0`, `pull1` and so on, one for each length of history.
    """

    TASTE = "taste"

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="title_vectors")
    title = models.ForeignKey(
        "catalog.Title", on_delete=models.CASCADE, related_name="title_vectors"
    )
    axis = models.CharField(max_length=10)
    # Sixteen bits agree with thirty-two to .9999 and halve what a scan reads.
    vector = HalfVectorField()
    text_hash = models.CharField(max_length=64, blank=True)
    n_people = models.IntegerField(
        default=0, help_text="In a taste space: how many people placed it; 0 where its content did."
    )

    objects = TitleVectorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "axis", "title"], name="title_vector_once")
        ]
        indexes = [models.Index(fields=["title", "space"], name="title_vector_title")]

    def __str__(self) -> str:
        return f"{self.axis} of {self.title_id} in space {self.space_id}"


class UserVector(models.Model):
    """Where a person lies in one space, along one axis."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="user_vectors")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="vectors"
    )
    axis = models.CharField(max_length=10)
    vector = HalfVectorField()
    n_signals = models.IntegerField(default=0)
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "axis", "user"], name="user_vector_once")
        ]

    def __str__(self) -> str:
        return f"{self.axis} of person {self.user_id} in space {self.space_id}"
