"""How signing up and signing in treat what a visitor has already done."""

import secrets

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import invites, sessions
from accounts.guests import SESSION_KEY, adopt, find_guest
from accounts.models import User
from accounts.pennames import new_username

OPEN, INVITE = "open", "invite"
MANDATORY = "mandatory"


class AccountAdapter(DefaultAccountAdapter):
    """Signing up turns the guest's row into the member's; signing in adopts the guest."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "duplicate_email": _("This address is one of yours already."),
        "email_password_mismatch": _(
            "No account has this address with this password. Check both, or set a new password."
        ),
        "email_taken": _(
            "There is an account with this address. Sign in, or set a new password for it."
        ),
        "enter_current_password": _("This is not your password. Nothing was changed."),
        "incorrect_password": _("This is not your password. Try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return whether this visitor may sign up: REGISTRATION says who."""
        if settings.REGISTRATION == INVITE:
            return invites.is_invited(request, now=timezone.now())
        return settings.REGISTRATION == OPEN

    def new_user(self, request: HttpRequest) -> User:
        """Return the guest of this session, to become the member; else a new person.

        Where an address must be confirmed, the guest stays a guest until the member signs in: if
        signing up took the guest away, that would tell whether the address was new here.
        """
        if settings.ACCOUNT_EMAIL_VERIFICATION == MANDATORY:
            return User()
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
                self._spend_invitation(request, form)
                return super().save_user(request, user, form, commit)
        except IntegrityError as error:
            raise ImmediateHttpResponse(redirect("account_login")) from error

    def _spend_invitation(self, request: HttpRequest, form: BaseForm) -> None:
        """Use up one place of the invitation, where one is needed; the last may just be gone.

        Whoever comes through a provider needs none: OIDC_REGISTRATION says whether they may.
        """
        if settings.REGISTRATION != INVITE or hasattr(form, "sociallogin"):
            return
        if not invites.spend(invites.code_of(request), now=timezone.now()):
            raise ImmediateHttpResponse(redirect("account_signup"))

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner of an address that somebody signed up with it.

        A password is hashed for nothing, or the time it takes would tell who is a member.
        """
        make_password(secrets.token_urlsafe())
        super().send_account_already_exists_mail(email)

    def set_password(self, user: User, password: str) -> None:
        """Store a new password, and end every other session that the old one opened."""
        super().set_password(user, password)
        sessions.end_others(user, current=self.request.session.session_key)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return where a new password leads: not to the page that changes it once more.

        Whoever changed theirs is signed out, and comes there by signing in with the new one.
        """
        return reverse("safety")

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Draw a name that tells nothing of the address, and that no other member has."""
        user.username = new_username(lambda name: User.objects.filter(username=name).exists())

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
