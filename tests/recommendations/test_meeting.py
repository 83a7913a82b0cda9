"""Meeting somebody where they show up: on their page, under a title, at the end of an evening."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import befriending
from accounts.models import Block, Friendship, OpenToTips
from catalog.models import Comment
from recommendations.circle import asking
from recommendations.models import Room, Seat, Session, Shown
from recommendations.together import choosing, seating
from recommendations.together.seating import Wish
from recommendations.zones import Wants
from tests.factories import make_dismissal, make_favourite, make_guest, make_title, make_user
from tests.queries import writes

pytestmark = pytest.mark.django_db


def signed_in(name, **columns):
    client = Client()
    client.user = make_user(first_name=name, **columns)
    client.force_login(client.user)
    return client


@pytest.fixture
def ann():
    return signed_in("Ann")


@pytest.fixture
def ben():
    return signed_in("Ben", profile_for="everyone")


def page_of(client, owner):
    return client.get(reverse("profile", args=(owner.user.pk,)))


def act(client, action, person, **more):
    told = {"action": action, "person": person.user.pk, **more}
    return client.post("/friends/act/", told, follow=True)


def buttons(page):
    """What a page's forms about people would do."""
    return {
        name
        for name in ("take_back", "accept", "decline", "unfriend", "block")
        if f'name="action" value="{name}"' in page.text
    } | ({"ask"} if 'action="/friends/ask/"' in page.text else set())


# ── On somebody's page ───────────────────────────────────────────────────


def test_a_persons_page_offers_what_stands_between_the_two(ann, ben):
    url = reverse("profile", args=(ben.user.pk,))
    assert buttons(page_of(ann, ben)) == {"ask", "block"}

    told = {"person": ben.user.pk, "back": url, "line": "Hello"}
    asked = ann.post("/friends/ask/", told, follow=True)
    assert asked.redirect_chain[-1][0] == url
    assert buttons(asked) == {"take_back", "block"}
    back = act(ann, "take_back", ben, back=url)
    assert buttons(back) == {"ask", "block"}

    befriending.ask(ben.user, ann.user, now=timezone.now())
    assert buttons(page_of(ann, ben)) == {"accept", "decline", "block"}
    friends = act(ann, "accept", ben, back=url)
    assert buttons(friends) == {"unfriend", "block"}
    assert Friendship.objects.accepted().count() == 1
    parted = act(ann, "unfriend", ben, back=url)
    assert parted.redirect_chain[-1][0] == url
    assert buttons(parted) == {"ask", "block"}
    away = act(ann, "block", ben)
    assert away.redirect_chain[-1][0] == "/friends/"
    assert page_of(ann, ben).status_code == 404


def test_whoever_parts_from_a_page_for_friends_is_led_to_a_page_that_exists(ann, ben):
    ben.user.profile_for = "friends"
    ben.user.save()
    befriending.ask(ann.user, ben.user, now=timezone.now())
    befriending.accept(ben.user, ann.user, now=timezone.now())
    page = page_of(ann, ben)
    assert '<input type="hidden" name="back" value="">' in page.text

    parted = act(ann, "unfriend", ben, back="")

    assert parted.status_code == 200
    assert parted.redirect_chain[-1][0] == "/friends/"
    assert page_of(ann, ben).status_code == 404


def test_visitors_guests_and_the_owner_find_no_such_buttons(ben):
    guest = Client()
    guest.post("/me/settings/", {"theme": "dark"})

    for client in (Client(), guest, ben):
        page = page_of(client, ben)
        assert page.status_code == 200
        assert not buttons(page)


# ── Under a title ────────────────────────────────────────────────────────


def test_the_writer_of_a_comment_is_kept_away_from_right_there(ann, ben):
    title = make_title("The Keeper")
    Comment.objects.create(user=ben.user, title=title, text="It is quiet.")
    url = reverse("comments", args=(title.pk,))
    part = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "comments"}

    page = ann.get(url)
    assert "Never meet Ben" in page.text
    assert f'name="back" value="{url}"' in page.text
    assert f'name="back" value="{title.get_absolute_url()}"' in ann.get(url, **part).text
    for client in (Client(), ben):
        assert "Never meet" not in client.get(url).text

    assert f'value="{ben.user.pk}"' not in page.text.split("comment-list")[1]
    said = ben.user.comments.get()
    for client, comment in ((ann, said.pk + 1), (ben, said.pk)):
        told = {"action": "block", "comment": comment}
        assert client.post("/friends/act/", told).status_code == 404
    told = {"action": "block", "comment": said.pk, "back": url}
    after = ann.post("/friends/act/", told, follow=True)

    assert after.redirect_chain[-1][0] == url
    assert "It is quiet." not in after.text
    assert Block.objects.get().blocked == ben.user


