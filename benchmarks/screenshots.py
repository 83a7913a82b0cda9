"""Take a picture of every page of a running site, to be looked at.

    python benchmarks/screenshots.py http://127.0.0.1:8000 FOLDER

Each page is taken at 1280×800 and 390×844, light and dark, whole or, with --fold, only what is in
view at first. A stranger walks first; then the same browser taps three groups and fills a library,
and is forgotten by the site at the end.
"""

import argparse
import re
import sys
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import chromium  # noqa: E402

SIZES = ((1280, 800), (390, 844))
SCHEMES = ("light", "dark")
ALFRED = "I+want+to+see+a+serie+where+King+Alfred+confronts+the+vikings"
ACTIONS = {
    "Loved it": "marked as loved",
    "Save": "saved",
    "Seen it": "marked as seen",
    "Not for me": "put away",
}
OF_A_STRANGER = {
    "landing": "/",
    "start": "/start/",
    "search-empty": "/search/",
    "search-stranger": f"/search/?q={ALFRED}",
    "search-tile": "/search/?tile=quiet",
    "like-empty": "/like/",
    "sign-up-stranger": "/accounts/signup/",
    "sign-in": "/accounts/login/",
    "password-reset": "/accounts/password/reset/",
    "data-nothing": "/me/data/",
    "how-it-works": "/how-it-works/",
    "licences": "/licences/",
    "not-found": "/no-such-page/",
}
OF_A_GUEST = {
    "tonight": "/",
    "tonight-filtered": "/?kinds=series&max_runtime=120",
    "search": f"/search/?q={ALFRED}",
    "search-chips": "/search/?q=heist+comedy+under+two+hours,+not+animated",
    "search-name": "/search/?q=blade+runer",
    "search-short": "/search/?q=vikings&kinds=book&max_year=1900",
    "like-candidates": "/like/?q=incepton",
    "watchlist": "/library/?tab=watchlist",
    "watchlist-picked": "/library/?tab=watchlist&pick=0",
    "favourites": "/library/?tab=favourites",
    "rated": "/library/?tab=rated",
    "seen": "/library/?tab=seen",
    "dismissed": "/library/?tab=dismissed",
    "settings": "/me/settings/",
    "data": "/me/data/",
    "sign-up": "/accounts/signup/",
}


class Camera:
    """Takes what a page shows at every size and in both schemes."""

    def __init__(self, page: Page, folder: Path, *, is_whole: bool) -> None:
        self.page, self.folder, self.is_whole, self.n_taken = page, folder, is_whole, 0

    def take(self, name: str, address: str = "") -> None:
        """Go to an address, if one is given, and take the page."""
        if address:
            self.page.goto(address)
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                path = self.folder / f"{name}-{width}-{scheme}.png"
                self.page.screenshot(path=path, full_page=self.is_whole)
                self.n_taken += 1
        self.page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})


def main() -> int:
    """Walk through the site and take every page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base_url", help="where the site runs")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--fold", action="store_true", help="only what is in view at first")
    options = parser.parse_args()
    path = chromium.find_chromium()
    if path is None:
        print(chromium.message(), file=sys.stderr)
        return 1
    options.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = browser.new_context(base_url=options.base_url)
        camera = Camera(context.new_page(), options.folder, is_whole=not options.fold)
        try:
            walk(camera)
        finally:
            forget(context)
            browser.close()
    print(f"{camera.n_taken} pictures in {options.folder}")
    return 0


def walk(camera: Camera) -> None:
    """Take everything, first as a stranger, then as a guest with a library."""
    page = camera.page
    for name, address in OF_A_STRANGER.items():
        camera.take(name, address)
    tap_three(camera)
    fill_library(camera)
    for name, address in OF_A_GUEST.items():
        camera.take(name, address)
    page.goto("/")
    page.locator(".whybtn").nth(2).click()
    page.locator("li.why").wait_for()
    camera.take("tonight-why")
    page.goto(OF_A_GUEST["search"])
    page.locator(".whybtn").first.click()
    page.locator("li.why").wait_for()
    camera.take("search-why")
    page.goto(OF_A_GUEST["like-candidates"])
    page.locator(".candidates .btn").first.click()
    page.locator("#results .card").first.wait_for()
    camera.take("like")
    page.goto("/")
    page.keyboard.press("?")
    page.locator("#keys").wait_for()
    camera.take("keys")


def tap_three(camera: Camera) -> None:
    """Tap the first three groups."""
    page = camera.page
    page.goto("/start/")
    for i in range(3):
        page.locator("label.group").nth(i).click()
    camera.take("start-tapped")
    page.get_by_role("button", name="Show my five").click()
    page.locator(".card .acts").first.wait_for()


def fill_library(camera: Camera) -> None:
    """Say something about a title of every kind, and take what the site answers."""
    page = camera.page
    for action, words in ACTIONS.items():
        card = page.locator(".five > .card").nth(1)
        with page.expect_response("**/picks/act/"):
            card.get_by_role("button", name=action).click()
        expect(card.locator(".slip")).to_contain_text(words)
    camera.take("tonight-undo")
    page.goto("/library/?tab=watchlist")
    page.locator(".book-row .name a").first.click()
    page.locator("#similar .shelf").wait_for()
    camera.take("title")
    page.locator("label.half").nth(6).click()
    page.locator("#mine .slip").wait_for()
    camera.take("title-rated")


def forget(context: BrowserContext) -> None:
    """Have the site delete what the walk has left there."""
    page = context.new_page()
    page.goto("/me/data/")
    button = page.get_by_role("button", name="Forget me")
    if button.count():
        button.click()
        expect(page).to_have_url(re.compile("/$"))


if __name__ == "__main__":
    sys.exit(main())
