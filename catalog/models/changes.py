"""That the catalogue changed, or what somebody said, noted by the database itself."""

from django.db import models


class Change(models.Model):
    """A statement that wrote titles, adaptations, credits, people or groups.

    Triggers write these rows in the transaction of the statement, whoever sent it. So whoever sees
    a change sees its row, and two views of the catalogue with the same rows are the same.
    """

    id = models.BigAutoField(primary_key=True)

    def __str__(self) -> str:
        return f"change {self.pk}"


class LastSaid(models.Model):
    """In which edition somebody's statements are: another one whenever any of them is written.

    Triggers write it in the transaction of the statement. Two who write of one person wait for each
    other at this row, so whoever sees an edition sees all that was said before it. Nobody deletes
    these rows with their person, whose statements the database is just deleting then, but
    `columns.forget_changes` does.

    Attributes:
        user_id: the person's; not a foreign key, for that reason.
        edition: never met before, in whichever copy of the database.
    """

    user_id = models.BigIntegerField(primary_key=True)
    edition = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.user_id} in edition {self.edition}"
