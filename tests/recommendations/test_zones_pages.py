"""The pages of the zones beside Tonight: what they show, cost and say, and cards that act there."""

import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import PooledConsent, User
from catalog.models import Dismissal, Mood, Title
from recommendations import zones
from recommendations.models import Session, Shown
from tests import factories
from tests.queries import writes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]
HTMX = {"HTTP_HX_REQUEST": "true"}
MOST_STATEMENTS = 10
PAGES = (
    "/gems/", "/gems/?known=15", "/surprise/", "/surprise/?page=2", "/trending/", "/moods/",
    "/moods/dread/", "/explore/", "/?page=1", "/like/?a=1&x=1",
)  # fmt: skip


def title(starter_id):
    return Title.objects.get(starter_id=starter_id)


@pytest.fixture
def member():
    """Somebody who loves four titles, signed in."""
    client = Client()
    client.user = factories.make_user()
    for starter_id in ("film/inception-2010", "film/blade-runner-1982", "film/amelie-2001",
                       "series/the-wire-2002"):  # fmt: skip
        factories.make_favourite(client.user, title(starter_id))
    client.force_login(client.user)
    return client


@pytest.fixture
def trending():
    """A book that four people here saved just now."""
    dune = title("book/dune-1965")
    for _ in range(4):
        user = factories.make_user(password=None)
        PooledConsent.objects.create(user=user)
        factories.make_save(user, dune, at=timezone.now())
    return dune


def act(client, pick, action, *, zone, back, shown="", htmx=None, **extra):
    body = {"title": pick.pk, "action": action, "back": back, "zone": zone, "shown": shown}
    return client.post("/picks/act/", body | extra, **(htmx or {}))


def picks(client, url):
    return client.get(url).context["shelf"].picks


# ── What they show ───────────────────────────────────────────────────────


@pytest.mark.parametrize("url", PAGES)
def test_a_page_answers_everybody_writes_nothing_and_costs_ten_statements(member, trending, url):
    Client().get("/")  # Any list brings the serving space's row into the cache.
    for client in (member, Client()):
        client.get("/trending/")
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url)

        assert page.status_code == 200
        assert writes(asked) == []
        assert len(asked) <= MOST_STATEMENTS, "\n".join(one["sql"][:90] for one in asked)


def test_the_slider_of_the_gems_stands_in_the_address_and_is_kept_within_bounds(member):
    for text, known in (("15", 15), ("", 40), ("x", 40), ("99", 60), ("0", 5), ("9999", 40)):
        page = member.get(f"/gems/?known={text}")
        assert page.context["known"] == known
        ceilings = [pick.title.popularity for pick in page.context["shelf"].picks]
        assert max(ceilings) <= known / 100


def test_a_gem_says_how_many_are_better_known(member):
    text = member.get("/gems/").content.decode()

    for pick in picks(member, "/gems/"):
        assert f"{round(100 - 100 * pick.title.popularity)} % of" in text


def test_without_a_taste_gems_and_surprise_say_what_is_missing_and_lead_to_the_groups():
    for url in ("/gems/", "/surprise/"):
        page = Client().get(url)

        assert page.context["shelf"].picks == ()
        assert "Love something first" in page.content.decode()
        assert 'href="/start/"' in page.content.decode()


def test_where_nothing_trends_the_page_says_why_and_what_would_change_it():
    text = Client().get("/trending/").content.decode()

    assert "Nothing trends here yet" in text
    assert "three people" in text
    assert "Sign up to lend yours" in text
    member = Client()
    member.force_login(factories.make_user())
    text = member.get("/trending/").text
    assert "Lend your ratings" in text
    assert "Sign up to lend yours" not in text


def test_what_trends_is_shown_to_anybody_with_a_rounded_count(trending):
    text = Client().get("/trending/").content.decode()

    assert trending.name in text
    assert "by 3 people or more" in text
    assert "4 people" not in text


def test_a_surprise_is_one_and_another_one_is_another(member):
    first, second = picks(member, "/surprise/"), picks(member, "/surprise/?page=2")

    assert len(first) == len(second) == 1
    assert first[0].title != second[0].title


@pytest.mark.parametrize("slug", Mood.values)
def test_every_mood_has_a_page_with_five(slug):
    page = Client().get(f"/moods/{slug}/")

    assert {pick.title.mood for pick in page.context["shelf"].picks} == {slug}
    assert len(page.context["shelf"].picks) == 5


def test_a_mood_that_there_is_not_is_not_found():
    assert Client().get("/moods/peckish/").status_code == 404


def test_explore_names_every_zone_with_its_line_and_leads_there(member):
    text = member.get("/explore/").content.decode()

    for zone in zones.ZONES.values():
        if zone.url_name:
            assert f'<a href="{reverse(zone.url_name)}">{zone.label}</a>' in text
            assert zone.purpose in text
    assert 'href="/moods/noir/"' in text
    assert 'href="/browse/?genre=Drama"' in text


def test_how_it_works_names_every_zone():
    text = Client().get("/how-it-works/").content.decode()

    for zone in zones.ZONES.values():
        assert zone.label in text
        assert zone.purpose in text


def test_a_list_answers_htmx_with_its_cards_alone(member):
    part = member.get("/gems/", HTTP_HX_TARGET="picks", **HTMX).content.decode()

    assert 'id="picks"' in part
    assert "<html" not in part


