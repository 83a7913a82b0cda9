"""Somebody is met under a title, asked on their page, and handed a title from its page."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.models import Block, Friendship, OpenToTips
from catalog.models import Comment, Title
from tests import factories
from tests.browser.conftest import PHONE, grave_violations, read_comments, too_wide

pytestmark = pytest.mark.browser


def signed_in(name, **columns):
    client = Client()
    client.user = factories.make_user(first_name=name, **columns)
    client.force_login(client.user)
    return client


def test_the_writer_of_a_comment_becomes_a_friend_and_is_kept_away_again(open_page, people):
    ann, ben = signed_in("Ann", certificate_cap=12), signed_in("Ben", profile_for="everyone")
    inception = Title.objects.get(starter_id="film/inception-2010")
    Comment.objects.create(user=ben.user, title=inception, text="The top keeps spinning.")
    OpenToTips.objects.create(user=ben.user)
    page = open_page(inception.get_absolute_url(), person=ann)
    read_comments(page)
    more = page.locator("#comment-list summary", has_text="More")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Never meet Ben")).to_be_visible()
    assert grave_violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Ben", level=1)).to_be_visible()
    assert grave_violations(page) == []
    page.get_by_text("Ask to be friends").click()
    page.get_by_label("A line to them").fill("About that top")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("Asked", exact=True)).to_be_visible()
    made = Friendship.objects.get()
    assert made.line == "About that top"
    made.accepted_at = made.created_at
    made.save()

    page.goto(inception.get_absolute_url())
    page.get_by_role("link", name="Recommend to a friend").click()
    page.get_by_label("Ben").check()
    page.get_by_role("button", name="Recommend", exact=True).click()
    expect(page.locator(".notice")).to_contain_text("Ben finds Inception")

    page.set_viewport_size(PHONE)
    page.goto(f"/people/{ben.user.pk}/")
    expect(page.get_by_text("Friend", exact=True)).to_be_visible()
    assert too_wide(page) <= 0
    page.locator(".ties summary", has_text="More").click()
    assert too_wide(page) <= 0
    page.get_by_role("button", name="Never meet Ben").click()
    expect(page.get_by_text("Kept away")).to_be_visible()
    assert Block.objects.get().blocked == ben.user
