"""Fetching a data set from its makers: checked, unpacked, and whole or not there at all."""

import hashlib
import http.client
import re
import shutil
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

TIMEOUT_S = 15
MOST_BYTES = 4 * 1024**3
PIECE = 1 << 16
_TROUBLE = (OSError, http.client.HTTPException)

Progress = Callable[[int, int], None]


class FetchFailed(RuntimeError):
    """The set could not be fetched, or is not what its makers published; nothing was kept."""


def fetch_set(
    url: str, folder: Path, *, sha256: str = "", progress: Progress | None = None
) -> Path:
    """Download a zip file, check it, and unpack it into `folder`.

    Args:
        url: of the zip file; its MD5 sum is published beside it as `url` + ".md5".
        folder: where the set's own folder will lie; made when it is missing.
        sha256: what the file must be, where it is known; the MD5 sum is checked in any case.
        progress: is called with the bytes so far and all of them (0 when unknown).
    Returns:
        The set's folder. One of that name that was there is replaced at the very end.
    Raises:
        FetchFailed: no connection, a wrong checksum, or no zip file as expected.
    """
    if not url.startswith(("https://", "http://")):
        raise FetchFailed(f"{url} is no http or https address")
    name = PurePosixPath(url).stem
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder) as scratch:
        packed, md5 = Path(scratch) / "set.zip", published_md5(f"{url}.md5")
        _download(url, packed, progress)
        _check(packed, "md5", md5, url)
        if sha256:
            _check(packed, "sha256", sha256, url)
        unpack(packed, Path(scratch) / "unpacked")
        found = Path(scratch) / "unpacked" / name
        if not found.is_dir():
            raise FetchFailed(f"{url} holds no folder {name}; its makers changed its form")
        if (folder / name).exists():
            (folder / name).rename(Path(scratch) / "before")
        found.rename(folder / name)
    return folder / name


def published_md5(url: str) -> str:
    """Return the sum in a file such as "0be6f1b9…  ml-latest-small.zip"."""
    try:
        with _open(url) as answer:
            text = answer.read(10_000).decode("ascii", errors="replace")
    except _TROUBLE as trouble:
        raise _unreachable(url, trouble) from trouble
    match = re.search(r"\b[0-9a-fA-F]{32}\b", text)
    if not match:
        raise FetchFailed(f"{url} holds {text[:60]!r} and no MD5 sum, so nothing can be checked")
    return match[0].lower()


def unpack(packed: Path, folder: Path) -> None:
    """Unpack a zip file whose names stay inside `folder` and whose size is bearable.

    Raises:
        FetchFailed: it is no zip file, a name leads out of the folder, or it is too large.
    """
    try:
        with zipfile.ZipFile(packed) as archive:
            for entry in archive.infolist():
                path = PurePosixPath(entry.filename)
                if path.is_absolute() or ".." in path.parts or "\\" in entry.filename:
                    raise FetchFailed(f"the archive holds {entry.filename!r}, outside its folder")
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise FetchFailed(f"the archive unpacks to more than {MOST_BYTES:,} bytes")
            archive.extractall(folder)
    except (zipfile.BadZipFile, EOFError) as trouble:
        raise FetchFailed(f"what came is no zip file: {trouble}") from trouble


def _download(url: str, path: Path, progress: Progress | None) -> None:
    """Store what an address holds."""
    try:
        with _open(url) as answer, path.open("wb") as file:
            size, done = int(answer.headers.get("Content-Length") or 0), 0
            while piece := answer.read(PIECE):
                file.write(piece)
                done += len(piece)
                if done > MOST_BYTES:
                    raise FetchFailed(f"{url} sends more than {MOST_BYTES:,} bytes")
                if progress:
                    progress(done, size)
    except _TROUBLE as trouble:
        raise _unreachable(url, trouble) from trouble
    if size and done < size:
        raise FetchFailed(f"{url} ended after {done:,} of {size:,} bytes; try again")
    if shutil.disk_usage(path.parent).free < 3 * done:
        raise FetchFailed(f"{path.parent.parent} has too little room to unpack {done:,} bytes")


def _open(url: str):
    """Return the answer of an address; wait for it only a short time."""
    return urllib.request.urlopen(url, timeout=TIMEOUT_S)  # noqa: S310 (checked above)


def _unreachable(url: str, trouble: Exception) -> FetchFailed:
    """Say why an address gave nothing."""
    if isinstance(trouble, urllib.error.HTTPError):
        reason = f"the server answered {trouble.code} {trouble.reason}"
    else:
        reason = str(getattr(trouble, "reason", trouble)) or type(trouble).__name__
    return FetchFailed(
        f"{url} cannot be fetched: {reason}. Without a connection, copy the unpacked folder here "
        "by other means and run 'manage.py load_titles movielens --path FOLDER'"
    )


def _check(path: Path, kind: str, expected: str, url: str) -> None:
    """Compare a file with its published checksum."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, kind).hexdigest()
    if found != expected.lower():
        raise FetchFailed(
            f"{url} has the {kind} sum {found}, expected {expected}: it was damaged or altered on "
            "the way; try again"
        )
