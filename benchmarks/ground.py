"""What every benchmark stands on: servers of its own, the starter catalogue, embedded.

Importing it names the servers and sets Django up, so it comes before any import of models;
nothing is started before `Ground` is entered. The environment decides where they are:

    BENCHMARK_VAR=FOLDER   keep the servers' files there, and go on with them in the next run
    DATABASE_URL=…         use that PostgreSQL, in a database `moviedb_benchmark` of our own

Redis is always our own, because benchmarks empty it. Both run with the settings of `make run`:
what is committed waits for the disk.
"""

import io
import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType

import psycopg

from moviedb.embedded import ROOT, Paths, database_url, redis_url
from moviedb.running import postgres, redis
from moviedb.running.children import Child
from moviedb.running.lock import Lock

DATABASE = "moviedb_benchmark"


def _state_folder() -> Path:
    """Return the folder that is kept, or a new one that other users may pass through."""
    kept = os.environ.get("BENCHMARK_VAR")
    if kept:
        folder = Path(kept).resolve()
        folder.mkdir(parents=True, exist_ok=True)
    else:
        folder = Path(tempfile.mkdtemp(prefix="moviedb-benchmark-"))
    folder.chmod(0o755)  # As root, PostgreSQL is another user.
    return folder


OUTSIDE = os.environ.get("DATABASE_URL", "")
PATHS = Paths.under(_state_folder())
os.environ |= {
    "MOVIEDB_VAR": str(PATHS.var),
    "DATABASE_URL": (
        psycopg.conninfo.make_conninfo(OUTSIDE, dbname=DATABASE) if OUTSIDE else database_url(PATHS)
    ),
    "REDIS_URL": redis_url(PATHS),
    "DJANGO_SETTINGS_MODULE": "benchmarks.site_settings",
}
os.environ.setdefault("LOG_LEVEL", "WARNING")
# Exporting the encoder takes half a minute, so it is shared with the site.
os.environ.setdefault("ENCODER_DIR", str(ROOT / "var" / "encoder"))

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402


def count_rows() -> None:
    """Have PostgreSQL count what is in its tables, as it does by itself on a site some minutes old.

    Without that it plans for the rows of yesterday, and every figure depends on when it was taken.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


class Ground:
    """The servers with the starter catalogue in them; use it as a context."""

    def __init__(self) -> None:
        self.lock = Lock(PATHS, address="a benchmark")
        self.started: list[tuple[Child, object]] = []

    def __enter__(self) -> "Ground":
        """Start the servers and bring the catalogue and its vectors up to date."""
        self.lock.__enter__()
        try:
            if OUTSIDE:
                self._own_database("DROP DATABASE IF EXISTS {}", "CREATE DATABASE {}")
            else:
                self.started.append((postgres.start(PATHS), postgres.stop))
            self.started.append((redis.start(PATHS), redis.stop))
            for command in (
                ("migrate",),
                ("collectstatic", "--no-input"),
                ("load_titles", "starter"),
                ("prepare_encoder",),
                ("embed_titles",),
                ("retrain_taste", "--starter"),
            ):
                call_command(*command, verbosity=0, stdout=io.StringIO())
            count_rows()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the servers and remove what is not to be kept."""
        for opened in connections.all(initialized_only=True):
            opened.close()
            getattr(opened, "close_pool", lambda: None)()
        if OUTSIDE:
            self._own_database("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        while self.started:
            child, stop = self.started.pop()
            stop(child)
        self.lock.__exit__(kind, error, trace)
        if not os.environ.get("BENCHMARK_VAR"):
            shutil.rmtree(PATHS.var, ignore_errors=True)
            shutil.rmtree(PATHS.sockets, ignore_errors=True)

    def _own_database(self, *statements: str) -> None:
        """Make or drop our database on a server that is not ours."""
        with psycopg.connect(OUTSIDE, autocommit=True) as server:
            for statement in statements:
                server.execute(statement.format(DATABASE))
