"""The doors: what is counted, what they tell strangers, who may come in, and how sessions end."""

import re
import time
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import get_hasher
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import checks, sessions
from accounts.models import Invite, User
from tests.factories import PASSWORD, make_save, make_title, make_user

pytestmark = pytest.mark.django_db
NEW = {"email": "ada@example.org", "password1": PASSWORD}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
DAY = 24 * 3600


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()


@pytest.fixture
def member():
    return make_user("ada@example.org")


def sign_in(client, email="ada@example.org", password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def signed_in(**headers):
    client = Client(headers={"user-agent": FIREFOX} | headers)
    sign_in(client)
    return client


# ── What is counted ──────────────────────────────────────────────────────


def test_wrong_passwords_are_counted_where_a_restart_forgets_nothing(client, member):
    for _ in range(5):
        sign_in(client, password="wrong")

    # What a process that has just started asks: Redis, by a connection of its own.
    fresh = caches.create_connection("default")
    counted = [key.decode() for key in fresh._cache.get_client().keys("*login_failed*")]

    assert counted
    assert "Too many failed" in sign_in(Client()).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_in_by_the_admins_own_door(client, method):
    root = make_user("root@example.org")
    User.objects.filter(pk=root.pk).update(is_staff=True, is_superuser=True)

    answer = getattr(client, method)(
        "/admin/login/?next=/admin/catalog/", {"username": root.username, "password": PASSWORD}
    )

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=/admin/")
    assert "_auth_user_id" not in client.session


def test_a_member_who_is_no_staff_is_told_so_at_the_admin(client, member):
    client.force_login(member)

    assert client.get("/admin/", follow=True).status_code == 403


# ── What they tell strangers ─────────────────────────────────────────────


def n_hashed(client, path, form):
    """Return the answer, and how many passwords were hashed: what takes the time at these doors."""
    hasher = type(get_hasher())
    with patch.object(hasher, "encode", autospec=True, side_effect=hasher.encode) as encode:
        answer = client.post(path, form, follow=True)
    return answer, encode.call_count


def test_signing_in_tells_nothing_of_who_is_a_member(member):
    told = {}

    for email in ("ada@example.org", "bob@example.org"):
        page, hashed = n_hashed(Client(), "/accounts/login/", {"login": email, "password": "wrong"})
        told[email] = (page.status_code, len(page.content), hashed)

    assert told["ada@example.org"] == told["bob@example.org"]
    assert told["ada@example.org"][2] > 0


def test_a_reset_tells_nothing_of_who_is_a_member(member, mailoutbox):
    known, unknown = (
        Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in ("ada@example.org", "bob@example.org")
    )

    assert known.redirect_chain == unknown.redirect_chain
    assert len(known.content) == len(unknown.content)
    assert [mail.to for mail in mailoutbox] == [["ada@example.org"], ["bob@example.org"]]


def test_signing_up_tells_nothing_where_addresses_are_confirmed(settings, member, mailoutbox):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    title, told = make_title(), {}

    for email in ("ada@example.org", "bob@example.org"):
        client = Client()
        client.post(f"/title/{title.pk}/act/", {"action": "save"})
        page, hashed = n_hashed(client, "/accounts/signup/", {**NEW, "email": email})
        library = client.get("/library/").content.decode()
        told[email] = (
            page.redirect_chain,
            len(page.content),
            hashed,
            title.name in library,
        )

    assert told["ada@example.org"] == told["bob@example.org"]
    assert {mail.to[0] for mail in mailoutbox} == set(told)


def test_what_a_guest_did_waits_for_the_confirmed_member(client, settings, mailoutbox):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    title = make_title()
    client.post(f"/title/{title.pk}/act/", {"action": "save"})
    client.post("/accounts/signup/", NEW)
    link = re.search(r"http://testserver(/\S+)", mailoutbox[0].body).group(1)

    assert "_auth_user_id" not in client.session
    client.post(link)
    sign_in(client)

    assert User.objects.get().saves.get().title == title


def test_a_new_address_is_added_after_the_password_was_typed_once_more(client, member):
    client.force_login(member)

    asked = client.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.filter(email="new@example.org").exists()

    client.post(asked.headers["Location"], {"password": PASSWORD})
    assert EmailAddress.objects.filter(email="new@example.org", user=member).exists()


# ── A new password, another address ──────────────────────────────────────


def test_a_mail_says_which_site_it_is_from(client, member, mailoutbox):
    client.post("/accounts/password/reset/", {"email": member.email})

    assert "MovieDB, at testserver" in mailoutbox[0].body


def test_the_link_sets_a_password_once_and_then_is_spent(client, member, mailoutbox):
    client.post("/accounts/password/reset/", {"email": member.email})
    link = re.search(r"http://testserver(/\S+)", mailoutbox[0].body).group(1)
    form = client.get(link, follow=True)

    done = client.post(
        form.redirect_chain[-1][0],
        {"password1": "n3w " + PASSWORD, "password2": "n3w " + PASSWORD},
        follow=True,
    )

    assert done.content.decode().count("Your password is changed") == 1
    assert sign_in(Client(), password="n3w " + PASSWORD).status_code == 302
    assert "This link has expired" in Client().get(link, follow=True).content.decode()


def test_after_a_new_password_signing_in_leads_not_to_changing_it_once_more(member):
    here = signed_in()
    new = "n3w " + PASSWORD

    answer = here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
        follow=True,
    )

    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/me/safety/"


