"""Finding friends: who is listed, what is named, and what remains after opting out."""

import datetime
import pickle
import re

import numpy as np
import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from accounts import befriending, privacy
from accounts.models import Findable, Notice, OpenToTips
from catalog.models import Title
from recommendations import zones
from recommendations.batch import matches
from recommendations.circle import asking, reading, tips
from recommendations.circle.nearness import meeting, whereabouts
from recommendations.circle.news import news_of
from recommendations.models import Standing, TasteMatch, Tip
from tests.factories import make_favourite, make_guest, make_rating, make_user
from tests.queries import writes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]
MOST_STATEMENTS = 10
DAY = datetime.timedelta(days=1)


def known(n, *, skip=0):
    """Some titles that are no parts of others, the best known first."""
    titles = Title.objects.visible().filter(franchise=None, origins=None, forms=None).distinct()
    return list(titles.order_by("-popularity", "pk")[skip : skip + n])


def reader(name, titles=(), *, is_findable=True, **columns):
    """Somebody who loves these titles."""
    person = make_user(first_name=name, last_seen_at=timezone.now(), **columns)
    for title in titles:
        make_favourite(person, title)
    if is_findable:
        Findable.objects.create(user=person)
    return person


def befriend(one, other):
    befriending.ask(one, other, now=timezone.now())
    befriending.accept(other, one, now=timezone.now())


def page_of(client, person, url="/friends/"):
    client.force_login(person)
    return client.get(url).content.decode()


def names_of(person):
    """The names that find-a-friend lists for somebody."""
    circle = reading.circle_of(person, now=timezone.now())
    return {match.who.name for match in circle.matches}


@pytest.fixture
def crowd():
    """Thirty people, each of whom loves six of the best known titles."""
    titles, rng = known(60), np.random.default_rng(3)
    return [
        reader(f"Reader{n:02}", [titles[i] for i in rng.choice(60, 6, replace=False)])
        for n in range(30)
    ]


# ── Who is listed ────────────────────────────────────────────────────────


def test_the_page_lists_the_ten_that_a_full_search_finds(client, crowd):
    now = timezone.now()
    assert matches.refresh_all(now=now) == 30
    where = meeting()
    vectors = np.stack([whereabouts(one, where, now=now) for one in crowd])

    for row in (0, 7, 29):
        near = vectors @ vectors[row]
        near[row] = -np.inf
        nearest = np.argsort(-near)[:10]
        circle = reading.circle_of(crowd[row], now=now)
        told = {match.who.name: match.percent for match in circle.matches}
        assert set(told) == {crowd[i].first_name for i in nearest}
        for i in nearest:
            assert abs(told[crowd[i].first_name] - 100 * max(near[i], 0)) <= 10.1
        assert [m.percent for m in circle.matches] == sorted(told.values(), reverse=True)
        found = zones.neighbours(crowd[row], k=10, now=now)
        assert [user_id for user_id, _ in found] == [crowd[i].pk for i in nearest]
    page = page_of(client, crowd[0])
    assert page.count('class="near"') == 10


def test_matching_twice_leaves_the_same_rows(crowd):
    now = timezone.now()

    def rows():
        return set(TasteMatch.objects.values_list("person", "friend", "place", "percent"))

    matches.refresh_all(now=now)
    first = rows()
    matches.refresh_all(now=now)
    assert rows() == first
    assert len(first) == 30 * 29
    assert {percent % 10 for *_, percent in first} == {0}


