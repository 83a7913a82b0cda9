"""The person of a session, as every page asks for them."""

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.backends import AddressBackend, ModelBackend
from accounts.guests import SESSION_KEY, find_guest
from accounts.models import User
from moviedb.audience import Audience
from tests.factories import NOW, PASSWORD, make_guest, make_user

pytestmark = pytest.mark.django_db


def columns_of(user: User) -> dict:
    return {field.attname: getattr(user, field.attname) for field in User._meta.concrete_fields}


def test_a_person_is_the_same_as_from_a_query_set(django_assert_num_queries):
    make_user()
    told = make_user(
        "Ann@example.org",
        first_name="Ann",
        certificate_cap=12,
        theme="dark",
        has_shortcuts=False,
        query_weight=0.25,
        half_life_days=90,
        taste_since=NOW,
        n_unread=3,
        is_staff=True,
        profile_for=Audience.EVERYONE,
    )
    for user in (told, make_user(), make_guest()):
        with django_assert_num_queries(1):
            found = User.objects.by_id(user.pk)
            columns = columns_of(found)  # none of them is read later

        assert columns == columns_of(User.objects.get(pk=user.pk))
        assert found == user
        assert (found._state.adding, found._state.db) == (False, "default")
        assert not found.get_deferred_fields()


def test_what_was_found_can_be_saved():
    found = User.objects.by_id(make_user().pk)

    found.first_name = "Ann"
    found.save()

    assert User.objects.get().first_name == "Ann"


def test_nobody_is_found_where_there_is_nobody():
    assert User.objects.by_id(make_user().pk + 1) is None


@pytest.mark.parametrize("backend", [ModelBackend(), AddressBackend()])
def test_who_is_inactive_is_nobody(backend):
    active, inactive = make_user(), make_user(is_active=False)

    assert backend.get_user(active.pk) == active
    assert backend.get_user(inactive.pk) is None
    assert backend.get_user(active.pk + 99) is None


def test_a_session_ends_when_its_person_becomes_inactive(rf):
    user, client = make_user(), Client()
    client.force_login(user)
    request = rf.get("/")
    request.session = client.session
    assert get_user(request) == user

    User.objects.update(is_active=False)

    assert get_user(request) == AnonymousUser()


def test_signing_in_by_address_still_asks_for_the_password():
    user = make_user("ann@example.org")

    assert Client().login(email="ann@example.org", password=PASSWORD)
    assert not Client().login(email="ann@example.org", password="another")
    assert not Client().login(username=user.username, password="another")


@pytest.mark.parametrize(
    "became", [{"is_guest": False, "email": "a@example.org"}, {"is_active": False}], ids=str
)
def test_a_session_knows_its_guest_only_while_they_are_one(rf, became):
    guest, request = make_guest(), rf.get("/")
    request.session = {SESSION_KEY: guest.pk}
    assert find_guest(request) == guest

    User.objects.update(**became)

    assert find_guest(request) is None


def test_a_session_without_a_guest_asks_nothing(rf, django_assert_num_queries):
    request = rf.get("/")
    request.session = {}

    with django_assert_num_queries(0):
        assert find_guest(request) is None