def test_the_fields_of_a_password_are_named_as_the_site_names_fields(client, member):
    client.force_login(member)

    page = client.get("/accounts/password/change/").content.decode()

    assert "The password you have" in page
    assert "New Password" not in page


def test_only_an_address_that_waits_can_be_sent_its_confirmation_again(client, member):
    client.force_login(member)
    own = EmailAddress.objects.create(user=member, email=member.email, primary=True)
    assert "Send the confirmation again" in client.get("/accounts/email/").content.decode()

    EmailAddress.objects.filter(pk=own.pk).update(verified=True)
    assert "Send the confirmation again" not in client.get("/accounts/email/").content.decode()

    EmailAddress.objects.create(user=member, email="new@example.org")
    assert "Send the confirmation again" in client.get("/accounts/email/").content.decode()


# ── Who may come in ──────────────────────────────────────────────────────


@pytest.fixture
def by_invitation(settings):
    settings.REGISTRATION = "invite"


def test_without_an_invitation_nobody_signs_up(client, by_invitation):
    page = client.get("/accounts/signup/")
    client.post("/accounts/signup/", NEW)
    client.post("/accounts/signup/", {**NEW, "invite": "guessed"})

    assert "unless by invitation" in page.content.decode()
    assert not User.objects.exists()


def test_an_invitation_lets_in_as_many_as_it_says(by_invitation, capsys):
    call_command("invite", "--people", "2", "--site", "https://films.example.org/")
    path = re.search(r"https://films\.example\.org(/\S+)", capsys.readouterr().out).group(1)
    code = Invite.objects.get().code

    for n in range(3):
        client = Client()
        assert ("holds no longer" in client.get(path).content.decode()) is (n == 2)
        client.post("/accounts/signup/", {**NEW, "email": f"n{n}@example.org", "invite": code})

    assert User.objects.count() == 2
    assert Invite.objects.get().n_used == 2
    assert len(code) >= 20


def test_the_form_keeps_the_code_after_a_mistake(client, by_invitation):
    code = Invite.objects.create().code

    page = client.post(
        "/accounts/signup/", {"email": "no address", "password1": "", "invite": code}
    )

    assert f'name="invite" value="{code}"' in page.content.decode()


def test_what_is_expired_or_withdrawn_opens_nothing(client, by_invitation, capsys):
    past = Invite.objects.create(expires_at="2020-01-01T00:00Z")
    taken_back = Invite.objects.create()
    call_command("invite", "--withdraw", str(taken_back.pk))

    for invite in (past, taken_back):
        client.post("/accounts/signup/", {**NEW, "invite": invite.code})

    assert not User.objects.exists()
    call_command("invite", "--list")
    assert "No invitation holds" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [("--people", "0"), ("--days", "400"), ("--withdraw", "99999")])
