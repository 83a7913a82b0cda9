"""What holds for every page: no grave barrier, nothing wider than the screen, no error.

That no page writes an error to the console, breaks the policy, lacks one, or asks a third party
is seen to by `open_page`, here and in every other test.
"""

import pytest
from playwright.sync_api import Page

from accounts.models import User
from catalog.models import Title
from tests.browser.conftest import DESKTOP, NARROW, PHONE, grave_violations, names, too_wide

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
    "vibes, of nobody": "/vibes/",
    "library, of nobody": "/library/",
    "settings": "/me/settings/",
    "data": "/me/data/",
    "together": "/together/",
    "sign up": "/accounts/signup/",
    "sign in": "/accounts/login/",
    "password reset": "/accounts/password/reset/",
    "your taste, of nobody": "/me/taste/",
    "map of a taste, of nobody": "/me/taste/map/",
    "how it works": "/how-it-works/",
    "licences": "/licences/",
}
OF_A_MEMBER = {
    "tonight": "/",
    "tonight, filtered": "/?kinds=film&max_runtime=120",
    "vibes": "/vibes/",
    "search, with taste": "/search/?q=lonely+scientist+in+space",
    "your taste": "/me/taste/",
    "map of a taste": "/me/taste/map/",
    "a taste begins anew": "/me/taste/anew/",
    "settings, member": "/me/settings/",
    "sign-in and safety": "/me/safety/",
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
    "friends": "/friends/",
    "what friends loved": "/friends/lately/",
    "from people you trust": "/trusted/",
    "notices": "/notices/",
    "explore": "/explore/",
    "hidden gems": "/gems/",
    "trending": "/trending/",
    "browse": "/browse/",
    "moods": "/moods/",
    "lists": "/lists/",
    "links": "/shares/",
    "who sees what": "/me/audience/",
    "what was shown": "/me/history/",
    "services": "/me/services/",
}


def troubles(page: Page) -> list[str]:
    """Return what axe finds, and by how many pixels the page is wider than its screen."""
    found = grave_violations(page)
    for size in (NARROW, PHONE, DESKTOP):
        page.set_viewport_size(size)
        if too_wide(page) > 0:
            found.append(f"{too_wide(page)} px wider than {size['width']}")
    return found


def all_troubles(page: Page, addresses: dict[str, str]) -> dict[str, list[str]]:
    """Return the pages that have troubles, each with its own; one browser opens them all."""
    found = {}
    for name, address in addresses.items():
        page.goto(address)
        if found_here := troubles(page):
            found[name] = found_here
    return found


def test_no_page_of_a_stranger_has_a_barrier_and_all_fit(open_page):
    assert all_troubles(open_page(), OPEN_TO_ALL) == {}


def test_no_page_of_a_member_has_a_barrier_and_all_fit(open_page, member):
    assert all_troubles(open_page(person=member), OF_A_MEMBER) == {}


def test_the_page_for_what_is_not_there_has_no_barrier_and_fits(open_page):
    page = open_page()
    page.watched.expected_statuses = {404}
    page.goto("/no-such-page/")

    assert troubles(page) == []
    assert page.get_by_role("link", name="To the front page").is_visible()


def test_a_guests_five_with_the_reasons_open_have_no_barrier_and_fit(open_page, guest):
    page = open_page("/", person=guest)

    page.goto(page.locator(".whybtn").nth(2).get_attribute("href"))

    assert page.locator("li.why").count() == 1
    assert troubles(page) == []


def test_a_card_that_can_be_undone_has_no_barrier_and_fits(open_page, guest):
    page = open_page("/", person=guest)

    page.locator(".card").nth(1).get_by_role("button", name="Seen it").click()
    page.get_by_role("button", name="Undo").wait_for()

    assert troubles(page) == []


def test_the_pages_of_a_film_a_series_and_a_book_have_no_barrier_and_fit(open_page, member):
    page = open_page(person=member)
    found = {}

    for starter_id in ("film/blade-runner-1982", "series/the-last-kingdom-2015", "book/dune-1965"):
        page.goto(Title.objects.get(starter_id=starter_id).get_absolute_url())
        page.locator("#similar .shelf").wait_for()
        found[starter_id] = troubles(page)

    assert not any(found.values()), found


def test_more_like_with_anchors_has_no_barrier_and_fits(open_page, member):
    like, unlike = Title.objects.filter(
        starter_id__in=["film/heat-1995", "film/the-notebook-2004"]
    ).order_by("name")
    page = open_page(f"/like/?a={like.pk}&n={unlike.pk}", person=member)

    assert len(names(page)) == 5
    assert troubles(page) == []


def test_the_help_has_no_barrier(open_page):
    page = open_page("/")

    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()

    assert troubles(page) == []


def test_the_five_fit_a_tablet_and_a_large_screen_too(open_page, member):
    page = open_page("/", person=member)
    wide = {}

    for width, height in ((768, 1024), (992, 700), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        wide[width] = too_wide(page)

    assert max(wide.values()) <= 0, wide


def test_a_chosen_theme_wins_over_the_systems(open_page, member):
    User.objects.update(theme="dark")
    page = open_page("/", person=member, color_scheme="light")

    background = page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert background == "rgb(25, 18, 23)", "the dark paper of tokens.css"
