"""`manage.py evaluate`: on two files without a database, and on a data set for the leaderboard."""

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from recommendations.batch import ablations, measuring
from recommendations.batch.evaluation import NothingToLearn, evaluate, together
from recommendations.taste.evaluation.splits import Split
from recommendations.taste.interactions import Interactions
from recommendations.taste.learners.base import Weights
from recommendations.taste.learners.popularity import Popularity
from recommendations.taste.recipes import RECIPES
from tests.worlds import make_camps

ROOT = Path(__file__).resolve().parents[2]
HEADER = "user,item,rating,timestamp\n"


@pytest.fixture(scope="module")
def camps():
    return make_camps()


def as_csv(said):
    lines = zip(
        said.people.ids[said.person].tolist(),
        said.titles.ids[said.title].tolist(),
        said.stars.tolist(),
        said.at.tolist(),
        strict=True,
    )
    return HEADER + "".join(f"{who},{what},{stars},{at:.0f}\n" for who, what, stars, at in lines)


@pytest.fixture
def files(tmp_path, camps):
    """The folder of train.csv and test.csv of the camps."""
    (tmp_path / "train.csv").write_text(as_csv(camps.train))
    (tmp_path / "test.csv").write_text(as_csv(camps.held))
    return tmp_path


def run(folder, recipe="itemknn", **options):
    out = folder / "recs.csv"
    call_command(
        "evaluate",
        recipe=recipe,
        train=folder / "train.csv",
        test=folder / "test.csv",
        out=out,
        **options,
    )
    with out.open() as file:
        return list(csv.reader(file))


def pairs(path):
    with path.open() as file:
        return {(row["user"], row["item"]) for row in csv.DictReader(file)}


# ── On two files ──


def test_everybody_in_test_gets_ten_titles_that_they_did_not_know(files, capsys):
    header, *rows = run(files)

    asked = list(dict.fromkeys(who for who, *_ in csv.reader((files / "test.csv").open())))[1:]
    assert header == ["user", "item", "rank"]
    assert list(dict.fromkeys(who for who, *_ in rows)) == asked, "in the order of test"
    assert [rank for *_, rank in rows] == [str(n) for n in range(1, 11)] * len(asked)
    known = pairs(files / "train.csv")
    assert not known & {(who, what) for who, what, _ in rows}
    assert "ndcg@5" in capsys.readouterr().out


def test_the_command_needs_no_database_no_network_and_no_settings(files):
    environment = {"PATH": os.environ["PATH"], "MOVIEDB_VAR": str(files / "var")}
    command = [sys.executable, "manage.py", "evaluate", "--recipe", "popularity"]
    for name in ("train", "test"):
        command += [f"--{name}", str(files / f"{name}.csv")]

    done = subprocess.run(
        [*command, "--out", str(files / "recs.csv")],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert len((files / "recs.csv").read_text().splitlines()) > 100


def test_the_same_command_writes_the_same_file_and_numbers(files, capsys):
    first, told = run(files, "bpr", seed=4), capsys.readouterr().out
    again, told_again = run(files, "bpr", seed=4), capsys.readouterr().out

    assert first == again
    assert told.splitlines()[3:] == told_again.splitlines()[3:], "but for the seconds"


def test_people_and_titles_that_train_never_saw_are_taken(files, capsys):
    with (files / "test.csv").open("a") as file:
        file.write("999999,888888,5,\nsomebody,new,4.5,\n")

    rows = run(files)

    for stranger in ("999999", "somebody"):
        assert len([row for row in rows if row[0] == stranger]) == 10


def test_a_person_with_one_rating_gets_a_list(files):
    with (files / "train.csv").open("a") as file:
        file.write("4321,100,4.5,\n")
    with (files / "test.csv").open("a") as file:
        file.write("4321,110,4.5,\n")

    mine = [row[1] for row in run(files) if row[0] == "4321"]

    assert len(mine) == 10
    assert "100" not in mine


def test_bad_lines_are_told_with_file_and_number_and_left_out(files, capsys):
    with (files / "train.csv").open("a") as file:
        file.write("1,100,9,\n")
    number = len((files / "train.csv").read_text().splitlines())

    run(files, "popularity")

    said = capsys.readouterr().err
    assert f"train.csv: line {number}: rating is '9', expected 0.5 to 5" in said


@pytest.mark.parametrize("recipe", ["popularity", "itemknn", "mf", "bpr"])
@pytest.mark.parametrize(
    ("train", "test", "expected"),
    [
        ("1,10,4,\n1,20,4,\n", "1,30,4,\n", [["1", "30", "1"]]),  # one person
        ("1,10,4,\n2,10,4,\n", "1,10,4,\n", []),  # one title, and everybody knows it
    ],
)
def test_tiny_worlds_give_short_lists_and_say_so(tmp_path, capsys, recipe, train, test, expected):
    (tmp_path / "train.csv").write_text(HEADER + train)
    (tmp_path / "test.csv").write_text(HEADER + test)

    assert run(tmp_path, recipe)[1:] == expected
    assert "lists are short" in capsys.readouterr().out


@pytest.mark.parametrize("stars", ["5", "1"])
def test_ratings_that_are_all_the_same_give_lists(tmp_path, stars):
    lines = [f"{who},{what},{stars},\n" for who in range(20) for what in range(who, who + 8)]
    (tmp_path / "train.csv").write_text(HEADER + "".join(lines[::2]))
    (tmp_path / "test.csv").write_text(HEADER + "".join(lines[1::2]))

    assert len(run(tmp_path, "itemknn")) > 100


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"recipe": "no such"}, "no learner is called 'no such'; known are"),
        ({"train": "nowhere.csv"}, "No such file"),
        ({"out": "."}, "is a folder"),
        ({"out": "nowhere/recs.csv"}, "is no folder; make it first"),
        ({"test": None}, "--test missing"),
        ({"recipe": "content_tfidf"}, "found no facts"),
        ({"recipe": "content_embed"}, "found no facts"),
    ],
)
def test_what_cannot_be_done_is_said_and_no_file_is_written(files, monkeypatch, options, said):
    monkeypatch.chdir(files)
    given = {"recipe": "popularity", "train": "train.csv", "test": "test.csv", "out": "recs.csv"}
    paths = {
        name: value if name == "recipe" or value is None else Path(value)
        for name, value in (given | options).items()
    }
    left = sorted(os.listdir(files))

    with pytest.raises(CommandError, match=said):
        call_command("evaluate", **paths)

    assert sorted(os.listdir(files)) == left


