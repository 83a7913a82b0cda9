"""Invitations: made, looked up, spent and withdrawn."""

import datetime

from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Invite, User

PARAMETER = "invite"


def invite(
    *, people: int, until: datetime.datetime, note: str = "", by: User | None = None
) -> Invite:
    """Store and return an invitation for that many people until that moment."""
    return Invite.objects.create(n_allowed=people, expires_at=until, note=note, made_by=by)


def path_of(invitation: Invite) -> str:
    """Return the address that whoever is invited opens."""
    return f"{reverse('account_signup')}?{PARAMETER}={invitation.code}"


def code_of(request: HttpRequest) -> str:
    """Return the code that a request to sign up brings along, in its form or its address."""
    return request.POST.get(PARAMETER) or request.GET.get(PARAMETER) or ""


def is_invited(request: HttpRequest, *, now: datetime.datetime) -> bool:
    """Return whether the request brings an invitation that still holds."""
    code = code_of(request)
    return bool(code) and Invite.objects.good(now=now).filter(code=code).exists()


def spend(code: str, *, now: datetime.datetime) -> bool:
    """Count one more who came by this invitation; False when it holds no longer.

    One statement, so that two people who come at once cannot share the last place.
    """
    return Invite.objects.good(now=now).filter(code=code).update(n_used=F("n_used") + 1) == 1


def withdraw(invites: list[int], *, now: datetime.datetime) -> int:
    """Make these invitations worthless; return how many still held."""
    return Invite.objects.good(now=now).filter(pk__in=invites).update(withdrawn_at=now)
