"""The first minute of a stranger: three taps, five picks, and an account that keeps them."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import GROUPS, names

pytestmark = pytest.mark.browser


class Walker:
    """Counts what a person has to click."""

    def __init__(self, page: Page) -> None:
        self.page, self.n_clicks, self.began = page, 0, time.monotonic()

    def click(self, locator) -> None:
        locator.click()
        self.n_clicks += 1


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_from_the_landing_page_to_five_picks_and_an_account_that_keeps_them(open_page, has_script):
    page = open_page("/", java_script_enabled=has_script)
    walker = Walker(page)

    walk_to_five(walker)

    assert walker.n_clicks <= 6
    assert time.monotonic() - walker.began <= 60
    assert len(set(names(page))) == 5
    reasons = page.locator(".card .reason").all_inner_texts()
    assert len([reason for reason in reasons if reason.strip()]) == 5
    saved = names(page)[0]
    save_and_undo(page, saved)
    save(page, saved)
    sign_up(page)
    check_all_is_kept(page, saved)


def walk_to_five(walker: Walker) -> None:
    page = walker.page
    expect(page.get_by_role("heading", level=1)).to_contain_text("Five picks")
    walker.click(page.get_by_role("link", name="Tap three groups"))
    for group in GROUPS:
        walker.click(page.locator("label.group", has_text=group))
    walker.click(page.get_by_role("button", name="Show my five"))
    expect(page.get_by_role("heading", level=1, name="Tonight")).to_be_visible()
    expect(page.get_by_text("Kept in this browser only.")).to_be_visible()


def save(page: Page, name: str) -> None:
    card = page.locator(".card", has=page.get_by_role("link", name=name, exact=True))
    card.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"{name} saved").first).to_be_visible()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)


def save_and_undo(page: Page, name: str) -> None:
    save(page, name)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".card .name", has_text=name)).to_be_visible()
    assert len(set(names(page))) == 5


def sign_up(page: Page) -> None:
    page.get_by_role("link", name="Sign up to keep it").click()
    expect(page.get_by_text("3 groups you tapped")).to_be_visible()
    expect(page.get_by_text("1 title you saved")).to_be_visible()
    page.get_by_label("Email").fill("alfred@example.org")
    page.get_by_label("Password").fill("a walk along the wide river")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1, name="Tonight")).to_be_visible()


def check_all_is_kept(page: Page, saved: str) -> None:
    expect(page.get_by_text("These are for anybody.")).to_have_count(0)
    expect(page.get_by_text("Kept in this browser only.")).to_have_count(0)
    assert len(names(page)) == 5
    assert saved not in names(page)
    page.get_by_role("link", name="Library").click()
    expect(page.locator(".book-row")).to_have_count(1)
    expect(page.locator(".book-row")).to_contain_text(saved)
    page.goto("/start/")
    tapped = [page.locator("label.group", has_text=group).locator("input") for group in GROUPS]
    assert all(box.is_checked() for box in tapped)
    assert page.locator("label.group input:checked").count() == 3
