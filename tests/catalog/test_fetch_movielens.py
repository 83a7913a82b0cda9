"""`manage.py fetch_movielens`, against a server of our own."""

import hashlib
import io
import threading
import zipfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command

from catalog import fetching

FILES = {
    "ml-latest-small/movies.csv": "movieId,title,genres\n1,Toy Story (1995),Comedy\n",
    "ml-latest-small/ratings.csv": "userId,movieId,rating,timestamp\n1,1,4.0,0\n",
}


def packed(files=FILES):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return data.getvalue()


@pytest.fixture
def served(tmp_path):
    """A folder that is served, with its address."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=folder)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    folder.joinpath("address").write_text(f"http://127.0.0.1:{server.server_port}")
    yield folder
    server.shutdown()
    server.server_close()


def publish(folder, data, *, md5=""):
    folder.joinpath("ml-latest-small.zip").write_bytes(data)
    md5 = md5 or hashlib.md5(data, usedforsecurity=False).hexdigest()
    folder.joinpath("ml-latest-small.zip.md5").write_text(f"{md5}  ml-latest-small.zip\n")


def fetch(served, to, **options):
    out = io.StringIO()
    options = {"accept_licence": True, "base_url": (served / "address").read_text()} | options
    call_command("fetch_movielens", to=to, stdout=out, **options)
    return out.getvalue()


def test_the_set_is_fetched_checked_and_counted(served, tmp_path):
    publish(served, packed())

    told = fetch(served, tmp_path / "data")

    assert (tmp_path / "data/ml-latest-small/movies.csv").read_text().startswith("movieId")
    assert "No commercial or revenue-bearing use" in told
    assert "1 ratings by 1 people of 1 films; 1 films are listed" in told
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["ml-latest-small"]


def test_nothing_is_fetched_before_the_licence_is_accepted(served, tmp_path):
    with pytest.raises(CommandError, match="add --accept-licence"):
        fetch(served, tmp_path / "data", accept_licence=False)

    assert not (tmp_path / "data").exists()


def test_a_set_that_was_there_is_replaced(served, tmp_path):
    publish(served, packed())
    (tmp_path / "data/ml-latest-small").mkdir(parents=True)
    (tmp_path / "data/ml-latest-small/old.csv").touch()

    fetch(served, tmp_path / "data")

    assert not (tmp_path / "data/ml-latest-small/old.csv").exists()


@pytest.mark.parametrize(
    ("data", "options", "told"),
    [
        (packed(), {"md5": "0" * 32}, "has the md5 sum .*, expected 00000"),
        (b"no zip at all", {}, "what came is no zip file"),
        (packed({"other/movies.csv": ""}), {}, "holds no folder ml-latest-small"),
        (packed({"../movies.csv": ""}), {}, r"'../movies.csv', outside its folder"),
        (packed({"/etc/movies.csv": ""}), {}, "outside its folder"),
        (packed(), {"md5": "nothing"}, "no MD5 sum, so nothing can be checked"),
    ],
)
def test_what_is_not_as_published_is_refused_and_nothing_kept(
    served, tmp_path, data, options, told
):
    publish(served, data, **options)
    (tmp_path / "data/ml-latest-small").mkdir(parents=True)
    (tmp_path / "data/ml-latest-small/old.csv").touch()

    with pytest.raises(CommandError, match=told):
        fetch(served, tmp_path / "data")

    kept = [path.name for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert kept == ["old.csv"]


def test_a_pinned_sum_is_checked_too(served, tmp_path):
    publish(served, packed())

    with pytest.raises(CommandError, match="sha256 sum"):
        fetch(served, tmp_path / "data", sha256="0" * 64)
    right = hashlib.sha256((served / "ml-latest-small.zip").read_bytes()).hexdigest()
    fetch(served, tmp_path / "data", sha256=right)


def test_a_missing_file_and_a_silent_server_are_told_with_the_way_round(
    served, tmp_path, monkeypatch
):
    monkeypatch.setattr(fetching, "TIMEOUT_S", 0.5)

    with pytest.raises(CommandError, match="404 .*copy the unpacked folder here"):
        fetch(served, tmp_path / "data")
    with pytest.raises(CommandError, match="cannot be fetched: .*load_titles movielens"):
        fetch(served, tmp_path / "data", base_url="http://127.0.0.1:9")
    with pytest.raises(CommandError, match="no http or https address"):
        fetch(served, tmp_path / "data", base_url="file:///etc")
    assert not list((tmp_path / "data").iterdir())


def test_an_archive_that_unpacks_to_too_much_is_refused(served, tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_BYTES", 10_000)
    publish(served, packed({"ml-latest-small/movies.csv": "x" * 20_000}))

    with pytest.raises(CommandError, match="more than 10,000 bytes"):
        fetch(served, tmp_path / "data")
