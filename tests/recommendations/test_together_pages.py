"""The pages of a room: who may see what, what they cost, and that codes cannot be guessed."""

import datetime
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Block, User
from catalog.models import Group, Title
from recommendations import encoding, tasks, zones
from recommendations.models import Ballot, Room, Seat, Vibe
from recommendations.models.rooms import new_code
from recommendations.taste.encoders import EncoderMissing
from recommendations.together import seating
from recommendations.together.seating import Wish
from tests.factories import make_favourite, make_user
from tests.queries import writes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "live"}
MOST_STATEMENTS, MOST_TO_POLL = 10, 3
LOVES = {
    "ann": ("film/heat-1995", "film/blade-runner-1982", "film/alien-1979"),
    "ben": ("film/amelie-2001", "film/the-notebook-2004"),
    "cas": ("film/inception-2010",),
}


def member(name):
    client = Client()
    client.user = make_user(first_name=name.title())
    client.force_login(client.user)
    for starter_id in LOVES.get(name, ()):
        make_favourite(client.user, Title.objects.get(starter_id=starter_id), at=timezone.now())
    return client


@pytest.fixture
def ann():
    return member("ann")


@pytest.fixture
def ben():
    return member("ben")


def made(host, address="/together/", **fields):
    answer = host.post(address, fields)
    assert answer.status_code == 302, answer.text
    return Room.objects.get(token=answer.url.strip("/").split("/")[-1])


def shared(ann, ben, **fields):
    room = made(ann, **fields)
    assert ben.post(f"/together/{room.token}/", {"name": "Ben"}).status_code == 302
    room.refresh_from_db()
    return room


def act(client, room, action, **fields):
    return client.post(f"/together/{room.token}/act/", {"action": action, **fields})


def on_table(room):
    room.refresh_from_db()
    return list(room.dealt.filter(deal=room.deal).order_by("rank").values_list("title", flat=True))


def statements(client, address, **headers):
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address, **headers)
    assert writes(queries) == []
    return page, len(queries)


# ── Making, finding, coming in ───────────────────────────────────────────


def test_a_visitor_makes_a_room_with_three_taps_and_another_one_joins_by_its_code():
    host, other = Client(), Client()
    groups = list(Group.objects.filter(is_pinned=True).values_list("pk", flat=True)[:3])
    assert User.objects.count() == 0
    assert "Tap three" in host.get("/together/").text
    assert User.objects.count() == 0, "looking makes nobody"

    room = made(host, group=groups, words="")
    found = other.get("/together/find/", {"code": f" {room.code[:3].lower()}-{room.code[3:]} "})

    assert found.url == f"/together/{room.token}/"
    door = other.get(found.url)
    assert "Guest 1 wants to choose with you" in door.text
    assert other.post(found.url, {"group": groups[1:]}).url == found.url
    page = other.get(found.url)
    assert len(page.context["table"].tabled) == 5
    assert other.get(f"/together/{room.code}/").url == found.url


def test_a_code_works_for_two_hours_and_a_room_for_a_day(ann, ben):
    room = made(ann)
    Room.objects.update(created_at=timezone.now() - datetime.timedelta(hours=2, seconds=1))

    assert ben.get("/together/find/", {"code": room.code}).status_code == 404
    assert ben.get(f"/together/{room.token}/").status_code == 200
    assert room.code not in ann.get(f"/together/{room.token}/").text

    Room.objects.update(created_at=timezone.now() - datetime.timedelta(hours=24, seconds=1))

    assert ben.get(f"/together/{room.token}/").status_code == 404
    assert ann.get(f"/together/{room.token}/").status_code == 404


