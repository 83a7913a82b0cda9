"""The line of rows that pages leave for the worker."""

import socket

import pytest
from redis.exceptions import RedisError

from moviedb import waiting
from moviedb.waiting import WaitingRows


@pytest.fixture
def line():
    """A line of its own, in which nobody waits."""
    found = WaitingRows("of-a-test")
    found.clear()
    yield found
    found.clear()


def test_rows_come_back_in_order_and_stay_until_they_are_dropped(line):
    for number in range(4):
        line.push({"number": number, "words": ["é", None, 0.5]})

    assert [row["number"] for row in line.first(3)] == [0, 1, 2]
    assert line.first(1) == [{"number": 0, "words": ["é", None, 0.5]}]
    assert len(line) == 4
    line.drop(3)
    assert [row["number"] for row in line.first(3)] == [3]
    line.drop(1)
    assert (len(line), line.first(3)) == (0, [])


def test_who_comes_first_wakes_the_worker_and_who_comes_after_does_not(line):
    assert line.push({}) is True
    assert line.push({}) is False

    line.drop(1)
    assert line.push({}) is False, "one still waits"
    line.drop(2)
    assert line.push({}) is True


def test_lines_of_other_names_are_others(line):
    line.push({})

    assert len(WaitingRows("of-another-test")) == 0


def test_a_line_that_nobody_reads_keeps_the_newest(line, monkeypatch):
    monkeypatch.setattr(waiting, "MOST_WAITING", 3)

    for number in range(5):
        line.push({"number": number})

    assert [row["number"] for row in line.first(9)] == [2, 3, 4]


def test_a_redis_that_is_away_is_told_of(line, settings):
    settings.WAITING_URL = "unix:///nonexistent/redis.sock?db=0"

    for ask in (lambda: line.push({}), lambda: len(line), lambda: line.first(1)):
        with pytest.raises((RedisError, OSError)):
            ask()


def test_a_redis_that_never_answers_keeps_nobody_waiting_for_long(line, settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.WAITING_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"

        with pytest.raises(RedisError, match="Timeout"):  # without a limit it would hang here
            line.push({})
