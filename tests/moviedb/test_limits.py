"""Limits: counted for a person or an address, told when they end, checked at start."""

import pytest
from asgiref.local import Local
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.core.checks import run_checks
from django.http import HttpResponse

from moviedb.limits import limited, seconds_to_wait
from tests.factories import make_user


@limited("test", "2/m,3/h")
def view(request):
    return HttpResponse("done")


@limited("test_reading", "1/m", key=lambda request: "everybody", also_get=True)
def reading(request):
    return HttpResponse("read")


def post(rf, person, *, ip="192.0.2.1", method="post"):
    request = getattr(rf, method)("/", REMOTE_ADDR=ip)
    request.person = person
    return request


@pytest.mark.django_db
def test_each_member_has_a_count_of_their_own(rf):
    one, other = make_user(), make_user()

    answers = [view(post(rf, one)).status_code for _ in range(3)]

    assert answers == [200, 200, 429]
    assert view(post(rf, other)).status_code == 200


def test_visitors_are_counted_by_their_address(rf):
    for _ in range(2):
        view(post(rf, AnonymousUser()))

    assert view(post(rf, AnonymousUser())).status_code == 429
    assert view(post(rf, AnonymousUser(), ip="192.0.2.2")).status_code == 200


def test_reading_is_not_counted_unless_the_view_says_so(rf):
    for _ in range(5):
        assert view(post(rf, AnonymousUser(), method="get")).status_code == 200

    statuses = [
        reading(post(rf, AnonymousUser(), ip=f"192.0.2.{n}", method="get")).status_code
        for n in range(2)
    ]

    assert statuses == [200, 429]  # counted for everybody together, by its key


def test_who_is_stopped_is_told_for_how_long(rf):
    for _ in range(2):
        view(post(rf, AnonymousUser()))
    stopped = view(post(rf, AnonymousUser()))

    assert 50 <= int(stopped["Retry-After"]) <= 60
    assert f"Try again in {stopped['Retry-After']} seconds" in stopped.content.decode()


def test_the_settings_have_the_last_word(rf, settings):
    settings.RATES = {"test": "1/d"}

    statuses = [view(post(rf, AnonymousUser())).status_code for _ in range(2)]

    assert statuses == [200, 429]
    wait = seconds_to_wait(post(rf, AnonymousUser()), "test")
    assert 86_000 < wait <= 86_400


@pytest.fixture
def no_cache(settings):
    """A cache at an address where nobody listens."""
    nowhere = "unix:///nonexistent/redis.sock?db=1"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": nowhere}}
    caches._connections = Local()
    yield
    caches._connections = Local()


def test_a_cache_that_is_down_stops_nobody(rf, no_cache):
    assert [view(post(rf, AnonymousUser())).status_code for _ in range(4)] == [200] * 4


@pytest.mark.parametrize("rate", ["", "10", "0/m", "ten/m", "10/x", "10/m,", "-1/m"])
def test_a_wrong_rate_is_found_at_start_with_a_hint(settings, rate):
    settings.RATES = {"comments": rate}

    found = [error for error in run_checks() if error.id == "moviedb.E008"]

    assert len(found) == 1
    assert repr(rate) in found[0].msg
    assert "10/m" in found[0].hint
