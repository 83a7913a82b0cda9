"""Recommending a title to a friend, and turning that down."""

import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.friends import are_friends
from accounts.models import OpenToTips, User
from accounts.notices import notify
from catalog.ages import suits
from catalog.models import Title
from recommendations.models import Tip


class CannotTip(ValueError):
    """This friend gets no recommendation; the message says why."""


def give(
    sender: User, receiver: User, title: Title, *, line: str = "", now: datetime.datetime
) -> Tip:
    """Recommend a title to a friend, who is told of it if it lies within their age limit.

    The limit is theirs alone: whoever recommends does not learn of it.

    Raises:
        CannotTip: they are no friends, the friend takes no recommendations, or has this one.
    """
    if not are_friends(sender, receiver):
        raise CannotTip(_("You can recommend titles to friends only."))
    if not OpenToTips.objects.filter(user=receiver).exists():
        words = _("%(name)s takes no recommendations at the moment.")
        raise CannotTip(words % {"name": receiver.shown_name})
    line = " ".join(line.split())[: Tip.LONGEST_LINE]
    try:
        with transaction.atomic():
            tip = Tip.objects.create(
                sender=sender, receiver=receiver, title=title, line=line, created_at=now
            )
    except IntegrityError as error:
        words = _("You recommended %(title)s to %(name)s already.")
        told = words % {"title": title.name, "name": receiver.shown_name}
        raise CannotTip(told) from error
    if not suits(title, receiver):
        return tip
    words = _("%(name)s recommends %(title)s to you.")
    told = words % {"name": sender.shown_name, "title": title.name}
    url = reverse("friends_lately")
    notify(receiver, "tip", told, url, key=f"tip:{tip.pk}", about=tip, sender=sender)
    return tip


def refuse(person: User, pk: int, *, now: datetime.datetime) -> bool:
    """Put a recommendation away; whoever made it is not told. Return whether it was there."""
    tips = Tip.objects.filter(receiver=person, pk=pk, refused_at=None)
    return bool(tips.update(refused_at=now))
