"""What happens when a part is down: lists are still served, and the site says so."""

import pytest
from asgiref.local import Local
from django.core.cache import caches
from django.db import OperationalError
from django.test import Client

from recommendations import tasks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]


@pytest.fixture
def redis_down(settings, monkeypatch):
    """A cache and a broker at an address where nobody listens."""
    nowhere = "unix:///nonexistent/redis.sock?db=1"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": nowhere}}
    caches._connections = Local()
    broker = "redis+socket:///nonexistent/redis.sock?virtual_host=0"
    monkeypatch.setattr(tasks.record_shelves.app.conf, "broker_url", broker)
    monkeypatch.setattr(tasks.record_shelves.app, "_pool", None, raising=False)
    settings.WAITING_URL = nowhere
    yield
    caches._connections = Local()


def test_without_redis_every_page_is_served(redis_down):
    for url in ("/", "/start/", "/search/?q=a+quiet+film+about+starting+over", "/like/?a=1"):
        assert Client().get(url).status_code == 200, url


def test_without_redis_the_site_is_ready_and_names_the_part(redis_down):
    answer = Client().get("/ready/")

    assert answer.status_code == 200
    assert "Redis does not answer" in answer.json()["parts"]["redis"]


def test_without_the_database_the_site_shows_its_own_page(monkeypatch):
    from recommendations import zones

    def away(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr(zones, "recommend", away)
    client = Client(raise_request_exception=False)
    page = client.get("/")

    assert page.status_code == 503
    assert page["Retry-After"] == "60"
    assert "database is not answering" in page.content.decode()


def test_ready_says_that_the_database_is_away(monkeypatch):
    from moviedb import health

    def away():
        raise OperationalError("connection refused\nmore")

    monkeypatch.setattr(health.connection, "ensure_connection", away)
    answer = Client().get("/ready/")

    assert answer.status_code == 503
    assert answer.json()["parts"]["database"] == "the database does not answer: connection refused"


def test_health_touches_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Client().get("/health/").content == b"ok"


def test_error_pages_carry_the_security_headers():
    page = Client().get("/no/such/page/")

    assert page.status_code == 404
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert page["X-Content-Type-Options"] == "nosniff"
