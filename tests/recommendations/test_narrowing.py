"""The line of filters, worked out once for all who are offered the same: to each their own."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.template import engines
from django.test import Client
from django.utils import timezone

from catalog.models import Service, Subscription
from tests.factories import make_availability, make_favourite, make_title, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def titles():
    """A small catalogue without vectors, some of it on two services."""
    found = [make_title(genres=("Drama",), original_language="en") for _ in range(7)]
    for name in ("Mubi", "Netflix"):
        make_availability(found[0], name, day=timezone.localdate())
    return found


@pytest.fixture
def member_with(titles):
    """A function that makes a member who has these services, and returns their browser."""

    def sign_in(*services: str) -> Client:
        client = Client()
        client.user = make_user()
        make_favourite(client.user, titles[0])
        for name in services:
            service = Service.objects.get(name=name)
            Subscription.objects.create(user=client.user, service=service, region="NL")
        client.force_login(client.user)
        return client

    return sign_in


def line(client: Client, address: str) -> str:
    """The line of filters of a page."""
    text = client.get(address).content.decode()
    return re.search(r'<div class="chips narrowing">.*?</form>\s*</details>.*?</div>', text, re.S)[
        0
    ]


def words_of(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def links(text: str) -> dict[str, dict[str, list[str]]]:
    """The query of each link, by its words."""
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', text, re.S)
    return {words_of(words): parse_qs(urlsplit(html.unescape(url)).query) for url, words in found}


def hidden(text: str) -> list[tuple[str, str]]:
    return re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)


def cut_anew() -> None:
    """Have this process compile all templates again, with nothing worked out."""
    for loader in engines["django"].engine.template_loaders:
        loader.reset()


@pytest.mark.parametrize("path", ["/", "/gems/", "/trending/"])
def test_a_line_that_was_kept_is_that_of_a_process_that_knows_nothing(member_with, path):
    ann, bob, cy = member_with("Mubi"), member_with("Netflix"), member_with()
    for one in (bob, cy, ann):
        for other_path in ("/", "/gems/", f"{path}?kinds=film&genres=Drama"):
            one.get(other_path)

    kept = [line(one, path) for one in (ann, bob, cy)]
    fresh = []
    for one in (ann, bob, cy):
        cut_anew()
        fresh.append(line(one, path))

    assert kept == fresh
    assert len(set(kept)) == 3, "each has services of their own"


def test_everybody_sees_their_own_services(member_with):
    ann, bob, cy = member_with("Mubi"), member_with("Netflix", "Mubi"), member_with()

    for _ in range(2):
        assert links(line(ann, "/"))["On my services"] == {"services": ["mubi"], "region": ["NL"]}
        own = links(line(bob, "/"))["On my services"]
        assert own == {"services": ["mubi", "netflix"], "region": ["NL"]}
        assert "On my services" not in links(line(cy, "/"))


def test_every_page_keeps_to_its_own_address(member_with):
    ann = member_with()

    for path in ("/", "/gems/", "/"):
        text = line(ann, path)
        assert f'method="get" action="{path}"' in text
        assert set(re.findall(r'href="(/[^"?]*)\?', text)) == {path}


def test_an_address_with_a_query_keeps_what_is_no_filter(member_with, titles):
    ann = member_with()

    for pk in (titles[1].pk, titles[2].pk):
        text = line(ann, f"/like/?a={pk}&kinds=film&genres=Drama&by_mood=70&page=2&why=3")
        assert hidden(text) == [("a", str(pk)), ("by_mood", "70")]
        assert links(text)["Clear all filters"] == {"a": [str(pk)], "by_mood": ["70"]}
        assert re.search(r'name="genres" value="Drama" checked', text)

    plain = line(ann, "/")
    assert hidden(plain) == []
    assert "checked" not in plain
    assert "Clear all filters" not in plain


def test_filters_of_one_address_are_not_ticked_on_the_next(member_with):
    ann = member_with()

    for genre, other in (("Drama", "film"), ("", ""), ("Drama", "book")):
        query = f"?genres={genre}&kinds={other}" if genre else ""
        text = line(ann, f"/{query}")
        ticked = re.findall(r'name="(?:genres|kinds)" value="(\w+)" checked', text)
        assert sorted(ticked) == sorted(filter(None, (genre, other)))


def test_a_genre_that_is_new_to_the_catalogue_can_be_chosen(member_with):
    ann = member_with()
    assert 'value="Western"' not in line(ann, "/")

    make_title(genres=("Western",))
    cache.clear()

    assert 'value="Western"' in line(ann, "/")


def test_what_could_not_be_read_is_told_to_who_typed_it(member_with):
    ann, bob = member_with(), member_with()

    assert "is not a year" in ann.get("/?min_year=soon").content.decode()
    assert "is not a year" not in bob.get("/").content.decode()
