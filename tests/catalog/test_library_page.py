"""The library's tabs, and taking titles off them."""

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalog import shelves
from catalog.models import Save
from tests.factories import (
    NOW,
    make_dismissal,
    make_favourite,
    make_rating,
    make_save,
    make_title,
    make_user,
    make_viewing,
)
from tests.queries import writes

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "row-1"}
MAKERS = {
    "watchlist": make_save,
    "favourites": make_favourite,
    "rated": make_rating,
    "seen": make_viewing,
    "dismissed": make_dismissal,
}


@pytest.fixture
def member():
    return make_user("ada@example.org")


@pytest.fixture
def member_client(client, member):
    client.force_login(member)
    return client


def names(page):
    return [title.name for title, _ in page.context["rows"]]


@pytest.mark.parametrize("tab", list(MAKERS))
def test_each_tab_shows_its_own_titles_and_takes_one_off_and_back(member_client, member, tab):
    title, other = make_title("Heat"), make_title("Ran")
    MAKERS[tab](member, title)
    MAKERS[tab](make_user(), other)

    page = member_client.get("/library/", {"tab": tab})
    assert names(page) == ["Heat"]
    assert {t.name: n for t, n in page.context["tabs"]} == {
        name: int(name == tab) for name in MAKERS
    }

    page = member_client.post("/library/act/", {"tab": tab, "title": title.pk}, follow=True)
    assert names(page) == []
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode()).group(1)
    data = {"tab": tab, "title": title.pk, "token": token}
    page = member_client.post("/library/act/", data, follow=True)

    assert names(page) == ["Heat"]


@pytest.mark.parametrize("tab", list(MAKERS))
def test_an_empty_tab_teaches_and_has_one_button(client, tab):
    page = client.get("/library/", {"tab": tab})

    text = page.content.decode()
    empty = text[text.index('class="empty"') :]
    assert empty[: empty.index("</main>")].count('class="btn') == 1
    assert "Press" in empty or "Every title" in empty


def test_guests_have_a_library_too(client):
    title = make_title("Heat")
    client.post(f"/title/{title.pk}/act/", {"action": "save"})

    assert names(client.get("/library/")) == ["Heat"]


def test_sorting(member_client, member):
    for name, year, stars, day in (
        ("banana", 2001, 3, 1), ("Apple", None, 5, 2), ("cherry", 2020, 3, 3),
    ):  # fmt: skip
        at = NOW + datetime.timedelta(days=day)
        make_rating(member, make_title(name, year=year), stars, at=at)

    def order(sort):
        return names(member_client.get("/library/", {"tab": "rated", "sort": sort}))

    assert order("added") == order("") == order("nonsense") == ["cherry", "Apple", "banana"]
    assert order("name") == ["Apple", "banana", "cherry"]
    assert order("year") == ["cherry", "banana", "Apple"]
    assert order("stars") == ["Apple", "cherry", "banana"]


def test_pages_of_24_in_four_queries_however_many_titles(member_client, member):
    def n_queries(page):
        with CaptureQueriesContext(connection) as queries:
            response = member_client.get("/library/", {"page": page})
        assert not writes(queries)
        return len(queries), len(response.context["rows"])

    for _ in range(3):
        make_save(member, make_title())
    assert n_queries(1) == (4, 3)
    for _ in range(27):
        make_save(member, make_title())

    assert n_queries(1) == (4, 24)
    assert n_queries(2) == (4, 6)


def test_the_next_page_keeps_tab_and_order(member_client, member):
    for _ in range(25):
        make_favourite(member, make_title())

    page = member_client.get("/library/", {"tab": "favourites", "sort": "name"}).content.decode()

    assert 'href="/library/?tab=favourites&amp;sort=name&amp;page=2"' in page


@pytest.mark.parametrize(
    "query", [{"page": "0"}, {"page": "2"}, {"page": "1000000000000"}, {"page": "x"}, {"tab": "x"}]
)
def test_pages_and_tabs_that_do_not_exist_are_not_found(member_client, query):
    assert member_client.get("/library/", query).status_code == 404


