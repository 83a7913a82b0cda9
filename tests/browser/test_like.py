"""More like…: find a title by a name that is nearly right, add it, get five, drop it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import names

pytestmark = pytest.mark.browser


def add(page: Page, misspelt: str, name: str) -> None:
    """Find a title and add it to the anchors."""
    page.get_by_label("Find a title to add").fill(misspelt)
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name=re.compile(f"^More like it ?: {name}$")).click()
    expect(page.locator(".anchors")).to_contain_text(name)


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_misspelt_title_becomes_an_anchor_gives_five_and_is_dropped(open_page, has_script):
    page = open_page("/like/", java_script_enabled=has_script)

    add(page, "incepton", "Inception")

    expect(page).to_have_url(re.compile(r"[?&]a=\d+"))
    five = names(page)
    assert len(set(five)) == 5
    assert "Inception" not in five
    page.get_by_role("link", name="Take Inception away").click()
    expect(page).not_to_have_url(re.compile("a="))
    expect(page.locator(".anchors li")).to_have_count(0)
    assert names(page) == []


def test_two_anchors_and_one_to_keep_away_from(open_page):
    page = open_page("/like/")
    add(page, "incepton", "Inception")
    add(page, "blade runer", "Blade Runner")
    two = names(page)
    page.get_by_label("Find a title to add").fill("the matrx")
    page.get_by_role("button", name="Find", exact=True).click()

    page.get_by_role("link", name=re.compile("^Not like it ?: The Matrix$")).click()

    expect(page.locator(".anchors li")).to_have_count(3)
    expect(page.locator(".anchors li.not")).to_contain_text("The Matrix")
    assert len(names(page)) == 5
    assert names(page) != two


def test_what_should_be_alike_is_a_slider_in_the_address(open_page):
    page = open_page("/like/")
    add(page, "incepton", "Inception")
    page.get_by_text("What should be alike").click()

    page.get_by_label("People").focus()
    page.keyboard.press("End")

    expect(page).to_have_url(re.compile("people=100"))
    expect(page).not_to_have_url(re.compile("story="))
    expect(page.get_by_label("People")).to_be_focused()
    assert len(names(page)) == 5


def test_acting_on_a_card_replaces_it_with_more_of_the_same(open_page):
    page = open_page("/like/")
    add(page, "incepton", "Inception")
    before = names(page)
    card = page.locator("[data-list] > li").first

    card.get_by_role("button", name="Seen it").click()

    expect(card.locator(".slip")).to_contain_text(before[0])
    assert len(set(names(page))) == 5
    assert before[0] not in names(page)
    card.get_by_role("button", name="Undo").click()
    expect(card.locator(".name a")).to_have_text(before[0])


def test_a_name_that_nobody_bears_is_answered_in_words(open_page):
    page = open_page("/like/?q=qqqqzzzzxxxx")

    expect(page.get_by_text("No title is called “qqqqzzzzxxxx”.")).to_be_visible()