def test_only_active_members_who_opted_in_and_are_not_apart_are_listed(client):
    titles, now = known(6), timezone.now()
    ann = reader("Ann", titles)
    for name in ("Near", "Hidden", "Away", "Off", "Blocked", "Blocker", "Few"):
        reader(
            name,
            titles[:4] if name == "Few" else titles,
            is_findable=name != "Hidden",
            is_active=name != "Off",
        )
    people = {one.user.first_name: one.user for one in Findable.objects.select_related("user")}
    away = people["Away"]
    away.last_seen_at = now - 31 * DAY
    away.save()
    guest = make_guest()
    Findable.objects.create(user=guest)
    befriending.block(ann, people["Blocked"])
    befriending.block(people["Blocker"], ann)

    matches.refresh_all(now=now)

    assert names_of(ann) == {"Near"}
    assert [i for i, _ in zones.neighbours(ann, k=10, now=now)] == [people["Near"].pk]
    # Whoever goes, or is kept away, since the night is gone from the page at once.
    befriending.block(people["Near"], ann)
    assert names_of(ann) == set()
    befriending.unblock(people["Near"], ann)
    assert names_of(ann) == {"Near"}
    assert reading.circle_of(ann, now=now + 31 * DAY).matches == ()
    assert not re.search(r"\bAnn\b", page_of(client, people["Blocked"]))


def test_a_change_shows_within_ten_minutes_and_not_twice_in_nine():
    now, minute = timezone.now(), datetime.timedelta(minutes=1)
    titles = known(40)
    ann = reader("Ann", titles[:6])
    matches.refresh_all(now=now - DAY)
    before = Standing.objects.get(person=ann.findable).vector

    make_favourite(ann, titles[30], at=now)
    assert matches.refresh_stale(now=now + minute) == 1
    after = Standing.objects.get(person=ann.findable)
    assert after.vector != before
    assert after.computed_at == now + minute
    make_favourite(ann, titles[31], at=now + 2 * minute)
    assert matches.refresh_stale(now=now + 6 * minute) == 0
    assert matches.refresh_stale(now=now + 11 * minute) == 1
    assert matches.refresh_stale(now=now + 16 * minute) == 0


def test_somebody_new_is_matched_at_once_and_only_once():
    titles, now = known(6), timezone.now()
    ann, ben = reader("Ann", titles), reader("Ben", titles)

    assert matches.refresh_person(user_id=ann.pk, now=now) == 1
    assert matches.refresh_person(user_id=ben.pk, now=now) == 1
    assert matches.refresh_person(user_id=ben.pk, now=now) == 0
    assert names_of(ben) == {"Ann"}


# ── What is named ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("library_for", "n_common", "is_named"),
    [("me", 8, False), ("friends", 8, False), ("everyone", 4, False), ("everyone", 5, True)],
)
def test_loves_are_named_only_from_open_libraries_that_meet_on_five(
    client, library_for, n_common, is_named
):
    titles = known(20)
    ann = reader("Ann", titles[:10])
    ben = reader("Ben", [*titles[:n_common], *titles[10:16]], library_for=library_for)
    matches.refresh_all(now=timezone.now())

    (match,) = reading.circle_of(ann, now=timezone.now()).matches
    page = page_of(client, ann)

    assert match.n_loves == (n_common if is_named else 0)
    assert len(match.loves) == (3 if is_named else 0)
    assert ("You both love" in page) == is_named
    for title in titles[10:16]:
        assert title.name not in page  # What Ben alone loves is never named.
    if library_for == "friends":
        befriend(ann, ben)
        assert "You both love" in page_of(client, ann)


def test_one_disagreement_is_told_from_an_open_library():
    titles = known(8)
    ann, ben = reader("Ann", titles[:6]), reader("Ben", titles[:6], library_for="everyone")
    for title, mine, theirs in ((titles[6], 5, 3.5), (titles[7], 4.5, 1.5)):
        make_rating(ann, title, mine)
        make_rating(ben, title, theirs)
    matches.refresh_all(now=timezone.now())

    (match,) = reading.circle_of(ann, now=timezone.now()).matches

    assert (match.clash.title, match.clash.mine, match.clash.theirs) == (titles[7], 4.5, 1.5)
    (other,) = reading.circle_of(ben, now=timezone.now()).matches
    assert other.clash is None  # Ann keeps her library to herself.


