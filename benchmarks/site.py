"""The real web server in front of the benchmark's servers, and what its caches remember."""

from benchmarks import ground

# isort: split
from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.conf import settings
from redis import Redis

from benchmarks.clients import connect, free_port
from moviedb.running import programs
from moviedb.running.children import last_lines, wait_until
from recommendations.encoding import encode_queries, encoder_of
from recommendations.taste.wording import FILLERS
from recommendations.zones import serving_spaces


@contextmanager
def site() -> Iterator[int]:
    """Run the web server as `make run` does, 2 processes of 2 threads; give its port."""
    port = free_port()
    web = programs.web(ground.PATHS, host="127.0.0.1", port=port)
    child = web.start()
    try:
        if not wait_until(lambda: answers(port), seconds=60):
            raise RuntimeError(f"no answer:\n{last_lines(ground.PATHS.logs / 'web.log')}")
        yield port
    finally:
        web.stop(child)


@contextmanager
def worker() -> Iterator[None]:
    """Run the worker as `make run` does."""
    program = programs.worker(ground.PATHS)
    child = program.start()
    try:
        yield
    finally:
        program.stop(child)


def answers(port: int) -> bool:
    """Return whether /health/ says ok."""
    with closing(connect(port)) as connection:
        try:
            connection.request("GET", "/health/")
            return connection.getresponse().status == 200
        except OSError:
            return False


def forget_lists() -> None:
    """Have every list ranked anew: what pages keep of them goes out of the cache."""
    _forget("shelf:")


def forget_queries() -> None:
    """Have every search encoded anew, too; the sentences that all searches share stay."""
    forget_lists()
    _forget("query:")
    encode_queries(list(FILLERS), name=encoder_of(serving_spaces().content))


def _forget(prefix: str) -> None:
    """Take the keys that begin like this out of the cache of pages."""
    redis = Redis.from_url(settings.CACHES["default"]["LOCATION"])
    keys = list(redis.scan_iter(match=f":1:{prefix}*", count=5000))
    if keys:
        redis.delete(*keys)
