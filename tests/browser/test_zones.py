"""The zones beside Tonight in a browser: from Explore to a gem that is put away, and back."""

import re

import pytest
from playwright.sync_api import expect

from catalog.models import Dismissal
from tests.browser.conftest import names
from tests.browser.test_pages import troubles

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_gem_is_found_put_away_here_then_everywhere_and_taken_back(open_page, member, has_script):
    page = open_page("/", person=member, java_script_enabled=has_script)

    page.get_by_role("link", name="Explore", exact=True).click()
    page.get_by_role("link", name="Hidden gems", exact=True).click()
    expect(page).to_have_url(re.compile("/gems/$"))
    five = names(page)
    assert len(set(five)) == 5
    page.locator(".card").first.get_by_role("button", name="Not for me").click()

    if has_script:
        card = page.locator("[data-list] > li").first
        expect(card.locator(".slip")).to_contain_text(f"{five[0]} put away here")
        came = names(page)[0]
        card.get_by_role("button", name="Everywhere").click()
        expect(card.locator(".slip")).to_contain_text("put away everywhere")
        assert names(page)[0] == came, "the card that came instead stays"
        assert Dismissal.objects.filter(user=member.user, title__name=five[0]).get().zone == ""
        card.get_by_role("button", name="Undo").click()
        expect(card.locator(".name a")).to_have_text(five[0])
    else:
        expect(page.get_by_text("put away here")).to_be_visible()
        page.get_by_role("button", name="Not for me anywhere").click()
        expect(page.get_by_text("put away everywhere")).to_be_visible()
        assert Dismissal.objects.filter(user=member.user, title__name=five[0]).get().zone == ""
        page.get_by_role("button", name="Undo").click()
        assert five[0] in names(page)
    assert not Dismissal.objects.filter(title__name=five[0]).exists()


def test_the_slider_swaps_the_gems_in_place_and_back_brings_the_former(open_page, member):
    page = open_page("/gems/", person=member)
    before = names(page)

    page.get_by_label("How little known").focus()
    page.keyboard.press("Home")

    expect(page).to_have_url(re.compile("known=5"))
    expect(page.locator(".card .name a").first).not_to_have_text(before[0])
    page.go_back()
    expect(page).to_have_url(re.compile("/gems/$"))
    expect(page.locator(".card .name a")).to_have_text(before)


def test_browsing_goes_from_a_titles_genre_to_a_decade_to_a_person_without_script(open_page):
    page = open_page("/browse/?kind=film", java_script_enabled=False)

    page.get_by_role("link", name=re.compile("^Horror")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Films · Horror")
    page.get_by_role("link", name="Newest").click()
    page.locator(".shelf .name a").first.click()
    page.locator(".byline a").first.click()

    expect(page).to_have_url(re.compile(r"/person/\d+/"))
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Directed")


def test_no_page_of_the_zones_has_a_barrier_and_all_fit(open_page, member):
    page, found = open_page(person=member), {}

    for address in ("/explore/", "/gems/", "/surprise/", "/trending/", "/moods/", "/moods/noir/",
                    "/browse/?kind=film", "/people/"):  # fmt: skip
        page.goto(address)
        if here := troubles(page):
            found[address] = here
    page.goto("/browse/?kind=series")
    page.locator(".shelf .name a").first.click()
    page.locator(".byline a").first.click()
    found |= {"person": here} if (here := troubles(page)) else {}

    assert found == {}


def test_a_card_put_away_here_has_no_barrier_and_fits(open_page, member):
    page = open_page("/gems/", person=member)

    page.locator(".card").nth(1).get_by_role("button", name="Not for me").click()
    page.get_by_role("button", name="Everywhere").wait_for()

    assert troubles(page) == []
