"""The second factor: an authenticator app, recovery codes, passkeys."""

import base64
import hashlib
import logging
import secrets

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from accounts.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
logger = logging.getLogger(__name__)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps and recovery codes encrypted by the SECRET_KEY."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is wrong, or holds no longer. Type the one you see now."),
        "unverified_email": _(
            "Confirm your email address first, by the link in the mail. “Change” beside it "
            "sends a new one."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Return the secret as it is stored."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret; where the key has changed, one that no code fits."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            logger.warning(
                "A second factor was stored under another SECRET_KEY, so no code fits it. Put the "
                "old key back, or let drop_second_factor remove the factor."
            )
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        """Return the name that a new passkey is offered."""
        n = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Passkey {n + 1}"


def has_second_factor(user: User | AnonymousUser) -> bool:
    """Return whether signing in asks this person for more than a password; asks once a request."""
    if user.is_anonymous:
        return False
    if not hasattr(user, "_has_second_factor"):
        user._has_second_factor = Authenticator.objects.filter(
            user_id=user.pk, type__in=FACTORS
        ).exists()
    return user._has_second_factor


def drop_second_factor(user: User) -> int:
    """Remove every factor of somebody who lost them; return how many they were."""
    return Authenticator.objects.filter(user=user).delete()[0]


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"second factor:" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
