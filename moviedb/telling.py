"""Telling somebody something from an app that does not know where notices are kept."""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def tell(user: Any, kind: str, words: str, url: str, **more: Any) -> None:
    """Tell a member something once, by what `settings.NOTIFY` names; see `accounts.notices`."""
    import_string(settings.NOTIFY)(user, kind, words, url, **more)
