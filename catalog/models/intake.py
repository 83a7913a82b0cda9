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
