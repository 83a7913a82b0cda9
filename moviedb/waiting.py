"""Rows that pages leave for the worker: one command each, and the first of them wakes it."""

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError
from redis.retry import Retry

# A worker that is away for so long is not coming back; the oldest rows make way.
MOST_WAITING = 100_000


class WaitingRows:
    """A line of rows in Redis, beside the queues.

    A task for each row costs the page a millisecond and the worker more than the row itself.
    Rows stay until whoever read them says that they are stored, so they should be such as may be
    stored twice. Every method raises redis' `RedisError` or an `OSError` where Redis is away.
    """

    def __init__(self, name: str) -> None:
        self.name = f"waiting:{name}"

    def __len__(self) -> int:
        return int(_redis(settings.WAITING_URL).llen(self.name))

    def push(self, row: dict[str, Any]) -> bool:
        """Add a row of JSON; return whether none waited, so that the worker has to be woken."""
        redis = _redis(settings.WAITING_URL)
        n = int(redis.rpush(self.name, json.dumps(row)))
        if n > MOST_WAITING:
            redis.ltrim(self.name, -MOST_WAITING, -1)
        return n == 1

    def first(self, n: int) -> list[dict[str, Any]]:
        """Return the first `n` rows, oldest first; they go on waiting."""
        rows = _redis(settings.WAITING_URL).lrange(self.name, 0, n - 1)
        return [json.loads(row) for row in rows]

    def drop(self, n: int) -> None:
        """Take the first `n` rows off: they are stored."""
        _redis(settings.WAITING_URL).ltrim(self.name, n, -1)

    def clear(self) -> None:
        """Throw all rows away."""
        _redis(settings.WAITING_URL).delete(self.name)


@lru_cache(maxsize=2)
def _redis(url: str) -> Redis:
    """Return a client, which all threads of a process share."""
    # A kept connection may be dead: that is tried again. One that is silent would only be so twice.
    once_more = Retry(NoBackoff(), 1, supported_errors=(ConnectionError,))
    return Redis.from_url(url, socket_connect_timeout=0.5, socket_timeout=1.0, retry=once_more)
