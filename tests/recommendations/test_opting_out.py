"""Opting out at the very moment in which a job writes who is near whom: two connections at once."""

import threading

import numpy as np
import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections, transaction
from django.test import RequestFactory
from django.utils import timezone
from pgvector import HalfVector

from accounts import privacy
from accounts.models import Findable, User
from accounts.views.data import delete_person
from recommendations.batch import matches
from recommendations.circle.nearness import standings
from recommendations.models import Space, Standing, TasteMatch
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def space():
    return Space.objects.create(kind=Space.Kind.TASTE, recipe="test", dimension=4)


@pytest.fixture
def people(space):
    """Four people who stand somewhere."""
    found = []
    for number, vector in enumerate(np.eye(4) + 0.5):
        one = make_user(first_name=f"Reader{number}", last_seen_at=timezone.now())
        consent = Findable.objects.create(user=one)
        Standing.objects.create(
            person=consent, space=space, vector=HalfVector(vector), computed_at=timezone.now()
        )
        found.append(one)
    return found


def match_all(ids, everybody):
    matches.match(ids, everybody, now=timezone.now())


def meanwhile(call):
    """Run a call on a connection of its own; return a function that sees it to its end.

    It returns once the call waits for a row that we hold.
    """
    problems = []

    def run():
        try:
            call()
        except Exception as error:
            problems.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')"
    name = connection.settings_dict["NAME"]
    with psycopg.connect(settings.DATABASE_URL, dbname=name, autocommit=True) as looking:
        while thread.is_alive() and not looking.execute(waiting).fetchone():
            thread.join(0.01)
    assert thread.is_alive(), "it waited for nobody"

    def end():
        thread.join(30)
        assert not thread.is_alive()
        assert not problems, problems

    return end


def trace_of(consent_id):
    return [
        TasteMatch.objects.filter(person=consent_id).count(),
        TasteMatch.objects.filter(friend=consent_id).count(),
        Standing.objects.filter(person=consent_id).count(),
        Findable.objects.filter(pk=consent_id).count(),
    ]


def forget(user):
    """Delete an account as its page does, which also ends the session."""
    request = RequestFactory().post("/")
    request.session, request.user = SessionStore(), user
    delete_person(request, user)


@pytest.mark.parametrize(
    "go",
    [lambda user: privacy.allow(user, is_findable=False), forget],
    ids=["opting out", "deleting the account"],
)
def test_whoever_goes_while_matches_are_written_takes_the_new_ones_along(space, people, go):
    everybody, ids = standings(space, now=timezone.now()), [one.findable.pk for one in people]
    gone = ids[1]

    with transaction.atomic():
        match_all(ids, everybody)
        end = meanwhile(lambda: go(User.objects.get(pk=people[1].pk)))
    end()

    assert trace_of(gone) == [0, 0, 0, 0]
    assert TasteMatch.objects.count() == 3 * 2


def test_matches_that_come_a_moment_after_somebody_opted_out_leave_them_out(space, people):
    everybody, ids = standings(space, now=timezone.now()), [one.findable.pk for one in people]
    gone = ids[1]

    with transaction.atomic():
        privacy.allow(people[1], is_findable=False)
        end = meanwhile(lambda: match_all(ids, everybody))
    end()

    assert trace_of(gone) == [0, 0, 0, 0]
    assert TasteMatch.objects.count() == 3 * 2
