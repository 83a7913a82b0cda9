"""People with tastes, made up and labelled SYNTHETIC, and the cookies of their sessions."""

from benchmarks import ground

# isort: split
import random
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.utils import timezone

from accounts.guests import SESSION_KEY as GUEST_KEY
from accounts.models import User
from catalog.models import Favourite, Group, Rating, Save, Tap, Title, Viewing

LABEL = "SYNTHETIC"


@dataclass(frozen=True)
class Someone:
    """A person and the cookie that says so."""

    user: User
    cookie: str


def make_people(n: int, *, rng: random.Random) -> list[Someone]:
    """Return `n` people, every second one a guest, with 3 to 80 statements around two groups."""
    User.objects.filter(username__startswith=f"{LABEL}-").delete()
    groups = [
        (group, list(group.titles.values_list("pk", flat=True))) for group in Group.objects.all()
    ]
    titles = list(Title.objects.visible().values_list("pk", flat=True))
    people = []
    for number in range(n):
        user = new_person(f"{LABEL}-{number}", is_guest=number % 2 == 0)
        (first, near), (second, also) = rng.sample(groups, 2)
        if user.is_guest:
            Tap.objects.bulk_create(Tap(user=user, group=group) for group in (first, second))
        liked = rng.sample([*dict.fromkeys([*near, *also])], k=min(6, len(near)))
        n_others = rng.choice((3, 8, 20, 70)) - 3
        others = rng.sample([i for i in titles if i not in liked], k=n_others)
        said(
            user, loved=liked[:3], rated=[*liked[3:], *others], saved=rng.sample(titles, 2), rng=rng
        )
        people.append(Someone(user, cookie_of(user)))
    ground.count_rows()
    return people


def reader_of(n_ratings: int, *, rng: random.Random) -> Someone:
    """Return a member with so many ratings, a tenth of them loved and seen as well."""
    user = new_person(f"{LABEL}-reader-{n_ratings}", is_guest=False)
    titles = list(Title.objects.visible().order_by("pk").values_list("pk", flat=True))
    rated = rng.sample(titles, n_ratings)
    said(user, loved=rated[::10], rated=rated, saved=[], rng=rng)
    Viewing.objects.bulk_create(
        Viewing(user=user, title_id=i, created_at=timezone.now()) for i in rated[::10]
    )
    ground.count_rows()
    return Someone(user, cookie_of(user))


def new_person(name: str, *, is_guest: bool) -> User:
    """Return a stored person who cannot sign in by password."""
    User.objects.filter(username=name).delete()
    email = "" if is_guest else f"{name.lower()}@example.org"
    user = User(username=name, email=email, is_guest=is_guest)
    user.set_unusable_password()
    user.save()
    return user


def said(user: User, *, loved: list, rated: list, saved: list, rng: random.Random) -> None:
    """Store what somebody said about titles, by their ids."""
    now = timezone.now()
    Favourite.objects.bulk_create(Favourite(user=user, title_id=i, created_at=now) for i in loved)
    Save.objects.bulk_create(Save(user=user, title_id=i, created_at=now) for i in saved)
    Rating.objects.bulk_create(
        Rating(
            user=user,
            title_id=i,
            stars=Decimal(rng.choice(("2", "3", "3.5", "4", "4.5", "5"))),
            rated_at=now,
            created_at=now,
        )
        for i in rated
    )


def cookie_of(user: User) -> str:
    """Return the cookie of a new session in which this person is signed in or is the guest."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    if user.is_guest:
        session[GUEST_KEY] = user.pk
    else:
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
