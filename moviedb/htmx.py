"""One URL, one view, one template, two answers: the whole page, or the part htmx asks for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wanted_part(request: HttpRequest, parts: tuple[str, ...]) -> str:
    """Return the part that htmx targets, or "" when the whole page is wanted."""
    htmx = getattr(request, "htmx", None)
    if not htmx or htmx.history_restore_request:
        return ""
    return htmx.target if htmx.target in parts else ""


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    parts: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """Render the whole page, or only the part of it that htmx targets and `parts` allows."""
    part = wanted_part(request, parts)
    name = f"{template}#{part}" if part else template
    response = render(request, name, {**context, "part": part}, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target", "HX-History-Restore-Request"])
    return response
