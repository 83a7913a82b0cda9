"""A lock that expires, for jobs that must be alone."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache


class AlreadyRunning(RuntimeError):
    """Another process holds the lock."""


@contextmanager
def alone(name: str, *, seconds: int) -> Iterator[None]:
    """Hold the lock `name` for at most `seconds`.

    Raises:
        AlreadyRunning: somebody else holds it.
    """
    token = uuid.uuid4().hex
    if not cache.add(f"lock:{name}", token, timeout=seconds):
        raise AlreadyRunning(f"{name} is already running; it ends or expires by itself")
    try:
        yield
    finally:
        if cache.get(f"lock:{name}") == token:
            cache.delete(f"lock:{name}")
