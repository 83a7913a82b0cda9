"""Coming in through an identity provider: a small one that runs beside the tests."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD, make_title, make_user

pytestmark = pytest.mark.django_db
LOGIN, BACK = "/accounts/oidc/sso/login/", "/accounts/oidc/sso/login/callback/"


class Provider(BaseHTTPRequestHandler):
    """Answers discovery, tokens and who somebody is; `people` are those who hold a code."""

    people: dict[str, dict] = {}

    def do_GET(self):
        base = f"http://127.0.0.1:{self.server.server_port}"
        if self.path == "/.well-known/openid-configuration":
            self.answer(
                issuer=base,
                authorization_endpoint=f"{base}/authorize",
                token_endpoint=f"{base}/token",
                userinfo_endpoint=f"{base}/userinfo",
                jwks_uri=f"{base}/keys",
                token_endpoint_auth_methods_supported=["client_secret_post"],
            )
        else:
            code = self.headers["Authorization"].removeprefix("Bearer ")
            self.answer(**self.people[code])

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        code, secret = form["code"][0], form["client_secret"][0]
        if secret != "shared" or code not in self.people or "code_verifier" not in form:
            return self.answer(400, error="invalid_grant")
        base = f"http://127.0.0.1:{self.server.server_port}"
        claims = {"iss": base, "aud": "moviedb", "exp": time.time() + 60, "iat": time.time() - 1}
        token = jwt.encode(claims | self.people[code], "k" * 32, algorithm="HS256")
        return self.answer(access_token=code, token_type="Bearer", id_token=token)

    def answer(self, status: int = 200, **body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="module")
def server():
    server = HTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def provider(server, settings):
    cache.clear()
    Provider.people = {
        "ada": {"sub": "1", "email": "ada@example.org", "email_verified": True, "name": "Ada L."},
        "bob": {"sub": "2", "email": "bob@example.org", "email_verified": False},
    }
    app = {
        "provider_id": "sso",
        "name": "House key",
        "client_id": "moviedb",
        "secret": "shared",
        "settings": {"server_url": server},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }
    settings.OIDC_NAME, settings.HAS_OIDC, settings.OIDC_REGISTRATION = "House key", True, "open"


def come_in(client, who: str, *, process: str = "login"):
    """Go to the provider and come back as one of its people."""
    there = client.post(f"{LOGIN}?process={process}")
    state = parse_qs(urlsplit(there.headers["Location"]).query)["state"][0]
    return client.get(BACK, {"code": who, "state": state}, follow=True)


def test_the_door_shows_the_provider_and_leads_to_it_with_a_proof_key(client, server):
    page = client.get("/accounts/login/").content.decode()
    there = client.post(LOGIN)

    assert "Sign in with House key" in page
    assert there.headers["Location"].startswith(f"{server}/authorize?")
    assert "code_challenge_method=S256" in there.headers["Location"]


def test_a_newcomer_becomes_a_member_and_keeps_what_the_guest_did(client):
    title = make_title()
    client.post(f"/title/{title.pk}/act/", {"action": "save"})

    come_in(client, "ada")

    member = User.objects.get()
    assert client.session["_auth_user_id"] == str(member.pk)
    assert (member.email, member.is_guest, member.first_name) == ("ada@example.org", False, "")
    assert not member.has_usable_password()
    assert member.saves.get().title == title


def test_who_comes_again_is_the_same(client):
    come_in(client, "ada")
    come_in(Client(), "ada")

    assert User.objects.count() == 1


def test_an_address_that_is_taken_here_opens_nobodys_account(client):
    member = make_user("ada@example.org")

    come_in(client, "ada")

    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.filter(user=member).exists()


def test_a_member_connects_the_provider_and_comes_in_by_it(client):
    member = make_user("ada@example.org")
    client.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD})

    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    come_in(client, "ada", process="connect")
    other = Client()
    come_in(other, "ada")

    assert SocialAccount.objects.get().user == member
    assert other.session["_auth_user_id"] == str(member.pk)
    assert "House key" in other.get("/me/safety/").content.decode()


def test_the_only_way_in_is_not_disconnected(client):
    come_in(client, "ada")
    account = SocialAccount.objects.get()

    page = client.post("/accounts/3rdparty/", {"account": account.pk})

    assert "your only way in" in page.content.decode()
    assert SocialAccount.objects.exists()


def test_where_the_provider_admits_nobody_new_nobody_new_comes_in(client, settings):
    settings.OIDC_REGISTRATION = "closed"

    page = come_in(client, "ada")

    assert "Sign-up is closed" in page.content.decode()
    assert not User.objects.exists()


def test_an_invitation_is_not_asked_of_the_providers_people(client, settings):
    settings.REGISTRATION = "invite"

    come_in(client, "ada")

    assert User.objects.get().email == "ada@example.org"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"error": "access_denied"}, "You turned back"),
        ({"code": "nobody"}, "did not let you in"),
        ({"code": "ada", "state": "forged"}, "did not let you in"),
    ],
)
def test_what_goes_wrong_over_there_is_said(client, answer, told):
    there = client.post(LOGIN)
    state = parse_qs(urlsplit(there.headers["Location"]).query)["state"][0]

    page = client.get(BACK, {"state": state, **answer}, follow=True)

    assert told in page.content.decode()
    assert "_auth_user_id" not in client.session
