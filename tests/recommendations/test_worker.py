"""A real Celery worker on the real Redis writes what a page handed over."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from recommendations import zones
from recommendations.batch.sessions import WAITING
from recommendations.models import Session, Shown
from recommendations.tasks import record_later

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def worker():
    """A worker of its own process, on the database of the tests; no other test's lists wait."""
    WAITING.clear()
    name = connection.settings_dict["NAME"]
    url = settings.DATABASE_URL.replace("/moviedb?", f"/{name}?")
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "moviedb", "worker", "--pool", "solo",
         "--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    yield process
    process.terminate()
    process.wait(timeout=30)


def test_a_served_list_reaches_the_log_through_the_broker(worker):
    from tests.factories import make_title

    titles = [make_title(f"Title {i}", synopsis="A story.") for i in range(3)]
    shelf = zones.recommend(AnonymousUser(), zones.Tonight(), n=3, now=timezone.now())
    assert {pick.title for pick in shelf.picks} == set(titles)

    record_later(AnonymousUser(), shelf, zones.Wants(), now=timezone.now())

    shown = Shown.objects.filter(session__key=shelf.key)
    deadline = time.monotonic() + 60
    while shown.count() < 3 and time.monotonic() < deadline:
        assert worker.poll() is None, worker.stdout.read().decode()
        time.sleep(0.2)
    assert Session.objects.get(key=shelf.key).zone == shelf.zone
    assert shown.count() == 3
