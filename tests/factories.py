"""Plain functions that make rows for tests; say only what the test is about."""

import datetime
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.pennames import FIRST
from catalog.models import (
    Adaptation,
    Company,
    Credit,
    Dismissal,
    Favourite,
    Franchise,
    Genre,
    Group,
    GroupTitle,
    Person,
    Rating,
    Save,
    Title,
    Viewing,
)
from catalog.models.availability import Availability, Service

NOW = datetime.datetime(2026, 3, 14, 20, 15, tzinfo=datetime.UTC)
PASSWORD = "correct horse battery staple"
SYNOPSIS = (
    "A lighthouse keeper on a northern island finds a boat without a crew, and in its cabin a "
    "diary that is written in her own hand."
)
_numbers = count(1)


def make_title(
    name: str = "",
    *,
    kind: str = "film",
    year: int | None = 2016,
    genres: tuple[str, ...] = (),
    companies: tuple[str, ...] = (),
    directors: tuple[str, ...] = (),
    authors: tuple[str, ...] = (),
    cast: tuple[str, ...] = (),
    franchise: str = "",
    **columns: Any,
) -> Title:
    """Store a title; names of people, genres and companies are found or made."""
    columns.setdefault("synopsis", SYNOPSIS)
    columns.setdefault("maker", (directors or authors or ("",))[0])
    if franchise:
        columns["franchise"] = Franchise.objects.get_or_create(name=franchise)[0]
    title = Title.objects.create(
        name=name or f"Title {next(_numbers)}", kind=kind, year=year, **columns
    )
    title.genres.set([Genre.objects.get_or_create(name=name)[0] for name in genres])
    title.companies.set([Company.objects.get_or_create(name=name)[0] for name in companies])
    for role, names in (("director", directors), ("author", authors), ("cast", cast)):
        for position, person in enumerate(names):
            make_credit(title, person, role=role, position=position)
    return title


def make_credit(title: Title, name: str, *, role: str = "cast", position: int = 0) -> Credit:
    """Give somebody a credit."""
    person, _ = Person.objects.get_or_create(name=name)
    return Credit.objects.create(title=title, person=person, role=role, position=position)


def make_adaptation(origin: Title, form: Title) -> Adaptation:
    """Say that `form` was made from `origin`."""
    return Adaptation.objects.create(origin=origin, form=form)


def make_availability(
    title: Title, service: str = "Filmhuis", *, region: str = "NL", day: datetime.date | None = None
) -> Availability:
    """Say that a service had a title on a day."""
    day = day or NOW.date()
    found, _ = Service.objects.get_or_create(
        slug=service.lower().replace(" ", "-"), defaults={"name": service}
    )
    return Availability.objects.create(
        title=title, service=found, region=region, first_seen=day, last_seen=day
    )


def make_group(name: str = "", *titles: Title, **columns: Any) -> Group:
    """Store a group of titles."""
    number = next(_numbers)
    columns.setdefault("slug", f"group-{number}")
    group = Group.objects.create(name=name or f"Group {number}", **columns)
    for position, title in enumerate(titles):
        GroupTitle.objects.create(group=group, title=title, position=position)
    return group


@cache
def hashed(password: str | None) -> str:
    """Hash a password, which is slow by design, once for all tests; None cannot be used."""
    return make_password(password)


def make_user(email: str = "", *, password: str | None = PASSWORD, **columns: Any) -> User:
    """Store a member who can sign in with `PASSWORD`."""
    number = next(_numbers)
    columns.setdefault("username", f"{FIRST[number % len(FIRST)]}-otter-{number}")
    return User.objects.create(
        email=email or f"reader{number}@example.org", password=hashed(password), **columns
    )


def make_admin(email: str = "") -> User:
    """Store somebody who may do everything."""
    return make_user(email, is_staff=True, is_superuser=True)


def make_guest() -> User:
    """Store a guest."""
    return User.objects.create_guest()


def make_rating(user: User, title: Title, stars: float = 4, *, at=NOW) -> Rating:
    """Store a rating."""
    return Rating.objects.create(
        user=user, title=title, stars=Decimal(str(stars)), rated_at=at, created_at=at
    )


def make_save(user: User, title: Title, *, at=NOW) -> Save:
    """Put a title on a watchlist."""
    return Save.objects.create(user=user, title=title, created_at=at)


def make_favourite(user: User, title: Title, *, at=NOW) -> Favourite:
    """Make a title somebody's favourite."""
    return Favourite.objects.create(user=user, title=title, created_at=at)


def make_viewing(user: User, title: Title, *, on: datetime.date | None = None, at=NOW) -> Viewing:
    """Say that somebody saw a title."""
    return Viewing.objects.create(user=user, title=title, watched_on=on, created_at=at)


def make_dismissal(user: User, title: Title, *, zone: str = "", at=NOW) -> Dismissal:
    """Put a title away."""
    return Dismissal.objects.create(user=user, title=title, zone=zone, created_at=at)
