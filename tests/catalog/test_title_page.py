"""A title's page: what it tells, and what a person says there."""

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalog.models import Rating, Save
from tests.factories import (
    make_adaptation,
    make_admin,
    make_availability,
    make_credit,
    make_rating,
    make_save,
    make_title,
    make_user,
)
from tests.queries import writes

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "mine"}
PAYLOAD = '<script>alert(1)</script>"><img src=x hx-get=/>'


@pytest.fixture
def arrival():
    title = make_title(
        "Arrival",
        genres=("Science Fiction", "Drama"),
        companies=("Lava Bear Films",),
        directors=("Denis Villeneuve",),
        cast=("Amy Adams", "Jeremy Renner", "Forest Whitaker"),
        franchise="Heptapods",
        franchise_position=2,
        runtime=116,
        certificate=12,
        countries=["US", "CA"],
        languages=["en", "ru"],
        original_language="en",
        themes=["first contact", "linguist"],
        moods=["hushed"],
    )
    make_availability(title, day=datetime.date(2026, 3, 2))
    make_availability(title, region="BE", day=datetime.date(2026, 3, 2))
    make_availability(title, region="DE", day=datetime.date(2025, 1, 1))
    return title


@pytest.fixture
def member_client(client):
    client.force_login(make_user("ada@example.org"))
    return client


def text_of(response):
    """The words of a page, one space apart."""
    unlinked = re.sub(r"</?a\b[^>]*>", "", response.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unlinked))


def test_the_page_tells_the_facts_in_words(client, arrival):
    text = text_of(client.get(arrival.get_absolute_url()))

    for words in (
        "2016 · Film · 1 h 56 · 12",
        "Denis Villeneuve · with Amy Adams, Jeremy Renner",
        arrival.synopsis,
        "Genres Drama, Science Fiction",
        "Countries United States, Canada",
        "Languages English, Russian",
        "Suggested age From 12 years",
        "Made by Lava Bear Films",
        "About first contact, linguist",
        "With Amy Adams, Jeremy Renner, Forest Whitaker",
        "Filmhuis BE, NL, as of 2 March 2026",
    ):
        assert words in text


def test_what_is_unknown_is_left_out(client):
    title = make_title("Lost", year=None, synopsis="")

    text = text_of(client.get(title.get_absolute_url()))

    assert "Nobody has written a synopsis yet." in text
    assert "No service is known to have it." in text
    for words in ("None", "Countries", "Genres", "Mood", "in order", "Other forms"):
        assert words not in text


@pytest.mark.parametrize(
    ("source", "is_named"), [("", False), ("MovieDB", False), ("Wikipedia, CC BY-SA", True)]
)
def test_a_synopsis_that_is_not_ours_names_its_source(client, source, is_named):
    title = make_title(synopsis_source=source)
    title.source_rows.create(
        source="wikipedia", source_id="1", url="https://en.wikipedia.org/wiki/X"
    )

    page = client.get(title.get_absolute_url()).content.decode()

    assert ("Synopsis:" in page) is is_named
    assert ("https://en.wikipedia.org/wiki/X" in page) is is_named


def test_other_forms_are_named_both_ways_and_through_a_common_origin(client):
    book = make_title("Story of Your Life", kind="book", authors=("Ted Chiang",), year=1998)
    film, opera = make_title("Arrival"), make_title("Arrival, again", year=2030)
    remake = make_title("Arrival, once more", year=2040)
    hidden = make_title("Arrival, hidden", is_hidden=True)
    for form in (film, opera, hidden):
        make_adaptation(book, form)
    make_adaptation(film, remake)

    page = client.get(film.get_absolute_url())

    assert [(f.title, f.relation) for f in page.context["facts"].forms] == [
        (book, "The film grew out of it."),
        (opera, "Another telling of Story of Your Life."),
        (remake, "A later telling of the same story."),
    ]
    forms = client.get(book.get_absolute_url()).context["facts"].forms
    assert [(f.title, f.relation) for f in forms] == [
        (film, "Made from the book."),
        (opera, "Made from the book."),
    ]
    assert [f.title for f in client.get(remake.get_absolute_url()).context["facts"].forms] == [film]


def test_a_franchise_stands_in_order_and_marks_where_we_are(client, arrival):
    third = make_title("Arrival III", franchise="Heptapods", franchise_position=3, year=2017)
    first = make_title("Arrival I", franchise="Heptapods", franchise_position=1, year=2018)
    make_title("Arrival IV", franchise="Heptapods", franchise_position=4, is_adult=True)

    page = client.get(arrival.get_absolute_url())

    assert list(page.context["facts"].parts) == [first, arrival, third]
    assert 'aria-current="true">Arrival</h3>' in page.content.decode()


