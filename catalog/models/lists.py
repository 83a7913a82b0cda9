"""A person's own named lists of titles."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from moviedb.audience import Audience, opened_to


class TitleListQuerySet(models.QuerySet["TitleList"]):
    """Questions about lists."""

    def standing(self) -> Self:
        """Lists that were not deleted."""
        return self.filter(deleted_at=None)

    def owned_by(self, person: Any) -> Self:
        """Somebody's own lists, deleted ones among them; none for a visitor."""
        return self.none() if person.pk is None else self.filter(user=person.pk)

    def visible_to(self, viewer: Any) -> Self:
        """Lists that `viewer` may read: their own, and what others opened to them."""
        return self.standing().filter(opened_to(viewer))

    def counted(self, within: Q | None = None) -> Self:
        """With `n`, how many titles each holds that everybody may see.

        Args:
            within: what else must be so of rows of the list, `listed__title__…`.
        """
        is_shown = Q(listed__title__is_hidden=False, listed__title__is_adult=False)
        return self.annotate(n=Count("listed", filter=is_shown & (within or Q())))


class TitleList(models.Model):
    """Titles in an order that somebody chose; a deleted one waits a day for its undo."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="title_lists"
    )
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=500, blank=True)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.ONLY_ME)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = TitleListQuerySet.as_manager()

    class Meta:
        verbose_name = "list"
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="list_has_a_name",
                violation_error_message="A list needs a name.",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["me", "friends", "everyone"]),
                name="list_audience_is_offered",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the list's page."""
        return reverse("list", args=(self.pk,))


class ListedTitle(models.Model):
    """A title's place on a list."""

    list = models.ForeignKey(TitleList, on_delete=models.CASCADE, related_name="listed")
    title = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="listed")
    position = models.IntegerField(default=0)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["list", "title"],
                name="listed_once",
                violation_error_message="The title is on this list already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title_id} on list {self.list_id}"
