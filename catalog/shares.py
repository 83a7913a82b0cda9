"""Links to a title or a few, for people without an account: making, opening and revoking them.

A link carries two halves: a nonce of 96 bits, drawn anew for each link and stored with its row,
and this server's signature under it. The row alone does not make a link, so whoever reads a copy
of the database cannot open what others shared; and a guessed nonce needs no look into it.
"""

import base64
import datetime
import secrets
from collections.abc import Iterable, Sequence

from django import forms
from django.db import transaction
from django.db.models import Prefetch
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from catalog.library import Person
from catalog.models import Share, ShareTitle, Title

MOST_TITLES = 10
SALT = "catalog.shares"
NONCE_BYTES, SIGNATURE_BYTES = 12, 18
NONCE_SIGNS = NONCE_BYTES * 4 // 3


class ShareForm(forms.Form):
    """What goes along with a link, and how long it works."""

    line = forms.CharField(
        label=_("A line to go with it"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label=_("It works for"),
        choices=[(7, _("A week")), (30, _("A month")), (0, _("Until I revoke it"))],
        coerce=int,
        initial=30,
        widget=forms.RadioSelect,
    )
    is_named = forms.BooleanField(
        label=_("Say that it is from me"),
        required=False,
        help_text=_("Otherwise nobody can tell from the link who you are."),
    )

    def __init__(self, *args, user: Person, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if user.pk is None or user.is_guest:
            del self.fields["is_named"]


def share(
    titles: Sequence[Title], form: ShareForm, *, user: Person, now: datetime.datetime
) -> Share:
    """Store and return a share of these titles, in their order, from a valid form."""
    days = form.cleaned_data["days"]
    with transaction.atomic():
        made = Share.objects.create(
            user=user,
            nonce=base64.urlsafe_b64encode(secrets.token_bytes(NONCE_BYTES)).decode(),
            line=form.cleaned_data["line"],
            is_named=form.cleaned_data.get("is_named", False),
            created_at=now,
            expires_at=now + datetime.timedelta(days=days) if days else None,
        )
        ShareTitle.objects.bulk_create(
            ShareTitle(share=made, title=title, position=place)
            for place, title in enumerate(titles[:MOST_TITLES])
        )
    return made


def token_of(made: Share) -> str:
    """Return the word in a share's address: 16 signs of nonce and 24 of signature."""
    return made.nonce + _signature(made.nonce)


def open_share(token: str, *, now: datetime.datetime) -> Share | None:
    """Return the share behind a link; None for a wrong, expired or revoked one."""
    nonce, signature = token[:NONCE_SIGNS], token[NONCE_SIGNS:]
    if not token.isascii() or not constant_time_compare(signature, _signature(nonce)):
        return None
    return Share.objects.working(now=now).select_related("user").filter(nonce=nonce).first()


def titles_of(made: Share) -> list[Title]:
    """Return the shared titles that everybody may see, in order."""
    titles = Title.objects.visible().filter(pk__in=made.places.values("title")).for_cards()
    places = dict(made.places.values_list("title_id", "position"))
    return sorted(titles, key=lambda title: places[title.pk])


def titles_to_share(title_ids: Iterable[int]) -> list[Title]:
    """Return the visible titles among these, each once, in their order, ten at most."""
    ids = list(dict.fromkeys(title_ids))[:MOST_TITLES]
    found = Title.objects.visible().for_cards().in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def shares_of(person: Person, *, now: datetime.datetime) -> list[Share]:
    """Return somebody's working links, newest first, with their titles: two statements."""
    mine = Share.objects.owned_by(person).working(now=now)
    seen = Prefetch("titles", queryset=Title.objects.visible().for_cards())
    return list(mine.prefetch_related(seen).order_by("-created_at", "-pk"))


def revoke(made: Share, *, now: datetime.datetime) -> None:
    """Let a link lead nowhere from now on."""
    Share.objects.filter(pk=made.pk, revoked_at=None).update(revoked_at=now)


def _signature(nonce: str) -> str:
    digest = salted_hmac(SALT, nonce, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:SIGNATURE_BYTES]).decode()
