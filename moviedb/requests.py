"""What our middleware puts on every request, for the types of views; and ids that are typed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class PersonRequest(HttpRequest):
    """A request that knows who asks: a member, a guest or nobody in particular."""

    htmx: "HtmxDetails"
    person: Any
    ensure_person: Callable[[], Any]


def is_id(text: str) -> bool:
    """Return whether a text may be a row's id: digits alone, no more than a row can have."""
    return text.isascii() and text.isdigit() and len(text) < 15