@pytest.mark.parametrize("name", ["train", "test"])
def test_a_file_without_ratings_is_refused_by_its_name(files, name):
    (files / f"{name}.csv").write_text(HEADER + "1,2,77,\n")

    with pytest.raises(CommandError, match=f"{name} holds no rating"):
        run(files)


def test_content_recipes_learn_from_the_file_of_titles(files, settings, camps):
    knobs = settings.RECOMMENDER
    settings.RECOMMENDER = type(knobs)(encoder="hashing")
    with (files / "movies.csv").open("w") as file:
        file.write("movieId,title,genres\n")
        for number, title in enumerate(camps.train.titles.ids.tolist()):
            file.write(f"{title},Film {number} (1990),{'|'.join(camps.facts.genres[number])}\n")

    for recipe in ("content_tfidf", "content_embed"):
        assert len(run(files, recipe, titles=files / "movies.csv")) > 100


# ── The one call ──


def test_ids_that_are_texts_in_one_part_are_texts_in_both():
    train = Interactions.of([1, 2], [10, 9], [4, 5])
    test = Interactions.of(["2", "x"], ["9", "y"], [4, 5])

    split = together(train, test)

    assert split.train.people.ids.tolist() == ["1", "2", "x"]
    assert split.train.titles.ids.tolist() == ["10", "9", "y"]
    assert split.train.titles.ids[split.train.title].tolist() == ["10", "9"]
    assert split.people.tolist() == [1, 2]


def test_what_is_known_of_people_need_not_be_what_was_learnt_from(camps):
    other = camps.train.take(camps.train.title == 0)

    outcome = evaluate(
        Popularity(), camps.train, camps.held, rng=np.random.default_rng(0), learnt_from=other
    )

    known = camps.train.known[outcome.people].toarray()
    assert (outcome.lists[known[:, 0] == 0, 0] == 0).all(), "the one that was learnt comes first"
    assert (outcome.lists[known[:, 0] == 1, 0] != 0).all()


def test_nothing_to_learn_from_is_said(camps):
    nothing = camps.train.take(np.zeros(len(camps.train), dtype=bool))

    with pytest.raises(NothingToLearn, match="train holds no rating"):
        evaluate(Popularity(), nothing, camps.held, rng=np.random.default_rng(0))


# ── Settings and grids ──


@dataclass(frozen=True)
class Knobs:
    """A learner of settings alone."""

    dimension: int = 8
    rate: float = 0.5
    window: int | None = None
    objective: str = "negative"
    is_by_time: bool = False
    weights: Weights = field(default_factory=Weights)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("dimension", "16", 16),
        ("rate", "1", 1.0),
        ("window", "5", 5),
        ("window", "none", None),
        ("objective", "softmax", "softmax"),
        ("is_by_time", "true", True),
        ("weights.low", "-0.5", -0.5),
    ],
)
def test_a_setting_is_read_as_what_it_is(name, text, value):
    changed = measuring.varied(Knobs(), name, text)

    first, _, rest = name.partition(".")
    found = getattr(changed, first)
    found = getattr(found, rest) if rest else found
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("colour", "red", "Knobs has no setting 'colour'; it has dimension, rate"),
        ("weights.none", "1", "Weights has no setting 'none'"),
        ("rate", "fast", "expected a number such as 0.5"),
        ("is_by_time", "maybe", "expected true or false"),
    ],
)
def test_a_setting_that_is_none_is_refused(name, text, said):
    with pytest.raises(ValueError, match=said):
        measuring.varied(Knobs(), name, text)