@pytest.mark.parametrize(
    ("profile_for", "is_friend", "leads"),
    [
        ("everyone", False, True), ("friends", True, True), ("friends", False, False),
        ("me", True, False),
    ],
)  # fmt: skip
def test_a_writers_name_leads_to_their_page_where_it_is_open(ann, profile_for, is_friend, leads):
    cas, title = signed_in("Cas", profile_for=profile_for), make_title()
    Comment.objects.create(user=cas.user, title=title, text="It is quiet.")
    if is_friend:
        Friendship.objects.create(asker=cas.user, asked=ann.user, accepted_at=timezone.now())

    page = ann.get(reverse("comments", args=(title.pk,))).text

    assert (f'href="/people/{cas.user.pk}/"' in page) == leads
    assert page_of(ann, cas).status_code == (200 if leads else 404)


def test_a_title_is_recommended_from_its_page_where_a_friend_takes_recommendations(ann, ben):
    title = make_title("The Keeper")
    link = f"/friends/lately/?title={title.pk}#recommend"
    assert link not in ann.get(title.get_absolute_url()).text
    Friendship.objects.create(asker=ben.user, asked=ann.user, accepted_at=timezone.now())
    assert link not in ann.get(title.get_absolute_url()).text
    OpenToTips.objects.create(user=ben.user)

    assert link in ann.get(title.get_absolute_url()).text
    assert link not in ben.get(title.get_absolute_url()).text
    assert link not in Client().get(title.get_absolute_url()).text
    form = ann.get(link.partition("#")[0]).text
    assert f'name="title" value="{title.pk}"' in form


# ── After an evening ─────────────────────────────────────────────────────


def room_of(*clients, names=None):
    now = timezone.now()
    for n in range(8):
        make_title(f"Choice {n}")
    host, *others = clients
    name = (names or {}).get
    room = seating.make_room(
        host.user, name=name(host, ""), wish=Wish(), wants=Wants(kinds=("film",)), now=now
    )
    for other in others:
        seating.join(room.pk, other.user, name=name(other, ""), wish=Wish(), now=now)
    room.refresh_from_db()
    return room


def met(viewer, person, **later):
    now = timezone.now() + datetime.timedelta(**later)
    return asking.has_met(viewer.user, person.user, now=now)


def test_whoever_sat_in_a_room_together_has_met(ann):
    cas, dan = signed_in("Cas"), signed_in("Dan")
    assert not met(ann, cas)

    room = room_of(ann, cas)

    assert met(ann, cas)
    assert met(cas, ann)
    assert not met(dan, cas)
    assert not met(ann, cas, days=2), "the room is gone by then"
    seating.leave(Seat.objects.get(user=cas.user), now=timezone.now())
    assert met(ann, cas)
    Block.objects.create(blocker=cas.user, blocked=ann.user)
    assert not met(ann, cas)
    room.delete()
    assert not met(cas, ann)


def test_whoever_sits_there_under_another_name_or_at_another_time_has_not_met(ann):
    cas, dan = signed_in("Cas"), signed_in("Dan")
    room = room_of(ann, cas, names={cas: "Nobody in particular"})
    assert not met(ann, cas)
    assert met(cas, ann)

    seating.join(room.pk, cas.user, name="Cas", wish=Wish(), now=timezone.now())
    seating.leave(Seat.objects.get(user=cas.user), now=timezone.now())
    Room.objects.update(ended_at=None, ending="")
    seating.join(room.pk, dan.user, name="Dan", wish=Wish(), now=timezone.now())
    assert met(dan, ann)
    assert not met(dan, cas), "she had left before he came"
    assert not met(cas, dan)


