"""A walk through the filters: by pointer and keys, off again by chips, out of a short list."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.utils import timezone

from catalog.models import Availability, Title
from tests import factories
from tests.browser.conftest import NARROW, PHONE, grave_violations, names, too_wide

pytestmark = pytest.mark.browser


@pytest.fixture
def offers():
    """Every third title on one of two services, confirmed today; gone after the test."""
    titles = Title.objects.order_by("pk")
    for place, title in enumerate(titles[::3]):
        factories.make_availability(title, ("Netflix", "MUBI")[place % 2], day=timezone.localdate())
    cache.clear()
    yield
    Availability.objects.all().delete()
    cache.clear()


def query(page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_a_walk_through_the_filters(open_page, member, offers):
    page = open_page("/me/services/", person=member)
    page.get_by_label("MUBI").check()
    page.get_by_label("Where do you watch?").select_option("NL")
    page.get_by_role("button", name="Save services").click()

    page.goto("/")
    panel = page.locator("details.filters")
    panel.locator("summary").first.click()
    page.set_viewport_size(NARROW)
    assert too_wide(page) <= 0
    page.set_viewport_size(PHONE)
    assert grave_violations(page) == []
    panel.get_by_role("link", name="On my services").click()
    assert query(page) == {"services": ["mubi"], "region": ["NL"]}
    assert len(names(page)) == 5

    panel.locator("summary").first.click()
    panel.get_by_label("Drama").first.check()
    panel.get_by_text("Original language", exact=True).click()
    panel.get_by_label("Japanese").press("Space")
    panel.get_by_label("At most, in minutes").fill("50")
    panel.get_by_label("At most, in minutes").press("Enter")
    page.wait_for_url("**max_runtime=50**")
    assert query(page) == {
        "services": ["mubi"], "region": ["NL"], "genres": ["Drama"], "languages": ["ja"],
        "max_runtime": ["50"],
    }  # fmt: skip

    page.get_by_text("more without").first.click()
    assert page.locator("[data-list] > [data-title]").count() > 0
    page.go_back()
    page.locator(".notice.short").wait_for()
    page.get_by_role("link", name="Clear all filters").first.click()
    assert query(page) == {}


def test_a_name_is_completed_while_it_is_typed(open_page, member):
    page = open_page("/", person=member)
    page.locator("details.filters > summary").click()

    page.get_by_label("With somebody").press_sequentially("agnès v")

    page.locator("#people-names option[value='Agnès Varda']").wait_for(state="attached")
    page.get_by_label("With somebody").fill("Agnès Varda")
    page.get_by_label("With somebody").press("Enter")
    page.locator(".chip.on", has_text="With Agnès Varda").wait_for()
