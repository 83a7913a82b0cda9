"""Served lists on their way from a page to the log: once, in order, and none lost."""

import datetime
import logging
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import OperationalError
from kombu.exceptions import OperationalError as BrokerIsDown

from moviedb.locks import AlreadyRunning, alone
from recommendations import tasks
from recommendations.batch import sessions
from recommendations.batch.sessions import WAITING, record_waiting
from recommendations.models import Session, Shown, Space
from recommendations.zones import Shelf, Wants
from recommendations.zones.shelf import Pick, Span
from tests.factories import NOW, make_title, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def line():
    """The line, in which nobody waits; nobody else's lists are stored here."""
    WAITING.clear()
    yield WAITING
    WAITING.clear()


def served(user=None, *titles, minutes=0, zone="tonight", **more):
    """A list as pages leave it, served so many minutes after `NOW`."""
    at = NOW + datetime.timedelta(minutes=minutes)
    return {
        "key": str(uuid.uuid4()),
        "user_id": user and user.pk,
        "zone": zone,
        "space_id": None,
        "wants": {"kinds": ["film"]},
        "trace": {"cut": 200},
        "latency_ms": 12.5,
        "served_at": at.isoformat(),
        "query_weight": None,
        "picks": [
            {"title_id": t.pk, "rank": k, "scores": {"score": 1.0}, "reason": "Because."}
            for k, t in enumerate(titles, start=1)
        ],
    } | more


def push(*rows):
    for row in rows:
        WAITING.push(row)
    return rows


def stored():
    """The keys of the stored lists, as they were served."""
    keys = Session.objects.order_by("served_at", "pk").values_list("key", flat=True)
    return [str(key) for key in keys]


def closings(*rows):
    """When each of these was closed, in minutes after `NOW`; None where it is open."""
    found = dict(Session.objects.values_list("key", "closed_at"))
    ends = [found[uuid.UUID(row["key"])] for row in rows]
    return [end and (end - NOW).total_seconds() / 60 for end in ends]


def test_all_that_waits_is_stored_and_nothing_is_left(monkeypatch):
    monkeypatch.setattr(sessions, "BATCH", 2)
    user, titles = make_user(), [make_title(), make_title()]
    space = Space.objects.create(kind=Space.Kind.TASTE, recipe="house", dimension=2)
    rows = push(*(served(user, *titles, minutes=k, space_id=space.pk) for k in range(5)))

    assert record_waiting() == 5

    assert stored() == [row["key"] for row in rows]
    assert (len(WAITING), record_waiting()) == (0, 0)
    first = Session.objects.get(key=rows[0]["key"])
    assert (first.user, first.zone, first.space) == (user, "tonight", space)
    assert first.wants == {"kinds": ["film"]}
    assert (first.trace, first.latency_ms, first.served_at) == ({"cut": 200}, 12.5, NOW)
    shown = first.shown.order_by("rank").values_list("title", "rank", "scores", "reason")
    assert list(shown) == [(t.pk, k, {"score": 1.0}, "Because.") for k, t in enumerate(titles, 1)]
    assert Shown.objects.count() == 10


def test_the_same_list_is_stored_once_in_one_batch_and_in_two():
    title = make_title()
    row = served(make_user(), title)
    push(row, row)
    record_waiting()
    push(row)

    record_waiting()

    assert stored() == [row["key"]]
    assert Shown.objects.count() == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"key": "no-uuid"},
        {"key": 5},
        {"served_at": "yesterday"},
        {"served_at": None},
        {"user_id": "nobody"},
        {"zone": "z" * 21},
        {"wants": None},
        {"query_weight": 7},
        {"picks": [{"rank": 1}]},
        {"picks": 5},
    ],
    ids=str,
)
def test_a_list_that_cannot_be_stored_is_told_of_and_its_neighbours_are_stored(broken, caplog):
    user = make_user()
    wrong = served(user, minutes=1) | broken
    before, _, after = push(served(user), wrong, served(user, minutes=2))

    assert record_waiting() == 3

    assert stored() == [before["key"], after["key"]]
    assert len(WAITING) == 0
    told = [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR]
    assert len(told) == 1
    assert str(wrong["key"]) in told[0]


@pytest.mark.parametrize("name", ["key", "user_id", "zone", "picks", "served_at"])
def test_a_list_without_one_of_its_parts_is_passed_over(name, caplog):
    whole, wanting = served(), served()
    del wanting[name]
    push(wanting, whole)

    record_waiting()

    assert stored() == [whole["key"]]
    assert "cannot be stored" in caplog.text


def test_while_another_process_is_at_it_everything_is_kept():
    push(served())

    with alone("record_shelves", seconds=60):
        with pytest.raises(AlreadyRunning):
            record_waiting()
        tasks.record_shelves()  # which has nothing to tell of it

    assert (len(WAITING), stored()) == (1, [])
    assert record_waiting() == 1


