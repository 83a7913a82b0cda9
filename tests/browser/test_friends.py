"""Two people find each other, become friends, recommend and part: in a browser."""

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Block, OpenToTips
from catalog.models import Title
from recommendations.batch import matches
from recommendations.models import TasteMatch
from tests import factories
from tests.browser.conftest import PHONE, grave_violations, too_wide

pytestmark = pytest.mark.browser
LOVED = (
    "film/inception-2010", "film/blade-runner-1982", "film/heat-1995", "film/amelie-2001",
    "book/dune-1965", "series/the-wire-2002",
)  # fmt: skip


def signed_in(name, **columns):
    """The session of a member who loves what LOVED names."""
    client = Client()
    client.user = factories.make_user(first_name=name, last_seen_at=timezone.now(), **columns)
    client.force_login(client.user)
    for starter_id in LOVED:
        factories.make_favourite(client.user, Title.objects.get(starter_id=starter_id))
    return client


def test_two_find_each_other_become_friends_recommend_and_part(open_page, people):
    ann, ben = signed_in("Ann"), signed_in("Ben", library_for="everyone")
    hers, his = open_page("/friends/", person=ann), open_page("/friends/", person=ben)
    for page in (hers, his):
        page.get_by_role("button", name="Let people of my taste find me").click()
        expect(page.get_by_text("Looking around")).to_be_visible()
    matches.refresh_all(now=timezone.now())

    hers.get_by_role("link", name="Look again").click()
    near = hers.locator("li.near")
    expect(near).to_contain_text("Ben")
    expect(near).to_contain_text("You both love")
    assert grave_violations(hers) == []
    near.locator("summary", has_text="Ask to be friends").focus()
    hers.keyboard.press("Enter")
    hers.keyboard.press("Tab")
    hers.keyboard.type("The heist at the end!")
    hers.keyboard.press("Enter")
    expect(hers.locator("li.near .stamp")).to_have_text("Asked")

    his.goto(his.url)
    expect(his.locator(".nav.end summary .unread")).to_contain_text("1")
    expect(his.locator(".asking")).to_contain_text("The heist at the end!")
    his.locator(".asking").get_by_role("button", name="Accept").click()
    expect(his.locator(".folk")).to_contain_text("Ann")
    his.get_by_role("button", name="Be open to recommendations").click()
    assert OpenToTips.objects.get().user == ben.user

    hers.goto(hers.url + "lately/")
    expect(hers.locator(".loved li")).to_have_count(len(LOVED))
    hers.get_by_role("textbox", name="Title").fill("Gone Girl")
    hers.get_by_label("Ben").check()
    hers.get_by_label("A line to them").fill("Do not read about it first.")
    hers.watched.expected_statuses.add(422)
    hers.get_by_role("button", name="Recommend").click()
    expect(hers.locator(".notice")).to_contain_text("Several titles could be meant")
    hers.get_by_label("Gone Girl").first.check()
    hers.get_by_role("button", name="Recommend").click()
    expect(hers.locator(".notice")).to_contain_text("Ben finds Gone Girl")

    his.goto(his.url.replace("/friends/", "/notices/"))
    told = his.locator(".told li").first
    expect(told).to_contain_text("Ann recommends Gone Girl to you.")
    assert grave_violations(his) == []
    told.get_by_role("button", name="Open").click()
    expect(his.locator(".book-row")).to_contain_text("Do not read about it first.")
    for page in (his, hers):
        page.set_viewport_size(PHONE)
        assert too_wide(page) <= 0
    his.get_by_role("link", name="Five from people you trust").click()
    expect(his.locator("[data-list]")).to_contain_text("Ann recommends it to you")

    his.goto(his.url.replace("/trusted/", "/friends/"))
    assert too_wide(his) <= 0
    his.locator(".folk summary").click()
    his.get_by_role("button", name="Never meet Ann").click()
    expect(his.get_by_text("Kept away")).to_be_visible()
    assert Block.objects.get().blocked == ann.user
    expect(his.locator("li.near")).to_have_count(0)
    hers.goto(hers.url.replace("lately/", ""))
    expect(hers.locator("li.near")).to_have_count(0)
    his.get_by_role("button", name="Stop being found").click()
    expect(his.get_by_text("Find people who love what you love")).to_be_visible()
    assert not TasteMatch.objects.exists()