def test_a_grid_holds_every_combination_by_name():
    found = dict(measuring.grid(Knobs(), {"dimension": ["4", "8"], "rate": ["1", "2"]}))

    assert list(found) == [
        "dimension=4, rate=1", "dimension=4, rate=2", "dimension=8, rate=1", "dimension=8, rate=2",
    ]  # fmt: skip
    assert found["dimension=4, rate=2"] == Knobs(dimension=4, rate=2.0)


# ── Ablations ──


def task(camps, learner=None):
    split = Split(camps.train, camps.held, np.unique(camps.held.person))
    return measuring.Task("camps", "p2r", split, "popularity", learner or Popularity(), seed=0)


def test_each_of_the_three_causes_is_switched_off_in_turn(camps):
    learner = RECIPES["itemknn"]

    whole, fewer, strict, untuned = ablations.causes(
        task(camps, learner), rng=np.random.default_rng(0)
    )

    assert (whole.learner, whole.variation, whole.learnt_from) == (learner, "", None)
    assert len(np.unique(fewer.learnt_from.person)) == 8, "a tenth of eighty"
    assert fewer.split is whole.split, "the same people are asked for, all of theirs is known"
    assert strict.learner.weights.positive == strict.learner.weights.mild == 0
    assert strict.learner.weights.full == learner.weights.full
    assert untuned.learner.n_neighbours == 20


def test_low_stars_count_less_and_less(camps):
    found = list(ablations.dislikes(task(camps)))

    assert [each.learner.weights.low for each in found] == [0, -0.25, -0.5, -1]
    assert len({each.variation for each in found}) == 4


def test_a_learning_curve_asks_the_same_people_for_the_same_titles(camps):
    rng = np.random.default_rng(0)

    found = list(
        ablations.learning_curve(task(camps), camps.train, rng=rng, ks=(0, 1, 4), share=0.25)
    )

    people = found[0].split.people
    known = [np.isin(each.split.train.person, people).sum() for each in found]
    assert known == [0, len(people), 4 * len(people)]
    for each in found:
        assert each.split.test is found[0].split.test
        assert not np.isin(each.learnt_from.person, people).any()
    one, four = (each.split.train.known[people].toarray() for each in found[1:])
    assert (four >= one).all(), "what is known at one point is known at the next"


# ── A data set ──


def test_a_data_set_is_cut_and_every_recipe_measured_beside_the_floor(files, camps, capsys):
    (files / "ratings.csv").write_text(as_csv(camps.train))

    def measured():
        table = files / "runs.json"
        call_command(
            "evaluate", recipe="itemknn", data=files, split="p3", k="2,4", new=0.2, seeds="0,1",
            table=table,
        )  # fmt: skip
        return json.loads(table.read_text())["runs"]

    runs = measured()

    names = {"nothing", "chance", "popularity", "itemknn"}
    assert {run["recipe"] for run in runs} == names
    assert len(runs) == 2 * 2 * len(names)
    assert {run["split"] for run in runs} == {"p3-k2", "p3-k4"}
    metrics = [run["metrics"] for run in runs]
    assert [run["metrics"] for run in measured()] == metrics, "again, and alike"
    assert "lift" in capsys.readouterr().out


def test_a_grid_and_an_ablation_give_one_row_each(files, camps):
    (files / "ratings.csv").write_text(as_csv(camps.train))
    table = files / "runs.json"

    def variations(**options):
        table.unlink(missing_ok=True)
        call_command("evaluate", recipe="itemknn", data=files, table=table, **options)
        runs = json.loads(table.read_text())["runs"]
        return [run["variation"] for run in runs if run["recipe"] == "itemknn"]

    assert variations(set=["shrinkage=0,5"]) == ["shrinkage=0", "shrinkage=5"]
    assert len(variations(ablation="causes")) == 4
    assert len(variations(ablation="dislikes")) == 4


@pytest.mark.parametrize(("new", "n_people"), [(0.25, 5), (7, 7)])
def test_a_learning_curve_asks_as_many_people_as_were_wanted(files, new, n_people):
    eager = make_camps(n_people=20, n_titles=120, own=60, other=60).train
    (files / "ratings.csv").write_text(as_csv(eager))
    table = files / "runs.json"

    call_command(
        "evaluate", recipe="popularity", data=files, table=table, ablation="curve", new=new
    )

    runs = json.loads(table.read_text())["runs"]
    assert {run["split"] for run in runs} == {f"curve-k{k}" for k in ablations.CURVE}
    assert {run["n_people"] for run in runs} == {n_people}


def test_a_table_gathers_runs_of_several_splits_each_once(files, camps):
    (files / "ratings.csv").write_text(as_csv(camps.train))
    table = files / "runs.json"

    for split in ("p1", "p2r", "p1"):
        call_command("evaluate", recipe="popularity", data=files, split=split, table=table)

    runs = json.loads(table.read_text())["runs"]
    assert sorted({run["split"] for run in runs}) == ["p1", "p2r"]
    assert len(runs) == 6
    table.write_text("[]")
    with pytest.raises(CommandError, match="is no table of runs"):
        call_command("evaluate", recipe="popularity", data=files, table=table)


def test_a_folder_without_ratings_is_refused(tmp_path):
    with pytest.raises(CommandError, match="found no ratings.csv"):
        call_command("evaluate", recipe="popularity", data=tmp_path)
