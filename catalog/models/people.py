"""People and companies, and what they did for a title."""

from django.db import models


class Person(models.Model):
    """Somebody who made or plays in titles. Two people of one name share a row until split."""

    name = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.name


class Company(models.Model):
    """A production company, network or publisher."""

    name = models.CharField(max_length=200, unique=True)

    class Meta:
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name


class Credit(models.Model):
    """What a person did for a title: director, creator, author and cast are one table."""

    class Role(models.TextChoices):
        DIRECTOR = "director", "Director"
        CREATOR = "creator", "Creator"
        AUTHOR = "author", "Author"
        CAST = "cast", "Cast"

    title = models.ForeignKey("catalog.Title", on_delete=models.CASCADE, related_name="credits")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="credits")
    role = models.CharField(max_length=8, choices=Role.choices)
    position = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["title", "person", "role"],
                name="credit_once",
                violation_error_message="This person already has this credit.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.role})"
