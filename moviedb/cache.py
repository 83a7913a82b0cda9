"""The cache, which may be down: then nothing is found in it and the site answers all the same."""

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class KeptClient(RedisCacheClient):
    """Django's client, which builds redis-py's anew for every key: half of what a look costs."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._kept: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Return the client of a pool; it may be used by several threads at once."""
        pool = self._get_connection_pool(write)
        kept = self._kept.get(id(pool))
        if kept is None:
            kept = self._kept[id(pool)] = self._client(connection_pool=pool)
        return kept


class PatientRedisCache(RedisCache):
    """Django's Redis cache, except that a Redis that does not answer is an empty cache."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient

    def _try(self, call: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return call()
        except (RedisError, OSError) as error:
            logger.warning("the cache does not answer: %s", error)
            return otherwise

    def get(self, key, default=None, version=None):
        return self._try(lambda: super(PatientRedisCache, self).get(key, default, version), default)

    def set(self, key, value, timeout=..., version=None):
        keep = {} if timeout is ... else {"timeout": timeout}
        store = super().set
        return self._try(lambda: store(key, value, version=version, **keep), None)

    def add(self, key, value, timeout=..., version=None):
        keep = {} if timeout is ... else {"timeout": timeout}
        store = super().add
        return self._try(lambda: store(key, value, version=version, **keep), True)

    def incr(self, key, delta=1, version=None):
        count = super().incr
        return self._try(lambda: count(key, delta, version), delta)

    def get_many(self, keys, version=None):
        fetch = super().get_many
        return self._try(lambda: fetch(keys, version), {})

    def set_many(self, data, timeout=..., version=None):
        keep = {} if timeout is ... else {"timeout": timeout}
        store = super().set_many
        return self._try(lambda: store(data, version=version, **keep), [])

    def clear(self):
        _remembered.clear()
        _here.clear()
        return super().clear()

    def delete(self, key, version=None):
        drop = super().delete
        return self._try(lambda: drop(key, version), False)


# What each process knows: key → (edition, value, when that was last found to be so).
_remembered: dict[str, tuple[str, Any, float]] = {}
# So long a process goes without asking the others whether something was made anew.
TRUSTED_SECONDS = 1.0


def remember(key: str, make: Callable[[], Any], *, timeout: int) -> Any:
    """Return what `make` makes, made anew after `timeout` seconds, or once it is forgotten.

    All processes share it, and each unpacks it once: from then on it asks the cache, once a second
    at most, only whether it is still the same. Who forgets it knows so at once, the other processes
    within that second. Nobody may write to what is returned. None is made again each time.
    """
    known = _remembered.get(key)
    now = time.monotonic()
    if known is not None and now - known[2] < TRUSTED_SECONDS:
        return known[1]
    edition = cache.get(f"{key}:edition")
    if edition is not None:
        if known is not None and known[0] == edition:
            _remembered[key] = (edition, known[1], now)
            return known[1]
        value = cache.get(f"{key}:{edition}")
        if value is not None:
            _remembered[key] = (edition, value, now)
            return value
    value = make()
    if value is not None:
        edition = uuid.uuid4().hex
        cache.set(f"{key}:{edition}", value, timeout=timeout)
        cache.set(f"{key}:edition", edition, timeout=timeout)
        _remembered[key] = (edition, value, now)
    return value


def forget(key: str) -> None:
    """Have all processes make anew what they remember."""
    _remembered.pop(key, None)
    cache.delete(f"{key}:edition")


# What this process alone keeps: key → (until when, value).
_here: dict[str, tuple[float, Any]] = {}
MOST_HERE = 10_000


def kept_here(key: str, make: Callable[[], Any], *, seconds: float) -> Any:
    """Return what `make` made at most so many seconds ago, in this process.

    For what may be a little old and costs less than a look into the cache that all share.
    """
    kept = _here.get(key)
    now = time.monotonic()
    if kept is None or now >= kept[0]:
        if len(_here) >= MOST_HERE:
            _here.clear()
        kept = _here[key] = (now + seconds, make())
    return kept[1]
