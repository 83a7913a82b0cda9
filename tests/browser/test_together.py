"""Two browsers, one table: from an empty room to an agreed title."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, grave_violations, names, too_wide

pytestmark = pytest.mark.browser
MOST_SECONDS = 180


def test_a_member_and_a_visitor_agree_on_one_within_three_minutes(open_page, member):
    started = time.monotonic()
    host = open_page("/together/", person=member)
    host.get_by_label("In the mood for").fill("something tense")
    host.get_by_role("button", name="Make the room").click()
    expect(host.get_by_role("heading", name="Ask somebody in")).to_be_visible()
    link = host.get_by_label("The link").input_value()
    assert host.locator(".room-qr svg path").count() == 1
    assert grave_violations(host) == []

    guest = open_page(link, viewport=PHONE, has_touch=True)
    for group in guest.locator(".group").all()[:3]:
        group.click()
    expect(guest.get_by_text("of 3 chosen")).to_be_visible()
    assert grave_violations(guest) == []
    assert too_wide(guest) <= 0
    guest.get_by_role("button", name="Come in").click()

    expect(guest.locator(".room-five > li")).to_have_count(5)
    expect(host.locator(".room-five > li")).to_have_count(5)
    assert names(host) == names(guest)
    assert grave_violations(host) == []
    assert too_wide(guest) <= 0

    first, second = names(guest)[:2]
    guest.locator(".card").nth(0).get_by_role("button", name="Rather not").click()
    expect(guest.get_by_role("button", name=f"{first} take back")).to_be_visible()
    expect(host.locator(".card .name a").nth(0)).not_to_have_text(first)
    expect(host.get_by_text("take back")).to_have_count(0)
    host.reload()
    assert names(host) == names(guest), "the table outlives a reload"

    host.locator(".card").nth(1).get_by_role("button", name="Yes, this one").click()
    expect(guest.locator(".card").nth(1)).to_contain_text("1 yes")
    guest.locator(".card").nth(1).get_by_role("button", name="Yes, this one").click()

    for page in (host, guest):
        expect(page.get_by_text("All said yes")).to_be_visible()
        expect(page.locator(".agreed h2")).to_have_text(second)
    assert time.monotonic() - started < MOST_SECONDS
    assert grave_violations(guest) == []
    assert too_wide(guest) <= 0


def test_without_script_the_page_renews_itself_and_everything_works(open_page, member, guest):
    host = open_page("/together/", person=member, java_script_enabled=False)
    host.get_by_role("button", name="Make the room").click()
    link = host.get_by_label("The link").input_value()
    assert host.locator("meta[http-equiv=refresh]").count() == 1

    other = open_page(link, person=guest, java_script_enabled=False)
    other.get_by_role("button", name="Come in").click()
    other.locator(".card").first.get_by_role("button", name="Yes, this one").click()
    expect(other).to_have_url(re.compile(re.escape(link)))
    host.get_by_role("link", name="Refresh").click()
    host.locator(".card").first.get_by_role("button", name="Yes, this one").click()

    expect(host.get_by_text("All said yes")).to_be_visible()
