"""The pages of a person's vibes, whole and in parts, and what is done on them."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape
from redis.exceptions import ConnectionError as RedisGone

from catalog.models import Favourite, Title
from recommendations import tasks
from recommendations.models import Vibe, VibeSet
from recommendations.vibes.fitting import fit_vibes
from tests.factories import make_favourite, make_user
from tests.queries import writes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]
GENRES = ("Science Fiction", "Romance")


@pytest.fixture(autouse=True)
def asked_for(monkeypatch):
    """Whose vibes the worker was asked for; there is no worker here."""
    asked = []
    monkeypatch.setattr(
        tasks.fit_vibes, "apply_async", lambda kwargs, **_: asked.append(kwargs["user_id"])
    )
    monkeypatch.setattr(tasks.record_shelves, "apply_async", lambda **_: None)
    return asked


def member(n, *, is_fitted=True, **columns):
    client = Client()
    client.user = make_user(**columns)
    client.force_login(client.user)
    best = [
        list(Title.objects.filter(genres__name=name).order_by("-popularity", "pk")[: n // 2 + 1])
        for name in GENRES
    ]
    titles = {t.pk: t for pair in zip(*best, strict=True) for t in pair}
    for title in list(titles.values())[:n]:
        make_favourite(client.user, title)
    if is_fitted:
        fit_vibes(client.user, now=timezone.now(), wanted=2)
    return client


def vibes_of(client):
    return list(Vibe.objects.owned_by(client.user).living().in_order())


def act(client, vibe, action, **fields):
    return client.post("/vibes/act/", {"vibe": vibe.pk, "action": action, **fields}, follow=True)


def test_a_stranger_and_somebody_without_likes_are_taught_what_makes_vibes():
    for client in (Client(), member(0, is_fitted=False)):
        page = client.get("/vibes/")

        assert page.status_code == 200
        assert "No vibes yet" in page.text
        assert "/moods/noir/" in page.text


@pytest.mark.parametrize(
    ("n", "words"), [(1, "7 more titles"), (7, "One more title"), (8, "Start")]
)
def test_few_likes_say_what_is_missing(n, words):
    assert words in member(n, is_fitted=False).get("/vibes/").text


def test_vibes_stand_there_before_any_worker_came_and_are_asked_of_it(asked_for):
    client = member(20, is_fitted=False)

    with CaptureQueriesContext(connection) as queries:
        page = client.get("/vibes/")

    assert page.text.count('value="start"') >= 1
    assert writes(queries) == []
    assert asked_for == [client.user.pk]
    assert not VibeSet.objects.exists()


def test_a_broker_that_is_gone_is_not_the_readers_matter(monkeypatch):
    client = member(20, is_fitted=False)

    def gone(**_):
        raise RedisGone("no server")

    monkeypatch.setattr(tasks.fit_vibes, "apply_async", gone)

    assert client.get("/vibes/").status_code == 200


def test_starting_a_vibe_that_is_not_stored_yet_leads_into_it():
    client = member(20, is_fitted=False)
    title = Favourite.objects.filter(user=client.user).first().title

    page = client.post("/vibes/act/", {"action": "start", "title": title.pk}, follow=True)

    vibe = Vibe.objects.get(places__title=title)
    assert page.redirect_chain[-1][0] == f"/vibes/{vibe.pk}/"
    assert page.text.count('data-title="') == 5


@pytest.mark.parametrize("address", ["/vibes/", "/vibes/{}/"])
def test_a_page_writes_nothing_and_asks_ten_times_at_most(address):
    client = member(30)
    address = address.format(vibes_of(client)[0].pk)
    client.get("/")  # the serving spaces are in the cache on a site that runs
    for key in ("cold", "warm"):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)

        assert page.status_code == 200
        assert writes(queries) == []
        assert len(queries) <= 10, (key, [query["sql"][:90] for query in queries])


def test_what_was_loved_since_is_said_and_asked_of_the_worker(asked_for):
    client = member(20)
    assert "something new" not in client.get("/vibes/").text
    make_favourite(client.user, Title.objects.exclude(favourites__user=client.user).first())

    assert "something new" in client.get("/vibes/").text
    assert asked_for == [client.user.pk]
    page = client.post("/vibes/act/", {"action": "refit"}, follow=True)
    assert "something new" not in page.text


def test_five_picks_show_how_they_fit_the_vibe_and_the_person():
    client = member(20)

    page = client.get(vibes_of(client)[0].get_absolute_url())

    assert page.text.count('aria-label="Fits this vibe"') == 5
    assert page.text.count('aria-label="Fits you"') == 5


def test_a_switch_is_a_part_of_the_page_and_back_gets_the_whole():
    client = member(20)
    first, second = vibes_of(client)[:2]
    htmx = {"HX-Request": "true", "HX-Target": "vibe"}

    part = client.get(second.get_absolute_url(), headers=htmx)
    back = client.get(
        first.get_absolute_url(), headers={**htmx, "HX-History-Restore-Request": "true"}
    )
    other = client.get(second.get_absolute_url(), headers={**htmx, "HX-Target": "elsewhere"})

    assert part.text.lstrip().startswith(f"<title>{escape(second.name)} · MovieDB</title>")
    assert "<!doctype html>" not in part.text.lower()
    assert "<!doctype html>" in back.text.lower()
    assert "<!doctype html>" in other.text.lower()


def test_a_card_that_is_acted_on_makes_way_for_one_from_the_same_vibe():
    client = member(20)
    vibe = vibes_of(client)[0]
    page = client.get(vibe.get_absolute_url())
    five = [pick.title.pk for pick in page.context["shelf"].picks]
    longer = client.get(vibe.get_absolute_url() + "?page=2").context["shelf"].picks
    said = {
        "title": five[1], "action": "seen", "zone": "vibe", "back": vibe.get_absolute_url(),
        "shown": ",".join(map(str, five)),
    }  # fmt: skip

    answer = client.post("/picks/act/", said, headers={"HX-Request": "true"})

    pick = answer.context["pick"]
    assert answer.context["zone"] == "vibe"
    assert pick.query_score is not None
    assert pick.title.pk not in five
    assert pick.title.pk in {one.title.pk for one in longer} or pick.query_score > 0


def test_somebody_elses_vibe_is_not_there():
    mine, theirs = member(8), member(8)
    vibe = vibes_of(theirs)[0]

    assert mine.get(vibe.get_absolute_url()).status_code == 404
    assert Client().get(vibe.get_absolute_url()).status_code == 404
    assert act(mine, vibe, "drop").status_code == 404
    assert act(Client(), vibe, "drop").status_code == 404
    assert Vibe.objects.living().filter(pk=vibe.pk).exists()


def test_a_name_that_is_taken_comes_back_with_what_is_wrong():
    client = member(20)
    first, second = vibes_of(client)[:2]

    page = act(client, first, "rename", name=second.name)

    assert page.status_code == 422
    assert "Choose a different name" in page.text
    assert f'value="{second.name}"' in page.text
    assert act(client, first, "rename", name="Late trains").status_code == 200
    assert vibes_of(client)[0].name == "Late trains"


def test_dropping_and_merging_and_splitting_offer_to_take_it_back():
    client = member(24)
    first, second = vibes_of(client)[:2]
    sizes = [first.places.count(), second.places.count()]

    for action, fields, inverse in (
        ("drop", {}, "restore"), ("merge", {"other": second.pk}, "unmerge"), ("split", {}, "merge"),
    ):  # fmt: skip
        page = act(client, first, action, **fields)
        assert f'value="{inverse}" data-key="u"' in page.text
        (undo,) = [m.extra_tags.split() for m in page.context["messages"]]
        act(client, Vibe(pk=undo[2]), undo[1], other=undo[3])

    assert [first.places.count(), second.places.count()] == sizes
    assert {first.pk, second.pk} <= {vibe.pk for vibe in vibes_of(client)}


def test_a_dropped_vibes_address_leads_to_the_others():
    client = member(20)
    vibe = vibes_of(client)[0]
    act(client, vibe, "drop")

    page = client.get(vibe.get_absolute_url(), follow=True)

    assert page.redirect_chain[-1][0] == "/vibes/"
    assert "Bring back" in page.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"action": "explode"}, 400),
        ({"action": "split"}, 404),
        ({"action": "split", "vibe": "x"}, 404),
        ({"action": "split", "vibe": "9" * 30}, 404),
        ({"action": "refit", "wanted": "99"}, 302),
        ({"action": "refit", "ground": "smell"}, 302),
        ({"action": "start", "title": "x"}, 302),
    ],
)
def test_mistyped_acts_are_refused_in_words(fields, status):
    client = member(8)
    before = [(v.pk, v.name) for v in vibes_of(client)]

    assert client.post("/vibes/act/", fields).status_code == status
    assert [(v.pk, v.name) for v in vibes_of(client)] == before


def test_filters_stand_in_the_address_and_narrow_the_vibe():
    client = member(20)
    vibe = vibes_of(client)[0]

    page = client.get(vibe.get_absolute_url() + "?kinds=book")

    assert {pick.title.kind for pick in page.context["shelf"].picks} == {"book"}
    assert "remove filter" in page.text


def test_the_comparison_is_for_the_staff_and_says_what_it_did():
    client, staff = member(12), member(12, is_staff=True)

    assert client.get("/staff/vibes/").status_code == 403
    assert Client().get("/staff/vibes/").status_code == 302
    assert "2 people" not in staff.get("/staff/vibes/").text
    page = staff.get("/staff/vibes/?people=20")
    assert "2 people with 24 liked titles" in page.text
    rows = page.context["comparison"].rows
    assert {row.algorithm for row in rows} == {"K-means", "Ward's hierarchy", "DBSCAN", "BIRCH"}
    assert len(rows) == 8
    assert all(row.seconds > 0 and 0 <= row.outliers <= 1 for row in rows)


def test_vibes_found_on_the_spot_are_kept_for_the_next_look(django_assert_max_num_queries):
    client = member(20, is_fitted=False)
    first = client.get("/vibes/").context["programme"]

    with django_assert_max_num_queries(7):
        again = client.get("/vibes/").context["programme"]

    assert [card.name for card in again.cards] == [card.name for card in first.cards]
    cache.clear()
    assert client.get("/vibes/").context["programme"].cards == first.cards
