"""The site by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.conftest import names

pytestmark = pytest.mark.browser


@pytest.fixture
def five(open_page, guest):
    """The page of a guest's five."""
    return open_page("/", person=guest)


def focused_name(page: Page) -> str:
    """Return the name of the card that has focus."""
    return page.evaluate("document.activeElement.closest('li')?.querySelector('.name').innerText")


def test_the_skip_link_comes_first_shows_itself_and_leads_to_the_content(open_page):
    page = open_page("/")

    page.keyboard.press("Tab")

    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_three_taps_by_keyboard_lead_to_five(open_page):
    page = open_page("/start/")

    page.locator("label.group input").first.focus()
    for _ in range(3):
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    expect(page.locator("label.group input:checked")).to_have_count(3)
    page.get_by_role("button", name="Show my five").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1, name="Tonight")).to_be_visible()
    assert len(names(page)) == 5


def test_slash_goes_to_the_search_and_then_is_a_letter(open_page):
    page = open_page("/")

    page.keyboard.press("/")

    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    page.keyboard.type("s/j?")
    expect(box).to_have_value("s/j?")


def test_slash_leads_to_the_search_where_there_is_no_box(five):
    five.keyboard.press("/")

    expect(five.get_by_role("searchbox")).to_be_focused()
    assert "/search/" in five.url


def test_j_and_k_and_the_arrows_go_from_card_to_card(five):
    cards = names(five)
    walked = []

    for key in ("j", "j", "j", "k", "ArrowRight", "ArrowLeft"):
        five.keyboard.press(key)
        walked.append(focused_name(five))

    assert walked == [cards[i] for i in (0, 1, 2, 1, 2, 1)]


def test_a_card_is_one_tab_stop_and_arrows_go_about_its_controls(five):
    five.keyboard.press("j")
    first = focused_name(five)

    five.keyboard.press("ArrowDown")

    assert focused_name(five) == first
    five.keyboard.press("j")
    five.keyboard.press("Tab")
    assert focused_name(five) == names(five)[2]


def test_s_saves_and_u_takes_it_back(five):
    before = names(five)
    five.keyboard.press("j")
    five.keyboard.press("j")

    five.keyboard.press("s")

    expect(five.locator(".slip")).to_contain_text(f"{before[1]} saved")
    assert focused_name(five) == names(five)[1] != before[1]
    five.keyboard.press("u")
    expect(five.locator(".slip")).to_have_count(0)
    assert names(five) == before
    assert focused_name(five) == before[1]


def test_the_other_keys_act_too(five):
    five.keyboard.press("j")

    for key, words in (("l", "marked as loved"), ("w", "marked as seen"), ("x", "put away")):
        name = focused_name(five)
        five.keyboard.press(key)
        expect(five.locator(".slip")).to_contain_text(f"{name} {words}")
        # Focus follows when the swap has settled, a moment after the slip is there.
        expect(five.locator(".card.fresh :focus")).to_have_count(1)


def test_question_mark_opens_the_help_and_escape_closes_it(open_page):
    page = open_page("/")
    page.get_by_role("link", name="Tap three groups").focus()

    page.keyboard.press("?")

    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="Tap three groups")).to_be_focused()


def test_single_keys_can_be_switched_off(open_page, member):
    User.objects.update(has_shortcuts=False)
    page = open_page("/", person=member)

    for key in ("?", "j", "/"):
        page.keyboard.press(key)

    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    assert page.evaluate("document.activeElement === document.body")


def test_the_account_menu_opens_and_closes_by_keyboard(open_page, member):
    page = open_page("/", person=member)
    summary = page.locator("details.menu summary", has_text="Account")

    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Settings")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Settings")).to_be_hidden()
    expect(summary).to_be_focused()
