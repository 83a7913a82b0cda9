"""A title's page: what a person says there, by mouse, by keyboard and without script."""

import pytest
from playwright.sync_api import Page, expect

from catalog.models import Rating, Title
from tests.browser.conftest import names

pytestmark = pytest.mark.browser


@pytest.fixture
def inception(site):
    return Title.objects.get(starter_id="film/inception-2010")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never came to {selector}")


def test_half_stars_are_given_changed_and_kept_by_keyboard_alone(open_page, inception):
    page = open_page(inception.get_absolute_url())
    tab_to(page, "input[name=stars]")

    # The first stop is the first radio; arrows go on, by half a star each.
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.locator("#mine .slip").wait_for()

    expect(page.get_by_role("radio", name="3½ stars")).to_be_checked()
    expect(page.get_by_role("radio", name="3½ stars")).to_be_focused()
    expect(page.locator("#said")).to_contain_text("has your rating")
    with page.expect_response("**/rate/"):
        page.keyboard.press("ArrowRight")
    page.reload()
    expect(page.get_by_role("radio", name="4 stars")).to_be_checked()
    assert [float(rating.stars) for rating in Rating.objects.all()] == [4.0]


def test_stars_chosen_while_a_rating_is_on_its_way_are_not_lost(open_page, inception):
    page = open_page(inception.get_absolute_url())
    held = []
    page.route("**/rate/", lambda route: held.append(route), times=1)
    page.locator("input[name=stars]").first.focus()
    page.keyboard.press("Space")
    with page.expect_request("**/rate/"):
        page.keyboard.press("ArrowRight")

    page.keyboard.press("ArrowRight")
    held[0].continue_()
    page.locator("#mine .slip").wait_for()
    page.wait_for_timeout(1200)

    expect(page.get_by_role("radio", name="1½ stars")).to_be_checked()
    assert float(Rating.objects.get().stars) == 1.5


def test_half_stars_are_given_and_cleared_without_script(open_page, inception):
    page = open_page(inception.get_absolute_url(), java_script_enabled=False)

    page.locator("label.half").nth(8).click()
    page.get_by_role("button", name="Rate").click()

    expect(page.get_by_role("radio", name="4½ stars")).to_be_checked()
    assert float(Rating.objects.get().stars) == 4.5
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("radio", name="4½ stars")).not_to_be_checked()
    assert not Rating.objects.exists()


def test_what_is_similar_comes_after_the_page(open_page, inception):
    page = open_page(inception.get_absolute_url())

    shelf = page.locator("#similar .shelf > li")

    expect(shelf).to_have_count(6)
    assert all(text.strip() for text in shelf.locator("p").all_inner_texts())
    assert inception.name not in shelf.locator("h3").all_inner_texts()


def test_without_script_similar_titles_are_a_link_away(open_page, inception):
    page = open_page(inception.get_absolute_url(), java_script_enabled=False)

    page.locator("#similar").get_by_role("link", name="More like this").click()

    assert len(names(page)) == 5


def test_saving_keeps_focus_on_its_button_and_undo_takes_it_back(open_page, inception):
    page = open_page(inception.get_absolute_url())
    button = page.locator("#act-save")

    button.click()

    expect(button).to_have_text("Saved")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    page.locator("#mine .slip").get_by_role("button", name="Undo").click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#said")).to_contain_text("is as it was before")


def test_the_fit_is_shown_to_somebody_whose_taste_is_known(open_page, member):
    title = Title.objects.get(starter_id="film/the-matrix-1999")
    page = open_page(title.get_absolute_url(), person=member)

    expect(page.locator("#fit")).to_contain_text("How it fits you")
