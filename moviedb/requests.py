"""What our middleware puts on every request, for the types of views."""

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
