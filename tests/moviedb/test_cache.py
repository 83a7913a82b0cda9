"""What processes remember of what the cache holds for all of them."""

import pytest
from django.core.cache import cache

from moviedb import cache as caching
from moviedb.cache import forget, kept_here, remember


@pytest.fixture
def made(monkeypatch):
    """What was made so far, each time under a new number; the cache is asked each time."""
    monkeypatch.setattr(caching, "TRUSTED_SECONDS", 0.0)
    cache.clear()
    return []


def ask(made, key="remembered"):
    return remember(key, lambda: made.append(len(made)) or ["made", len(made)], timeout=60)


def test_it_is_made_once_and_unpacked_once_in_each_process(made):
    first = ask(made)

    assert ask(made) is first
    caching._remembered.clear()  # as another process
    second = ask(made)
    assert second == first
    assert ask(made) is second
    assert len(made) == 1


def test_whoever_forgets_it_has_all_processes_make_it_anew(made):
    first = ask(made)

    forget("remembered")

    assert ask(made) != first
    assert len(made) == 2


def test_what_another_process_made_meanwhile_is_taken(made):
    ask(made)
    mine = dict(caching._remembered)
    forget("remembered")
    theirs = ask(made)
    caching._remembered.clear()
    caching._remembered.update(mine)

    assert ask(made) == theirs
    assert len(made) == 2


def test_for_a_second_a_process_takes_its_own_word_for_it(made, monkeypatch):
    monkeypatch.setattr(caching, "TRUSTED_SECONDS", 3600.0)
    first = ask(made)
    cache.delete("remembered:edition")  # as another process forgets it

    assert ask(made) is first
    forget("remembered")
    assert ask(made) != first
    cache.clear()
    assert len(made) == 2
    ask(made)
    assert len(made) == 3


def test_nothing_is_not_kept_and_a_cache_that_is_down_keeps_nothing(made, monkeypatch):
    asked = []
    for _ in range(2):
        assert remember("nothing", lambda: asked.append(1), timeout=60) is None
    assert len(asked) == 2

    monkeypatch.setattr(caching.cache, "get", lambda key: None)
    monkeypatch.setattr(caching.cache, "set", lambda *args, **kwargs: None)
    ask(made)
    ask(made)
    assert len(made) == 2


def test_what_one_process_keeps_is_made_anew_when_its_time_is_up(made):
    def asked(seconds):
        return kept_here("here", lambda: made.append(len(made)) or len(made), seconds=seconds)

    assert [asked(3600), asked(3600)] == [1, 1]
    cache.clear()
    assert [asked(0), asked(0)] == [2, 3]
