"""Who signs in, and who a session belongs to."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import backends

from accounts.models import User


class QuickLook:
    """Finds the person of a session as every page asks for them."""

    def get_user(self, user_id: int) -> User | None:
        """Return an active person; None where there is none."""
        user = User.objects.by_id(user_id)
        return user if user and user.is_active else None


class ModelBackend(QuickLook, backends.ModelBackend):
    """Django's."""


class AddressBackend(QuickLook, AuthenticationBackend):
    """allauth's: signing in by e-mail address."""
