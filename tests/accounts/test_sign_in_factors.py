"""The second factor: an app's codes, recovery codes, what is stored, and the admin's door."""

import json
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Invite, User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()


@pytest.fixture
def member():
    user = make_user("ada@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def say_it_is_me(client):
    """Type the password once more, as changing a second factor asks."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def sign_in(client):
    return client.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD})


def code_of(secret: str, *, step: int = 0) -> str:
    """Return what an app shows that knows this secret."""
    now = next(iter(auth.yield_hotp_counters_from_time()))
    return auth.format_hotp_value(auth.hotp_value(secret, now + step))


def set_up_app(client) -> str:
    """Switch an app on, as its owner does; return the app's secret."""
    say_it_is_me(client)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'class="secret">(\w+)<', page).group(1)
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    return secret


@pytest.fixture
def secret(member):
    client = Client()
    sign_in(client)
    secret = set_up_app(client)
    cache.clear()  # An app's code is good once; the tests come faster than codes do.
    return secret


def test_an_app_is_asked_for_after_the_password(client, secret):
    answer = sign_in(client)
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session

    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session

    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert "_auth_user_id" in client.session


def test_wrong_codes_are_counted_like_wrong_passwords(client, secret):
    sign_in(client)
    for n in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": f"00000{n}"})

    page = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})

    assert "Too many failed" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_opens_the_door_once(member, secret):
    factor = Authenticator.objects.get(type="recovery_codes")
    code = factor.wrap().get_unused_codes()[0]
    first, second = Client(), Client()

    for client in (first, second):
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": code})

    assert "_auth_user_id" in first.session
    assert "_auth_user_id" not in second.session


def test_the_secret_is_stored_encrypted_and_another_key_opens_nothing(
    client, member, secret, settings
):
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored

    settings.SECRET_KEY = "x" * 50
    app = Authenticator.objects.get(type="totp").wrap()
    assert not app.validate_code(code_of(secret))


def test_the_old_key_still_opens_what_it_closed(secret, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "x" * 50

    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_of(secret))


def test_a_second_factor_is_changed_after_the_password_was_typed_once_more(client, member):
    client.force_login(member)

    for path in ("totp/activate/", "webauthn/add/", "recovery-codes/generate/"):
        answer = client.get(f"/accounts/2fa/{path}")
        assert answer.headers["Location"].startswith("/accounts/reauthenticate/"), path


def test_the_page_shows_what_is_on(member):
    client = Client()
    sign_in(client)
    before = client.get("/me/safety/").content.decode()
    set_up_app(client)
    after = client.get("/me/safety/").content.decode()

    assert "Set up" in before
    assert "10 are left" in after
    assert "Switch off" in after
    codes = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert codes.count("<li><code>") == 10
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=member).exists()


@pytest.mark.parametrize(
    "path",
    [
        "/me/safety/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/3rdparty/",
        "/accounts/3rdparty/login/cancelled/",
        "/accounts/3rdparty/login/error/",
        "/accounts/reauthenticate/",
        "/accounts/email/",
    ],
)
def test_every_page_about_it_is_one_of_ours(client, member, path):
    sign_in(client)
    say_it_is_me(client)

    text = client.get(path).content.decode()

    assert text.count("<h1") == 1
    assert 'class="masthead"' in text
    assert "style=" not in text
    assert not re.search(r"<script(?![^>]*(src=|application/json))", text)


def test_staff_without_a_second_factor_are_led_to_setting_one_up(client, member, settings):
    settings.STAFF_NEEDS_SECOND_FACTOR = True
    User.objects.filter(pk=member.pk).update(is_staff=True, is_superuser=True)
    sign_in(client)

    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0] == "/me/safety/"
    assert "Staff need a second factor" in page.content.decode()

    set_up_app(client)
    assert client.get("/admin/").status_code == 200


def test_whoever_lost_their_factor_is_let_in_again(client, member, secret, capsys):
    call_command("drop_second_factor", "Ada@example.org")
    sign_in(client)

    assert "_auth_user_id" in client.session
    call_command("drop_second_factor", "ada@example.org")
    assert "had no second factor" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Nobody here has the address 'bob"):
        call_command("drop_second_factor", "bob@example.org")


def test_the_admin_shows_factors_without_their_secrets(client, member, secret):
    root = make_user("root@example.org")
    User.objects.filter(pk=root.pk).update(is_staff=True, is_superuser=True)
    client.force_login(root)
    stored = Authenticator.objects.get(type="totp")

    page = client.get(f"/admin/mfa/authenticator/{stored.pk}/change/").content.decode()

    assert "ada@example.org" in page or member.username in page
    assert stored.data["secret"] not in page
    assert client.get("/admin/usersessions/usersession/").status_code == 404


def test_staff_make_and_withdraw_an_invitation(client, member):
    User.objects.filter(pk=member.pk).update(is_staff=True, is_superuser=True)
    client.force_login(member)
    client.post(
        "/admin/accounts/invite/add/",
        {
            "note": "Book club",
            "n_allowed": 3,
            "expires_at_0": "2100-01-01",
            "expires_at_1": "12:00",
        },
    )
    invite = Invite.objects.get()

    page = client.get(f"/admin/accounts/invite/{invite.pk}/change/").content.decode()
    client.post("/admin/accounts/invite/", {"action": "withdraw", "_selected_action": [invite.pk]})

    assert f"/accounts/signup/?invite={invite.code}" in page
    assert invite.made_by == member
    invite.refresh_from_db()
    assert invite.withdrawn_at is not None
