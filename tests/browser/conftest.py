"""A real browser in front of the whole site: served once, with the starter catalogue in it.

What a person did is deleted after each test; the catalogue stays. Every page that a test opens is
watched: an error in its console, an answer without a Content-Security-Policy, one that breaks it,
or a request to somebody else fails the test.
"""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Page, expect, sync_playwright

from accounts.models import User
from catalog.models import Group, Title
from tests import chromium, factories
from tests.living import EMBEDDED, empty_database

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 568}  # what WCAG 2.2 asks pages to fit, 1.4.10
GROUPS = ("Mind-benders", "Quiet lives", "Great loves")
SESSION = settings.SESSION_COOKIE_NAME
SECONDS_TO_ANSWER = 15
RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]
# A page tells its console what it refuses to load; the address of it is told here as well.
TELL_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy broken: ${event.violatedDirective} by ${event.blockedURI || 'inline'}`));
"""


# ── The site and the browser, once for all these tests ───────────────────


@pytest.fixture(scope="package")
def db(fill_database, django_db_blocker):
    """The starter catalogue, without a transaction about each test: the site's threads see all."""
    with django_db_blocker.unblock():
        fill_database(*EMBEDDED)
        yield
        empty_database()


@pytest.fixture(scope="package")
def chrome():
    """A Chromium; without one the tests are skipped, and say so."""
    path = chromium.find_chromium()
    if path is None:
        pytest.skip(chromium.message())
    expect.set_options(timeout=SECONDS_TO_ANSWER * 1000)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, and Django takes that for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="package")
def site(db, chrome):
    """The address of the site, which answers from a thread of this process.

    The database comes first, because Playwright's loop gives this thread connections of its own.
    """
    # Whitenoise serves the static files, as it does outside of tests.
    server = LiveServerThread("127.0.0.1", lambda media_handler: WSGIHandler())
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
    connections.close_all()  # those of the loop, which pytest would not find


# ── A person and their pages, for one test ───────────────────────────────


class Watched:
    """What went wrong on a page while it was open."""

    def __init__(self, page: Page, site: str) -> None:
        self.site, self.problems, self.expected_statuses = site, [], set()
        page.on("console", lambda message: self.hear(message.type, message.text))
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("request", lambda request: self.see_request(request.url))
        page.on("response", self.see_response)

    def hear(self, kind: str, text: str) -> None:
        """Note an error; a status that the test expects is none."""
        status = re.search(r"status of (\d+)", text)
        if kind == "error" and not (status and int(status[1]) in self.expected_statuses):
            self.problems.append(f"console: {text}")

    def see_request(self, url: str) -> None:
        """Note a request to anybody else."""
        if urlsplit(url).scheme not in ("data", "about") and not url.startswith(self.site):
            self.problems.append(f"a third party was asked: {url}")

    def see_response(self, response) -> None:
        """Note an answer without a policy."""
        is_ours = response.url.startswith(self.site)
        if is_ours and "content-security-policy" not in response.headers:
            self.problems.append(f"no Content-Security-Policy: {response.status} {response.url}")


@pytest.fixture
def people(site):
    """Deletes everybody, with what they did, once the pages are closed."""
    yield
    User.objects.all().delete()
    Session.objects.all().delete()


@pytest.fixture
def open_page(site, chrome, people):
    """A function that opens a browser of its own: a stranger's, or that of `person`."""
    contexts, watched = [], []

    def open_one(path: str = "", *, person: Client | None = None, **options) -> Page:
        options = {"viewport": DESKTOP, "base_url": site, "reduced_motion": "reduce"} | options
        context = chrome.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(SECONDS_TO_ANSWER * 1000)
        context.add_init_script(TELL_VIOLATIONS)
        if person:
            cookie = {"name": SESSION, "value": person.cookies[SESSION].value, "url": site}
            context.add_cookies([cookie])
        page = context.new_page()
        page.watched = Watched(page, site)
        watched.append(page.watched)
        if path:
            page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    problems = [problem for each in watched for problem in each.problems]
    assert not problems, "\n".join(problems)


@pytest.fixture
def guest(people):
    """The session of somebody who has tapped three groups and has no account."""
    client = Client()
    groups = Group.objects.filter(name__in=GROUPS)
    client.post("/start/", {"group": [group.pk for group in groups]})
    return client


@pytest.fixture
def member(people):
    """The session of a member with a title on every tab of the library."""
    client = Client()
    client.user = factories.make_user()
    client.force_login(client.user)
    for starter_id, make in (
        ("film/inception-2010", factories.make_favourite),
        ("film/blade-runner-1982", factories.make_rating),
        ("film/amelie-2001", factories.make_viewing),
        ("film/gone-girl-2014", factories.make_save),
        ("film/heat-1995", factories.make_save),
        ("film/the-notebook-2004", factories.make_dismissal),
    ):
        make(client.user, Title.objects.get(starter_id=starter_id))
    return client


# ── What several tests do or ask ─────────────────────────────────────────


def names(page: Page) -> list[str]:
    """Return the names on the cards or rows of a page's list, in order."""
    return page.locator("[data-list] > [data-title] .name a").all_inner_texts()


def read_comments(page: Page) -> None:
    """Scroll to a title's comments once the parts above them have come, which move them."""
    page.wait_for_load_state("networkidle")
    page.locator("#comments").scroll_into_view_if_needed()


def too_wide(page: Page) -> int:
    """Return by how many pixels a page scrolls sideways."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def grave_violations(page: Page) -> list[str]:
    """Return what axe finds serious or critical on a page, in light and in dark.

    In dark only those rules are asked again whose answer hangs on colour.
    """
    page.evaluate(AXE_SCRIPT)
    found = []
    for scheme, only in (("light", {}), ("dark", {"runOnly": RULES_OF_COLOUR})):
        page.emulate_media(color_scheme=scheme)
        options = {"resultTypes": ["violations"], **only}
        report = page.evaluate("(options) => axe.run(options)", options)
        found += [
            f"{scheme}: {each['id']} ({each['impact']}): {node['target']} {node['failureSummary']}"
            for each in report["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]
    return found