def test_similar_titles_and_the_fit_are_loaded_by_address_with_a_link_inside(client, arrival):
    page = client.get(arrival.get_absolute_url()).content.decode()

    assert f'hx-get="/title/{arrival.pk}/similar/" hx-trigger="load"' in page
    assert f'<a href="/like/?a={arrival.pk}">' in page


@pytest.mark.parametrize("flag", ["is_hidden", "is_adult"])
def test_hidden_titles_are_shown_to_the_staff_alone(client, flag):
    title = make_title(**{flag: True})
    path = title.get_absolute_url()

    assert client.get(path).status_code == 404
    assert client.post(f"{path}act/", {"action": "save"}).status_code == 404
    assert client.post(f"{path}rate/", {"stars": "4"}).status_code == 404
    client.force_login(make_user())
    assert client.get(path).status_code == 404
    client.force_login(make_admin())
    page = client.get(path).content.decode()
    assert "Only the staff sees this title." in page
    # What others are shown of it has no answer here, and is not asked for.
    for name in ("fit", "similar"):
        assert client.get(f"{path}{name}/").status_code == 404
        assert f"{path}{name}/" not in page


@pytest.mark.parametrize("pk", ["0", "99999999", "9" * 30])
def test_unknown_titles_are_not_found(client, pk):
    assert client.get(f"/title/{pk}/").status_code == 404
    assert client.post(f"/title/{pk}/act/", {"action": "save"}).status_code == 404
    assert not User.objects.exists()


def test_the_page_takes_at_most_ten_statements_however_much_there_is(
    client, arrival, django_assert_num_queries
):
    user = make_user()
    client.force_login(user)
    make_rating(user, arrival)

    def n_queries():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(arrival.get_absolute_url()).status_code == 200
        return len(queries)

    make_adaptation(arrival, make_title())
    few = n_queries()
    for number in range(5):
        other = make_title(franchise="Heptapods", franchise_position=number + 5)
        make_adaptation(arrival, other)
        make_credit(arrival, f"Actor {number}", position=number + 5)
        make_availability(arrival, f"Service {number}")

    assert n_queries() == few <= 10


@pytest.mark.parametrize("action", ["save", "love", "seen", "dismiss"])
def test_an_action_works_without_script_and_is_undone_by_the_line_it_leaves(
    member_client, arrival, action
):
    path = arrival.get_absolute_url()
    page = member_client.post(f"{path}act/", {"action": action}, follow=True)

    assert page.redirect_chain[0][1] == 302
    state = page.context["state"]
    assert [state.is_saved, state.is_loved, state.is_seen, state.is_dismissed].count(True) == 1
    assert page.content.decode().count('aria-pressed="true"') == 1
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode()).group(1)

    page = member_client.post(f"{path}act/", {"action": "undo", "token": token}, follow=True)

    assert 'aria-pressed="true"' not in page.content.decode()
    assert "Arrival is as it was before." in text_of(page)


def test_htmx_gets_the_part_that_changed(member_client, arrival):
    response = member_client.post(
        f"{arrival.get_absolute_url()}act/", {"action": "save"}, headers=HTMX
    )

    part = response.content.decode()
    assert part.strip().startswith('<div id="mine">')
    assert "<html" not in part
    assert 'value="unsave" aria-pressed="true"' in part
    assert "Undo" in part
    assert 'hx-swap-oob="innerHTML:#said"' in part
    assert "HX-Target" in response.headers["Vary"]


def test_htmx_that_targets_something_else_is_led_back_to_the_page(member_client, arrival):
    path = f"{arrival.get_absolute_url()}act/"

    response = member_client.post(
        path, {"action": "save"}, headers={"HX-Request": "true", "HX-Target": "main"}
    )

    assert response.status_code == 302


def test_the_address_of_a_plain_undo_line_is_only_a_page(client, arrival):
    page = client.get(arrival.get_absolute_url(), {"did": "save", "undo": PAYLOAD})

    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("action", ["", "explode", "x" * 9999, "Save"])
def test_an_unknown_action_is_a_bad_request(member_client, arrival, action):
    data = {"action": action}

    assert member_client.post(f"{arrival.get_absolute_url()}act/", data).status_code == 400


