"""Passkeys and codes as a member uses them: made, used, and the door they open."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, grave_violations, too_wide
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def ada(people):
    user = make_user("ada@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def with_a_finger(page):
    """Give the browser an authenticator of its own, which always recognises its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def barriers(page) -> list[str]:
    """Return what axe finds on a page, and whether it is wider than a phone."""
    found = grave_violations(page)
    size = page.viewport_size
    page.set_viewport_size(PHONE)
    found += [f"{too_wide(page)} px too wide at {page.url}"] if too_wide(page) > 0 else []
    page.set_viewport_size(size)
    return found


def test_a_passkey_is_made_and_opens_the_door_alone(open_page, site, ada):
    # A passkey is bound to a name; browsers take none for an address of four numbers.
    here = site.replace("127.0.0.1", "localhost")
    page = open_page(base_url=here)
    page.watched.site = here
    session, authenticator = with_a_finger(page)
    page.goto("/accounts/login/?next=/me/safety/")
    found = barriers(page)
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Sign-in and safety")).to_be_visible()

    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    found += barriers(page)
    page.get_by_label("What you call it").fill("My thumb")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    found += barriers(page)
    page.get_by_role("link", name="To sign-in and safety").click()
    expect(page.get_by_text("Passkey, opens the door alone.")).to_be_visible()
    found += barriers(page)

    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/me/safety/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("link", name="Tonight")).to_be_visible()
    page.goto("/me/safety/")
    expect(page.get_by_text("My thumb").first).to_be_visible()
    expect(page.get_by_text("Last used")).to_be_visible()

    page.context.clear_cookies()
    session.send("WebAuthn.clearCredentials", {"authenticatorId": authenticator})
    session.send(
        "WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False}
    )
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")
    assert found == []


def test_an_app_is_set_up_and_its_code_is_asked_without_javascript(open_page, ada):
    def code() -> str:
        now = list(auth.yield_hotp_counters_from_time())[1]
        return auth.format_hotp_value(auth.hotp_value(secret, now))

    page = open_page("/accounts/login/?next=/me/safety/", java_script_enabled=False)
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Set up an authenticator app").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    secret = page.locator(".secret").inner_text()
    assert re.fullmatch(r"[A-Z2-7]{32}", secret)
    page.get_by_label("Authenticator code").fill("000000")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_text("This code is wrong")).to_be_visible()
    assert page.locator(".secret").inner_text() == secret
    page.get_by_label("Authenticator code").fill(code())
    page.get_by_role("button", name="Switch it on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    recovery = page.locator(".codes li").first.inner_text()

    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/me/safety/")
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("heading", name="Sign-in and safety")).to_be_visible()
    expect(page.get_by_text("9 are left.")).to_be_visible()
