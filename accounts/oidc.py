"""Signing in through an identity provider that speaks OpenID Connect."""

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User

OPEN = "open"


class OidcAdapter(DefaultSocialAccountAdapter):
    """Takes from the provider who somebody is and their address, and nothing else."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": _("This is your only way in. Set a password first, then disconnect it."),
    }

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return whether the provider's people become members by coming: OIDC_REGISTRATION."""
        return settings.OIDC_REGISTRATION == OPEN

    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> User:
        """Return a new person; what the guest of this session did is adopted at signing in.

        Never the guest's own row: allauth takes whoever is stored already for a member.
        """
        return User()

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict) -> User:
        """Take the address; the name stays with the provider, as others would see it here."""
        return super().populate_user(request, sociallogin, {"email": data.get("email")})

    def save_user(
        self, request: HttpRequest, sociallogin: SocialLogin, form: BaseForm | None = None
    ) -> User:
        """Store the new member."""
        sociallogin.user.is_guest = False
        return super().save_user(request, sociallogin, form)
