"""Signing up, in and out; and the first admin."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD, make_guest, make_rating, make_save, make_title, make_user

pytestmark = pytest.mark.django_db
NEW = {"email": "ada@example.org", "password1": PASSWORD}


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()


def act(client, title, action="save"):
    return client.post(f"/title/{title.pk}/act/", {"action": action})


def sign_in(client, email="ada@example.org", password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def test_signing_up_turns_the_guest_into_the_member_with_all_they_did(client):
    first, second = make_title(), make_title()
    act(client, first)
    act(client, second, "love")
    guest = User.objects.get()
    before = client.session.session_key

    response = client.post("/accounts/signup/", NEW)

    assert response.status_code == 302
    member = User.objects.get()
    assert member.pk == guest.pk
    assert (member.email, member.is_guest) == ("ada@example.org", False)
    assert member.check_password(PASSWORD)
    assert (member.saves.get().title, member.favourites.get().title) == (first, second)
    assert client.session["_auth_user_id"] == str(member.pk)
    assert "guest_id" not in client.session
    assert client.session.session_key != before


def test_signing_up_without_having_done_anything_works_too(client):
    client.post("/accounts/signup/", NEW)

    assert not User.objects.get().is_guest


def test_the_name_of_a_member_tells_nothing_of_the_address(client):
    client.post("/accounts/signup/", {**NEW, "email": "very.private@example.org"})

    member = User.objects.get()
    assert re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", member.shown_name)
    assert member.username == member.shown_name.lower().replace(" ", "-")
    assert not {"very", "private"} & set(member.username.split("-"))


def test_signing_in_adopts_what_the_guest_did(client):
    member, shared, new = make_user("ada@example.org"), make_title(), make_title()
    make_rating(member, shared, 5)
    client.post(f"/title/{shared.pk}/rate/", {"stars": "1"})
    act(client, new)
    before = client.session.session_key

    sign_in(client)

    assert member.ratings.get().stars == 5
    assert member.saves.get().title == new
    assert list(User.objects.all()) == [member]
    assert "guest_id" not in client.session
    assert client.session.session_key != before


def test_a_wrong_password_adopts_nothing(client):
    make_user("ada@example.org")
    act(client, make_title())

    sign_in(client, password="wrong")

    assert User.objects.filter(is_guest=True).count() == 1
    assert "_auth_user_id" not in client.session


def test_an_address_that_is_taken_keeps_the_guest_a_guest(client):
    make_user("ada@example.org")
    act(client, make_title())

    page = client.post("/accounts/signup/", NEW)

    assert page.status_code == 200
    assert User.objects.filter(is_guest=True, saves__isnull=False).count() == 1


def test_the_same_sign_up_sent_twice_makes_one_member(client):
    act(client, make_title())
    second = Client()
    second.cookies = client.cookies.copy()

    client.post("/accounts/signup/", NEW)
    second.post("/accounts/signup/", NEW)

    assert User.objects.count() == 1


def test_after_signing_out_the_browser_is_a_strangers(client):
    act(client, make_title())
    client.post("/accounts/signup/", NEW)

    client.post("/accounts/logout/")

    assert client.get("/library/").context["request"].person.is_anonymous


def test_a_guest_may_not_sign_in_even_with_a_password(client):
    guest = make_guest()
    User.objects.filter(pk=guest.pk).update(email="guest@example.org")
    guest.set_password(PASSWORD)
    guest.save(update_fields=["password"])

    response = sign_in(client, "guest@example.org")

    assert response.headers["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session


def test_registration_can_be_closed(client, settings):
    settings.REGISTRATION = "closed"

    page = client.get("/accounts/signup/")
    client.post("/accounts/signup/", NEW)

    assert "takes no new members" in page.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "javascript:alert(1)"]
)
def test_next_leads_to_this_site_alone(client, target):
    make_user("ada@example.org")

    assert sign_in(client, next=target).headers["Location"] == "/"


def test_the_sixth_wrong_password_is_refused_even_if_the_next_is_right(client):
    make_user("ada@example.org")
    for _ in range(5):
        sign_in(client, password="wrong")

    page = sign_in(client)

    assert "Too many failed" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_sign_up_page_says_what_comes_along(client, django_assert_max_num_queries):
    act(client, make_title())
    act(client, make_title())
    act(client, make_title(), "love")

    with django_assert_max_num_queries(10):
        page = client.get("/accounts/signup/").content.decode()

    assert "<b>2</b> titles you saved" in page
    assert "<b>1</b> title you love" in page


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/logout/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-nonsense/",
        "/accounts/password/reset/key/done/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/nonsense/",
        "/accounts/inactive/",
    ],
)
def test_every_page_about_accounts_is_one_of_ours(client, path):
    page = client.get(path, follow=True)

    assert page.status_code == 200
    text = page.content.decode()
    assert text.count("<h1") == 1
    assert 'class="masthead"' in text
    assert "style=" not in text


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/password/change/"])
def test_every_page_of_a_member_is_one_of_ours(client, path):
    make_user("ada@example.org")
    sign_in(client)

    text = client.get(path).content.decode()

    assert text.count("<h1") == 1
    assert 'class="masthead"' in text


def test_a_forgotten_password_is_replaced_by_a_link(client, mailoutbox):
    member = make_user("ada@example.org")
    client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    [mail] = mailoutbox
    assert mail.subject == "MovieDB: Set a new password"
    link = re.search(r"http://testserver(/\S+)", mail.body).group(1)

    page = client.get(link, follow=True)
    client.post(
        page.redirect_chain[-1][0], {"password1": "new " + PASSWORD, "password2": "new " + PASSWORD}
    )

    member.refresh_from_db()
    assert member.check_password("new " + PASSWORD)


def test_nobody_learns_from_a_reset_which_addresses_are_known(client, mailoutbox):
    make_user("ada@example.org")
    known = client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "bob@example.org"})

    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )


def test_an_admin_is_made_with_a_password_that_is_shown_once(client, capsys):
    call_command("make_admin", "Root@Example.org")

    password = re.search(r"only this once: (\S+)", capsys.readouterr().out).group(1)
    admin = User.objects.get()
    assert (admin.is_staff, admin.is_superuser, admin.email) == (True, True, "root@example.org")
    assert len(password) >= 20
    assert admin.check_password(password)
    assert EmailAddress.objects.get().verified
    assert sign_in(client, "root@example.org", password).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_member_becomes_an_admin_and_keeps_their_password(capsys):
    member = make_user("ada@example.org")

    call_command("make_admin", "ada@example.org")
    call_command("make_admin", "ada@example.org")

    member.refresh_from_db()
    assert member.is_superuser
    assert member.check_password(PASSWORD)
    assert "once" not in capsys.readouterr().out


def test_what_is_no_address_makes_no_admin():
    with pytest.raises(CommandError, match="'root' is no e-mail address"):
        call_command("make_admin", "root")


def test_saved_titles_survive_the_sign_up_of_somebody_else(client):
    other = make_guest()
    make_save(other, make_title())

    client.post("/accounts/signup/", NEW)

    assert other.saves.count() == 1
