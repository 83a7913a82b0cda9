"""Settings, permissions and the way out."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Findable, PooledConsent, User
from catalog.models import Rating, Save, Tap
from tests.factories import PASSWORD, make_group, make_rating, make_save, make_title, make_user
from tests.queries import writes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()


@pytest.fixture
def member():
    return make_user("ada@example.org")


@pytest.fixture
def member_client(client, member):
    client.force_login(member)
    return client


def test_a_guest_has_settings_too(client):
    response = client.post("/me/settings/", {"theme": "dark", "certificate_cap": "12"})

    assert response.headers["Location"] == "/me/settings/"
    guest = User.objects.get()
    assert (guest.is_guest, guest.theme, guest.certificate_cap) == (True, "dark", 12)
    assert not guest.has_shortcuts
    page = client.get("/me/settings/").content.decode()
    assert 'data-theme="dark"' in page
    assert "data-keys" not in page


def test_no_limit_and_no_theme_are_the_start(member_client, member):
    page = member_client.get("/me/settings/")
    assert page.context["form"]["certificate_cap"].value() is None

    member_client.post("/me/settings/", {"has_shortcuts": "on"})

    member.refresh_from_db()
    assert (member.theme, member.certificate_cap, member.has_shortcuts) == ("", None, True)


@pytest.mark.parametrize(
    "data", [{"theme": "neon"}, {"certificate_cap": "13"}, {"certificate_cap": "x"}]
)
def test_a_setting_that_does_not_exist_is_refused(member_client, member, data):
    response = member_client.post("/me/settings/", data)

    assert response.status_code == 422
    assert "Not stored yet." in response.content.decode()
    member.refresh_from_db()
    assert (member.theme, member.certificate_cap) == ("", None)


def test_settings_touch_nothing_but_themselves(member_client, member):
    member_client.post(
        "/me/settings/", {"is_staff": "1", "email": "x@example.org", "theme": "dark"}
    )

    member.refresh_from_db()
    assert (member.is_staff, member.email, member.theme) == (False, "ada@example.org", "dark")


def test_permissions_are_off_and_are_given_one_by_one(member_client, member):
    page = member_client.get("/me/settings/")
    assert page.context["privacy_form"].initial == {
        "is_findable": False,
        "is_pooled": False,
        "is_open_to_tips": False,
    }

    member_client.post("/me/settings/privacy/", {"is_findable": "on"})

    assert Findable.objects.get().user == member
    assert not PooledConsent.objects.exists()
    member_client.post("/me/settings/privacy/", {"is_pooled": "on"})
    assert not Findable.objects.exists()
    assert PooledConsent.objects.get().user == member


def test_giving_a_permission_twice_keeps_its_day(member_client):
    member_client.post("/me/settings/privacy/", {"is_pooled": "on"})
    day = PooledConsent.objects.get().created_at

    member_client.post("/me/settings/privacy/", {"is_pooled": "on"})

    assert PooledConsent.objects.get().created_at == day


def test_a_guest_gives_no_permissions(client):
    client.post("/me/settings/", {"theme": "dark"})

    response = client.post("/me/settings/privacy/", {"is_findable": "on"})

    assert response.headers["Location"].startswith("/accounts/login/")
    assert not Findable.objects.exists()
    assert "Privacy" not in client.get("/me/settings/").content.decode()


def fill(person):
    title = make_title()
    make_rating(person, title)
    make_save(person, title)
    Tap.objects.create(user=person, group=make_group())


def test_deleting_an_account_takes_the_password_and_leaves_nothing(member_client, member):
    fill(member)
    Findable.objects.create(user=member)
    elsewhere = Client()
    elsewhere.force_login(member)
    other = make_user()
    make_save(other, make_title())

    response = member_client.post("/me/data/", {"password": PASSWORD})

    assert response.headers["Location"] == "/"
    assert list(User.objects.all()) == [other]
    assert not Rating.objects.exists()
    assert not Findable.objects.exists()
    assert not Tap.objects.exists()
    assert Save.objects.get().user == other
    assert "_auth_user_id" not in member_client.session
    assert elsewhere.get("/library/").context["request"].person.is_anonymous


@pytest.mark.parametrize("data", [{}, {"password": "wrong"}, {"word": "delete"}])
def test_without_the_password_nothing_is_deleted(member_client, member, data):
    fill(member)

    response = member_client.post("/me/data/", data)

    assert response.status_code == 422
    assert member.ratings.count() == member.saves.count() == 1


def test_somebody_without_a_password_types_a_word(client):
    member = make_user("ada@example.org", password=None)
    client.force_login(member)

    assert client.post("/me/data/", {"word": "yes"}).status_code == 422
    assert client.post("/me/data/", {"word": " Delete "}).status_code == 302

    assert not User.objects.exists()


def test_guessing_the_password_is_limited(member_client):
    answers = [
        member_client.post("/me/data/", {"password": "wrong"}).status_code for _ in range(11)
    ]

    assert answers[-1] == 429


def test_a_guest_is_forgotten_by_one_button(client):
    client.post(f"/title/{make_title().pk}/act/", {"action": "save"})

    assert "Forget me" in client.get("/me/data/").content.decode()
    client.post("/me/data/")

    assert not User.objects.exists()
    assert not Save.objects.exists()
    assert "Nothing is kept about you" in client.get("/me/data/").content.decode()


def test_a_visitor_has_nothing_to_delete(client):
    assert client.post("/me/data/").status_code == 200


@pytest.mark.parametrize("path", ["/me/settings/", "/me/settings/privacy/", "/me/data/"])
def test_nothing_changes_without_a_token(member, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)

    response = client.post(path, {"theme": "dark", "is_findable": "on", "password": PASSWORD})

    assert response.status_code == 403
    member.refresh_from_db()
    assert member.theme == ""
    assert not Findable.objects.exists()


def test_looking_writes_nothing(member_client):
    for path in ("/me/settings/", "/me/data/"):
        with CaptureQueriesContext(connection) as queries:
            assert member_client.get(path).status_code == 200
        assert len(queries) <= 10
        assert not writes(queries)
