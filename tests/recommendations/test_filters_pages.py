"""Filters on pages, as requests: the panel, chips, services, and the way out of a short list."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from catalog.models import Availability, Service, Subscription, Title
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]
MOST_STATEMENTS = 10
PAGES = ("/", "/search/?q=lonely+scientist", "/like/?a={heat}")


@pytest.fixture
def member():
    """Somebody who loves three films, signed in."""
    client = Client()
    client.user = factories.make_user()
    for starter_id in ("film/inception-2010", "film/blade-runner-1982", "film/amelie-2001"):
        factories.make_favourite(client.user, Title.objects.get(starter_id=starter_id))
    client.force_login(client.user)
    return client


@pytest.fixture
def offers():
    """Sixty well known titles on two services in two countries, confirmed today."""
    today = timezone.localdate()
    for place, title in enumerate(Title.objects.order_by("-popularity", "pk")[:60]):
        service, region = ("Netflix", "MUBI")[place % 2], ("NL", "BE")[place // 2 % 2]
        factories.make_availability(title, service, region=region, day=today)


def address(path: str) -> str:
    return path.format(heat=Title.objects.get(starter_id="film/heat-1995").pk)


def and_(path: str, query: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{query}"


def links(response, words: str) -> list[dict[str, list[str]]]:
    """Return the queries of the links whose text holds these words."""
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', response.content.decode(), re.S)
    texts = [(html.unescape(url), re.sub(r"<[^>]+>", " ", text)) for url, text in found]
    return [parse_qs(urlsplit(url).query) for url, text in texts if words in text]


@pytest.mark.parametrize("path", PAGES)
def test_every_list_page_has_all_filters_as_a_form_that_keeps_what_is_set(member, offers, path):
    query = "kinds=film&genres=Drama&not_genres=War&languages=en&region=NL&min_popularity=0.25"

    text = member.get(and_(address(path), query)).content.decode()

    form = re.search(r'<form class="sheet menu-sheet filter-sheet".*?</form>', text, re.S)[0]
    names = set(re.findall(r'name="(\w+)"', form))
    assert names >= {
        "kinds", "min_year", "max_year", "min_runtime", "max_runtime", "languages", "countries",
        "max_certificate", "genres", "not_genres", "moods", "people", "services", "region",
        "min_popularity", "max_popularity", "include_seen",
    }  # fmt: skip
    for name, value in (pair.split("=") for pair in query.split("&")):
        assert re.search(rf'name="{name}" value="{value}" checked|value="{value}" selected', form)
    assert 'name="page"' not in form


@pytest.mark.parametrize("path", PAGES)
def test_a_page_with_every_filter_costs_at_most_ten_statements(
    member, offers, path, django_assert_max_num_queries
):
    query = (
        "kinds=film&kinds=book&min_year=1950&max_year=2020&min_runtime=60&max_runtime=200"
        "&languages=en&countries=US&max_certificate=16&genres=Drama&not_genres=War&moods=tense"
        "&people=Nobody+Atall&services=netflix&region=NL&min_popularity=0.1&max_popularity=0.99"
    )
    # What there is to choose from and what somebody subscribes to are read every ten minutes.
    member.get("/?people=Somebody+Else")

    with django_assert_max_num_queries(MOST_STATEMENTS):
        response = member.get(and_(address(path), query))

    assert "Nobody in the catalogue is called “Nobody Atall”." in response.content.decode()


def test_a_chip_takes_its_filter_off_and_keeps_everything_else(member, offers):
    response = member.get("/?kinds=film&genres=Drama&services=netflix&region=NL&page=2")

    assert {"kinds": ["film"], "services": ["netflix"], "region": ["NL"]} in links(
        response, "Drama"
    )
    assert {"kinds": ["film"], "genres": ["Drama"]} in links(response, "On Netflix (Netherlands)")
    assert {} in links(response, "Clear all filters")


def test_clearing_keeps_the_words_of_a_search(member):
    response = member.get("/search/?q=rain&kinds=film&genres=Drama&w=80&page=2")

    assert links(response, "Clear all filters")[0] == {"q": ["rain"], "w": ["80"]}


def test_a_short_list_offers_a_way_out_that_leads_to_more(member):
    short = member.get("/?kinds=book&max_runtime=60&languages=ja")
    assert "Nothing passes all your filters" in short.content.decode()

    ways = links(short, "more without")
    assert ways, "no dead end"
    for query in ways:
        assert member.get("/", query).context["shelf"].picks


def test_a_name_that_nobody_has_is_told_with_those_that_are_nearly_so(member):
    response = member.get("/?people=Agnes+Varda&kinds=film")

    assert "Nobody in the catalogue is called “Agnes Varda”." in response.content.decode()
    assert {"people": ["Agnès Varda"], "kinds": ["film"]} in links(response, "Agnès Varda")


def test_a_name_that_is_typed_is_completed(client):
    text = html.unescape(client.get("/people/names/?people=x&people=agn%C3%A8s").content.decode())

    assert '<option value="Agnès Varda">' in text
    assert "<option" not in client.get("/people/names/?people=a").content.decode()
    assert "<option" not in client.get("/people/names/?people=%00%25_").content.decode()
    assert client.get("/people/names/").status_code == 200


# ── Services ─────────────────────────────────────────────────────────────


def test_ones_services_make_a_filter_that_holds(member, offers):
    body = {"services": ["netflix", "mubi"], "region": "NL"}
    assert member.post("/me/services/", body).status_code == 302

    query = links(member.get("/"), "On my services")[0]
    assert query == {"services": ["mubi", "netflix"], "region": ["NL"]}
    picks = member.get("/", query).context["shelf"].picks

    today = timezone.localdate()
    on = Availability.objects.current(today).filter(region="NL").values_list("title", flat=True)
    assert len(picks) == 5
    assert {pick.title.pk for pick in picks} <= set(on)


def test_services_are_replaced_and_can_be_given_up(member, offers):
    member.post("/me/services/", {"services": ["netflix", "mubi"], "region": "NL"})
    member.post("/me/services/", {"services": ["mubi"], "region": "BE"})
    rows = Subscription.objects.filter(user=member.user)
    assert list(rows.values_list("service__slug", "region")) == [("mubi", "BE")]

    member.post("/me/services/", {})

    assert not rows.exists()
    assert not links(member.get("/"), "On my services")


def test_a_visitor_may_name_services_and_looking_writes_nothing(client, offers):
    assert client.get("/me/services/").status_code == 200
    assert "sessionid" not in client.cookies

    client.post("/me/services/", {"services": ["mubi"]})

    assert Subscription.objects.get().user.is_guest


def test_a_service_that_is_not_there_is_refused_in_words(member, offers):
    response = member.post("/me/services/", {"services": ["betamax"], "region": "XX"})

    assert response.status_code == 422
    assert "Not stored yet" in response.content.decode()
    assert not Subscription.objects.exists()


def test_without_any_service_the_page_says_so(client):
    Service.objects.all().delete()
    cache.clear()

    assert "Nobody has told this site" in client.get("/me/services/").content.decode()


def test_what_a_service_had_long_ago_is_dated_and_not_filtered_by(member, offers):
    Availability.objects.update(first_seen="2020-01-01", last_seen="2020-06-27")

    page = member.get("/me/services/").content.decode()

    assert "last known on 27 June 2020: too long ago to filter by" in page
    assert not member.get("/?services=netflix").context["shelf"].picks