def test_adding_titles_one_by_one_names_nothing_of_a_hidden_library(client):
    titles, now = known(30), timezone.now()
    victim = reader("Victim", titles[:10])
    attacker = reader("Mallory", titles[12:17])
    matches.refresh_all(now=now - DAY)
    steps = []

    for number, title in enumerate([*titles[:10], *titles[20:24]]):
        then = now + datetime.timedelta(minutes=10 * number)
        make_favourite(attacker, title, at=then)
        matches.refresh_stale(now=then + datetime.timedelta(minutes=1))
        (match,) = reading.circle_of(attacker, now=now).matches
        page = page_of(client, attacker)
        assert not any(each.name in page for each in titles), "a title is named"
        assert match.loves == ()
        assert match.clash is None
        assert not match.shows
        steps.append(match.percent)

    assert all(percent % 10 == 0 for percent in steps)
    assert "You both love" not in page_of(client, victim)


# ── What remains ─────────────────────────────────────────────────────────


def test_opting_out_leaves_no_trace_in_rows_caches_or_pages(client, crowd):
    gone = crowd[4]
    gone.first_name, gone.library_for = "Quirinius", "everyone"
    gone.save()
    matches.refresh_all(now=timezone.now())
    seeing = [one for one in crowd if "Quirinius" in names_of(one)]
    assert seeing
    assert "Quirinius" in page_of(client, seeing[0])
    consent = gone.findable.pk

    client.force_login(gone)
    client.post("/friends/act/", {"action": "find_off"})

    for model, column in ((TasteMatch, "person_id"), (TasteMatch, "friend_id"),
                          (Standing, "person_id")):  # fmt: skip
        assert not model.objects.filter(**{column: consent}).exists()
    for table, column in columns_naming("accounts_findable"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [consent])
            assert cursor.fetchone() == (0,), f"{table}.{column}"
    for one in crowd:
        if one != gone:
            assert "Quirinius" not in page_of(client, one)
            assert gone.pk not in [i for i, _ in zones.neighbours(one, k=30, now=timezone.now())]
    assert "Quirinius" not in everything_cached()
    assert matches.refresh_all(now=timezone.now()) == 29
    assert not TasteMatch.objects.filter(friend__user=gone).exists()


