"""The state folder: whom its parts belong to, and where they go when root starts the servers.

PostgreSQL refuses to run as root. Then it runs as an ordinary user, who must be able to reach
the programs and the data. No permission of a folder that is not ours is ever changed: what that
user cannot reach where it lies is copied or kept elsewhere, with a link from the usual place.
"""

import logging
import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

from moviedb.embedded import Paths
from moviedb.running.children import StartFailed

logger = logging.getLogger(__name__)

ORDINARY_USERS = ("postgres", "nobody")
STATE_OF_PROGRAMS = Path("/var/lib")


def make_folders(paths: Paths) -> None:
    """Create the state folder and those parts that belong to whoever starts MovieDB.

    Raises:
        StartFailed: somebody else owns a part, or it cannot be written.
    """
    try:
        for folder, mode in (
            (paths.var, 0o755),
            (paths.run, 0o711),
            (paths.sockets, 0o711),
            (paths.logs, 0o700),
            (paths.redis_data, 0o700),
        ):
            if not folder.exists():
                folder.mkdir(parents=True)
                folder.chmod(mode)
            _check_owner(folder, {os.geteuid(), paths.var.stat().st_uid})
    except OSError as error:
        raise StartFailed(
            f"the state folder {paths.var} cannot be used ({error}); start MovieDB as its "
            "owner, or name another folder in MOVIEDB_VAR"
        ) from error


def _check_owner(folder: Path, owners: set[int]) -> None:
    """Refuse a folder that a stranger has put there, which /tmp allows, or that is not ours."""
    owner = folder.lstat().st_uid
    if owner not in owners or not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder} belongs to user {owner}")


def postgres_account(home: Path) -> pwd.struct_passwd | None:
    """Return whom PostgreSQL shall run as; None when that is simply ourselves.

    Args:
        home: PostgreSQL's folder; once it exists, its owner is the answer.
    """
    if os.geteuid() != 0:
        return None
    if home.exists() and home.stat().st_uid != 0:
        return pwd.getpwuid(home.stat().st_uid)
    for name in ORDINARY_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StartFailed(
        "PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody'; "
        "start MovieDB as an ordinary user, or set DATABASE_URL"
    )


def private_folder(
    folder: Path, account: pwd.struct_passwd | None, *, elsewhere: Path | None = None
) -> Path:
    """Return a folder that only `account` (and root) may enter, made on the first call.

    It is `folder` itself, or, where the account cannot reach that, a folder to which `folder`
    becomes a link: `elsewhere`, or a new one where programs keep their state.
    """
    if not folder.exists():
        folder.unlink(missing_ok=True)  # a link whose end is gone
        if account is None or may_read(folder.parent, account):
            folder.mkdir()
        else:
            folder.symlink_to(_reachable_folder(elsewhere, account, instead_of=folder))
    real = folder.resolve()
    if account is not None:
        os.chown(real, account.pw_uid, account.pw_gid)
    elif real.stat().st_uid != os.geteuid():
        raise StartFailed(
            f"{real} belongs to user {real.stat().st_uid}, who started MovieDB here before; "
            "start it as that user (or root), or name another folder in MOVIEDB_VAR"
        )
    real.chmod(0o700)
    return real


def _reachable_folder(
    elsewhere: Path | None, account: pwd.struct_passwd, *, instead_of: Path
) -> Path:
    """Make a folder that the account can reach."""
    if elsewhere is not None:
        elsewhere.mkdir(exist_ok=True)
        return elsewhere
    if not os.access(STATE_OF_PROGRAMS, os.W_OK):
        raise StartFailed(
            f"user {account.pw_name}, as whom PostgreSQL runs when root starts it, cannot reach "
            f"{instead_of}; name a folder that everybody can reach in MOVIEDB_VAR"
        )
    home = Path(tempfile.mkdtemp(prefix="moviedb-", dir=STATE_OF_PROGRAMS))
    logger.info("User %s cannot reach %s: it is kept in %s.", account.pw_name, instead_of, home)
    return home


def may_read(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether an account can reach and read `path`, by the permissions of it and its parents."""
    path = path.resolve()
    if not _allows(path, account, stat.S_IROTH | stat.S_IXOTH if path.is_file() else stat.S_IXOTH):
        return False
    return all(_allows(parent, account, stat.S_IXOTH) for parent in path.parents)


def _allows(path: Path, account: pwd.struct_passwd, wanted: int) -> bool:
    """Whether the owner's, the group's or the others' bits of `path` grant `wanted`."""
    about = path.stat()
    shift = 6 if about.st_uid == account.pw_uid else 3 if about.st_gid == account.pw_gid else 0
    return about.st_mode >> shift & wanted == wanted


def readable_programs(install: Path, home: Path, account: pwd.struct_passwd | None) -> Path:
    """Return PostgreSQL's install folder, or a copy in `home` when the account cannot read it.

    Args:
        install: .../<package>/pginstall18; the libraries lie beside it in <package>.libs, where
            the programs look for them.
    """
    if account is None or may_read(install / "bin" / "postgres", account):
        return install
    package = install.parent
    version = int((install / "bin" / "postgres").stat().st_mtime)
    copy = home / f"programs-{version}"
    if not copy.exists():
        unfinished = copy.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        skip = shutil.ignore_patterns("include", "*.a", "pkgconfig", "pgxs")
        shutil.copytree(install, unfinished / package.name / install.name, ignore=skip)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name)
        _give(unfinished, account)
        unfinished.rename(copy)
        logger.info("User %s cannot read %s: copied to %s.", account.pw_name, install, copy)
    return copy / package.name / install.name


def _give(folder: Path, account: pwd.struct_passwd) -> None:
    """Hand a folder and all it holds to an account."""
    os.chown(folder, account.pw_uid, account.pw_gid)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(parent, name), account.pw_uid, account.pw_gid, follow_symlinks=False)
