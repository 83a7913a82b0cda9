"""People to look around with."""

import random
import secrets

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from catalog import library
from catalog.models import Group, Title
from recommendations.batch import profiles

LABEL = "SYNTHETIC"


class Command(BaseCommand):
    help = (
        "Adds made-up people, each in love with two of the groups, labelled SYNTHETIC, and prints "
        "how to sign in as the first of them. Run again, it changes nothing but that password."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--people", type=int, default=12, help="how many, 1 to 500")

    @transaction.atomic
    def handle(self, *args, people: int, **options) -> None:
        groups = list(Group.objects.order_by("position", "pk").prefetch_related("titles"))
        if not 1 <= people <= 500:
            raise CommandError(f"--people is {people}; expected 1 to 500")
        if len(groups) < 2:
            raise CommandError("there are no groups yet; run 'manage.py load_titles starter' first")
        rng, now = random.Random(1), timezone.now()  # noqa: S311 - taste, not secrets
        for number in range(people):
            user, is_new = get_user_model().objects.get_or_create(
                username=f"{LABEL}-{number}",
                defaults={"email": f"demo{number}@example.org", "first_name": LABEL},
            )
            chosen = rng.sample(groups, 2)
            if is_new:
                self._fall_in_love(user, chosen, rng, now)
        first = get_user_model().objects.get(username=f"{LABEL}-0")
        password = secrets.token_urlsafe(9)
        first.set_password(password)
        first.save(update_fields=["password"])
        profiles.refresh_stale(now=now)
        self.stdout.write(
            f"{people} made-up people are there. Sign in at /accounts/login/ as "
            f"{first.email} with the password {password}"
        )

    def _fall_in_love(self, user, groups: list[Group], rng: random.Random, now) -> None:
        titles = [title for group in groups for title in group.titles.all()]
        for title in titles:
            library.rate(user, title, rng.choice(["4", "4.5", "5"]), now=now)
        others = Title.objects.visible().exclude(pk__in=[t.pk for t in titles]).order_by("pk")
        for title in rng.sample(list(others[:300]), min(6, len(others[:300]))):
            library.rate(user, title, rng.choice(["1", "2", "2.5", "3"]), now=now)
