"""The site's own pages for when something went wrong."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)

WORDS = {
    400: ("That request did not make sense", "Something in the address or form was damaged."),
    403: ("Not yours to open", "This page belongs to somebody else, or needs you to sign in."),
    404: ("Nothing is shown here", "The address is mistyped, or the title has left the catalogue."),
    413: ("That is too large", "Send a smaller file or a shorter text."),
    429: ("Slow down a little", "Too many requests came at once. Wait a minute and try again."),
    500: ("The projector jammed", "We wrote down what happened. Nothing you saved is lost."),
    503: ("Back in a moment", "The database is not answering. Nothing you saved is lost."),
}


def error_page(request: HttpRequest, status: int, detail: str = "") -> HttpResponse:
    """Return the page for an error; it asks neither the database nor the session for anything."""
    heading, text = WORDS[status]
    context = {"status": status, "heading": heading, "text": detail or text}
    response = HttpResponse(render_to_string("error.html", context), status=status)
    response["Cache-Control"] = "no-store"
    if status in (429, 503):
        response["Retry-After"] = "60"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return error_page(request, 403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form whose token is missing or old."""
    return error_page(request, 403, "This form was open for too long. Go back, reload, try again.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return error_page(request, 404)


def too_many(request: HttpRequest, *, seconds: int = 0) -> HttpResponse:
    """Answer 429, and say in how many seconds it may be tried again, where that is known."""
    if not seconds:
        return error_page(request, 429)
    wait = f"{seconds} seconds" if seconds <= 90 else f"{-(-seconds // 60)} minutes"
    page = error_page(request, 429, f"Too many requests came at once. Try again in {wait}.")
    page["Retry-After"] = str(seconds)
    return page


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 when the database is away, else 500."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    return error_page(request, 503 if away else 500)
