"""Coming in through an identity provider, in a browser: a real one that runs beside the site."""

import copy

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tests.browser.conftest import PHONE, grave_violations, too_wide
from tests.provider import Provider, new_key

pytestmark = pytest.mark.browser


@pytest.fixture
def provider(site, settings):
    """A provider that this site knows; browsers may send its forms on to it."""
    started = Provider()
    started.reset()
    started.serve(settings)
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["form-action"].append(started.url)
    settings.CONTENT_SECURITY_POLICY = policy
    yield started
    started.stop()


def go_to(page, provider):
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with House key").click()


def forgive(page, provider):
    """Take what the browser asked of the provider off the page's problems."""
    seen = page.watched.problems
    seen[:] = [each for each in seen if provider.url not in each]


def test_somebody_comes_in_by_the_provider_and_is_the_same_the_next_time(open_page, provider):
    page = open_page("/")
    go_to(page, provider)
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    page.get_by_role("button", name="I am ada").click()

    # Back here, as a member with the provider's address and nothing else of theirs.
    page.wait_for_url("/**")
    page.goto("/me/safety/")
    expect(page.get_by_text("House key").first).to_be_visible()
    member = User.objects.get(is_guest=False)
    assert (member.email, member.has_usable_password()) == ("ada@example.org", False)
    assert "Ada" not in member.shown_name
    asked = provider.asked[-1]
    assert asked["code_challenge_method"] == "S256"
    assert asked["nonce"]
    assert asked["state"]

    again = open_page(viewport=PHONE)
    go_to(again, provider)
    again.get_by_role("button", name="I am ada").click()
    again.wait_for_url("/**")
    again.goto("/me/safety/")
    expect(again.get_by_text("House key").first).to_be_visible()
    assert User.objects.get(is_guest=False) == member
    assert provider.asked[-1]["nonce"] != asked["nonce"]
    for each in (page, again):
        forgive(each, provider)


def test_a_forged_token_and_a_provider_that_is_down_open_nothing(open_page, provider):
    page = open_page("/", viewport=PHONE)
    page.watched.expected_statuses.add(401)
    provider.signs_with = new_key()
    go_to(page, provider)
    page.get_by_role("button", name="I am ada").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The other side did not let you in")
    assert not User.objects.filter(is_guest=False).exists()

    provider.stop()
    page.get_by_role("link", name="Try again").click()
    page.get_by_role("button", name="Sign in with House key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("House key cannot be reached")
    assert too_wide(page) <= 0
    assert grave_violations(page) == []
    forgive(page, provider)
