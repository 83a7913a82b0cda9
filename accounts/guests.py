"""Visitors who have done something are guests: stored people without an address.

A visitor who only looks around costs no row and no session. The first thing they do makes a
guest, whom their session remembers; signing up turns the guest into the member, and signing in
hands everything the guest did to the member.
"""

import datetime
from collections.abc import Callable
from functools import partial

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from moviedb.moving import move_rows

SESSION_KEY = "guest_id"
# How exactly `last_seen_at` is kept: one write in this time, however much somebody does.
SEEN_EVERY = datetime.timedelta(days=1)


class NotAChange(RuntimeError):
    """A page that only shows something asked for a stored person; ask on POST."""


class GuestMiddleware:
    """Puts `request.person` and `request.ensure_person()` on every request.

    `person` is the member, the guest or an anonymous visitor; no query runs before it is used.
    `ensure_person` returns a stored person and makes a guest of a visitor.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.person = SimpleLazyObject(partial(find_person, request))
        request.ensure_person = partial(guest_or_user, request)
        return self.get_response(request)


def find_person(request: HttpRequest) -> User | AnonymousUser:
    """Return the member who is signed in, else the guest of this session, else nobody."""
    return request.user if request.user.is_authenticated else find_guest(request) or AnonymousUser()


def find_guest(request: HttpRequest) -> User | None:
    """Return the guest whom this session remembers; None when there is none.

    Only while they are a guest: once the row has become a member's, the way to it is signing in.
    """
    guest_id = request.session.get(SESSION_KEY)
    guest = User.objects.by_id(guest_id) if guest_id else None
    return guest if guest and guest.is_guest and guest.is_active else None


def guest_or_user(request: HttpRequest) -> User:
    """Return the person of this request, stored; the first thing a visitor does makes a guest.

    Raises:
        NotAChange: a visitor's GET asked for it; a GET writes nothing.
    """
    now = timezone.now()
    if request.person.is_anonymous:
        if request.method in ("GET", "HEAD", "OPTIONS", "TRACE"):
            raise NotAChange(f"{request.method} {request.path} needs no stored person")
        request.person = User.objects.create_guest()
        # A session that somebody else may know does not become the guest's.
        request.session.cycle_key()
        request.session[SESSION_KEY] = request.person.pk
    elif request.person.last_seen_at < now - SEEN_EVERY:
        User.objects.filter(pk=request.person.pk).update(last_seen_at=now)
    return request.person


@transaction.atomic
def adopt(guest: User, user: User) -> None:
    """Give everything that belongs to the guest to the user, and delete the guest.

    Where both have the same row, a rating of one title for instance, the user's own stays; so it
    is with how fast what they said fades, and how far they slid words against taste.
    """
    # Not against whoever only refers to the guest: a statement of another tab, about to be stored,
    # looks at this row while we wait for its own.
    held = User.objects.select_for_update(no_key=True).filter(pk=guest.pk, is_guest=True).first()
    if held is None:
        return  # Another request has adopted the guest meanwhile.
    move_rows(held, user)
    steer_alike(held, user)
    held.delete()


def steer_alike(guest: User, user: User) -> None:
    """Set what the guest set about their taste, where the user has set nothing themselves.

    Where the guest began anew, so does a user who joined since. An older user's own words are
    not taken out of their taste by what was done in a browser where they were not signed in.
    """
    columns = ["half_life_days", "query_weight"]
    if guest.taste_since is not None and user.date_joined >= guest.taste_since:
        columns.append("taste_since")
    told = {name: getattr(guest, name) for name in columns if getattr(guest, name) is not None}
    missing = {name: value for name, value in told.items() if getattr(user, name) is None}
    if missing:
        User.objects.filter(pk=user.pk).update(**missing)
        for name, value in missing.items():
            setattr(user, name, value)
