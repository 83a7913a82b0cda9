"""Measured runs: what a recipe was worth, on which data, with which code (A11)."""

import hashlib
import json
from typing import Any, Self

import numpy as np
from django.db import models
from django.utils.dateparse import parse_datetime

from recommendations.taste.evaluation.leaderboard import Measure, Result

# What tells one run from another; measuring again replaces it.
IDENTITY = ("data", "split", "recipe", "variation", "settings_key", "seed", "code_version")


class RunQuerySet(models.QuerySet["Run"]):
    """Questions about runs."""

    def ours(self) -> Self:
        """Runs that were measured, not quoted."""
        return self.filter(is_reference=False)

    def current(self) -> Self:
        """The newest run of each recipe, variation and seed on each split, whatever the code."""
        what = ("data", "split", "recipe", "variation", "seed")
        return self.order_by(*what, "-started_at", "-pk").distinct(*what)

    def keep(self, run: "Run") -> "Run":
        """Store a run in the place of the same run of the same code, if there is one."""
        run.settings_key = key_of(run.settings)
        identity = {name: getattr(run, name) for name in IDENTITY}
        kept, _ = self.update_or_create(**identity, defaults=run.measured())
        return kept


class Run(models.Model):
    """One recipe with one seed on one split of one data set."""

    data = models.CharField(max_length=60, help_text="The data set.")
    split = models.CharField(max_length=20, help_text="How it was cut, such as p3-k10.")
    recipe = models.CharField(max_length=40)
    variation = models.CharField(
        max_length=200, blank=True, help_text="What was changed about the recipe."
    )
    settings = models.JSONField(default=dict)
    settings_key = models.CharField(max_length=16, editable=False)
    seed = models.IntegerField(default=0)
    code_version = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(default=0)
    memory_mb = models.FloatField(default=0, help_text="The most memory held, in MiB.")
    n_people = models.IntegerField(default=0, help_text="People who count.")
    metrics = models.JSONField(default=dict, help_text="Name: mean, low and high (95 %).")
    segments = models.JSONField(default=list, help_text="Parts of the people and of the titles.")
    by_person = models.JSONField(default=list, help_text="NDCG@5 of each person, for pairs.")
    is_reference = models.BooleanField(default=False, help_text="Quoted, not ours.")
    note = models.TextField(blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=IDENTITY,
                name="run_once",
                violation_error_message="This run of this code is stored already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.recipe} on {self.data} {self.split}, seed {self.seed}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the run, its settings told apart by a short key."""
        self.settings_key = key_of(self.settings)
        super().save(*args, **kwargs)

    def measured(self) -> dict[str, Any]:
        """Return the columns that measuring again may change."""
        same = {"id", *IDENTITY}
        return {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if field.attname not in same
        }

    def measure(self, name: str) -> Measure:
        """Return a metric and its interval; NaN where it was not measured."""
        return Measure(*map(_number, self.metrics.get(name, [None] * 3)))

    def as_result(self, *, with_people: bool = False) -> Result:
        """Return the run as the leaderboard reads it, with the value of each person if wanted."""
        by_person = self.by_person if with_people else []
        return Result(
            recipe=self.recipe,
            measures={name: self.measure(name) for name in self.metrics},
            variation=self.variation,
            seed=None if self.is_reference else self.seed,
            seconds=self.seconds,
            memory_mb=self.memory_mb,
            by_person=np.array([_number(value) for value in by_person]),
            is_quoted=self.is_reference,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the run as it stands in a file."""
        record = {name: getattr(self, name) for name in IDENTITY} | self.measured()
        record["started_at"] = self.started_at.isoformat() if self.started_at else None
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Return a run from a file, not stored."""
        at = record.get("started_at")
        return cls(**{**record, "started_at": parse_datetime(at) if at else None})


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def key_of(settings: dict[str, Any]) -> str:
    """Return sixteen hexadecimal digits that stand for these settings."""
    text = json.dumps(settings, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
