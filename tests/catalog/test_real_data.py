"""The real data sets, where the environment names their folder in MOVIEDB_DATA."""

import datetime
import os
from itertools import islice
from pathlib import Path

import pytest

from catalog.cleaning import tidy
from catalog.loading import Loader
from catalog.models import Title
from catalog.sources import movielens, starter
from catalog.sources.known import SOURCES
from catalog.sources.rows import TitleRow
from tests.catalog.files import parted

DATA = Path(os.environ.get("MOVIEDB_DATA") or "nowhere")
NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
N_ROWS = 2500

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="MOVIEDB_DATA names no folder of data sets"
)


def folder(name):
    if not (DATA / name).is_dir():
        pytest.skip(f"{DATA} has no folder {name}")
    return DATA / name


@pytest.mark.parametrize(
    ("source", "name", "n_kept", "n_rejected"),
    [
        ("movielens", "ml-latest-small", 9742, 0),
        ("movielens", "ml-1m", 3883, 0),
        ("tmdb", "tmdb-top10k", 10_000, 0),
        ("tmdb", "tmdb-movies-10866", 10_865, 1),
        ("tmdb", "tmdb-9800-posters", 9634, 0),
        ("streaming", "streaming-titles", 37_881, 0),
        ("goodbooks", "goodbooks-10k", 10_000, 0),
        ("wikipedia", "wikipedia-movies", 36_255, 18),
    ],
)
def test_every_row_is_kept_or_named(source, name, n_kept, n_rejected):
    kept, rejected = parted(SOURCES[source].read(folder(name)))
    tidied = [tidy(row, this_year=NOW.year) for row in kept]

    assert (len(kept), len(rejected)) == (n_kept, n_rejected)
    assert all(isinstance(row, TitleRow) for row in tidied)
    ids = {(row.source, row.source_id) for row in kept}
    assert len(ids) >= 0.999 * len(kept)


def test_movielens_has_the_sizes_that_its_makers_state():
    small = movielens.count(folder("ml-latest-small"))

    assert small == (9742, 9724, 610, 100_836)


@pytest.mark.django_db
def test_several_sets_become_one_catalogue_and_loaded_again_change_nothing():
    sets = [(SOURCES["starter"], starter.FOLDER)]
    sets += [
        (SOURCES[source], folder(name))
        for source, name in (
            ("movielens", "ml-latest-small"),
            ("tmdb", "tmdb-top10k"),
            ("streaming", "streaming-titles"),
            ("goodbooks", "goodbooks-10k"),
        )
    ]

    def load_all():
        loader = Loader(now=NOW)
        return [
            loader.load(islice(source.read(path), N_ROWS), source=source.name)
            for source, path in sets
        ]

    first, second = load_all(), load_all()

    assert sum(report.n_merged for report in first) > 1000
    assert [(report.n_new, report.n_changed) for report in second] == [(0, 0)] * len(sets)
    heat = Title.objects.get(kind="film", name="Heat", year=1995)
    assert (heat.imdb_id, heat.movielens_id, heat.tmdb_id) == ("tt0113277", 6, 949)
    assert heat.sources[0] == "starter"
