"""What holds for every page: no grave barrier, nothing wider than the screen, no error.

That no page writes an error to the console, breaks the policy, lacks one, or asks a third party
is seen to by `open_page`, here and in every other test.
"""

import pytest
from playwright.sync_api import Page

from catalog.models import Title
from tests.browser.conftest import DESKTOP, PHONE, grave_violations, names, tap_three, too_wide

pytestmark = pytest.mark.browser
KING_ALFRED = "I want to see a serie where King Alfred confronts the vikings"
OPEN_TO_ALL = {
    "landing": "/",
    "start": "/start/",
    "search, empty": "/search/",
    "search, a name": "/search/?q=blade+runer",
    "search, results": f"/search/?q={KING_ALFRED.replace(' ', '+')}",
    "search, chips": "/search/?q=heist+comedy+under+two+hours,+not+animated&max_runtime=120",
    "search, a mood tile": "/search/?tile=quiet",
    "search, nothing passes": "/search/?q=vikings&kinds=book&max_year=1200",
    "like, empty": "/like/",
    "like, candidates": "/like/?q=incepton",
    "library, of nobody": "/library/",
    "settings": "/me/settings/",
    "data": "/me/data/",
    "sign up": "/accounts/signup/",
    "sign in": "/accounts/login/",
    "password reset": "/accounts/password/reset/",
    "how it works": "/how-it-works/",
    "licences": "/licences/",
    "not found": "/no-such-page/",
}
OF_A_MEMBER = {
    "tonight": "/",
    "tonight, filtered": "/?kinds=film&max_runtime=120",
    "search, with taste": "/search/?q=lonely+scientist+in+space",
    "settings, member": "/me/settings/",
    "data, member": "/me/data/",
    "sign out": "/accounts/logout/",
    "e-mail": "/accounts/email/",
    "password": "/accounts/password/change/",
    "watchlist": "/library/?tab=watchlist",
    "watchlist, one picked": "/library/?tab=watchlist&pick=0",
    "favourites": "/library/?tab=favourites",
    "rated": "/library/?tab=rated",
    "seen": "/library/?tab=seen",
    "dismissed": "/library/?tab=dismissed",
}
# What differs between light and dark; the other rules have been asked once already.
RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]


def check(page: Page) -> None:
    """Hold a page against axe in light and dark, and against a desktop's and a phone's width."""
    page.wait_for_load_state("networkidle")
    found = {"light": grave_violations(page)}
    page.emulate_media(color_scheme="dark")
    found["dark"] = grave_violations(page, RULES_OF_COLOUR)
    wide = {"desktop": too_wide(page)}
    page.set_viewport_size(PHONE)
    wide["phone"] = too_wide(page)

    assert found == {"light": [], "dark": []}
    assert max(wide.values()) <= 0, f"{page.url} scrolls sideways by so many pixels: {wide}"


@pytest.mark.parametrize("name", OPEN_TO_ALL)
def test_a_strangers_page_has_no_barrier_and_fits(open_page, name):
    page = open_page(color_scheme="light")
    page.watched.expected_statuses = {404} if name == "not found" else set()

    page.goto(OPEN_TO_ALL[name])

    check(page)


@pytest.mark.parametrize("name", OF_A_MEMBER)
def test_a_members_page_has_no_barrier_and_fits(open_page, member, name):
    page = open_page(OF_A_MEMBER[name], member=member, color_scheme="light")

    check(page)


def test_a_guests_five_with_the_reasons_open_have_no_barrier_and_fit(open_page):
    page = open_page(color_scheme="light")
    tap_three(page)

    page.goto(page.locator(".whybtn").nth(2).get_attribute("href"))

    assert page.locator("li.why").count() == 1
    check(page)


def test_a_card_that_can_be_undone_has_no_barrier_and_fits(open_page):
    page = open_page(color_scheme="light")
    tap_three(page)

    page.locator(".card").nth(1).get_by_role("button", name="Seen it").click()
    page.get_by_role("button", name="Undo").wait_for()

    check(page)


@pytest.mark.parametrize(
    "starter_id", ["film/blade-runner-1982", "series/the-last-kingdom-2015", "book/dune-1965"]
)
def test_a_titles_page_has_no_barrier_and_fits(open_page, member, starter_id):
    title = Title.objects.get(starter_id=starter_id)
    page = open_page(title.get_absolute_url(), member=member, color_scheme="light")
    page.locator("#similar .shelf").wait_for()

    check(page)


def test_more_like_with_anchors_has_no_barrier_and_fits(open_page, member):
    like, unlike = Title.objects.filter(
        starter_id__in=["film/heat-1995", "film/the-notebook-2004"]
    ).order_by("name")
    page = open_page(f"/like/?a={like.pk}&n={unlike.pk}", member=member, color_scheme="light")

    assert len(names(page)) == 5
    check(page)


def test_the_help_has_no_barrier(open_page):
    page = open_page("/", color_scheme="light")

    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()

    check(page)


@pytest.mark.parametrize("size", [(768, 1024), (992, 700), (1920, 1080)], ids=str)
def test_the_five_fit_a_tablet_and_a_large_screen_too(open_page, member, size):
    width, height = size
    page = open_page("/", member=member, viewport={"width": width, "height": height})

    assert len(names(page)) == 5
    assert too_wide(page) <= 0


def test_a_chosen_theme_wins_over_the_systems(open_page, member):
    member.theme = "dark"
    member.save()
    page = open_page("/", member=member, color_scheme="light", viewport=DESKTOP)

    background = page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert background == "rgb(25, 18, 23)", "the dark paper of tokens.css"
