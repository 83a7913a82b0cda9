"""Search: plain words find the title, wishes become chips, and the address holds it all."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import names
from tests.browser.test_pages import KING_ALFRED

pytestmark = pytest.mark.browser
HEIST = "heist comedy under two hours, not animated"


def ask(page: Page, words: str) -> None:
    """Type words into the search of whatever page is open."""
    page.get_by_role("searchbox").fill(words)
    page.keyboard.press("Enter")
    expect(page.locator("#results [data-list]")).to_be_visible()


def test_asking_again_does_not_lengthen_the_address(open_page):
    page = open_page("/search/")

    for words in ("vikings", "monks", "ships"):
        ask(page, words)
        expect(page).to_have_url(re.compile(f"q={words}"))

    parameters = [name for name, _ in parse_qsl(urlsplit(page.url).query)]
    assert len(parameters) == len(set(parameters)), page.url


def test_what_was_not_set_stays_out_of_the_address(open_page, guest):
    page = open_page("/search/?q=vikings")
    ask(page, "monks")
    expect(page).to_have_url(re.compile(r"/search/\?q=monks$"))

    page = open_page("/", person=guest)
    page.locator("summary", has_text="Filter").click()
    page.get_by_role("checkbox", name="Films").check()
    page.get_by_role("button", name="Apply").click()

    expect(page).to_have_url(re.compile(r"/\?kinds=film$"))


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_king_alfred_and_the_vikings_put_the_last_kingdom_first(open_page, has_script):
    page = open_page("/", java_script_enabled=has_script)

    ask(page, KING_ALFRED)

    assert names(page)[0] == "The Last Kingdom"


def test_a_wish_becomes_chips_that_go_into_the_address_and_back_takes_them_off(open_page):
    page = open_page("/search/")
    ask(page, HEIST)
    for proposed in ("Comedy", "Under 2 h", "Not animation"):
        expect(page.locator(".chip.add", has_text=proposed)).to_be_visible()

    page.locator(".chip.add", has_text="Under 2 h").click()

    expect(page).to_have_url(re.compile("max_runtime=120"))
    expect(page.locator(".chip.on", has_text="Under 2 h")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value(HEIST)
    page.locator(".chip.add", has_text="Comedy").click()
    expect(page.locator(".chip.on")).to_have_count(2)
    page.go_back()
    expect(page.locator(".chip.on")).to_have_count(1)
    page.go_back()
    expect(page).not_to_have_url(re.compile("max_runtime"))
    expect(page.locator(".chip.on")).to_have_count(0)
    page.go_forward()
    page.locator(".chip.on", has_text="Under 2 h").click()
    expect(page).not_to_have_url(re.compile("max_runtime"))


def test_the_reasons_open_and_close_and_are_in_the_address(open_page):
    page = open_page("/search/")
    ask(page, KING_ALFRED)

    page.locator(".result").first.locator(".whybtn").click()

    why = page.locator("li.why")
    expect(why).to_be_visible()
    expect(why.locator("mark").first).to_be_visible()
    expect(page).to_have_url(re.compile("why="))
    page.locator(".result").first.locator(".whybtn").click()
    expect(why).to_have_count(0)
    expect(page).not_to_have_url(re.compile("why="))
    page.go_back()
    expect(why).to_be_visible()


def test_a_misspelt_name_is_found_by_name(open_page):
    page = open_page("/search/?q=blade+runer")

    expect(page.locator(".named")).to_contain_text("Blade Runner")


def test_a_mood_tile_leads_to_five_without_typing(open_page):
    page = open_page("/")

    page.get_by_role("link", name="Quiet and strange").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Quiet and strange")
    assert len(names(page)) == 5


def test_saving_a_result_keeps_it_in_its_place(open_page):
    page = open_page("/search/")
    ask(page, KING_ALFRED)
    before = names(page)
    row = page.locator(".result").first

    row.get_by_role("button", name="Save").click()

    expect(row.get_by_role("button", name="Saved")).to_have_attribute("aria-pressed", "true")
    expect(row.get_by_role("button", name="Saved")).to_be_focused()
    assert names(page) == before
    row.get_by_role("button", name="Undo").click()
    expect(row.get_by_role("button", name="Save")).to_have_attribute("aria-pressed", "false")


def test_the_slider_weighs_words_against_taste_and_stays_in_the_address(open_page, guest):
    page = open_page("/search/", person=guest)
    ask(page, "a lonely journey through space")
    slider = page.get_by_label("What counts more")
    before = slider.input_value()

    slider.focus()
    page.keyboard.press("Home")
    page.keyboard.press("End")

    expect(page).to_have_url(re.compile(r"[?&]w=\d+"))
    assert slider.input_value() != before
    expect(slider).to_be_focused()
    weight = slider.input_value()
    expect(page.locator("output[for=fader-w]")).to_contain_text(f"{weight} words")
    page.reload()
    expect(page.get_by_label("What counts more")).to_have_value(weight)


def test_strange_words_are_answered_with_a_page(open_page):
    page = open_page("/search/")

    for words in ("😀😀😀", "'; DROP TABLE users; --", "<script>alert(1)</script>", "x" * 3000):
        page.get_by_role("searchbox").fill(words)
        with page.expect_navigation():
            page.keyboard.press("Enter")

        expect(page.locator("#results")).to_be_visible()
        assert page.get_by_role("searchbox").input_value()[:2000] == words[:2000]