def columns_naming(table):
    """Return every (table, column) with a foreign key to a table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)"
            " WHERE c.contype = 'f' AND c.confrelid = %s::regclass",
            [table],
        )
        return cursor.fetchall()


def everything_cached():
    """Return all that the cache keeps, as one text."""
    client = cache._cache.get_client()
    kept = []
    for key in client.scan_iter("*"):
        value = client.get(key) if client.type(key) == b"string" else b""
        try:
            kept.append(repr(pickle.loads(value)))  # noqa: S301 - our own cache
        except Exception:
            kept.append(repr(value))
    return "\n".join(kept)


def test_opting_out_while_the_matches_are_made_is_not_undone(crowd):
    matches.refresh_all(now=timezone.now())
    everybody = matches.standings(meeting().space, now=timezone.now())
    privacy.allow(crowd[0], is_findable=False)

    matches.match([one.findable.pk for one in crowd[1:]], everybody, now=timezone.now())

    assert not TasteMatch.objects.filter(friend__user=crowd[0]).exists()
    assert TasteMatch.objects.filter(person__user=crowd[1]).count() == 28


# ── The pages ────────────────────────────────────────────────────────────


def test_the_pages_take_ten_statements_at_most_and_write_nothing(
    client, crowd, django_assert_max_num_queries
):
    ann = crowd[0]
    for one in crowd[1:8]:
        one.library_for = "friends"
        one.save()
        OpenToTips.objects.create(user=one)
        befriend(one, ann)
    OpenToTips.objects.create(user=ann)
    for title, one in zip(known(3, skip=70), crowd[1:4], strict=True):
        tips.give(one, ann, title, line="For you", now=timezone.now())
    befriending.ask(crowd[9], ann, now=timezone.now())
    befriending.block(ann, crowd[20])
    matches.refresh_all(now=timezone.now())
    client.force_login(ann)
    zones.serving_spaces()  # Kept in the cache for everybody.

    for url in ("/friends/", "/friends/lately/", f"/friends/lately/?title={known(1)[0].pk}",
                "/trusted/", f"/friends/with/{befriending.link_token(crowd[11])}/"):  # fmt: skip
        with django_assert_max_num_queries(MOST_STATEMENTS) as asked:
            assert client.get(url).status_code == 200, url
        assert writes(asked.captured_queries) == [], url


def test_a_visitor_and_a_guest_are_told_what_friends_are_for(client):
    for url in ("/friends/", "/friends/lately/"):
        assert "Friends need an account" in client.get(url).content.decode()
    assert "Nothing new from them yet" in client.get("/trusted/").content.decode()
    for url in ("/friends/act/", "/friends/ask/", "/friends/recommend/"):
        assert client.get(url).status_code == 405 or client.get(url).status_code == 302
        assert client.post(url, {"action": "find_on"}).url.startswith("/accounts/login/")
    assert not Findable.objects.exists()


def test_opting_in_says_what_comes_next(client):
    ann = reader("Ann", is_findable=False)
    assert "Find people who love what you love" in page_of(client, ann)

    client.post("/friends/act/", {"action": "find_on"})
    assert "Looking around" in page_of(client, ann)
    matches.refresh_person(user_id=ann.pk, now=timezone.now())
    assert "Your taste is not known yet" in page_of(client, ann)
    for title in known(5):
        make_favourite(ann, title)
    matches.refresh_all(now=timezone.now())
    assert "Nobody is near yet" in page_of(client, ann)


def test_a_friendship_begins_and_ends_on_the_page(client, crowd):
    matches.refresh_all(now=timezone.now())
    ann = crowd[0]
    near = reading.circle_of(ann, now=timezone.now()).matches[0].who
    ben = next(one for one in crowd if one.pk == near.pk)

    client.force_login(ann)
    client.post("/friends/ask/", {"person": ben.pk, "line": "Shall we?"})
    assert "Asked, no answer yet" in page_of(client, ann)
    assert "Shall we?" in page_of(client, ben)
    client.post("/friends/act/", {"action": "accept", "person": ann.pk})
    assert ann.first_name in page_of(client, ben).split('id="friends-heading"')[1]
    client.post("/friends/act/", {"action": "unfriend", "person": ann.pk})
    assert "Nobody yet." in page_of(client, ben)
    client.post("/friends/act/", {"action": "block", "person": ann.pk})
    assert "Kept away" in page_of(client, ben)
    assert ben.first_name not in names_of(ann)
    client.force_login(ann)
    assert client.post("/friends/ask/", {"person": ben.pk}).status_code == 404
    client.force_login(ben)
    client.post("/friends/act/", {"action": "unblock", "person": ann.pk})
    assert "Kept away" not in page_of(client, ben)


def test_nobody_is_asked_or_kept_away_by_number(client):
    ann, stranger = reader("Ann"), reader("Xaver")
    client.force_login(ann)

    for sent in ({"action": "block", "person": stranger.pk}, {"action": "accept", "person": 10**9}):
        assert client.post("/friends/act/", sent).status_code == 404
    assert client.post("/friends/ask/", {"person": stranger.pk}).status_code == 404
    assert client.post("/friends/act/", {"action": "nonsense"}).status_code == 400
    assert client.post("/friends/act/", {"action": "refuse", "tip": "1"}).status_code == 404
    stranger.profile_for = "everyone"
    stranger.save()
    assert asking.met(ann, stranger.pk, now=timezone.now()) == stranger


def test_a_friends_link_lets_a_stranger_ask(client):
    ann, ben = reader("Ann"), reader("Ben", is_findable=False)
    url = f"/friends/with/{befriending.link_token(ben)}/"

    assert "Be friends with Ben?" in page_of(client, ann, url)
    client.post("/friends/ask/", {"token": befriending.link_token(ben), "line": "It is me"})
    assert "You have asked Ben" in page_of(client, ann, url)
    assert "This is your own link" in page_of(client, ben, url)
    befriending.accept(ben, ann, now=timezone.now())
    assert "You and Ben are friends" in page_of(client, ann, url)
    befriending.block(ben, ann)
    client.force_login(ann)
    answer = client.get(url)
    assert answer.status_code == 404
    assert not re.search(r"\bBen\b", answer.text)


def test_asking_is_limited(client, settings):
    settings.RATES = {**settings.RATES, "asks": "2/h"}
    ann = reader("Ann")
    client.force_login(ann)
    people = [reader(f"P{n}", profile_for="everyone") for n in range(3)]

    codes = [client.post("/friends/ask/", {"person": p.pk}).status_code for p in people]

    assert codes == [302, 302, 429]


# ── What friends love and recommend ──────────────────────────────────────


def test_what_friends_loved_lately_shows_as_each_allows(client):
    titles = known(6, skip=20)
    ann = reader("Ann")
    for name, library_for, own in (
        ("Open", "friends", titles[:3]), ("Public", "everyone", titles[2:4]),
        ("Closed", "me", titles[4:6]),
    ):  # fmt: skip
        befriend(reader(name, own, library_for=library_for), ann)
    reader("Stranger", known(1, skip=40), library_for="everyone")

    page = page_of(client, ann, "/friends/lately/")
    news = news_of(ann)

    assert {one.title for one in news.lately} == set(titles[:4])
    (shared,) = (one for one in news.lately if one.title == titles[2])
    assert set(shared.names) == {"Open", "Public"}
    assert titles[0].name in page
    assert known(1, skip=40)[0].name not in page
    assert "keep their libraries" not in page


def test_whose_friends_show_nothing_is_led_to_where_libraries_are_opened(client):
    ann = reader("Ann", known(1))
    befriend(reader("Closed", known(1), library_for="me"), ann)

    page = page_of(client, ann, "/friends/lately/")

    assert "keep their libraries" in page
    assert '<a class="btn main" href="/me/audience/">' in page


def test_a_name_that_no_title_has_is_told_where_the_eye_is(client):
    ann, ben = reader("Ann", known(1)), reader("Ben", known(1))
    befriend(ben, ann)
    client.force_login(ann)

    told = client.post("/friends/recommend/", {"name": "zzzz", "friend": ben.pk})

    page = told.content.decode()
    assert told.status_code == 422
    assert 'role="alert" tabindex="-1" autofocus><p><strong>No title here is called' in page


def test_a_friend_recommends_a_title_and_it_can_be_put_away(client):
    heat = Title.objects.get(starter_id="film/heat-1995")
    ann, ben = reader("Ann"), reader("Ben")
    befriend(ann, ben)
    client.force_login(ben)
    sent = {"friend": ann.pk, "title": heat.pk, "line": "The <b>diner</b>!"}

    refused = client.post("/friends/recommend/", sent)
    assert refused.status_code == 422
    assert "takes no recommendations" in refused.content.decode()
    OpenToTips.objects.create(user=ann)
    assert client.post("/friends/recommend/", sent).status_code == 302
    assert client.post("/friends/recommend/", sent).status_code == 422  # Once is enough.
    page = page_of(client, ann, "/friends/lately/")
    assert "The &lt;b&gt;diner&lt;/b&gt;!" in page
    assert "Ben recommends Heat to you." in Notice.objects.get(user=ann, kind="tip").words

    tip = Tip.objects.get()
    client.force_login(ben)
    assert client.post("/friends/act/", {"action": "refuse", "tip": tip.pk}).status_code == 404
    client.force_login(ann)
    assert client.post("/friends/act/", {"action": "refuse", "tip": tip.pk}).status_code == 302
    assert "diner" not in page_of(client, ann, "/friends/lately/")
    tip.delete()
    assert not Notice.objects.filter(kind="tip").exists()


def test_a_title_is_recommended_by_its_name(client):
    ann, ben = reader("Ann"), reader("Ben")
    befriend(ann, ben)
    OpenToTips.objects.create(user=ann)
    client.force_login(ben)

    def send(name, friend=ann.pk):
        return client.post("/friends/recommend/", {"friend": friend, "name": name})

    assert "No title here is called" in send("Zzyzx Qqqq").content.decode()
    assert "Say which title" in send("").content.decode()
    several = send("the")
    assert several.status_code == 422
    assert "Choose one" in several.content.decode()
    assert several.content.decode().count('name="title"') > 1
    assert send("Blade Runner 2049", friend="").status_code == 422
    assert send("Blade Runner 2049").status_code == 302
    assert Tip.objects.get().title.name == "Blade Runner 2049"


def test_strangers_former_friends_and_closed_doors_leave_no_recommendation():
    heat, now = known(1)[0], timezone.now()
    ann, ben, cat = reader("Ann"), reader("Ben"), reader("Cat")
    OpenToTips.objects.create(user=ann)
    with pytest.raises(tips.CannotTip, match="friends only"):
        tips.give(cat, ann, heat, now=now)
    befriend(ann, ben)
    tips.give(ben, ann, heat, now=now)
    assert Tip.objects.waiting_for(ann).count() == 1

    privacy.allow(ann, is_open_to_tips=False)
    assert not Tip.objects.waiting_for(ann).exists()
    privacy.allow(ann, is_open_to_tips=True)
    befriending.unfriend(ann, ben)
    assert not Tip.objects.waiting_for(ann).exists()


def test_the_zone_of_friends_ranks_by_voices_and_says_whose(client):
    titles, now = known(8, skip=30), timezone.now()
    ann = reader("Ann", known(6))
    OpenToTips.objects.create(user=ann)
    friends = [reader(f"Friend{n}", titles[n : n + 2], library_for="friends") for n in range(3)]
    for one in friends:
        befriend(one, ann)
    befriend(reader("Closed", titles[5:6]), ann)
    tips.give(friends[0], ann, titles[6], line="Trust me.", now=now)

    shelf = zones.recommend(ann, zones.Trusted.of(ann), n=10, now=now)

    reasons = {pick.title: zones.plain(pick.reason) for pick in shelf.picks}
    assert set(reasons) <= {*titles[:4], titles[6]}
    assert reasons[titles[6]] == "Friend0 recommends it to you: “Trust me.”"
    assert reasons[titles[0]] == "Loved by Friend0."
    assert (
        "Friend0 and Friend1" in reasons[titles[1]] or "Friend1 and Friend0" in reasons[titles[1]]
    )
    page = page_of(client, ann, "/trusted/")
    assert "From people you trust" in page
    befriending.unfriend(ann, friends[0])
    again = zones.recommend(ann, zones.Trusted.of(ann), n=10, now=now)
    assert titles[6] not in {pick.title for pick in again.picks}
    assert "Friend0" not in " ".join(zones.plain(pick.reason) for pick in again.picks)


def test_a_list_that_names_friends_is_kept_for_nobody_else():
    titles, now = known(4, skip=30), timezone.now()
    ann, eve = reader("Ann"), reader("Eve")
    befriend(reader("Friend", titles, library_for="friends"), ann)

    assert zones.recommend(ann, zones.Trusted.of(ann), n=4, now=now).picks
    assert zones.recommend(eve, zones.Trusted.of(eve), n=4, now=now).picks == ()
    assert zones.Trusted.of(ann).key() != zones.Trusted.of(eve).key()