def test_a_title_seen_three_times_stands_once(member_client, member):
    title = make_title("Heat")
    for day in (None, datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)):
        make_viewing(member, title, on=day)

    page = member_client.get("/library/", {"tab": "seen"})

    assert names(page) == ["Heat"]
    assert [n for t, n in page.context["tabs"] if t.name == "seen"] == [1]


def test_hidden_titles_leave_the_library(member_client, member):
    make_save(member, make_title(is_hidden=True))

    page = member_client.get("/library/")

    assert names(page) == []
    assert [n for t, n in page.context["tabs"]] == [0] * 5


def test_htmx_gets_a_row_that_undoes_itself_and_the_new_counts(member_client, member):
    title = make_title("Heat")
    make_save(member, title)
    data = {"tab": "watchlist", "title": title.pk}

    gone = member_client.post("/library/act/", data, headers=HTMX).content.decode()

    assert gone.strip().startswith(f'<li class="book-row fresh" id="row-{title.pk}"')
    assert "is off your watchlist" in gone
    assert 'id="tabs"' in gone
    assert "<html" not in gone
    token = re.search(r'name="token" value="([^"]+)"', gone).group(1)

    back = member_client.post("/library/act/", {**data, "token": token}, headers=HTMX)

    assert "Saved 14 March 2026" in back.content.decode()
    assert Save.objects.get().created_at == NOW


def test_taking_off_what_is_not_there_changes_nothing(member_client):
    title = make_title()
    data = {"tab": "watchlist", "title": title.pk}

    assert member_client.post("/library/act/", data).status_code == 302
    assert member_client.post("/library/act/", data, headers=HTMX).status_code == 200


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 404),
        ({"tab": "watchlist"}, 404),
        ({"tab": "watchlist", "title": "x"}, 404),
        ({"tab": "watchlist", "title": "9" * 40}, 404),
        ({"tab": "watchlist", "title": "0"}, 404),
        ({"tab": "nonsense", "title": "1"}, 404),
    ],
)
def test_a_damaged_form_is_refused(member_client, data, status):
    assert member_client.post("/library/act/", data).status_code == status


def test_a_damaged_undo_is_a_bad_request(member_client):
    data = {"tab": "watchlist", "title": make_title().pk, "token": "x:y:z"}

    assert member_client.post("/library/act/", data).status_code == 400


def test_another_persons_library_is_out_of_reach(member_client):
    other, title = make_user(), make_title("Heat")
    make_save(other, title)

    member_client.post("/library/act/", {"tab": "watchlist", "title": title.pk})

    assert other.saves.count() == 1
    assert names(member_client.get("/library/")) == []


def test_one_at_random_is_unseen_stays_all_day_and_comes_round_once(member_client, member):
    waiting = {make_title() for _ in range(4)}
    for title in waiting:
        make_save(member, title)
    seen = make_title()
    make_save(member, seen)
    make_viewing(member, seen)
    day = datetime.date(2026, 3, 14)

    picks = [shelves.pick_one(member, day=day, turn=turn) for turn in range(4)]

    assert set(picks) == waiting
    assert picks == [shelves.pick_one(member, day=day, turn=turn) for turn in range(4, 8)]
    page = member_client.get("/library/", {"pick": "0"})
    assert page.context["pick"] in waiting
    assert "pick=1" in page.content.decode()


@pytest.mark.parametrize("pick", ["0", "x", "-1", "9" * 50, "٣"])
def test_picking_from_nothing_is_no_mistake(member_client, pick):
    assert member_client.get("/library/", {"pick": pick}).status_code == 200


def test_nothing_changes_without_a_token_or_by_a_get():
    client = Client(enforce_csrf_checks=True)
    title = make_title()
    data = {"tab": "watchlist", "title": title.pk}

    assert client.post("/library/act/", data).status_code == 403
    assert client.get("/library/act/", data).status_code == 405

    assert not User.objects.exists()
