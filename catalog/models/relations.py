"""How titles hang together: franchises and adaptations."""

from django.db import models
from django.db.models import F, Q


class Franchise(models.Model):
    """A row of titles that belong in an order."""

    name = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.name


class Adaptation(models.Model):
    """Another form of the same story: `form` was made from `origin`."""

    origin = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="forms")
    form = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="origins")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "form"],
                name="adaptation_once",
                violation_error_message="This adaptation is already known.",
            ),
            models.CheckConstraint(
                condition=~Q(origin=F("form")),
                name="adaptation_of_another",
                violation_error_message="A title is not an adaptation of itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} after {self.origin}"