def test_one_that_comes_while_the_last_are_stored_is_stored_as_well(monkeypatch):
    """Whoever pushes it wakes a process that finds the lock taken, and goes."""
    late = served(minutes=1)
    record = sessions.record

    def record_meanwhile(rows):
        record(rows)
        if rows[0] != late:
            WAITING.push(late)
            with pytest.raises(AlreadyRunning):
                record_waiting()

    monkeypatch.setattr(sessions, "record", record_meanwhile)
    (first,) = push(served())

    assert record_waiting() == 2

    assert stored() == [first["key"], late["key"]]


def test_a_database_that_goes_away_keeps_what_waits_and_lets_go_of_the_lock(monkeypatch, caplog):
    rows = push(served(), served(minutes=1))

    def away(rows):
        raise OperationalError("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(sessions, "record", away)
        with pytest.raises(OperationalError):
            record_waiting()

    assert WAITING.first(9) == list(rows)
    assert "cannot be stored" not in caplog.text
    assert cache.get("lock:record_shelves") is None
    assert record_waiting() == 2


@pytest.mark.parametrize("batch", [1, 100])
def test_each_list_of_somebody_closes_their_last_in_its_zone(batch, monkeypatch):
    monkeypatch.setattr(sessions, "BATCH", batch)
    ann, bob = make_user(), make_user()
    rows = push(
        served(ann),
        served(bob, minutes=1),
        served(ann, minutes=2),
        served(ann, minutes=3, zone="gems"),
        served(ann, minutes=4),
    )

    record_waiting()

    assert closings(*rows) == [2, None, 4, None, None]


def test_lists_of_visitors_close_nothing():
    rows = push(served(), served(minutes=1), served(minutes=2))

    record_waiting()

    assert closings(*rows) == [None, None, None]


def test_who_and_what_is_gone_meanwhile_is_left_out():
    gone, title, other = make_user(), make_title(), make_title()
    space = Space.objects.create(kind=Space.Kind.TASTE, recipe="house", dimension=2)
    theirs = served(gone, title)
    row = served(None, title, other, minutes=1, space_id=space.pk)
    kept = served(None, minutes=2)
    push(theirs, row, kept)
    gone.delete()
    other.delete()
    space.delete()

    record_waiting()

    assert stored() == [row["key"], kept["key"]]
    assert Session.objects.get(key=row["key"]).space is None
    assert list(Shown.objects.values_list("title", flat=True)) == [title.pk]


def test_how_far_words_were_slid_is_remembered_as_last_said():
    ann, bob = make_user(), make_user(query_weight=0.1)
    push(
        served(ann, query_weight=0.2),
        served(ann, minutes=1, query_weight=0.8),
        served(ann, minutes=2),
        served(bob, minutes=3),
    )

    record_waiting()

    ann.refresh_from_db()
    bob.refresh_from_db()
    assert (ann.query_weight, bob.query_weight) == (0.8, 0.1)


# ── From the page ──


@pytest.fixture
def woken(monkeypatch):
    """How often the worker was called so far."""
    calls = []
    monkeypatch.setattr(tasks.record_shelves, "apply_async", lambda **how: calls.append(how))
    return calls


def shelf_of(*titles) -> Shelf:
    reason = (Span("Close to "), Span("Heat", 7))
    picks = [
        Pick(title=t, rank=k, score=0.5, fit=0.5, reason=reason, taste_score=0.25)
        for k, t in enumerate(titles, start=1)
    ]
    return Shelf("tonight", tuple(picks), n_wanted=5, trace={"cut": 9}, key=str(uuid.uuid4()))


def test_a_page_leaves_its_list_and_calls_the_worker_where_nobody_waited(woken):
    user, title = make_user(), make_title()
    first, second = shelf_of(title), shelf_of()

    tasks.record_later(user, first, Wants(kinds=("film",)), now=NOW, query_weight=0.3)
    assert len(woken) == 1
    tasks.record_later(AnonymousUser(), second, Wants(), now=NOW + datetime.timedelta(minutes=1))
    assert len(woken) == 1, "it was called already"
    assert not Session.objects.exists(), "the page itself writes nothing"

    tasks.record_shelves()

    assert stored() == [first.key, second.key]
    own = Session.objects.get(key=first.key)
    assert (own.user, own.wants, own.served_at) == (user, {"kinds": ["film"]}, NOW)
    shown = own.shown.get()
    assert (shown.title, shown.reason) == (title, "Close to Heat")
    assert shown.scores == {"score": 0.5, "query": None, "taste": 0.25}
    tasks.record_later(user, shelf_of(), Wants(), now=NOW)
    assert len(woken) == 2


def test_a_broker_that_is_down_keeps_the_list_for_the_next_call(monkeypatch, caplog):
    def down(**how):
        raise BrokerIsDown("nobody answers")

    monkeypatch.setattr(tasks.record_shelves, "apply_async", down)

    tasks.record_later(AnonymousUser(), shelf_of(), Wants(), now=NOW)

    assert "the list could not be logged: nobody answers" in caplog.text
    assert record_waiting() == 1