def test_guessing_codes_is_stopped_also_from_new_guests_and_other_doors(ann):
    room = made(ann)
    tries = iter(new_code, room.code)
    for number in range(10):
        code = next(tries)
        address = f"/together/find/?code={code}" if number % 2 else f"/together/{code}/"
        assert Client().get(address).status_code == 404

    stopped = [
        Client().get("/together/find/", {"code": room.code}),
        ann.get(f"/together/{room.code}/"),
    ]

    assert [answer.status_code for answer in stopped] == [429, 429], "even the right one"
    assert 1 <= int(stopped[0]["Retry-After"]) <= 3600
    assert ann.get(f"/together/{room.token}/").status_code == 200, "links are not counted"


def test_guessing_from_many_addresses_is_stopped_as_well(ann, settings):
    settings.RATES = {**settings.RATES, "room_codes_of_all": "3/h", "room_codes": "100/m"}
    room = made(ann)
    for number in range(3):
        Client(REMOTE_ADDR=f"10.0.0.{number}").get("/together/find/", {"code": "AAAAAA"})

    answer = Client(REMOTE_ADDR="10.0.0.9").get("/together/find/", {"code": room.code})

    assert answer.status_code == 429


def test_making_rooms_is_limited(ann, settings):
    settings.RATES = {**settings.RATES, "rooms": "2/h"}

    answers = [ann.post("/together/", {}).status_code for _ in range(3)]

    assert answers == [302, 302, 429]


@pytest.mark.parametrize("code", ["", "ABC", "ABCDEFG", "ABCDE1", "'; --", "ÄBCDEF", "\x00ABCDE"])
def test_what_is_no_code_finds_nothing_and_says_what_one_is(code):
    page = Client().get("/together/find/", {"code": code})

    assert page.status_code == 404
    assert "There is no room here" in page.text


# ── Who may see what ─────────────────────────────────────────────────────


def test_only_who_sits_there_sees_a_room_and_acts_in_it(ann, ben):
    room, cas = shared(ann, ben), member("cas")
    title_id = on_table(room)[0]

    for outsider in (cas, Client()):
        door = outsider.get(f"/together/{room.token}/")
        assert "table" not in door.context
        assert Title.objects.get(pk=title_id).name not in door.text
        assert not re.search(r"\bBen\b", door.text)
        for action in ("yes", "no", "others", "leave", "close", "again"):
            assert act(outsider, room, action, title=title_id).status_code == 404
        assert outsider.get(f"/together/{room.token}/mood/").status_code == 404
        poll = outsider.get(f"/together/{room.token}/?v=0", **HTMX)
        assert (poll.status_code, poll.content) == (204, b"")
    assert not Ballot.objects.exists()
    assert Seat.objects.count() == 2
    assert act(ben, room, "close").status_code == 400, "the host alone closes it"
    act(ben, room, "leave")
    assert act(ben, room, "yes", title=title_id).status_code == 404, "who left has no voice"


def test_who_keep_apart_find_no_door_and_no_reason(ann, ben):
    room = made(ann)
    Block.objects.create(blocker=ben.user, blocked=ann.user)

    for address in (f"/together/{room.token}/", f"/together/find/?code={room.code}"):
        page = ben.get(address)
        assert page.status_code == 404
        assert not re.search(r"\bAnn\b", page.text)
    assert ben.post(f"/together/{room.token}/", {"name": "Ben"}).status_code == 404


def test_a_vibe_of_somebody_else_cannot_be_chosen(ann, ben):
    vibe = Vibe.objects.create(
        user=ben.user, name="His", ground="everything", axis="composed", centroid=[0.1] * 384
    )

    made(ann, vibe=str(vibe.pk))

    assert Seat.objects.get().vibe is None


def test_a_room_keeps_its_address_to_itself_and_escapes_names(ann, ben):
    room = made(ann, name="<b>Ann</b>")

    for client in (ann, ben):
        page = client.get(f"/together/{room.token}/")
        assert "<b>Ann" not in page.text
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in page["Cache-Control"]


# ── The table ────────────────────────────────────────────────────────────


