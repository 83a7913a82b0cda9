"""A walk through comments, lists, links and a person's page, with and without script."""

import pytest
from playwright.sync_api import expect

from catalog.models import Comment, Title, TitleList
from tests import factories
from tests.browser.conftest import PHONE, grave_violations, read_comments, too_wide

pytestmark = pytest.mark.browser


@pytest.fixture
def inception(site):
    return Title.objects.get(starter_id="film/inception-2010")


def test_a_member_comments_lists_and_shares_on_the_title_page(open_page, member, inception):
    Comment.objects.create(
        user=factories.make_user(first_name="Jonas"),
        title=inception,
        text="He never wakes up.",
        is_spoiler=True,
    )
    page = open_page(inception.get_absolute_url(), person=member)

    # Comments come when the reader comes to them; a spoiler waits to be asked.
    read_comments(page)
    spoiler = page.get_by_text("He never wakes up.")
    expect(page.get_by_text("This tells what happens")).to_be_visible()
    expect(spoiler).not_to_be_visible()
    page.get_by_text("This tells what happens").click()
    expect(spoiler).to_be_visible()

    page.get_by_label("Say something about it").fill("Seen it four times.")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator("#said")).to_contain_text("Your comment is there.")
    page.get_by_role("link", name="Change my comment").click()
    page.get_by_label("Your comment").fill("Seen it five times.")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#comment-list")).to_contain_text("Seen it five times.")

    # A new list begins with this title.
    page.locator(".also summary").click()
    page.get_by_label("Name of the list").fill("Rainy Sunday")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("button", name="Rainy Sunday")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert TitleList.objects.get().listed.get().title == inception
    assert grave_violations(page) == []

    # A link to it works for somebody without an account.
    page.get_by_role("link", name="Share").click()
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Link").input_value()
    visitor = open_page(link, viewport=PHONE)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Inception")
    assert too_wide(visitor) <= 0


def test_without_script_a_list_is_made_filled_ordered_and_deleted(open_page, member):
    first, second = Title.objects.visible().order_by("pk")[:2]
    page = open_page("/lists/", person=member, java_script_enabled=False)
    page.get_by_label("Name").fill("Rainy Sunday")
    page.get_by_role("button", name="Make the list").click()
    for title in (first, second):
        page.goto(f"/title/{title.pk}/lists/")
        page.get_by_role("button", name="Rainy Sunday").click()
    page.get_by_role("link", name="Open Rainy Sunday").click()
    rows = page.locator(".listed .name")
    expect(rows).to_have_text([first.name, second.name])

    page.locator(f"#up-{second.pk}").click()
    expect(rows).to_have_text([second.name, first.name])
    page.locator(f"#off-{second.pk}").click()
    expect(rows).to_have_text([first.name])
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_text([second.name, first.name])

    page.get_by_role("button", name="Delete Rainy Sunday").click()
    expect(page.get_by_text("is deleted")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_text([second.name, first.name])


def test_what_others_see_is_looked_at_before_it_is_opened(open_page, member):
    page = open_page("/me/audience/", person=member, viewport=PHONE)
    page.get_by_label("What others call you").fill("Mira")
    page.get_by_role("group", name="My page").get_by_label("My friends").check()
    page.get_by_role("group", name="What I love").get_by_label("My friends").check()
    page.get_by_role("button", name="Save").click()

    page.get_by_role("link", name="As a stranger").click()
    expect(page.get_by_text("They find no page at this address")).to_be_visible()
    page.get_by_role("link", name="As a friend").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mira")
    expect(page.get_by_role("heading", name="Inception")).to_be_visible()
    assert too_wide(page) <= 0
    assert grave_violations(page) == []
