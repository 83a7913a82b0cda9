"""The five for tonight: all in view, each replaced in place when acted upon, and taken back."""

import re

import pytest
from playwright.sync_api import Page, expect

from catalog.models import Adaptation
from tests.browser.conftest import DESKTOP, PHONE, names, too_wide

pytestmark = pytest.mark.browser
ACTIONS = {
    "Save": "saved",
    "Loved it": "marked as loved",
    "Seen it": "marked as seen",
    "Not for me": "put away",
}


def bottoms(page: Page, selector: str) -> list[float]:
    """Return how far down each of some elements reaches."""
    boxes = [each.bounding_box() for each in page.locator(selector).all()]
    return [box["y"] + box["height"] for box in boxes]


def ids(page: Page) -> list[str]:
    """Return the ids of the titles on the list, in order."""
    return page.locator("[data-list] > [data-title]").evaluate_all(
        "(cards) => cards.map((card) => card.dataset.title)"
    )


def test_five_cards_with_all_their_actions_are_in_view_on_a_desktop(open_page, guest):
    page = open_page("/", person=guest)

    lowest = bottoms(page, ".card .acts button")

    assert len(lowest) == 20
    assert max(lowest) <= 800
    tops = {round(card.bounding_box()["y"]) for card in page.locator(".card").all()}
    assert len(tops) == 1, "five columns"


def test_five_cards_stack_on_a_phone(open_page, guest):
    page = open_page("/", person=guest, viewport=PHONE, has_touch=True)

    boxes = [card.bounding_box() for card in page.locator(".card").all()]

    assert len(boxes) == 5
    assert all(
        above["y"] + above["height"] <= below["y"] + 1
        for above, below in zip(boxes, boxes[1:], strict=False)
    )
    assert too_wide(page) <= 0


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_action_is_large_enough_for_a_finger(open_page, guest, viewport):
    page = open_page("/", person=guest, viewport=viewport)

    boxes = [button.bounding_box() for button in page.locator(".card .acts button").all()]

    assert min(box["height"] for box in boxes) >= 44
    assert min(box["width"] for box in boxes) >= 44


@pytest.mark.parametrize("action", ACTIONS)
def test_acting_on_a_card_brings_the_next_and_undo_brings_the_old_one(open_page, guest, action):
    page = open_page("/", person=guest)
    before = names(page)
    card = page.locator("[data-list] > li").nth(1)

    card.get_by_role("button", name=action).click()

    slip = card.locator(".slip")
    expect(slip).to_contain_text(f"{before[1]} {ACTIONS[action]}")
    after = names(page)
    assert len(set(after)) == 5
    assert after[1] not in before
    assert [after[i] for i in (0, 2, 3, 4)] == [before[i] for i in (0, 2, 3, 4)]
    expect(card.locator(".name a")).to_be_focused()
    expect(page.locator("#said")).to_contain_text(f"{before[1]} {ACTIONS[action]}.")
    expect(page.locator("#said")).to_contain_text(after[1])

    slip.get_by_role("button", name="Undo").click()

    expect(card.locator(".name a")).to_have_text(before[1])
    expect(card.locator(".name a")).to_be_focused()
    expect(page.locator("#said")).to_have_text(f"{before[1]} is back.")
    expect(page.locator(".slip")).to_have_count(0)
    expect(card.get_by_role("button", name=action)).to_have_attribute("aria-pressed", "false")
    assert names(page) == before
    page.reload()
    assert sorted(names(page)) == sorted(before), "nothing was kept of it"


def test_all_five_can_be_acted_upon_and_the_list_stays_five(open_page, guest):
    page = open_page("/", person=guest)
    met = set(ids(page))

    for i in range(5):
        card = page.locator("[data-list] > li").nth(i)
        card.get_by_role("button", name="Seen it").click()
        expect(card.locator(".slip")).to_be_visible()
        assert len(set(ids(page))) == 5
        met |= set(ids(page))

    assert len(met) == 10, "nobody comes twice"


def test_no_two_cards_tell_the_same_story_however_many_are_acted_upon(open_page, guest):
    page = open_page("/", person=guest)
    seen_together = []

    for i in range(5):
        card = page.locator("[data-list] > li").nth(i)
        before = ids(page)[i]
        card.get_by_role("button", name="Seen it").click()
        expect(card).not_to_have_attribute("data-title", before)
        now = ids(page)
        seen_together += Adaptation.objects.filter(origin__in=now, form__in=now)

    assert seen_together == []


def test_the_slip_goes_when_its_time_is_up(open_page, guest):
    page = open_page("/", person=guest, reduced_motion="no-preference")
    page.locator(".card").first.get_by_role("button", name="Seen it").click()
    expect(page.locator(".slip")).to_be_visible()
    page.mouse.move(0, 0)

    page.evaluate("document.getAnimations().forEach((each) => each.finish())")

    expect(page.locator(".slip")).to_be_hidden()
    expect(page.locator("#said")).to_contain_text("can no longer be undone here")


def test_the_reasons_open_under_the_card_and_close_and_back_closes_them_too(open_page, guest):
    page = open_page("/", person=guest)
    card = page.locator(".card").nth(1)

    card.locator(".whybtn").click()

    why = page.locator("li.why")
    expect(why).to_be_visible()
    expect(why.get_by_role("heading", name="Your titles")).to_be_visible()
    expect(page).to_have_url(re.compile("why="))
    why.get_by_role("link", name="Close").click()
    expect(why).to_have_count(0)
    page.go_back()
    expect(why).to_be_visible()
    page.go_back()
    expect(why).to_have_count(0)
    assert len(names(page)) == 5


def test_closing_the_reasons_gives_focus_back_to_the_cards_why(open_page, guest):
    page = open_page("/", person=guest)
    page.locator(".whybtn").nth(1).click()

    page.locator("li.why").get_by_role("link", name="Close").click()

    expect(page.locator("li.why")).to_have_count(0)
    expect(page.locator(".whybtn").nth(1)).to_be_focused(timeout=2000)


def test_five_more_are_others(open_page, guest):
    page = open_page("/", person=guest)
    first = names(page)

    page.get_by_role("link", name="Five more").click()

    expect(page).to_have_url(re.compile("page=2"))
    assert len(names(page)) == 5
    assert not set(first) & set(names(page))


def test_a_filter_is_a_chip_that_comes_off(open_page, guest):
    page = open_page("/", person=guest)

    page.get_by_role("link", name="Add filter Series").click()

    expect(page).to_have_url(re.compile("kinds=series"))
    assert all("series" in facts.lower() for facts in page.locator(".facts").all_inner_texts())
    page.get_by_role("link", name="Series , remove filter").click()
    expect(page).not_to_have_url(re.compile("kinds"))


def test_an_act_the_moment_the_next_card_stands_is_swapped_in_place_too(open_page, guest):
    page = open_page("/", person=guest)
    before = names(page)
    # As soon as the answer is in the page, and before a finger could follow.
    page.evaluate(
        """() => document.addEventListener("htmx:afterSwap", ({ detail }) => {
          Promise.resolve().then(() => {
            const first = document.querySelector("[data-list] > li");
            window.whole = "the page was not left";
            first.querySelector("[data-key=x]").click();
          });
        }, { once: true })"""
    )

    card = page.locator("[data-list] > li").first
    card.get_by_role("button", name="Save").click()

    expect(card.locator(".slip")).to_contain_text("put away")
    expect(card.locator(".slip")).not_to_contain_text(before[0])
    assert page.evaluate("window.whole") == "the page was not left"
