"""Where a title can be watched or read."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models


class Service(models.Model):
    """A streaming service."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


# What a service has is asked for every night; what was not confirmed for so long has gone from it.
CONFIRMED_WITHIN = datetime.timedelta(days=7)


class AvailabilityQuerySet(models.QuerySet["Availability"]):
    """Questions about availability."""

    def current(self, today: datetime.date) -> Self:
        """Rows that were confirmed lately enough to be relied on."""
        return self.filter(last_seen__gte=today - CONFIRMED_WITHIN)


class Availability(models.Model):
    """A title was on a service in a region from one day to another."""

    title = models.ForeignKey(
        "catalog.Title", on_delete=models.CASCADE, related_name="availabilities"
    )
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="availabilities")
    region = models.CharField(max_length=2)
    first_seen = models.DateField()
    last_seen = models.DateField()

    objects = AvailabilityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "availabilities"
        constraints = [
            models.UniqueConstraint(
                fields=["title", "service", "region"],
                name="availability_once",
                violation_error_message="This title already has a row for the service and region.",
            ),
            models.CheckConstraint(
                condition=models.Q(last_seen__gte=models.F("first_seen")),
                name="availability_in_order",
                violation_error_message="It was last seen before it was first seen.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title_id} on {self.service_id} in {self.region}"


class Subscription(models.Model):
    """A person has a service, in the country they watch in; "" when they did not say which."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions"
    )
    service = models.ForeignKey(Service, on_delete=models.CASCADE)
    region = models.CharField(max_length=2, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "service"],
                name="subscription_once",
                violation_error_message="You already named this service.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} has {self.service_id}"
