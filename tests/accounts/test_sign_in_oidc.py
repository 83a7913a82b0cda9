"""Coming in through an identity provider: a small one that runs beside the tests."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD, make_title, make_user
from tests.provider import Provider, new_key

pytestmark = pytest.mark.django_db
LOGIN, BACK = "/accounts/oidc/sso/login/", "/accounts/oidc/sso/login/callback/"


@pytest.fixture(scope="module")
def running():
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture(autouse=True)
def provider(running, settings):
    cache.clear()
    running.reset()
    running.serve(settings)
    return running


@pytest.fixture
def come_in(provider):
    """A function that goes to the provider and comes back as one of its people."""

    def come(client, who: str, *, process: str = "login", **changed):
        there = client.post(f"{LOGIN}?process={process}")
        query = parse_qs(urlsplit(there.headers["Location"]).query)
        asked = {name: values[0] for name, values in query.items()} | changed
        back = {"code": provider.code_for(who, asked), "state": asked["state"]}
        return client.get(BACK, back, follow=True)

    return come


def test_the_door_shows_the_provider_and_leads_to_it_with_a_proof_key(client, provider):
    page = client.get("/accounts/login/").content.decode()
    there = client.post(LOGIN)

    assert "Sign in with House key" in page
    assert there.headers["Location"].startswith(f"{provider.url}/authorize?")
    assert "code_challenge_method=S256" in there.headers["Location"]


def test_a_newcomer_becomes_a_member_and_keeps_what_the_guest_did(client, come_in):
    title = make_title()
    client.post(f"/title/{title.pk}/act/", {"action": "save"})

    come_in(client, "ada")

    member = User.objects.get()
    assert client.session["_auth_user_id"] == str(member.pk)
    assert (member.email, member.is_guest, member.first_name) == ("ada@example.org", False, "")
    assert not member.has_usable_password()
    assert member.saves.get().title == title


def test_who_comes_again_is_the_same(client, come_in):
    come_in(client, "ada")
    come_in(Client(), "ada")

    assert User.objects.count() == 1


def test_an_address_that_is_taken_here_opens_nobodys_account(client, come_in):
    member = make_user("ada@example.org")

    come_in(client, "ada")

    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.filter(user=member).exists()


def test_a_member_connects_the_provider_and_comes_in_by_it(client, come_in):
    member = make_user("ada@example.org")
    client.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD})

    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    come_in(client, "ada", process="connect")
    other = Client()
    come_in(other, "ada")

    assert SocialAccount.objects.get().user == member
    assert other.session["_auth_user_id"] == str(member.pk)
    assert "House key" in other.get("/me/safety/").content.decode()


def test_the_only_way_in_is_not_disconnected(client, come_in):
    come_in(client, "ada")
    account = SocialAccount.objects.get()

    page = client.post("/accounts/3rdparty/", {"account": account.pk})

    assert "your only way in" in page.content.decode()
    assert SocialAccount.objects.exists()


def test_where_the_provider_admits_nobody_new_nobody_new_comes_in(client, settings, come_in):
    settings.OIDC_REGISTRATION = "closed"

    page = come_in(client, "ada")

    assert "Sign-up is closed" in page.content.decode()
    assert not User.objects.exists()


def test_an_invitation_is_not_asked_of_the_providers_people(client, settings, come_in):
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


# ── A provider that is not to be believed, or not there ──────────────────


def refused(client, page, *, told="did not let you in"):
    """Whether nobody came in, and the page says so."""
    return (
        page.status_code == 401
        and told in page.content.decode()
        and "_auth_user_id" not in client.session
        and not User.objects.exists()
    )


def test_a_token_with_another_signature_is_refused(client, provider, come_in):
    provider.signs_with = new_key()

    assert refused(client, come_in(client, "ada"))


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_a_token_without_the_providers_own_key_is_refused(client, provider, come_in, algorithm):
    provider.algorithm = algorithm
    if algorithm == "none":
        provider.signs_with = None

    assert refused(client, come_in(client, "ada"))


@pytest.mark.parametrize(
    "bent",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another site"}, {"iss": "http://id.example"},
        {"exp": 1}, {"exp": None}, {"sub": None}, {"sub": "2"},
    ],
    ids=lambda bent: "{}={}".format(*next(iter(bent.items()))),
)  # fmt: skip
def test_a_token_that_says_something_else_is_refused(client, provider, come_in, bent):
    provider.bend = bent

    assert refused(client, come_in(client, "ada"))


def test_an_answer_about_somebody_else_than_the_tokens_is_refused(client, provider, come_in):
    provider.bend_userinfo = {"sub": "2", "email": "bob@example.org"}

    assert refused(client, come_in(client, "ada"))


def test_a_state_of_another_browser_is_refused(client, provider, come_in):
    assert refused(client, come_in(client, "ada", state="forged"))
    there = Client().post(LOGIN).headers["Location"]
    theirs = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}

    back = {"code": provider.code_for("ada", theirs), "state": theirs["state"]}

    assert refused(client, client.get(BACK, back))


def test_a_code_without_its_proof_key_is_refused(client, come_in):
    assert refused(client, come_in(client, "ada", code_challenge="another"))


def test_a_provider_that_is_down_is_named_as_such(client, provider):
    there = client.post(LOGIN).headers["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]

    provider.is_broken = True
    assert refused(client, client.post(LOGIN), told="House key cannot be reached")
    provider.stop()
    assert refused(client, client.post(LOGIN), told="House key cannot be reached")
    back = client.get(BACK, {"code": "any", "state": state})
    assert refused(client, back, told="House key cannot be reached")
