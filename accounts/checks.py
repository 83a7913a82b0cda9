"""Checks of how people sign in; each says how to mend what it finds."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

MODES = ("open", "invite", "closed")
VERIFICATIONS = ("none", "optional", "mandatory")
OIDC = ("OIDC_URL", "OIDC_CLIENT_ID", "OIDC_SECRET")


@register()
def signing_in(app_configs, **kwargs) -> list[CheckMessage]:
    """Return what is wrong in the settings of signing in."""
    return [*choices(), *oidc()]


def choices() -> list[CheckMessage]:
    """REGISTRATION, OIDC_REGISTRATION and ACCOUNT_EMAIL_VERIFICATION must be among the choices."""
    expected = {
        "REGISTRATION": MODES,
        "OIDC_REGISTRATION": ("open", "closed"),
        "ACCOUNT_EMAIL_VERIFICATION": VERIFICATIONS,
    }
    return [
        Error(
            f"{name} is {getattr(settings, name)!r}.",
            hint=f"Set {name} to one of {', '.join(words)}, or unset it.",
            id="accounts.E001",
        )
        for name, words in expected.items()
        if getattr(settings, name) not in words
    ]


def oidc() -> list[CheckMessage]:
    """OIDC must be set wholly or not at all, and its address must be one."""
    missing = [name for name in OIDC if not getattr(settings, name)]
    if len(missing) == len(OIDC):
        return []
    if missing:
        return [
            Error(
                f"Signing in through a provider is half set: {', '.join(missing)} is empty.",
                hint=f"Set {', '.join(OIDC)}, or unset them all.",
                id="accounts.E002",
            )
        ]
    parts = urlsplit(settings.OIDC_URL)
    if parts.scheme in ("http", "https") and parts.hostname:
        return []
    return [
        Error(
            f"OIDC_URL is {settings.OIDC_URL!r}.",
            hint="Set it to the provider's issuer, such as https://id.example.org/realms/home",
            id="accounts.E003",
        )
    ]