def test_at_the_end_of_an_evening_members_may_ask_each_other(ann):
    cas, guest = signed_in("Cas"), make_guest()
    room = room_of(ann, cas)
    seating.join(room.pk, guest, name="Guest 1", wish=Wish(), now=timezone.now())
    url = room.get_absolute_url()
    assert "Ask to be friends" not in ann.get(url).text

    seating.close(room, now=timezone.now())
    with CaptureQueriesContext(connection) as queries:
        page = ann.get(url)
    assert writes(queries) == []
    assert len(queries) <= 10
    assert page.text.count("Ask to be friends") == 1
    assert f'name="person" value="{guest.pk}"' not in page.text

    asked = ann.post("/friends/ask/", {"person": cas.user.pk, "back": url}, follow=True)
    assert asked.redirect_chain[-1][0] == url
    assert "Ask to be friends" not in asked.text
    assert "Ask to be friends" in cas.get(url).text  # which says yes
    cas.post("/friends/ask/", {"person": ann.user.pk, "back": url})
    assert Friendship.objects.accepted().count() == 1
    assert "Ask to be friends" not in cas.get(url).text


def test_a_guest_asks_nobody_and_a_name_for_the_evening_stays_one(ann):
    cas = signed_in("Cas")
    room = room_of(ann, cas, names={cas: "Stranger"})
    seating.close(room, now=timezone.now())

    assert str(cas.user.pk) not in ann.get(room.get_absolute_url()).text.split("Who sat here")[0]
    assert "Who sat here" not in ann.get(room.get_absolute_url()).text
    answer = ann.post("/friends/ask/", {"person": cas.user.pk})
    assert answer.status_code == 404


# ── The log of what a room was dealt ─────────────────────────────────────


def lists_of(client):
    return Session.objects.filter(user=client.user, zone="together").order_by("pk")


def test_what_a_room_is_dealt_stands_in_each_ones_own_log(ann):
    cas = signed_in("Cas")
    make_favourite(ann.user, make_title("Her secret"))
    room = room_of(ann, cas)
    five = set(room.dealt.values_list("title", flat=True))
    assert len(five) == 5

    for client in (ann, cas):
        (own,) = lists_of(client)
        assert set(own.shown.values_list("title", flat=True)) == five
        assert own.wants == {"kinds": ["film"]}
        page = client.get("/me/history/").text
        assert "Together" in page
        assert "Choice" in page
        assert "Her secret" not in page
    assert "Cas" not in ann.get("/me/history/").text.split("<main")[1]


def test_five_others_close_the_list_before_and_a_replacement_joins_it(ann):
    cas = signed_in("Cas")
    room = room_of(ann, cas)
    seat = Seat.objects.get(user=ann.user)
    out = room.dealt.filter(deal=room.deal).order_by("rank").first()
    with seating.locked(room.pk) as held:
        choosing.choose(held, seat, out.title_id, "no", now=timezone.now())

    for client in (ann, cas):
        (own,) = lists_of(client)
        assert own.shown.count() == 6
        assert own.shown.filter(rank=out.rank).count() == 2
        assert not own.shown.exclude(action="").exists(), "a no stays in the room"

    ann.post(f"{room.get_absolute_url()}act/", {"action": "again"})
    for client in (ann, cas):
        first, second = lists_of(client)
        assert first.closed_at is not None
        assert second.closed_at is None


def test_one_deletes_a_rooms_list_from_ones_own_log_alone_and_it_stays_away(ann):
    cas = signed_in("Cas")
    room = room_of(ann, cas)
    (own,) = lists_of(ann)

    assert ann.post("/me/history/forget/", {"list": lists_of(cas)[0].pk}).status_code == 404
    assert ann.post("/me/history/forget/", {"list": own.pk}).status_code == 302
    out = room.dealt.filter(deal=room.deal).first()
    with seating.locked(room.pk) as held:
        choosing.choose(
            held, Seat.objects.get(user=cas.user), out.title_id, "no", now=timezone.now()
        )

    assert not lists_of(ann).exists()
    assert lists_of(cas)[0].shown.count() == 6
    room.delete()
    assert lists_of(cas).count() == 1
    assert Shown.objects.filter(session__user=cas.user).count() == 6


def test_the_fit_in_the_log_is_ones_own(ann):
    cas = signed_in("Cas")
    make_dismissal(cas.user, make_title())
    room = room_of(ann, cas)

    for client in (ann, cas):
        seat = Seat.objects.get(user=client.user)
        (own,) = lists_of(client)
        for row in own.shown.all():
            fits = room.dealt.get(title=row.title_id).fits
            assert row.scores == {"score": fits[str(seat.pk)]}


# ── The way in ───────────────────────────────────────────────────────────


def test_the_landing_page_leads_to_together():
    assert 'href="/together/"' in Client().get("/").text.split("<main")[1]
