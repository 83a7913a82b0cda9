"""What a page says when an act fails: beside what was touched, and to those who listen."""

import pytest
from playwright.sync_api import expect

from catalog.models import Comment, Title
from tests.browser.conftest import DESKTOP, PHONE, grave_violations, too_wide

pytestmark = pytest.mark.browser


def comment(page, words):
    page.get_by_label("Say something about it").fill(words)
    page.get_by_role("button", name="Comment", exact=True).click()


def test_who_acts_too_often_is_told_so_beside_the_button(open_page, member, settings):
    settings.RATES = settings.RATES | {"comments": "1/m"}
    title = Title.objects.get(starter_id="film/inception-2010")
    page = open_page(f"/title/{title.pk}/comments/", person=member, viewport=PHONE)
    page.watched.expected_statuses.add(429)
    comment(page, "Seen it four times.")
    expect(page.locator("#comment-list")).to_contain_text("Seen it four times.")

    comment(page, "And once more.")

    failed, button = page.locator(".failed"), page.get_by_role("button", name="Comment", exact=True)
    expect(failed).to_contain_text("Too many requests came at once. Try again in")
    expect(page.locator("#said")).to_contain_text("Too many requests came at once.")
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        button.click()
        expect(failed).to_have_count(1)
        expect(failed).to_be_in_viewport(ratio=1)
        there, here = failed.bounding_box(), button.bounding_box()
        below = there["y"] - (here["y"] + here["height"])
        above = here["y"] - (there["y"] + there["height"])
        assert 0 <= max(below, above) < 12
        assert too_wide(page) <= 0
    assert grave_violations(page) == []
    expect(page.get_by_label("Say something about it")).to_have_value("And once more.")
    page.keyboard.press("Escape")
    expect(failed).to_have_count(0)
    assert Comment.objects.count() == 1

    # Nobody answers at all: that is said in the same place.
    page.context.set_offline(True)
    button.click()
    expect(failed).to_contain_text("That did not work, and nothing was changed.")
    page.context.set_offline(False)

    plain = open_page(page.url, person=member, java_script_enabled=False)
    plain.watched.expected_statuses.add(429)
    comment(plain, "Without script.")
    expect(plain.get_by_role("heading", level=1)).to_have_text("Slow down a little")
    # What a browser and htmx tell the console about it is no problem of the page.
    about_it = ("ERR_INTERNET", "htmx:sendError", "htmx:afterRequest", "Status Error Code 429")
    seen = page.watched.problems
    seen[:] = [each for each in seen if not any(words in each for words in about_it)]
