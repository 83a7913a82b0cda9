"""What members are called who have not said: two words, nobody else's, nothing of theirs."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import pennames
from accounts.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NEW = {"email": "very.private@example.org", "password1": PASSWORD}


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()


def signed_up(**more):
    client = Client()
    assert client.post("/accounts/signup/", {**NEW, **more}).status_code == 302
    return client, User.objects.get(email=NEW["email"])


def test_thousands_of_new_names_are_all_different_and_most_are_two_words():
    taken: set[str] = set()
    for _ in range(6000):  # more than there are pairs of words
        taken.add(pennames.new_username(taken.__contains__))

    assert len(taken) == 6000
    assert len(pennames.FIRST) * len(pennames.SECOND) < 6000
    assert all(pennames.WRITTEN.fullmatch(name) for name in taken)
    shown = {pennames.shown(name) for name in taken}
    assert len(shown) == 6000
    assert sum(re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", name) is not None for name in shown) > 2000


def test_a_username_that_was_made_in_another_way_is_never_shown():
    for username in (
        "ada.lovelace",
        "admin",
        "reader-0a1b2c3d4e5f",
        "quiet-quiet",
        "so-many-words",
    ):
        shown = pennames.shown(username)

        assert re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+ \d+", shown), username
        assert shown == pennames.shown(username)
        assert not set(re.findall(r"[a-z0-9]+", username)) & set(shown.lower().split())
    assert pennames.shown("quiet-lantern") == "Quiet Lantern"
    assert pennames.shown("quiet-lantern-12") == "Quiet Lantern 12"


def test_signing_up_asks_for_a_name_and_takes_none_for_an_answer():
    page = Client().get("/accounts/signup/").content.decode()
    assert "What others call you" in page
    assert "(optional)" in page

    _, member = signed_up()

    assert member.first_name == ""
    assert re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", member.shown_name)
    assert not {"very", "private", "example"} & set(member.shown_name.lower().split())


def test_the_name_that_was_given_is_the_one_others_read():
    _, member = signed_up(first_name="  Ada \u202e of  Utrecht ")

    assert member.shown_name == "Ada of Utrecht"


def test_an_address_is_no_name():
    refused = Client().post("/accounts/signup/", {**NEW, "first_name": NEW["email"]})

    assert refused.status_code == 200
    assert "better no address" in refused.content.decode()
    assert not User.objects.exists()
    client, member = signed_up()
    told = {
        "first_name": "me@example.org", "profile_for": "me", "library_for": "me", "lists_for": "me",
    }  # fmt: skip
    refused = client.post("/me/audience/", told)
    assert refused.status_code == 422
    member.refresh_from_db()
    assert member.first_name == ""


def test_the_form_says_what_one_is_called_without_a_name():
    client = Client()
    member = make_user(username="velvet-otter")
    client.force_login(member)

    page = client.get("/me/audience/").content.decode()

    assert "Velvet Otter" in page
    assert member.email not in page
    assert "Velvet Otter" in client.get("/friends/").content.decode()
