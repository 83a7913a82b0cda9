"""How signing up and signing in treat what a visitor has already done."""

import secrets

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.guests import SESSION_KEY, adopt, find_guest
from accounts.models import User

OPEN, CLOSED = "open", "closed"


class AccountAdapter(DefaultAccountAdapter):
    """Signing up turns the guest's row into the member's; signing in adopts the guest."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return whether strangers may sign up: REGISTRATION is open."""
        return settings.REGISTRATION == OPEN

    def new_user(self, request: HttpRequest) -> User:
        """Return the guest of this session, to become the member; else a new person."""
        return find_guest(request) or User()

    def save_user(
        self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True
    ) -> User:
        """Store the new member, who is no guest from here on.

        A form that is sent twice at once makes one member; the second time leads to signing in.
        """
        try:
            with transaction.atomic():
                guests = User.objects.select_for_update().filter(pk=user.pk, is_guest=True)
                if user.pk and not guests:
                    user = User()
                user.is_guest = False
                return super().save_user(request, user, form, commit)
        except IntegrityError as error:
            raise ImmediateHttpResponse(redirect("account_login")) from error

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Give a name that tells nothing of the address."""
        user.username = f"reader-{secrets.token_hex(6)}"

    def pre_login(self, request: HttpRequest, user: User, **login) -> HttpResponse | None:
        """Turn guests away: they have no password, and none may be set for them."""
        if user.is_guest:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **login)

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, which rotates the session, and hand over what the guest did."""
        guest = find_guest(request)
        super().login(request, user)
        request.session.pop(SESSION_KEY, None)
        if guest:
            adopt(guest, user)
        request.person = user
