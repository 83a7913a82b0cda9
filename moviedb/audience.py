"""Who may see what somebody made: the three levels, and the question to the database.

It stands below the apps, so that whatever a person owns can ask the same question; it names their
tables as strings. For two people at hand, ask `accounts.audience.may_see`.
"""

from typing import Any

from django.apps import apps
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _


class Audience(TextChoices):
    """How far something is opened; nothing is, until its owner says so."""

    ONLY_ME = "me", _("Only me")
    FRIENDS = "friends", _("My friends")
    EVERYONE = "everyone", _("Everyone")


def opened_to(viewer: Any, *, owner: str = "user", audience: str = "audience") -> Q:
    """Return the condition on rows that `viewer` may see, as `accounts.audience.may_see` says.

    Args:
        viewer: a person or an anonymous visitor.
        owner: the way from the row to its owner; "pk" for a row that is a person.
        audience: the way from the row to its level.
    """
    person = "" if owner == "pk" else f"{owner}__"
    living = Q(**{f"{person}is_active": True, f"{person}is_guest": False})
    public = living & Q(**{audience: Audience.EVERYONE})
    if viewer.pk is None:
        return public
    open_to_friends = living & Q(**{audience: Audience.FRIENDS}) & _is_friend(viewer, owner)
    return Q(**{owner: viewer.pk}) | ((public | open_to_friends) & ~is_apart(viewer, owner=owner))


def is_apart(viewer: Any, *, owner: str = "user") -> Q:
    """Return the condition on rows whose owner blocks `viewer`, or is blocked by them."""
    if viewer.pk is None:
        return Q(pk__in=[])
    blocks = apps.get_model("accounts", "Block").objects
    by_me = blocks.filter(blocker=viewer.pk).values("blocked")
    of_me = blocks.filter(blocked=viewer.pk).values("blocker")
    return Q(**{f"{owner}__in": by_me}) | Q(**{f"{owner}__in": of_me})


def _is_friend(viewer: Any, owner: str) -> Q:
    pairs = apps.get_model("accounts", "Friendship").objects.exclude(accepted_at=None)
    asked = pairs.filter(asker=viewer.pk).values("asked")
    askers = pairs.filter(asked=viewer.pk).values("asker")
    return Q(**{f"{owner}__in": asked}) | Q(**{f"{owner}__in": askers})
