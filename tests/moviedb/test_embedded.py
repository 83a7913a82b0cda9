"""The embedded PostgreSQL and Redis, with real processes that are really killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from moviedb.embedded import LONGEST_SOCKET_PATH, ROOT, Paths, database_url, redis_url
from moviedb.running import postgres, redis
from moviedb.running.children import StartFailed, birth, living_in, wait_until
from moviedb.running.folders import may_read, postgres_account
from tests.servers import make_state_folder, remove_state_folder


@pytest.fixture
def paths() -> Iterator[Paths]:
    """A fresh state folder whose servers are ended after the test."""
    paths = Paths.under(make_state_folder())
    yield paths
    end_servers(paths)
    remove_state_folder(paths)


def end_servers(paths: Paths) -> None:
    """End whatever still works in the folders of the two servers."""
    for folder in (paths.postgres_data.resolve(), paths.redis_data):
        for pid in living_in(folder):
            kill(pid)


def kill(pid: int) -> None:
    """Kill a process, as a person with `kill -9` would, and wait until it is gone."""
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        pass
    assert wait_until(lambda: birth(pid) is None, seconds=10)


def query(paths: Paths, statement: str, role: str = "moviedb") -> list[tuple]:
    """Run one statement and return its rows."""
    with psycopg.connect(database_url(paths, role=role), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_the_first_start_makes_a_database_of_an_ordinary_role_with_vectors(paths: Paths) -> None:
    started = time.monotonic()

    postgres.start(paths)

    assert time.monotonic() - started < 10
    query(paths, "CREATE EXTENSION vector")
    assert query(paths, "SELECT extversion FROM pg_extension WHERE extname = 'vector'")
    assert query(paths, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]
    assert query(paths, "SHOW server_version_num")[0][0].startswith("18")
    assert query(paths, "SHOW listen_addresses") == [("",)]
    assert query(paths, "SHOW timezone") == [("UTC",)]
    assert query(paths, "SELECT upper('é')") == [("É",)]


def test_committed_rows_survive_the_killing_of_postgres(paths: Paths) -> None:
    server = postgres.start(paths)
    query(paths, "CREATE TABLE kept AS SELECT n FROM generate_series(1, 5000) AS n")

    kill(server.pid)
    again = postgres.start(paths)

    assert again.pid != server.pid
    assert query(paths, "SELECT count(*) FROM kept") == [(5000,)]


def test_a_busy_backend_of_a_killed_postgres_does_not_stop_the_next_start(paths: Paths) -> None:
    server = postgres.start(paths)
    busy = psycopg.connect(database_url(paths), autocommit=True)
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000)")

    kill(server.pid)
    postgres.start(paths)

    assert query(paths, "SELECT 1") == [(1,)]
    busy.close()


def test_written_keys_survive_the_killing_of_redis(paths: Paths) -> None:
    server = redis.start(paths)
    Redis.from_url(redis_url(paths, number=3)).set("kept", "yes")

    kill(server.pid)
    redis.start(paths)

    assert Redis.from_url(redis_url(paths, number=3)).get("kept") == b"yes"


def test_a_second_start_finds_the_running_servers(paths: Paths) -> None:
    first = postgres.start(paths), redis.start(paths)

    second = postgres.start(paths), redis.start(paths)

    assert [child.pid for child in second] == [child.pid for child in first]


def test_a_stale_pid_file_that_names_a_living_stranger_is_seen_through(paths: Paths) -> None:
    postgres.stop(postgres.start(paths))
    lock = paths.postgres_data.resolve() / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{lock.parent}\n1\n5432\n/tmp\n\n1 1\nready   \n")

    postgres.start(paths)

    assert query(paths, "SELECT 1") == [(1,)]


def test_an_interrupted_first_start_is_begun_anew(paths: Paths) -> None:
    postgres.stop(postgres.start(paths))
    data = paths.postgres_data.resolve()
    data.rename(data.with_name("data.new"))

    postgres.start(paths)

    assert query(paths, "SELECT 1") == [(1,)]


def test_a_state_folder_with_a_long_path_gets_short_sockets() -> None:
    paths = Paths.under(make_state_folder("a-rather-long-name-" * 8))
    try:
        postgres.start(paths)
        redis.start(paths)

        assert len(str(paths.redis_socket)) < LONGEST_SOCKET_PATH
        assert paths.sockets.stat().st_mode & 0o077 == 0o011
        assert query(paths, "SELECT 1") == [(1,)]
        assert Redis.from_url(redis_url(paths)).ping()
    finally:
        end_servers(paths)
        remove_state_folder(paths)
        paths.var.parent.rmdir()


def test_a_data_folder_of_another_version_is_refused_in_words(paths: Paths) -> None:
    postgres.stop(postgres.start(paths))
    (paths.postgres_data.resolve() / "PG_VERSION").write_text("17\n")

    with pytest.raises(StartFailed, match="written by PostgreSQL 17"):
        postgres.start(paths)


def test_the_servers_end_when_their_starter_is_killed(paths: Paths) -> None:
    script = (
        "import sys, time; from moviedb.embedded import Paths\n"
        "from moviedb.running import postgres, redis\n"
        "paths = Paths.under(sys.argv[1])\n"
        "print(postgres.start(paths).pid, redis.start(paths).pid, flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", script, str(paths.var)], stdout=subprocess.PIPE, cwd=ROOT
    )
    pids = [int(pid) for pid in starter.stdout.readline().split()]

    starter.kill()
    starter.wait()

    assert len(pids) == 2
    assert wait_until(lambda: not any(birth(pid) for pid in pids), seconds=10)
    assert wait_until(lambda: not living_in(paths.postgres_data.resolve()), seconds=10)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_what_the_ordinary_user_cannot_reach_is_kept_elsewhere() -> None:
    closed = make_state_folder()
    closed.chmod(0o700)
    paths = Paths.under(closed / "var")
    account = postgres_account(paths.postgres_data.parent)
    try:
        postgres.start(paths)

        home = paths.postgres_data.parent.resolve()
        assert not may_read(closed, account)
        assert closed.stat().st_mode & 0o777 == 0o700
        assert home.parent == Path("/var/lib")
        assert home.stat().st_uid == account.pw_uid
        assert query(paths, "SELECT 1") == [(1,)]
    finally:
        end_servers(paths)
        remove_state_folder(Paths.under(paths.postgres_data.parent.resolve()))
        remove_state_folder(Paths.under(closed))
