"""/methods/ and /staff/leaderboard/: every number from a run, and none typed."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from recommendations.models import Run
from recommendations.reports import methods as reports
from recommendations.reports.tables import decimals
from tests.factories import make_admin, make_user
from tests.recommendations.test_runs import make_run

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "recommendations"
SEGMENTS = [
    {"of": "people", "low": 0, "high": 0, "n": 2, "value": 0.111},
    {"of": "people", "low": 101, "high": None, "n": 4, "value": 0.777},
    {"of": "titles", "low": 0.1, "high": 1.0, "n": 9, "value": 0.012},
]


@pytest.fixture
def nothing_shipped(monkeypatch, tmp_path):
    monkeypatch.setattr(reports, "SHIPPED", tmp_path / "runs.json")
    return tmp_path / "runs.json"


def measured(*runs):
    for run in runs:
        Run.objects.keep(run)


def words(page):
    """The text of a page, without tags."""
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", page.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


# ── What everybody sees ──


@pytest.mark.parametrize("name", ["methods.html", "leaderboard.html"])
def test_no_number_is_typed_in_a_template(name):
    text = (TEMPLATES / name).read_text()
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)
    translated = [said for _, said in re.findall(r"""{% translate (["'])(.*?)\1""", text)]
    outside = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", " ", text, flags=re.DOTALL)

    assert len(translated) > 5
    assert not re.search(r"\d", " ".join([outside, *translated]))


def test_every_number_on_the_page_is_that_of_a_stored_run(client, nothing_shipped):
    measured(
        make_run("popularity", 0.2, segments=SEGMENTS),
        make_run("ease", 0.3, segments=SEGMENTS),
        make_run("content_tfidf", 0.15),
    )

    page = client.get("/methods/")

    text = words(page)
    known = [decimals(v) for run in Run.objects.all() for m in run.metrics.values() for v in m]
    known += [decimals(segment["value"]) for segment in SEGMENTS]
    known += [decimals(v[0]) for run in reports.read_runs(reports.QUOTED)
              for v in run.metrics.values()]  # fmt: skip
    found = set(re.findall(r"\d\.\d{3}", text))
    assert found
    assert found <= set(known)
    assert "MovieLens latest-small" in text
    assert "p2r" in text
    assert "14 March 2026" in text
    assert "3 people count" in text


def test_the_best_stands_first_with_its_lift_and_the_ratio_to_the_content_baseline(
    client, nothing_shipped
):
    measured(
        make_run("popularity", 0.2), make_run("ease", 0.3), make_run("content_tfidf", 0.15)
    )  # fmt: skip

    text = words(client.get("/methods/"))

    assert text.index("EASE, graded") < text.index("What most people love")
    assert "+50.0%" in text
    assert "“EASE, graded” is 2.00 times as good as “Words, genres and decades”" in text


def test_the_page_tells_where_the_best_fails_worst_first_beside_popularity(client, nothing_shipped):
    popular = [segment | {"value": 0.005} for segment in SEGMENTS]
    measured(
        make_run("popularity", 0.2, segments=popular), make_run("ease", 0.3, segments=SEGMENTS)
    )

    text = words(client.get("/methods/"))

    where = text[text.index("Where this fails") :]
    rare = where.index("All but the best known 10 % of titles 9 0.012 0.005")
    cold = where.index("People of whom nothing is known 2 0.111 0.005")
    assert rare < cold < where.index("People with 101 ratings or more 4 0.777 0.005")


def test_quoted_numbers_are_labelled_and_their_neighbours_are_ours(client, nothing_shipped):
    measured(make_run("bpr", 0.14, split="p1"))

    text = words(client.get("/methods/"))

    assert re.search(r"Reel: Bayesian personalised ranking Quoted, not ours [–\d. ]*0\.146", text)
    assert text.index("Bayesian personalised ranking") < text.index("Reel:")
    assert "MovieLens, release not told 0.150 0.220 0.150" in text


def test_without_a_stored_run_the_shipped_ones_are_shown_and_said_to_be(client, nothing_shipped):
    runs = [make_run("popularity", 0.2), make_run("ease", 0.3)]
    nothing_shipped.write_text(json.dumps({"runs": [run.as_json() for run in runs]}))

    text = words(client.get("/methods/"))

    assert "these runs came with the program" in text
    assert "0.300" in text
    measured(make_run("ease", 0.444))
    text = words(client.get("/methods/"))
    assert "came with the program" not in text
    assert "0.444" in text
    assert "0.300" not in text


def test_the_shipped_runs_can_be_shown(client):
    page = client.get("/methods/")

    assert page.status_code == 200
    assert page.context["methods"].is_shipped == reports.SHIPPED.exists()


def test_where_nothing_was_measured_the_page_says_so(client, nothing_shipped):
    assert "Nothing was measured here yet" in words(client.get("/methods/"))


def test_a_learning_curve_and_a_changed_recipe_have_their_own_tables(client, nothing_shipped):
    measured(
        make_run("ease", 0.1, split="curve-k0"),
        make_run("ease", 0.25, split="curve-k10"),
        make_run("ease", 0.2, split="curve-k5"),
        make_run("ease", 0.3),
        make_run("ease", 0.28, variation="no credit below 4.5 stars"),
    )

    text = words(client.get("/methods/"))

    assert "Recipe 0 5 10 EASE, graded 0.100 0.200 0.250" in text
    assert "no credit below 4.5 stars" in text


def test_the_page_asks_the_database_twice_however_many_runs_there_are(
    client, nothing_shipped, django_assert_max_num_queries
):
    for split in ("p1", "p2r", "p2"):
        for seed in (0, 1):
            for recipe in ("popularity", "content_tfidf", "ease", "als"):
                measured(make_run(recipe, 0.3, split=split, seed=seed))

    with django_assert_max_num_queries(2):
        client.get("/methods/")


# ── What the staff sees ──


@pytest.fixture
def staff(client):
    client.force_login(make_admin())
    return client


@pytest.mark.parametrize("path", ["/staff/leaderboard/", "/staff/leaderboard.csv"])
def test_the_leaderboard_is_for_the_staff(client, path):
    assert client.get(path).status_code == 302, "a stranger signs in first"
    client.force_login(make_user())
    assert client.get(path).status_code == 403


def test_the_staff_sees_any_split_in_any_order(staff):
    fast = {"seconds": 1.0}
    measured(make_run("ease", 0.3, seconds=9.0), make_run("als", 0.2, **fast))
    measured(make_run("bpr", 0.1, split="p1"))

    def names(query=""):
        page = staff.get("/staff/leaderboard/" + query)
        return [line.name for line in page.context["board"].lines]

    assert names("?at=ml-latest-small/p2r") == ["EASE, graded", "Alternating least squares"]
    assert names("?at=ml-latest-small/p2r&by=seconds")[0] == "Alternating least squares"
    assert names("?at=ml-latest-small/p2r&by=recipe")[0] == "Alternating least squares"
    assert names() == names("?at=ml-latest-small/p1") == names("?at=no/such&by=thing")


def test_the_staff_takes_the_runs_away_as_csv(staff):
    measured(make_run("ease", 0.3, seed=0), make_run("ease", 0.4, seed=1), make_run("als", 0.1))

    answer = staff.get("/staff/leaderboard.csv?at=ml-latest-small/p2r")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert answer["Content-Type"].startswith("text/csv")
    assert [(row["recipe"], row["seed"], row["ndcg@5"]) for row in rows] == [
        ("ease", "0", "0.3"), ("ease", "1", "0.4"), ("als", "0", "0.1"),
    ]  # fmt: skip
    assert rows[0]["ndcg@5 low"]
    assert json.loads(rows[0]["settings"]) == {"learner": "Ease"}
    assert rows[0]["code_version"] == "abc"


def test_an_empty_leaderboard_says_what_will_stand_there(staff):
    assert "Nothing was measured yet" in words(staff.get("/staff/leaderboard/"))
