"""Small things that every page needs; loaded as builtins."""

from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, QueryDict
from django.template import Library
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = Library()

# Drawn in a 24 × 24 box with a round pen; `.ico` in site.css gives weight and colour.
ICONS = {
    "save": "M6 3.5h12v17l-6-4.6-6 4.6z",
    "love": "M12 20S4 15 4 9.2A4.2 4.2 0 0 1 12 7.4a4.2 4.2 0 0 1 8 1.8C20 15 12 20 12 20z",
    "seen": "M4 12.5l5.2 5.3L20 6.5",
    "dismiss": "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M6.2 17.8L17.8 6.2",
    "star": "M12 3.2l2.7 5.6 6.1.8-4.5 4.3 1.1 6.1L12 17l-5.4 3 1.1-6.1-4.5-4.3 6.1-.8z",
    "down": "M5 9l7 7 7-7",
    "remove": "M6 6l12 12M18 6L6 18",
    "add": "M12 5v14M5 12h14",
    "tonight": "M4 6h16v9H4zM8 20l2-5m6 5l-2-5",
    "search": "M4 10.5a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M15.5 15.5L21 21",
    "like": "M3.5 12a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0"
    "M9.5 12a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0",
    "library": "M5 4v16M9.5 4v16M13.5 5l4.5 15.5M5 20h4.5M5 4h4.5M13.5 5l3.5-1 4.5 15.5-3.5 1",
    "explore": "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M15.8 8.2l-2.2 5.4-5.4 2.2 2.2-5.4z",
    "vibes": "M4 15c2.7 0 2.7-6 5.3-6s2.7 6 5.4 6 2.6-6 5.3-6"
    "M4 19c2.7 0 2.7-3 5.3-3s2.7 3 5.4 3 2.6-3 5.3-3",
    "start": "M12 4l2.3 5.3 5.7.6-4.3 3.9 1.2 5.7L12 16.6 7.1 19.5l1.2-5.7L4 9.9l5.7-.6z",
    "person": "M8 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0M4.5 20c.7-4.3 3.5-6 7.5-6s6.8 1.7 7.5 6",
    "share": "M10 13.5a4.2 4.2 0 0 0 6 0l3.2-3.2a4.2 4.2 0 0 0-6-6L12 5.5M14 10.5a4.2 4.2 0 0 0-6 0"
    "l-3.2 3.2a4.2 4.2 0 0 0 6 6L12 18.5",
    "hidden": "M4 4l16 16M9.5 5.7A9.7 9.7 0 0 1 21.5 12a14 14 0 0 1-2.7 3.4"
    "M15 17.8A9.5 9.5 0 0 1 2.5 12a13 13 0 0 1 4-4.4M9.8 10a3 3 0 0 0 4.2 4.2",
}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw an icon; a word always stands beside it, so it is hidden from screen readers."""
    return format_html(
        '<svg class="ico" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>',
        ICONS[name],
    )


@register.simple_tag
def with_params(address: str, **params: Any) -> str:
    """Return an address of this site with query parameters set, or taken off where None."""
    path, query = _without_params(address, tuple(params))
    added = urlencode({name: str(value) for name, value in params.items() if value is not None})
    query = "&".join(filter(None, (query, added)))
    return f"{path}?{query}" if query else path


@register.filter
def with_why(address: str, pk: int | None) -> str:
    """Return an address of this site with a title's why-panel open, or with none open."""
    path, query = _without_params(address, ("why",))
    if pk is not None:
        query = f"{query}&why={pk}" if query else f"why={pk}"
    return f"{path}?{query}" if query else path


@lru_cache(maxsize=1024)  # Every card of a page asks for the page's own address.
def _without_params(address: str, names: tuple[str, ...]) -> tuple[str, str]:
    """Return the path and the query of an address of this site without some parameters."""
    parts = urlsplit(address)
    query = QueryDict(parts.query, mutable=True)
    for name in names:
        query.pop(name, None)
    return "/" + parts.path.lstrip("/"), query.urlencode()


@register.simple_tag
def kept_params(request: HttpRequest, *names: str) -> list[tuple[str, str]]:
    """Return the query parameters of this page, but for the named ones, for hidden inputs."""
    return [
        (name, value)
        for name, values in request.GET.lists()
        if name not in names
        for value in values
    ]


@register.filter
@lru_cache(maxsize=1024)
def profile_url(pk: int | None) -> str:
    """Return the address of a person's page; "" for nobody."""
    return "" if pk is None else reverse("profile", args=(pk,))


@register.filter
def percent(share: float | None) -> int:
    """Return a share in [0, 1] as a whole number from 0 to 100."""
    return min(100, max(0, round(100 * (share or 0))))


@register.filter
def signed(weight: float) -> str:
    """Return a weight in [-1, 1] as points with their sign, such as "+50" or "−40"."""
    points = round(100 * weight)
    return f"{'−' if points < 0 else '+'}{abs(points)}"


@register.filter
def missing_to_100(number: float | str | None) -> int:
    """Return what a number from 0 to 100 leaves for its counterpart."""
    try:
        return min(100, max(0, 100 - round(float(number or 0))))
    except ValueError:
        return 50


@register.filter
def undo_of(message: Message) -> dict[str, str] | None:
    """Return the title, action and token that a message offers to take back, or None.

    With them goes the zone, where it was said of that zone alone.
    """
    match (message.extra_tags or "").split():
        case ["undo", action, title, token]:
            return {"action": action, "title": title, "token": token}
        case ["undo", action, title, token, zone]:
            return {"action": action, "title": title, "token": token, "zone": zone}
        case ["undo-taste", action, title, of]:
            return {"action": action, "title": title, "of": of}
    return None
