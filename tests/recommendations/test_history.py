"""The log of what was shown to a person: read by them alone, deleted in part or whole."""

import pytest
from django.test import Client
from django.urls import reverse

from recommendations.models import Session, Shown
from tests.factories import NOW, make_title, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return make_user()


@pytest.fixture
def client(reader):
    signed_in = Client()
    signed_in.force_login(reader)
    return signed_in


def make_list(user, *names, zone="tonight", action="", at=NOW):
    session = Session.objects.create(user=user, zone=zone, served_at=at)
    for rank, name in enumerate(names, start=1):
        Shown.objects.create(
            session=session,
            title=make_title(name),
            rank=rank,
            reason=f"Why {name}.",
            action=action if rank == 1 else "",
        )
    return session


def test_the_log_tells_what_was_shown_when_by_which_zone_and_what_was_done(client, reader):
    make_list(reader, "The Keeper", "The Boat", zone="gems", action="save")

    page = client.get(reverse("history")).content.decode()

    assert "Hidden gems" in page
    assert "14 March 2026, 20:15" in page
    assert page.index("The Keeper") < page.index("Saved") < page.index("The Boat")
    assert "Why The Boat." in page


def test_one_list_is_deleted_and_the_others_stay(client, reader):
    gone, kept = make_list(reader, "The Keeper"), make_list(reader, "The Boat")

    client.post(reverse("history_forget"), {"list": gone.pk})

    assert list(Session.objects.all()) == [kept]
    assert [shown.title.name for shown in Shown.objects.all()] == ["The Boat"]


def test_all_are_deleted_and_none_of_anybody_elses(client, reader):
    other = make_list(make_user(), "Not mine")
    make_list(reader, "The Keeper")

    client.post(reverse("history_forget"), {"list": "all"})

    assert list(Session.objects.all()) == [other]
    assert "Nothing is kept" in client.get(reverse("history")).content.decode()


@pytest.mark.parametrize("chosen", ["", "x", "1" * 40, "-1"])
def test_a_list_that_is_none_is_not_found(client, chosen):
    assert client.post(reverse("history_forget"), {"list": chosen}).status_code == 404


def test_nobody_deletes_the_log_of_another(client):
    other = make_list(make_user(), "Not mine")

    assert client.post(reverse("history_forget"), {"list": other.pk}).status_code == 404
    assert Session.objects.exists()


def test_a_long_log_comes_page_by_page_in_few_statements(
    client, reader, django_assert_max_num_queries
):
    for n in range(21):
        make_list(reader, f"Title number {n}")

    with django_assert_max_num_queries(6):
        first = client.get(reverse("history")).content.decode()

    assert "Title number 20" in first
    assert "Title number 0<" not in first
    assert "Title number 0<" in client.get(f"{reverse('history')}?page=2").content.decode()


def test_a_visitor_is_told_that_nothing_is_kept():
    make_list(None, "Somebody was shown this")

    page = Client().get(reverse("history")).content.decode()

    assert "Nothing is kept" in page
    assert "Somebody was shown this" not in page
