"""`manage.py load_titles`."""

import io

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Adaptation, Group, SourceRun, Title
from tests.catalog.files import write, write_csv

pytestmark = pytest.mark.django_db


def run(*args, **options):
    out = io.StringIO()
    call_command("load_titles", *args, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def sets(tmp_path):
    """A folder of two little data sets."""
    films = [
        (1, "Toy Story (1995)", "Comedy"),
        (1, "Twice (1995)", "Comedy"),
        (2, "Heat (1995)", ""),
    ]
    write_csv(tmp_path / "ml-latest-small" / "movies.csv", "movieId title genres", *films)
    write(tmp_path / "wikipedia-movies" / "a.json", '[{"title": "Heat", "year": 1995}]')
    return tmp_path


def test_our_catalogue_is_loaded_whole_and_twice_is_once():
    first, second = run("starter"), run("starter")

    assert Title.objects.count() >= 600
    assert Adaptation.objects.count() >= 30
    assert Group.objects.exists()
    assert " 0 rejected" in first
    assert "(0 new, 0 changed a title, " in second


def test_a_report_tells_terms_counts_reasons_and_lines(sets):
    told = run("movielens", path=sets / "ml-latest-small")

    assert "GroupLens Research" in told
    assert "3 rows read: 2 kept (2 new, " in told
    assert "rejected 1 × duplicate id" in told
    assert "line 3: duplicate id (found '1')" in told


def test_all_loads_our_catalogue_and_every_set_that_is_there(sets):
    told = run("all", path=sets)

    assert set(SourceRun.objects.values_list("source", flat=True)) == {
        "starter",
        "movielens",
        "wikipedia",
    }
    assert Title.objects.filter(name="Heat").count() == 1
    assert "The catalogue holds" in told


def test_a_dry_run_tells_everything_and_stores_nothing(sets):
    told = run("movielens", path=sets / "ml-latest-small", dry_run=True)

    assert "2 new" in told
    assert "nothing of this was stored" in told
    assert not Title.objects.exists()
    assert not SourceRun.objects.exists()


def test_a_quiet_run_says_nothing(sets):
    assert run("movielens", path=sets / "ml-latest-small", verbosity=0) == ""


def test_wrong_paths_are_answered_with_what_to_do(sets):
    with pytest.raises(CommandError, match="say where movielens lies: .* --path FOLDER"):
        run("movielens")
    with pytest.raises(CommandError, match="there is nothing at .*nowhere"):
        run("movielens", path=sets / "nowhere")
    with pytest.raises(CommandError, match="holds none of the folders ml-latest-small"):
        run("all", path=sets / "ml-latest-small")
    with pytest.raises(CommandError, match="neither movies.csv nor movies.dat"):
        run("movielens", path=sets)