@pytest.mark.parametrize("token", ["", "nonsense", "a:b:c"])
def test_a_damaged_undo_is_a_bad_request(member_client, arrival, token):
    data = {"action": "undo", "token": token}

    assert member_client.post(f"{arrival.get_absolute_url()}act/", data).status_code == 400


def test_stars_are_given_changed_and_cleared(member_client, arrival):
    path = f"{arrival.get_absolute_url()}rate/"

    page = member_client.post(path, {"stars": "3.5"}, follow=True)
    assert page.context["state"].stars == 3.5
    assert 'value="3.5" required checked' in page.content.decode()
    member_client.post(path, {"stars": "5"}, headers=HTMX)
    assert Rating.objects.get().stars == 5
    member_client.post(path, {"clear": "1", "stars": "5"}, headers=HTMX)

    assert not Rating.objects.exists()


@pytest.mark.parametrize("stars", ["7", "3.3", "abc", "", "0"])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_wrong_rating_comes_back_with_what_is_expected(client, arrival, stars, headers):
    path = f"{arrival.get_absolute_url()}rate/"

    response = client.post(path, {"stars": stars}, headers=headers)

    assert response.status_code == 422
    assert "half a star to five stars, in halves, such as 3.5" in response.content.decode()
    assert ("<html" in response.content.decode()) is (not headers)
    assert not Rating.objects.exists()
    assert not User.objects.exists()


def test_a_wrong_rating_leaves_the_one_before(member_client, arrival):
    path = f"{arrival.get_absolute_url()}rate/"
    member_client.post(path, {"stars": "4"})

    response = member_client.post(path, {"stars": "7"}, headers=HTMX)

    assert Rating.objects.get().stars == 4
    assert "7" in re.search(r'role="alert">(.*?)</p>', response.content.decode()).group(1)


def test_another_persons_change_cannot_be_undone(arrival):
    ada, bob = Client(), Client()
    page = ada.post(f"{arrival.get_absolute_url()}act/", {"action": "save"}, follow=True)
    token = page.context["token"]
    bob.post(f"{arrival.get_absolute_url()}act/", {"action": "save"})

    response = bob.post(f"{arrival.get_absolute_url()}act/", {"action": "undo", "token": token})

    assert response.status_code == 400
    assert Save.objects.count() == 2


def test_what_others_said_is_not_shown(client, arrival):
    make_save(make_user(), arrival)
    make_rating(make_user(), arrival, 5)

    page = client.get(arrival.get_absolute_url()).content.decode()

    assert 'aria-pressed="true"' not in page
    assert " checked" not in page


@pytest.mark.parametrize("path", ["act", "rate"])
def test_nothing_changes_without_a_token_or_by_a_get(arrival, path):
    client = Client(enforce_csrf_checks=True)
    address = f"{arrival.get_absolute_url()}{path}/"

    assert client.post(address, {"action": "save", "stars": "4"}).status_code == 403
    assert client.get(address, {"action": "save", "stars": "4"}).status_code == 405

    assert not User.objects.exists()


def test_looking_writes_nothing(member_client, arrival):
    with CaptureQueriesContext(connection) as queries:
        member_client.get(arrival.get_absolute_url(), {"did": "save", "undo": "x"})

    assert not writes(queries)


def test_every_word_of_a_source_is_escaped(client):
    title = make_title(
        PAYLOAD, original_name=PAYLOAD + "2", synopsis=PAYLOAD, synopsis_source="x<b>",
        maker=PAYLOAD, cast=(PAYLOAD,), directors=(PAYLOAD,), genres=(PAYLOAD[:50],),
        companies=(PAYLOAD,), themes=[PAYLOAD], moods=["<i>"], countries=["<>"],
        languages=["<>"], franchise=PAYLOAD,
    )  # fmt: skip
    make_title(PAYLOAD, franchise=PAYLOAD)
    make_adaptation(title, make_title(PAYLOAD, kind="book", year=1900))
    make_availability(title, "<b>S</b>")

    page = client.get(title.get_absolute_url()).content.decode()

    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<b>S</b>" not in page


def test_the_page_has_one_heading_no_inline_style_and_names_its_controls(client, arrival):
    page = client.get(arrival.get_absolute_url())

    text = page.content.decode()
    assert text.count("<h1") == 1
    assert "style=" not in text
    assert "onclick" not in text
    assert 'aria-label="Actions for Arrival"' in text
    assert "style-src" in page.headers["Content-Security-Policy"]