def test_the_command_says_what_it_expected(wrong):
    with pytest.raises(CommandError, match="expected 1 to|shows those that do"):
        call_command("invite", *wrong)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"REGISTRATION": "opne"}, "REGISTRATION is 'opne'"),
        ({"ACCOUNT_EMAIL_VERIFICATION": "yes"}, "ACCOUNT_EMAIL_VERIFICATION is 'yes'"),
        ({"OIDC_URL": "https://id.example.org"}, "OIDC_CLIENT_ID, OIDC_SECRET is empty"),
        ({"OIDC_URL": "id", "OIDC_CLIENT_ID": "a", "OIDC_SECRET": "b"}, "OIDC_URL is 'id'"),
    ],
)
def test_wrong_settings_are_found_at_start(settings, values, told):
    for name, value in values.items():
        setattr(settings, name, value)

    [error] = checks.signing_in(None)

    assert told in error.msg
    assert error.hint


# ── Sessions ─────────────────────────────────────────────────────────────


def test_a_session_ends_at_once_in_the_cache_and_the_database(member):
    here, there = signed_in(), signed_in()
    key = there.session.session_key
    row = UserSession.objects.get(session_key=key)

    page = here.get("/me/safety/").content.decode()
    here.post("/me/safety/sessions/", {"session": row.pk})

    assert page.count("Firefox on Linux") >= 2
    assert not Session.objects.filter(session_key=key).exists()
    assert f"django.contrib.sessions.cached_db{key}" not in cache
    assert there.get("/me/safety/").status_code == 302
    assert here.get("/me/safety/").status_code == 200


def test_all_other_sessions_end_together(member):
    here, *others = signed_in(), signed_in(), signed_in()

    here.post("/me/safety/sessions/", {"session": "others"})

    assert [client.get("/me/safety/").status_code for client in (here, *others)] == [200, 302, 302]


def test_nobody_ends_the_sessions_of_another(client, member):
    theirs = signed_in()
    row = UserSession.objects.get()
    client.force_login(make_user("bob@example.org"))

    client.post("/me/safety/sessions/", {"session": row.pk})
    client.post("/me/safety/sessions/", {"session": "others"})

    assert theirs.get("/me/safety/").status_code == 200
    assert client.post("/me/safety/sessions/", {"session": "x"}).status_code == 404


def test_a_new_password_ends_every_session(member):
    here, there = signed_in(), signed_in()

    here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "n3w " + PASSWORD, "password2": "n3w " + PASSWORD},
    )

    assert here.get("/me/safety/").status_code == 302
    assert there.get("/me/safety/").status_code == 302
    assert not UserSession.objects.filter(session_key=there.session.session_key).exists()


def test_a_session_slides_once_a_day_and_a_page_read_twice_writes_nothing(
    member, monkeypatch, django_assert_num_queries
):
    here = signed_in()
    key = here.session.session_key
    before = Session.objects.get(session_key=key).expire_date
    later = time.time() + 2 * DAY
    monkeypatch.setattr(sessions.time, "time", lambda: later)

    answer = here.get("/me/settings/")

    after = Session.objects.get(session_key=key).expire_date
    assert after > before
    assert answer.cookies["sessionid"]["max-age"] == 30 * DAY
    assert answer.cookies["sessionid"]["httponly"]
    assert answer.cookies["sessionid"]["samesite"] == "Lax"
    assert "sessionid" not in here.get("/me/settings/").cookies


def test_the_page_asks_little_of_the_database(member, django_assert_max_num_queries):
    clients = [signed_in() for _ in range(4)]
    make_save(member, make_title())

    with django_assert_max_num_queries(10):
        clients[0].get("/me/safety/")


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
            "like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on an iPhone",
        ),
        ("curl/8.5.0", "Another program"),
    ],
)
def test_a_session_is_named_by_its_browser_and_system(agent, name):
    assert sessions.device(agent) == name
