"""Tags that keep titles from everybody."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BlockedTag(models.Model):
    """A genre, theme or mood whose titles are shown to nobody, whatever their source says."""

    name = models.CharField(_("genre, theme or mood"), max_length=120)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    # Which titles it has marked as for adults only, so that lifting it unmarks those and no other.
    titles: models.ManyToManyField = models.ManyToManyField(
        "catalog.Title", related_name="blocked_by_tags", editable=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="blocked_tag_once",
                violation_error_message="This tag is blocked already.",
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="blocked_tag_has_a_name",
                violation_error_message="A tag has a name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
