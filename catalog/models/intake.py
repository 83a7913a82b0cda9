"""Where the catalogue's rows came from, and how each load went."""

from django.db import models


class SourceRun(models.Model):
    """One load of one source."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    source = models.CharField(max_length=40)
    path = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    n_read = models.IntegerField(default=0)
    n_kept = models.IntegerField(default=0)
    n_new = models.IntegerField(default=0)
    n_merged = models.IntegerField(default=0)
    n_changed = models.IntegerField(default=0)
    n_rejected = models.IntegerField(default=0)
    reasons = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.source} at {self.started_at:%Y-%m-%d %H:%M}"


class SourceRow(models.Model):
    """A row of a source and the title that it became part of: loaded again, it finds it again."""

    title = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="source_rows")
    source = models.CharField(max_length=40)
    source_id = models.CharField(max_length=300)
    url = models.URLField(max_length=300, blank=True, help_text="Its page, to be named beside it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"],
                name="source_row_once",
                violation_error_message="This row of the source already has its title.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.source_id}"
