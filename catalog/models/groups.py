"""Groups of titles: a newcomer taps a few instead of rating one by one."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Prefetch
from django.utils import timezone

from moviedb.requests import is_id


class GroupQuerySet(models.QuerySet["Group"]):
    """Questions about groups."""

    def shown_to_newcomers(self, *, n: int) -> list[tuple["Group", list["GroupTitle"]]]:
        """The first `n` pinned groups with their visible places, in two queries."""
        places = GroupTitle.objects.select_related("title").order_by("position", "pk")
        places = places.filter(title__is_hidden=False, title__is_adult=False)
        groups = self.filter(is_pinned=True).order_by("position", "pk")[:n]
        found = groups.prefetch_related(Prefetch("places", places, to_attr="shown_places"))
        return [(group, group.shown_places) for group in found]

    def tapped(self, texts: Iterable[str]) -> list["Group"]:
        """The pinned groups among those that a form's tiles name by their ids."""
        return list(self.filter(pk__in={int(t) for t in texts if is_id(t)}, is_pinned=True))


class Group(models.Model):
    """A few titles that people love together, under a short name."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    line = models.CharField(max_length=120, blank=True)
    position = models.SmallIntegerField(default=0)
    is_pinned = models.BooleanField(default=True, help_text="Shown to newcomers.")
    titles = models.ManyToManyField("catalog.Title", through="catalog.GroupTitle")

    objects = GroupQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class GroupTitle(models.Model):
    """A title's place in a group."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="places")
    title = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="places")
    position = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "title"], name="group_title_once")]

    def __str__(self) -> str:
        return f"{self.title_id} in {self.group_id}"


class Tap(models.Model):
    """A person said: more like this group."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="taps"
    )
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="taps")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="tap_once")]

    def __str__(self) -> str:
        return f"{self.user_id} tapped {self.group_id}"