def test_a_filter_narrows_every_zone_and_a_short_gem_list_blames_no_ceiling(member):
    page = member.get("/gems/?known=5&kinds=series&max_year=1960")

    assert page.status_code == 200
    assert page.context["shelf"].is_short
    assert not any("max_popularity" in cost.names for cost in page.context["shelf"].costs)


def test_across_genres_is_a_chip_in_the_address(member):
    alien = title("film/alien-1979")
    page = member.get(f"/like/?a={alien.pk}")
    (chip,) = [chip for chip in page.context["chips"] if chip.label == "Across genres"]

    assert not chip.is_on
    crossed = member.get(chip.url)
    own = set(alien.genres.values_list("name", flat=True))
    for pick in crossed.context["shelf"].picks:
        assert not own & set(pick.title.genres.values_list("name", flat=True))
    (on,) = [chip for chip in crossed.context["chips"] if chip.label == "Across genres"]
    assert on.is_on
    assert on.url == f"/like/?a={alien.pk}"


# ── Cards that act in place ──────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "zone"),
    [("/gems/?known=30", "gems"), ("/moods/dread/", "mood"), ("/surprise/", "surprise"),
     ("/like/?a=30&x=1", "anchor")],
)  # fmt: skip
def test_the_next_card_comes_from_the_same_zone_with_the_same_inputs(member, url, zone):
    shown = picks(member, url)
    ids = ",".join(str(pick.title.pk) for pick in shown)

    answer = act(member, shown[0].title, "seen", zone=zone, back=url, shown=ids, htmx=HTMX)

    new = answer.context["pick"]
    assert answer.context["zone"] == zone
    assert new.title.pk not in [pick.title.pk for pick in shown]
    if zone == "gems":
        assert new.title.popularity <= 0.3
    if zone == "mood":
        assert new.title.mood == Mood.DREAD
    if zone == "surprise":
        assert zones.plain(new.reason).startswith("Far from your usual")
    if zone == "anchor":
        start = set(Title.objects.get(pk=30).genres.values_list("name", flat=True))
        assert not start & set(new.title.genres.values_list("name", flat=True))


def test_what_trends_is_replaced_by_nothing_when_there_is_no_more(member, trending):
    answer = act(member, trending, "save", zone="trending", back="/trending/", htmx=HTMX)

    assert answer.context["pick"] is None
    assert "Nothing more fits here" in answer.content.decode()


def test_not_for_me_in_a_zone_means_that_zone_and_everywhere_is_one_tap_more(member):
    shown = picks(member, "/gems/")
    ids = ",".join(str(pick.title.pk) for pick in shown)
    gone = shown[0].title

    here = act(member, gone, "dismiss", zone="gems", back="/gems/", shown=ids, htmx=HTMX)

    assert list(Dismissal.objects.values_list("title", "zone")) == [(gone.pk, "gems")]
    assert "put away here" in here.content.decode()
    assert 'name="everywhere"' in here.content.decode()
    new, token = here.context["pick"].title, here.context["undone"].token
    wider = act(
        member, gone, "dismiss", zone="gems", back="/gems/", shown=ids, htmx=HTMX,
        undo="1", everywhere="1", token=token, replaced=new.pk,
    )  # fmt: skip
    assert list(Dismissal.objects.values_list("title", "zone")) == [(gone.pk, "")]
    assert wider.context["pick"].title == new, "the card that came instead stays"
    assert "put away everywhere" in wider.content.decode()
    assert 'name="everywhere"' not in wider.content.decode()
    act(
        member, gone, "dismiss", zone="gems", back="/gems/", htmx=HTMX,
        undo="1", token=wider.context["undone"].token, replaced=new.pk,
    )  # fmt: skip
    assert not Dismissal.objects.exists()


def test_without_script_the_message_offers_undo_and_everywhere(member):
    gone = picks(member, "/gems/")[0].title

    answer = act(member, gone, "dismiss", zone="gems", back="/gems/")
    text = member.get("/gems/").content.decode()

    assert answer["Location"] == "/gems/"
    assert "put away here" in text
    assert "Not for me anywhere" in text
    assert gone.pk not in [pick.title.pk for pick in picks(member, "/gems/")]


@pytest.mark.parametrize(("zone", "back"), [("tonight", "/"), ("search", "/search/?q=robots")])
def test_not_for_me_on_tonight_and_in_a_search_means_everywhere(member, zone, back):
    gone = picks(member, back)[0].title

    act(member, gone, "dismiss", zone=zone, back=back, htmx=HTMX)

    assert list(Dismissal.objects.values_list("title", "zone")) == [(gone.pk, "")]


# ── What works best ──────────────────────────────────────────────────────


def test_tonight_names_the_zone_that_works_better_and_says_by_how_much(member):
    some = list(Title.objects.order_by("pk")[:20])
    at = timezone.now() - datetime.timedelta(days=1)
    for zone, n, n_taken in (("tonight", 10, 1), ("gems", 9, 8)):
        for number in range(n):
            session = Session.objects.create(user=member.user, zone=zone, closed_at=at)
            action = "love" if number < n_taken else "dismiss"
            Shown.objects.create(session=session, title=some[number], rank=1, action=action)

    text = member.get("/").content.decode()

    assert "you took something from 8 of 9 lists there" in text
    assert text.index('<a href="/gems/">Hidden gems</a>') > 0
    cache.clear()
    Session.objects.filter(zone="gems").delete()
    assert "you took something" not in member.get("/").content.decode()
    assert User.objects.exists()
