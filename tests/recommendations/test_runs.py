"""Runs in the database: stored once, replaced by the same run, read by the leaderboard."""

import datetime

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from recommendations.batch import measuring
from recommendations.models import Run
from recommendations.reports.methods import QUOTED, read_runs
from tests.factories import make_admin
from tests.recommendations.test_evaluate import as_csv
from tests.worlds import make_camps

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 3, 14, 20, 15, tzinfo=datetime.UTC)


def make_run(recipe="ease", ndcg=0.3, **columns):
    """A run, not stored."""
    values = {
        "data": "ml-latest-small",
        "split": "p2r",
        "recipe": recipe,
        "settings": {"learner": recipe.title()},
        "code_version": "abc",
        "started_at": AT,
        "n_people": 3,
        "metrics": {"ndcg@5": [ndcg, ndcg - 0.1, ndcg + 0.1], "recall@10": [ndcg, None, None]},
        "by_person": [ndcg, ndcg + 0.1, ndcg - 0.1],
    }
    return Run.from_json({**values, **columns, "started_at": str(columns.get("started_at", AT))})


@pytest.fixture
def folder(tmp_path):
    """A data set of two camps."""
    (tmp_path / "ratings.csv").write_text(as_csv(make_camps().train))
    return tmp_path


def test_the_same_run_of_the_same_code_is_kept_once():
    Run.objects.keep(make_run(ndcg=0.3))
    Run.objects.keep(make_run(ndcg=0.4, started_at=AT + datetime.timedelta(days=1)))

    run = Run.objects.get()
    assert run.measure("ndcg@5").mean == 0.4
    assert run.started_at == AT + datetime.timedelta(days=1)


@pytest.mark.parametrize(
    "other",
    [{"seed": 1}, {"code_version": "def"}, {"split": "p1"}, {"settings": {"d": 2}}],
)
def test_another_seed_code_split_or_setting_is_another_run(other):
    Run.objects.keep(make_run())
    Run.objects.keep(make_run(**other))

    assert Run.objects.count() == 2


def test_the_database_refuses_the_same_run_twice():
    make_run().save()

    with pytest.raises(IntegrityError, match="run_once"):
        make_run().save()


def test_the_newest_run_of_each_recipe_is_current_whatever_the_code():
    Run.objects.keep(make_run(code_version="old"))
    newer = Run.objects.keep(make_run(code_version="new", started_at=AT.replace(year=2027)))
    other = Run.objects.keep(make_run(variation="d=2"))

    assert set(Run.objects.current()) == {newer, other}


def test_a_run_comes_back_from_a_file_as_it_went():
    run = make_run(metrics={"ndcg@5": [0.25, 0.2, 0.3], "coverage@5": [0.1, None, None]})

    back = Run.from_json(run.as_json())

    assert back.as_json() == run.as_json()
    assert back.measure("ndcg@5") == (0.25, 0.2, 0.3)
    assert np.isnan(back.measure("coverage@5").low)
    assert np.isnan(back.measure("never measured").mean)


def test_quoted_numbers_say_that_they_are_and_whose():
    quoted = read_runs(QUOTED)

    assert len(quoted) >= 4
    assert all(run.is_reference and run.note for run in quoted)
    first = next(run for run in quoted if "ndcg@5" in run.metrics)
    assert [first.measure(name).mean for name in ("ndcg@5", "p@5", "ssr")] == [0.15, 0.22, 0.15]


def test_the_command_stores_a_run_for_each_recipe_and_seed_and_again_the_same(folder):
    def stored():
        call_command(
            "evaluate", recipe="itemknn", data=folder, split="p2r", seeds="0,1", store=True
        )
        return sorted(Run.objects.values_list("recipe", "seed", "metrics__ndcg@5"))

    first = stored()

    assert len(first) == 8
    assert stored() == first
    run = Run.objects.filter(recipe="itemknn").first()
    assert run.settings["learner"] == "ItemNeighbours"
    assert run.code_version
    assert run.seconds > 0
    assert run.memory_mb > 0
    assert len(run.by_person) == run.n_people
    assert {segment["of"] for segment in run.segments} == {"people", "titles"}


def test_a_database_that_is_away_is_told_with_what_to_do(folder, monkeypatch):
    def away(*args):
        raise connection.Database.OperationalError("no server here")

    monkeypatch.setattr("recommendations.models.runs.RunQuerySet.keep", away)
    monkeypatch.setattr(
        "recommendations.management.commands.evaluate.DatabaseError",
        connection.Database.OperationalError,
    )

    with pytest.raises(CommandError, match="is the database running and migrated"):
        call_command("evaluate", recipe="popularity", data=folder, split="p2r", store=True)


def test_code_is_told_by_its_commit_or_by_its_sources(tmp_path):
    sources = tmp_path / "recommendations" / "taste"
    sources.mkdir(parents=True)
    (sources / "a.py").write_text("1")
    without_git = measuring.code_version(tmp_path)

    (sources / "a.py").write_text("2")

    assert without_git.startswith("sources ")
    assert measuring.code_version(tmp_path) != without_git


def test_the_admin_lists_runs_and_lets_nobody_change_them(client):
    run = Run.objects.keep(make_run())
    client.force_login(make_admin())

    assert client.get("/admin/recommendations/run/").status_code == 200
    page = client.get(f"/admin/recommendations/run/{run.pk}/change/")
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert client.get("/admin/recommendations/run/add/").status_code == 403
