"""Telling somebody something: the one place that every notice passes."""

import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.friends import are_apart
from accounts.models import Notice, User

LONGEST = 300


class NotALocalUrl(ValueError):
    """A notice would lead away from this site."""


def notify(
    user: Any,
    kind: str,
    words: str,
    url: str,
    *,
    key: str = "",
    about: models.Model | None = None,
    sender: Any = None,
) -> None:
    """Tell `user` something once.

    Args:
        kind: a short word for what sort of notice it is.
        words: one sentence, shown as it is; longer than `LONGEST` it is cut.
        url: where on this site it leads.
        key: telling it again under the same key does nothing while the first stands.
        about: the row it hangs from: deleting that deletes the notice, if its table has a
            `GenericRelation` to notices.
        sender: whoever caused it; of somebody apart from `user` nothing is told.
    Raises:
        NotALocalUrl: `url` is no path of this site.
    """
    if not url.startswith("/") or url.startswith("//"):
        raise NotALocalUrl(f"a notice leads to {url[:60]!r}; expected a path such as /friends/")
    if sender is not None and are_apart(user, sender):
        return
    notice = Notice(user=user, sender=sender, kind=kind, words=shortened(words), url=url, key=key)
    if about is not None:
        notice.about_type = ContentType.objects.get_for_model(about)
        notice.about_id = about.pk
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    recount(user.pk)


def shortened(words: str) -> str:
    """Return the words, cut at `LONGEST` signs."""
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def mark_read(user: Any, *, now: datetime.datetime, pk: int | None = None) -> int:
    """Mark one notice as read, or all of them; return how many were not."""
    unread = Notice.objects.to(user).unread()
    n = (unread if pk is None else unread.filter(pk=pk)).update(read_at=now)
    recount(user.pk)
    return n


def delete(user: Any, *, pk: int | None = None) -> int:
    """Delete one notice, or all that were read; return how many went."""
    own = Notice.objects.to(user)
    n, _ = (own.filter(read_at__isnull=False) if pk is None else own.filter(pk=pk)).delete()
    recount(user.pk)
    return n


def recount(*user_ids: int) -> None:
    """Count anew how many notices wait for these people, for the menu of every page.

    Whoever deletes what notices hang from calls it afterwards.
    """
    User.objects.filter(pk__in=user_ids).update(n_unread=_n_waiting())


def recount_all() -> int:
    """Count anew for whoever the number is wrong; return for how many it was.

    Notices go with what they are about, a title that leaves the catalogue among it, and not
    everything that deletes knows of notices.
    """
    return User.objects.exclude(n_unread=_n_waiting()).update(n_unread=_n_waiting())


def _n_waiting() -> Coalesce:
    """Return how many notices a person has not read, as a part of a statement about people."""
    waiting = Notice.objects.filter(user=OuterRef("pk")).unread().order_by().values("user")
    return Coalesce(Subquery(waiting.values(n=Count("pk"))), 0)
