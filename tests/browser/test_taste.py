"""Your taste and its map, in a browser."""

import pytest
from playwright.sync_api import expect

from catalog.models import Title, WrongReason
from tests import factories
from tests.browser.conftest import PHONE, grave_violations, too_wide

pytestmark = pytest.mark.browser


def test_a_reason_is_called_wrong_and_a_title_taken_out_where_they_are_named(open_page, guest):
    page = open_page("/", person=guest)
    page.locator(".whybtn").nth(1).click()
    panel = page.locator("li.why")
    reasons = panel.locator(".because li")
    first, second = reasons.nth(0), reasons.nth(1)

    first.get_by_role("button", name="Wrong reason").click()
    expect(first).to_contain_text("is no longer named as a reason")
    assert WrongReason.objects.count() == 1

    second.get_by_role("button", name="Don’t use this title for me").click()
    expect(second).to_contain_text("no longer counts for your taste. The next list is made")
    assert grave_violations(page) == []
    for row in (first, second):
        row.get_by_role("button", name="Undo").click()
        expect(row.get_by_role("button", name="Do it again")).to_be_visible()
    assert not WrongReason.objects.exists()


def test_without_script_a_title_is_taken_out_and_the_message_takes_it_back(open_page, member):
    page = open_page("/me/taste/", person=member, java_script_enabled=False)
    made_of = page.locator(".taste-parts").first

    page.get_by_role("button", name="Don’t use Inception").click()
    expect(page.locator(".notice")).to_contain_text("Inception no longer counts")
    expect(made_of).not_to_contain_text("Inception")
    page.get_by_role("button", name="Undo").click()

    expect(made_of).to_contain_text("Inception")
    page.get_by_label("Half after three months").check()
    page.get_by_role("button", name="Let it fade so").click()
    expect(page.get_by_label("Half after three months")).to_be_checked()
    page.get_by_role("link", name="See it on a map").click()
    expect(page.locator("svg.map-still")).to_be_visible()
    expect(page.locator("svg.map-still a.dot.yours")).to_have_count(5)


def test_the_map_is_read_zoomed_and_left_by_keyboard_alone(open_page, member):
    for starter_id in ("film/heat-1995", "book/dune-1965", "series/the-wire-2002"):
        factories.make_favourite(member.user, Title.objects.get(starter_id=starter_id))
    page = open_page("/me/taste/map/", person=member)
    live, said = page.locator("#map-live"), page.locator("#map-said")
    expect(page.locator("#map")).to_have_class("map is-live")
    scale = "() => { const x = Chart.getChart('map-live').scales.x; return x.max - x.min; }"

    live.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    first = said.inner_text()
    assert Title.objects.filter(name=first.split(" (")[0]).exists(), first
    for key in ("ArrowUp", "ArrowRight", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    assert said.inner_text() != first

    whole = page.evaluate(scale)
    page.keyboard.press("+")
    assert page.evaluate(scale) == pytest.approx(whole * 0.7, rel=0.01)
    page.keyboard.press("+")
    page.keyboard.press("-")
    assert page.evaluate(scale) == pytest.approx(whole * 0.7, rel=0.01)
    page.keyboard.press("0")
    assert page.evaluate(scale) == pytest.approx(whole, rel=0.01)

    page.locator("[data-dot]").nth(2).focus()
    told = page.locator(".map-table tbody tr").nth(2).locator("th a").inner_text()
    expect(said).to_contain_text(told)
    page.set_viewport_size(PHONE)
    assert too_wide(page) <= 0
    live.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(told.rsplit(" (", 1)[0])


def test_pointing_at_a_dot_names_it_dragging_moves_the_map_and_the_wheel_scrolls_on(
    open_page, member
):
    page = open_page("/me/taste/map/", person=member)
    expect(page.locator("#map")).to_have_class("map is-live")
    said, live = page.locator("#map-said"), page.locator("#map-live")
    live.scroll_into_view_if_needed()
    box = live.bounding_box()
    chart = "Chart.getChart('map-live')"
    dot = f"() => {{ const {{ x, y }} = {chart}.getDatasetMeta(0).data[0]; return [x, y]; }}"
    middle = f"() => {{ const {{ x }} = {chart}.scales; return (x.max + x.min) / 2; }}"
    place = page.evaluate(dot)

    page.mouse.move(box["x"] + place[0], box["y"] + place[1])
    expect(said).not_to_contain_text("Point at a mark")

    before = page.evaluate(middle)
    page.mouse.move(box["x"] + 40, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 300, steps=6)
    page.mouse.up()
    assert page.evaluate(middle) < before
    page.get_by_role("button", name="Show all").click()
    assert page.evaluate(middle) == pytest.approx(before, abs=1e-6)
    page.mouse.wheel(0, 200)
    page.wait_for_function("window.scrollY > 0")
