"""How a connection of the pool is checked before a page gets it."""

import select
from contextlib import contextmanager
from copy import deepcopy

import psycopg
import pytest
from django.db import connection, connections

from moviedb.postgres.base import DatabaseWrapper, has_gone

pytestmark = pytest.mark.django_db


@pytest.fixture
def pooled():
    """The database of the tests with a pool of its own, of one connection."""
    own = deepcopy(connection.settings_dict)
    own["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1, "timeout": 10}
    found = connections["of-a-test"] = DatabaseWrapper(own, alias="of-a-test")
    yield found
    found.close()
    found.close_pool()
    del connections["of-a-test"]


@pytest.fixture
def other():
    """A connection that has nothing to do with the pool."""
    with psycopg.connect(**parameters(), autocommit=True) as found:
        yield found


def parameters() -> dict:
    """How psycopg reaches the database of the tests."""
    names = {"host", "port", "user", "password", "dbname"}
    found = connection.get_connection_params()
    return {name: value for name, value in found.items() if name in names}


@contextmanager
def as_a_page(wrapper: DatabaseWrapper):
    """A cursor as a request has it: the connection goes back to the pool at the end."""
    with wrapper.cursor() as cursor:
        yield cursor
    wrapper.close()


def pid_of(wrapper: DatabaseWrapper) -> int:
    with as_a_page(wrapper) as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def end(server: int, *, by: psycopg.Connection) -> None:
    """End a server process, and wait until it is gone."""
    assert by.execute("SELECT pg_terminate_backend(%s, 10000)", [server]).fetchone() == (True,)


def until_something_is_to_read(one: psycopg.Connection) -> None:
    look = select.poll()
    look.register(one.fileno(), select.POLLIN)
    assert look.poll(10_000)


def test_a_connection_goes_back_and_is_handed_out_again(pooled):
    assert pid_of(pooled) == pid_of(pooled)


def test_a_connection_whose_server_was_ended_is_not_handed_out(pooled, other):
    first = pid_of(pooled)

    end(first, by=other)

    second = pid_of(pooled)
    assert second != first
    assert pid_of(pooled) == second


def test_a_notice_throws_no_good_connection_away(pooled, other):
    with as_a_page(pooled) as cursor:
        cursor.execute("LISTEN news")
        cursor.execute("SELECT pg_backend_pid()")
        first = cursor.fetchone()[0]
        kept = pooled.connection
    other.execute("NOTIFY news")
    until_something_is_to_read(kept)

    assert pid_of(pooled) == first
    assert not has_gone(kept)


def test_nothing_is_asked_where_nothing_is_to_be_read(other, monkeypatch):
    def refuse(*args):
        raise AssertionError("the server was asked")

    monkeypatch.setattr(other, "execute", refuse)

    assert not has_gone(other)


def test_what_is_closed_or_broken_has_gone(other):
    broken = psycopg.connect(**parameters(), autocommit=True)
    end(broken.info.backend_pid, by=other)
    until_something_is_to_read(broken)

    assert has_gone(broken)
    assert broken.closed, "the pool puts no closed connection back"
    assert has_gone(broken)
