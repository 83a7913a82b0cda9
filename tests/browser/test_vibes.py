"""A person's vibes in a browser: opened, started, switched, shaped, by mouse and by keyboard."""

import re

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from catalog.models import Title
from recommendations.models import Vibe
from tests import factories
from tests.browser.conftest import NARROW, PHONE, grave_violations, names, too_wide

pytestmark = pytest.mark.browser
GENRES = ("Science Fiction", "Romance")


@pytest.fixture
def lover(people):
    """The session of a member who loves twelve titles of two kinds, and whose vibes nobody made."""
    client = Client()
    client.user = factories.make_user()
    client.force_login(client.user)
    for genre in GENRES:
        for title in Title.objects.filter(genres__name=genre).order_by("-popularity", "pk")[:12]:
            if not client.user.favourites.filter(title=title).exists():
                factories.make_favourite(client.user, title)
    return client


def heading(page: Page) -> str:
    """Return what the page is called."""
    return page.locator("h1").inner_text()


def tabs(page: Page) -> list[str]:
    """Return the names on the tabs, in order."""
    return page.locator(".vibe-tabs .tab[id]").all_inner_texts()


def troubles(page: Page) -> list[str]:
    """Return what axe finds, and where the page is wider than its screen."""
    found = grave_violations(page)
    for size in (NARROW, PHONE):
        page.set_viewport_size(size)
        if too_wide(page) > 0:
            found.append(f"{too_wide(page)} px wider than {size['width']}")
    page.set_viewport_size({"width": 1280, "height": 800})
    return found


def test_a_vibe_is_opened_lived_in_and_shaped(open_page, lover):
    page = open_page("/vibes/", person=lover)
    assert troubles(page) == []

    # Start: nothing is stored yet, the first button does it.
    page.get_by_role("button", name="Start").first.click()
    expect(page).to_have_url(re.compile(r"/vibes/\d+/$"))
    first, here = heading(page), page.url
    assert len(names(page)) == 5
    assert troubles(page) == []

    # Save one, put one away: both make way for others of the vibe, and can be undone.
    before = names(page)
    for number, action in ((0, "Save"), (1, "Not for me")):
        card = page.locator("[data-list] > li").nth(number)
        card.get_by_role("button", name=action).click()
        expect(card.locator(".slip")).to_contain_text(before[number])
        expect(card.locator(".fits")).to_be_visible()
    assert len(set(names(page)) - set(before)) == 2

    # Switch in place, and back.
    other = next(name for name in tabs(page) if name != first)
    page.get_by_role("link", name=other, exact=True).click()
    expect(page.locator("h1")).to_have_text(other)
    expect(page).to_have_title(re.compile(re.escape(other)))
    expect(page.locator(".tab[aria-current]")).to_be_focused()
    expect(page.locator("#said")).to_have_text(f"Now: {other}.")
    assert page.url != here
    page.go_back()
    expect(page.locator("h1")).to_have_text(first)
    assert page.url == here
    assert before[0] not in names(page), "what was saved waits in the library"

    # Rename, with a name that is taken first.
    page.watched.expected_statuses = {422}
    for name in (other, "Late trains"):
        if not page.get_by_label("Call it").is_visible():
            page.locator("summary", has_text="Rename").click()
        page.get_by_label("Call it").fill(name)
        page.get_by_role("button", name="Keep this name").click()
        if name == other:
            expect(page.locator("#vibe-problem")).to_contain_text("Choose a different name")
    expect(page.locator("h1")).to_have_text("Late trains")

    # Split, take it back, merge with another, drop, take that back.
    page.get_by_role("button", name="Split").click()
    expect(page.get_by_role("status").first).to_contain_text("Two vibes now")
    n_split = len(tabs(page))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_contain_text("has taken in")
    assert len(tabs(page)) == n_split - 1
    page.locator("summary", has_text="Merge").click()
    page.get_by_role("button", name="Make them one").click()
    expect(page.get_by_role("status").first).to_contain_text("has taken in")
    page.get_by_role("button", name="Drop").click()
    expect(page.get_by_role("heading", name="Dropped")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("Late trains")


def test_the_same_by_keyboard_alone(open_page, lover):
    page = open_page("/vibes/", person=lover)

    def reach(role: str, name: str) -> None:
        """Go on with Tab until this has the focus."""
        wanted = page.get_by_role(role, name=name).first
        for _ in range(60):
            if wanted.evaluate("(each) => each === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{role} {name!r} is not reached by Tab")

    reach("button", "Start")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/vibes/\d+/$"))
    first = heading(page)

    page.keyboard.press("j")
    before = names(page)
    page.keyboard.press("s")
    expect(page.locator(".slip")).to_contain_text(before[0])
    page.keyboard.press("x")
    expect(page.locator(".slip").first).not_to_contain_text(before[0])
    assert before[0] not in names(page)

    other = next(name for name in tabs(page) if name != first)
    page.locator(".skip").focus()
    reach("link", other)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(other)
    reach("link", first)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(first)

    page.locator(".skip").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip().startswith("Rename"):
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("By hand")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("By hand")
    page.locator(".skip").focus()
    reach("button", "Split")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Two vibes now")
    page.locator(".skip").focus()
    reach("button", "Undo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("has taken in")
    assert Vibe.objects.living().filter(name="By hand").exists()