def test_pages_take_ten_statements_at_most_and_asking_again_three(ann, ben):
    room = shared(ann, ben)
    address = f"/together/{room.token}/"

    page, n = statements(ben, address)
    stamp = page.context["table"].stamp
    poll, n_poll = statements(ben, f"{address}?v={stamp}", **HTMX)
    _, n_new = statements(ben, "/together/")
    _, n_door = statements(member("cas"), address)

    assert max(n, n_new, n_door) <= MOST_STATEMENTS, (n, n_new, n_door)
    assert (poll.status_code, poll.content) == (204, b"")
    assert n_poll <= MOST_TO_POLL
    assert f"?v={stamp}" in page.text

    act(ann, room, "yes", title=on_table(room)[1])

    news = ben.get(f"{address}?v={stamp}", **HTMX)
    assert news.status_code == 200
    assert "<html" not in news.text
    assert "1 yes" in news.text
    act(ben, room, "yes", title=on_table(room)[1])
    end = ann.get(f"{address}?v={stamp}", **HTMX)
    assert (end.status_code, end["HX-Refresh"]) == (204, "true")
    assert "All said yes" in ann.get(address).text


def test_filters_go_along_with_a_room_and_can_be_changed_by_anybody(ann, ben):
    room = shared(ann, ben, address="/together/?kinds=film&max_year=1999&include_seen=on")
    assert room.wants == {"kinds": ["film"], "max_year": 1999, "include_seen": True}
    link = ben.get(f"/together/{room.token}/").context["mood_url"]
    page = ben.get(link)
    assert page.context["wants"] == zones.Wants(kinds=("film",), max_year=1999, include_seen=True)

    ben.post(f"/together/{room.token}/mood/?kinds=book", {"words": "a quiet life", "name": "Ben"})

    kinds = Title.objects.filter(pk__in=on_table(room)).values_list("kind", flat=True)
    assert set(kinds) == {"book"}
    assert "“a quiet life”" in ann.get(f"/together/{room.token}/").text


def test_a_short_table_says_so_and_which_filter_costs_how_many(ann, ben):
    room = shared(ann, ben, address="/together/?kinds=series&max_year=1960")

    page = ann.get(f"/together/{room.token}/")
    costs = ann.get(page.context["mood_url"])

    assert "Loosen the filters" in page.text
    assert [each.label for each in costs.context["loosenings"]][:1] == ["Until 1960"]
    assert costs.context["loosenings"][0].n_back > 5


def test_a_title_that_is_not_on_the_table_and_nonsense_change_nothing(ann, ben):
    room = shared(ann, ben)
    before = on_table(room)

    for title in ("", "x", "0", "9" * 30, "-1", str(Title.objects.order_by("-pk").first().pk + 9)):
        assert act(ann, room, "yes", title=title).status_code == 302
    assert act(ann, room, "dance").status_code == 400

    assert on_table(room) == before
    assert not Ballot.objects.exists()


def test_words_that_cannot_be_understood_are_told_and_nothing_is_stored(ann, monkeypatch):
    def missing(*_):
        raise EncoderMissing("no file")

    monkeypatch.setattr(encoding, "query_encoder", missing)
    cache.clear()

    page = ann.post("/together/", {"words": "ships in the fog"})

    assert page.status_code == 422
    assert "Words cannot be understood" in page.text
    assert not Room.objects.exists()


def test_who_leaves_the_site_leaves_the_table_and_a_host_takes_the_room_along(ann, ben):
    room = shared(ann, ben)

    ben.user.delete()

    assert ann.get(f"/together/{room.token}/").status_code == 200
    ann.user.delete()
    assert not Room.objects.exists()


def test_the_night_deletes_old_rooms(ann):
    room = made(ann)
    Room.objects.update(created_at=timezone.now() - datetime.timedelta(hours=25))
    fresh = seating.make_room(
        ann.user, name="Ann", wish=Wish(), wants=zones.Wants(), now=timezone.now()
    )

    tasks.forget_rooms()

    assert list(Room.objects.all()) == [fresh]
    assert room.pk != fresh.pk
