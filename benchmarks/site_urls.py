"""The site's addresses, and two that do nothing: the least that a page can cost here."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from moviedb import urls

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500

HELLO = "Hello, world."


def hello(request: HttpRequest) -> HttpResponse:
    """Say hello, through all the middleware of the site."""
    return HttpResponse(HELLO)


class BareHello:
    """Says hello at /bare/ before any other middleware has run: Django itself, and no more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(HELLO) if request.path == "/bare/" else self.get_response(request)


urlpatterns = [path("hello/", hello), path("", include(urls))]
