"""Where the embedded PostgreSQL and Redis keep their state, and how to reach them.

Imports nothing but the standard library, because settings read the two default addresses from
here. The servers themselves are started in `moviedb.running`.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent

# The kernel keeps a socket's path in 108 bytes with its closing zero (macOS: 104), see unix(7).
LONGEST_SOCKET_PATH = 103
POSTGRES_SOCKET = ".s.PGSQL.5432"

DATABASE = "moviedb"
ROLE = "moviedb"


@dataclass(frozen=True)
class Paths:
    """The folders and sockets of one installation, all below one state folder.

    Attributes:
        var: the state folder, absolute.
        sockets: where the sockets lie: inside `var`, or in a short folder under /tmp when the
            path would be longer than the kernel allows.
    """

    var: Path
    sockets: Path

    @classmethod
    def under(cls, var: str | os.PathLike[str]) -> "Paths":
        """Lay out the state folder `var`; nothing is created."""
        var = Path(os.path.abspath(var))
        sockets = var / "run"
        if len(os.fsencode(sockets / "pg" / POSTGRES_SOCKET)) > LONGEST_SOCKET_PATH:
            sockets = Path("/tmp") / f"moviedb-{fingerprint(var)}"  # noqa: S108
        return cls(var=var, sockets=sockets)

    @property
    def run(self) -> Path:
        """Folder of the lock and the process ids."""
        return self.var / "run"

    @property
    def logs(self) -> Path:
        """Folder of the logs, one file a program."""
        return self.var / "log"

    @property
    def postgres_data(self) -> Path:
        """PostgreSQL's data folder; its parent belongs to PostgreSQL and may be a link."""
        return self.var / "postgres" / "data"

    @property
    def postgres_sockets(self) -> Path:
        """Folder of PostgreSQL's socket, or a link to it; only its user and root may enter."""
        return self.sockets / "pg"

    @property
    def redis_data(self) -> Path:
        """Folder of Redis' append-only file."""
        return self.var / "redis"

    @property
    def redis_socket(self) -> Path:
        """Redis' socket."""
        return self.sockets / "redis.sock"


def fingerprint(path: Path) -> str:
    """Return twelve hexadecimal digits that stand for `path`, the same in every run."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def default_paths() -> Paths:
    """Return the layout under MOVIEDB_VAR, or under `var` beside the code."""
    return Paths.under(os.environ.get("MOVIEDB_VAR") or ROOT / "var")


def database_url(paths: Paths, *, database: str = DATABASE, role: str = ROLE) -> str:
    """Return the address of the embedded PostgreSQL, as libpq reads it."""
    return f"postgresql://{role}@/{database}?host={quote(str(paths.postgres_sockets))}"


def redis_url(paths: Paths, *, number: int = 0) -> str:
    """Return the address of database `number` (0 to 3) of the embedded Redis."""
    return f"unix://{quote(str(paths.redis_socket))}?db={number}"


def default_database_url() -> str:
    """Return what stands in for DATABASE_URL when the environment does not set it."""
    return database_url(default_paths())


def default_redis_url() -> str:
    """Return what stands in for REDIS_URL when the environment does not set it."""
    return redis_url(default_paths())
