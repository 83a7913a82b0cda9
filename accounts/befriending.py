"""Asking, accepting, parting, and keeping away: everything that makes and ends friendships."""

import datetime

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.friends import are_apart
from accounts.models import Block, Friendship, Notice, User
from accounts.notices import notify, recount

LONGEST_LINE = 200
LINK_SALT, LINK_DAYS = "accounts.friend-link", 7


class CannotAsk(ValueError):
    """This person cannot be asked; the message is for whoever asked and tells no reason."""


def ask(asker: User, asked: User, *, line: str = "", now: datetime.datetime) -> Friendship:
    """Ask somebody to be friends, with a line; who is asked back by them becomes their friend.

    Asked twice, nothing changes; nor after a no, of which the asker is not told.

    Raises:
        CannotAsk: they keep apart, or one of them is a guest, gone, or the same person.
    """
    people = (asker, asked)
    if asker.pk == asked.pk or any(p.is_guest or not p.is_active for p in people):
        raise CannotAsk(_("This person cannot be asked."))
    if are_apart(asker, asked):
        raise CannotAsk(_("This person cannot be asked."))
    try:
        with transaction.atomic():
            made = Friendship.objects.create(
                asker=asker, asked=asked, line=" ".join(line.split())[:LONGEST_LINE], created_at=now
            )
            words = _("%(name)s would like to be your friend.") % {"name": asker.shown_name}
            tell(made, asked, "asked", words, sender=asker)
    except IntegrityError:  # These two have a row already, perhaps since a moment ago.
        made = Friendship.objects.between(asker, asked).first()
        if made is None:  # It was taken back just now.
            raise CannotAsk(_("That did not work. Ask once more.")) from None
        if made.asked_id == asker.pk and made.accepted_at is None:
            return accept(asker, asked, now=now)
    return made


@transaction.atomic
def accept(person: User, asker: User, *, now: datetime.datetime) -> Friendship:
    """Say yes to somebody who asked.

    Raises:
        Friendship.DoesNotExist: they did not ask, or took it back.
    """
    waiting = Friendship.objects.select_for_update().waiting()
    made = waiting.get(asker=asker, asked=person)
    made.accepted_at, made.declined_at = now, None
    made.save(update_fields=["accepted_at", "declined_at"])
    Notice.objects.filter(user=person, key=key_of(made, "asked")).delete()
    words = _("%(name)s is your friend now.") % {"name": person.shown_name}
    tell(made, asker, "accepted", words, sender=person)
    recount(person.pk)
    return made


@transaction.atomic
def decline(person: User, asker: User, *, now: datetime.datetime) -> bool:
    """Say no; the asker is not told. Return whether there was a question."""
    asked = Friendship.objects.unanswered().filter(asker=asker, asked=person)
    key = next((key_of(one, "asked") for one in asked), None)
    Notice.objects.filter(user=person, key=key).delete()
    recount(person.pk)
    return bool(asked.update(declined_at=now))


def take_back(person: User, asked: User) -> bool:
    """Take back a question; the notice of it goes too. Return whether there was one."""
    n, _ = Friendship.objects.waiting().filter(asker=person, asked=asked).delete()
    recount(asked.pk)
    return bool(n)


def unfriend(person: User, other: User) -> bool:
    """End a friendship, without a word to the other. Return whether there was one."""
    n, _ = Friendship.objects.accepted().between(person, other).delete()
    recount(person.pk, other.pk)
    return bool(n)


@transaction.atomic
def block(person: User, other: User) -> None:
    """Keep these two apart: what they shared and told each other by notices goes.

    Raises:
        CannotAsk: somebody tries to block themselves.
    """
    if person.pk == other.pk:
        raise CannotAsk(_("Nobody keeps away from themselves."))
    Block.objects.get_or_create(blocker=person, blocked=other)
    Friendship.objects.between(person, other).delete()
    Notice.objects.filter(Q(user=person, sender=other) | Q(user=other, sender=person)).delete()
    recount(person.pk, other.pk)


def unblock(person: User, other: User) -> bool:
    """Let somebody come near again. Return whether they were kept away."""
    return bool(Block.objects.filter(blocker=person, blocked=other).delete()[0])


def tell(made: Friendship, user: User, kind: str, words: str, *, sender: User) -> None:
    """Tell one of two something about their friendship."""
    notify(user, kind, words, reverse("friends"), key=key_of(made, kind), about=made, sender=sender)


def key_of(made: Friendship, kind: str) -> str:
    """Return the key under which a notice about a friendship is told once."""
    return f"friendship:{made.pk}:{kind}"


# ── A link to hand to a friend ───────────────────────────────────────────


def link_token(person: User) -> str:
    """Return a signed word by which whoever was handed it may ask `person`, for a week."""
    return signing.dumps(person.pk, salt=LINK_SALT, compress=True)


def person_of_link(token: str) -> User | None:
    """Return who handed out this link; None when it is too old, damaged, or they are gone."""
    try:
        pk = signing.loads(token, salt=LINK_SALT, max_age=LINK_DAYS * 86400)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True, is_guest=False).first()
