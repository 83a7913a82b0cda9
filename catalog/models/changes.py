"""That something in the catalogue changed, noted by the database itself."""

from django.db import models


class Change(models.Model):
    """A statement that wrote titles, adaptations, credits or people.

    Triggers write these rows in the transaction of the statement, whoever sent it. So whoever sees
    a change sees its row, and two views of the catalogue with the same rows are the same.
    """

    id = models.BigAutoField(primary_key=True)

    def __str__(self) -> str:
        return f"change {self.pk}"
