"""`manage.py demo_reel`, which never asks for a database: pytest-django would not let it."""

import os
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from recommendations.management.commands import demo_reel
from recommendations.taste.evaluation import reel
from recommendations.taste.interactions import Facts, Interactions, Vocabulary

DATA = Path(os.environ.get("MOVIEDB_DATA") or "nowhere")
LATEST_SMALL = DATA / demo_reel.SET


def printed(**options):
    out = StringIO()
    call_command("demo_reel", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def figure(text, name):
    """Return the figure of this run in the row of that name."""
    return float(re.search(rf"^{re.escape(name)} +([-+0-9.]+)", text, re.MULTILINE)[1])


@pytest.fixture(scope="module")
def made_up():
    return printed(synthetic=True)


def test_made_up_ratings_give_the_same_twice(made_up):
    assert printed(synthetic=True) == made_up


def test_another_seed_gives_other_figures(made_up):
    assert printed(synthetic=True, seed=2) != made_up


def test_made_up_ratings_are_labelled_and_set_beside_no_quoted_figure(made_up):
    assert made_up.startswith("SYNTHETIC")
    assert all("SYNTHETIC film" in line for line in made_up.splitlines() if line.startswith("  0."))
    assert "quoted" not in made_up


def test_the_model_of_order_finds_the_planted_tastes_where_that_of_stars_does_not(made_up):
    popularity = figure(made_up, "Popularity: Recall@10")

    assert figure(made_up, "BPR: Recall@10") > 1.3 * popularity
    assert figure(made_up, "Rating model: Recall@10") < popularity


def test_a_seed_below_zero_is_refused():
    with pytest.raises(CommandError, match="-3"):
        printed(synthetic=True, seed=-3)


def test_made_up_ratings_and_a_folder_are_one_too_many(tmp_path):
    with pytest.raises(CommandError, match="leave out --path"):
        printed(synthetic=True, path=tmp_path)


def test_without_data_it_says_how_to_get_them(tmp_path, settings, monkeypatch):
    monkeypatch.setenv("MOVIEDB_DATA", str(tmp_path / "sets"))
    settings.VAR_DIR = tmp_path / "var"

    with pytest.raises(CommandError, match="fetch_movielens.*--path.*--synthetic") as refused:
        printed()

    assert str(tmp_path / "sets" / "ml-latest-small") in str(refused.value)
    assert str(tmp_path / "var" / "data" / "ml-latest-small") in str(refused.value)


def test_an_empty_folder_is_refused_with_the_way_out(tmp_path):
    with pytest.raises(CommandError, match=r"ratings\.csv.*fetch_movielens"):
        printed(path=tmp_path)


def test_another_set_is_refused_with_what_was_found(tmp_path):
    (tmp_path / "ratings.csv").write_text(
        "userId,movieId,rating,timestamp\n1,7,4.0,5\n1,8,2.0,6\n2,7,5.0,7\n"
    )
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n7,Ann (1999),Drama\n8,Bob,\n")

    with pytest.raises(CommandError, match="2 users, 2 films and 3 ratings, expected 610, 9,724"):
        printed(path=tmp_path)


def test_a_film_is_named_only_where_no_genre_is_shared():
    vectors = np.array([[1, 0], [1, 0.1], [1, 0.2], [1, 0.3], [0, 1]])
    everybody = Interactions.of(
        np.repeat(np.arange(4), 5), np.tile(np.arange(5), 4), np.full(20, 4)
    )
    facts = Facts(
        Vocabulary(np.arange(5)),
        list("abcde"),
        [("War",), ("War", "Drama"), ("Comedy",), (), ("Comedy", "Drama")],
        np.full(5, np.nan),
    )
    recipe = replace(reel.Recipe(), known_by=4, n_anchors=2)

    likes = list(reel.likes_of(vectors, everybody, facts, recipe=recipe))

    assert [(like.film, like.others) for like in likes] == [(0, (2, 4)), (1, (2,))]
    assert likes[0].cosines == pytest.approx((1 / np.sqrt(1.04), 0))


@pytest.mark.skipif(
    not LATEST_SMALL.is_dir(), reason="MOVIEDB_DATA names no folder with ml-latest-small"
)
def test_the_reel_on_the_real_ratings():
    text = printed(path=LATEST_SMALL)

    assert text.startswith("610 users, 9,724 films, 100,836 ratings\n")
    assert "80,669 ratings to learn from, 20,167 held out" in text
    assert figure(text, "Rating model: RMSE in stars") == pytest.approx(0.8559, abs=0.02)
    popularity = figure(text, "Popularity: Recall@10")
    assert figure(text, "BPR: Recall@10") > 1.3 * popularity
    assert figure(text, "Rating model: Recall@10") < popularity
    assert figure(text, "BPR's lift over popularity") == pytest.approx(
        100 * (figure(text, "BPR: Recall@10") / popularity - 1), abs=0.2
    )
    assert re.search(r"BPR's lift over popularity +\S+ +\+48\.2%", text), "the quoted one beside"
    share = int(re.search(r"(\d+)% of the 100 most rated films", text)[1])
    assert share >= 90
