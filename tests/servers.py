"""A private PostgreSQL and Redis for one run of the tests, in a folder that goes with it.

DATABASE_URL and REDIS_URL, where set, are used instead. Importing starts nothing.

Where several processes run the tests (`pytest -n`), they share one PostgreSQL, with a database for
each, and each starts a Redis of its own: tests empty the cache as a whole.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from moviedb.embedded import ROOT, Paths, database_url, redis_url
from moviedb.running import postgres, redis
from moviedb.running.children import Child


class PrivateServers:
    """The servers of one run: where they will be is known before they are started."""

    def __init__(self) -> None:
        """Make the state folder and tell the environment, which settings read only once."""
        helper = os.environ.get("PYTEST_XDIST_WORKER")
        if helper:
            self.paths = Paths.under(Path(os.environ["MOVIEDB_VAR"]) / helper)
        else:
            self.paths = Paths.under(make_state_folder())
        self.needs_postgres = not os.environ.get("DATABASE_URL")
        self.needs_redis = not os.environ.get("REDIS_URL")
        self.children: list[tuple[Child, Callable[[Child], None]]] = []
        # Whitenoise warns when the folder of `collectstatic` is not there; here it stays empty.
        (self.paths.var / "static").mkdir(parents=True)
        os.environ["MOVIEDB_VAR"] = str(self.paths.var)
        os.environ.setdefault("DATABASE_URL", database_url(self.paths))
        os.environ.setdefault("REDIS_URL", redis_url(self.paths))
        # Preparing the encoder takes half a minute, so the tests share it with the site.
        os.environ.setdefault("ENCODER_DIR", str(ROOT / "var" / "encoder"))
        os.environ.setdefault("PLAIN_STATIC", "yes")

    def start(self) -> None:
        """Start what the environment did not bring."""
        if self.needs_postgres:
            self.children.append((postgres.start(self.paths, careless=True), postgres.stop))
        if self.needs_redis:
            self.children.append((redis.start(self.paths), redis.stop))

    def stop(self) -> None:
        """Stop the servers and remove the folder; what was never started is passed over."""
        while self.children:
            child, stop = self.children.pop()
            stop(child)
        remove_state_folder(self.paths)


def prepare_helpers() -> None:
    """Leave in our environment what the processes that run the tests for us shall find there."""
    # They name the settings themselves, after their servers.
    del os.environ["DJANGO_SETTINGS_MODULE"]
    del os.environ["REDIS_URL"]
    # The arithmetic of each would run on all cores at once, and wait for the others'.
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def make_state_folder(name: str = "") -> Path:
    """Return a new folder that other users may pass through: as root, PostgreSQL is another."""
    folder = Path(tempfile.mkdtemp(prefix="moviedb-tests-"))
    folder.chmod(0o755)
    return folder / name


def remove_state_folder(paths: Paths) -> None:
    """Remove a state folder and, where its path was too long for one, the folder of its sockets."""
    shutil.rmtree(paths.var, ignore_errors=True)
    shutil.rmtree(paths.sockets, ignore_errors=True)
