"""Your taste: what it is made of, where it lies, and what people change about it."""

import datetime

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import PooledConsent, User
from catalog.models import Exclusion, Rating, Title, WrongReason
from recommendations import zones
from recommendations.batch import profiles
from recommendations.ground import fit_ground, ground_of
from recommendations.models import UserVector
from recommendations.reports.making import read_rating
from recommendations.said import signals_of
from recommendations.tastes import taste_of
from tests import factories
from tests.queries import writes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]
LOVED = ("film/inception-2010", "film/blade-runner-1982", "film/the-matrix-1999")
PAGE, MAP, ACT = "/me/taste/", "/me/taste/map/", "/me/taste/act/"
HTMX = {"HX-Request": "true"}


def title(starter_id):
    return Title.objects.get(starter_id=starter_id)


@pytest.fixture
def ann():
    """The session of a member who loves three films."""
    client = Client()
    client.user = factories.make_user(username="ann")
    client.force_login(client.user)
    for starter_id in LOVED:
        factories.make_favourite(client.user, title(starter_id), at=timezone.now())
    return client


def said(response):
    """Return the words of a page, its spaces folded."""
    return " ".join(response.content.decode().split())


def taste(user):
    space, loved = zones.serving_spaces()
    fresh = User.objects.get(pk=user.pk)
    return taste_of(fresh, space, loved=loved, now=timezone.now())


def tonight(user, **options):
    return zones.recommend(
        User.objects.get(pk=user.pk), zones.Tonight(), now=timezone.now(), **options
    )


def made_of(response):
    return [part.title.starter_id for part in response.context["mirror"].strongest]


# ── The page ─────────────────────────────────────────────────────────────


def test_the_page_names_the_titles_a_taste_is_made_of_strongest_first(ann):
    factories.make_save(ann.user, title("film/heat-1995"), at=timezone.now())

    page = ann.get(PAGE)

    shares = [part.share for part in page.context["mirror"].strongest]
    assert set(made_of(page)[:3]) == set(LOVED)
    assert made_of(page)[3] == "film/heat-1995"
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)
    assert "Based on 4 titles of yours: a rough guess." in said(page)


def test_what_stands_out_is_what_the_titles_share_and_the_catalogue_does_not(ann):
    facts = dict(ann.get(PAGE).context["mirror"].making.facts)

    genres = {fact.name: fact for fact in facts["Genres"]}
    n = Title.objects.visible().count()
    n_science_fiction = Title.objects.visible().filter(genres__name="Science Fiction").count()
    assert genres["Science Fiction"].n == 3
    assert genres["Science Fiction"].times == pytest.approx((n + 2) / (n_science_fiction + 2))
    assert all(fact.n >= 2 for each in facts.values() for fact in each)
    linked = [fact for name in ("Genres", "Decades", "People") for fact in facts.get(name, ())]
    assert linked
    assert all(ann.get(fact.url).status_code == 200 for fact in linked)


def test_both_spaces_say_what_they_would_put_first_and_nothing_that_is_known(ann):
    voices = ann.get(PAGE).context["mirror"].voices

    shown = [one.starter_id for one in (*voices.written, *voices.loved)]
    assert len(voices.written) == len(voices.loved) == 3
    assert not set(shown) & set(LOVED)
    assert 0 < voices.loved_share < 1
    assert "MovieLens" in voices.teachers


@pytest.mark.parametrize("path", [PAGE, MAP, "/me/taste/anew/"])
def test_a_stranger_and_somebody_without_a_taste_are_told_what_is_missing(path, ann):
    empty = Client()
    empty.force_login(factories.make_user())

    for client in (Client(), empty):
        page = client.get(path)
        assert page.status_code == 200
        assert path == "/me/taste/anew/" or "One title you love" in said(page)


def test_the_pages_ask_little_of_the_database_and_write_nothing(ann):
    for path in (PAGE, MAP):
        ann.get(path)  # the spaces' rows and the map's ground are kept in the cache from here on
        with CaptureQueriesContext(connection) as asked:
            assert ann.get(path).status_code == 200
        assert len(asked) <= 10, asked.captured_queries
        assert not writes(asked)


def test_hundreds_of_titles_are_read_in_as_few_statements_as_three(ann):
    rows = [
        Rating(user=ann.user, title=one, stars="4.5", rated_at=timezone.now())
        for one in Title.objects.all()
    ]
    Rating.objects.bulk_create(rows)
    ann.get(PAGE), ann.get(MAP)

    for path in (PAGE, MAP):
        with CaptureQueriesContext(connection) as asked:
            page = ann.get(path)
        assert len(asked) <= 10, asked.captured_queries
    assert page.context["map"].n_yours == len(rows)
    assert page.context["map"].n_drawn == 120


# ── How somebody rates ───────────────────────────────────────────────────


def rates(user, n, stars):
    for one in Title.objects.order_by("pk")[:n]:
        factories.make_rating(user, one, stars)


def test_a_harsh_person_is_told_by_how_much_drawn_towards_no_difference(ann):
    for _ in range(3):
        other = factories.make_user()
        PooledConsent.objects.create(user=other)
        rates(other, 10, 4)
    rates(ann.user, 10, 2.5)

    page = ann.get(PAGE)

    leaning = page.context["mirror"].rating.leaning
    assert leaning.by == pytest.approx(-1.5 * 10 / 15)
    assert "You rate 1.0 stars below average." in said(page)


def test_ratings_of_people_who_did_not_allow_it_are_compared_with_nobodys(ann):
    for _ in range(3):
        rates(factories.make_user(), 10, 4)
    rates(ann.user, 10, 2.5)

    page = ann.get(PAGE)

    assert page.context["mirror"].rating.leaning is None
    assert "cannot be known yet" in said(page)


def test_nobodys_stars_can_be_read_from_a_mean_of_two(ann):
    for _ in range(2):
        other = factories.make_user()
        PooledConsent.objects.create(user=other)
        rates(other, 10, 4)
    rates(ann.user, 10, 2.5)

    assert read_rating(ann.user).leaning is None


def test_below_five_ratings_the_page_says_how_many_are_missing(ann):
    rates(ann.user, 3, 4)

    assert "Rate 2 more titles" in said(ann.get(PAGE))


# ── Taking titles out ────────────────────────────────────────────────────


def test_a_title_taken_out_counts_no_more_and_stays_in_the_library(ann):
    before = taste(ann.user).profile.vector

    page = ann.post(
        ACT, {"action": "exclude", "title": title(LOVED[0]).pk, "back": PAGE}, follow=True
    )

    assert LOVED[0] not in made_of(page)
    assert "Inception no longer counts for your taste." in said(page)
    assert "Based on 2 titles of yours" in said(page)
    assert not np.allclose(taste(ann.user).profile.vector, before)
    assert ann.user.favourites.count() == 3
    assert LOVED[0] not in [pick.title.starter_id for pick in tonight(ann.user, n=50).picks]


def test_taking_a_title_out_is_undone_from_the_message(ann):
    before = taste(ann.user)
    page = ann.post(
        ACT, {"action": "exclude", "title": title(LOVED[0]).pk, "back": PAGE}, follow=True
    )
    (message,) = page.context["messages"]
    _, action, pk, of = message.extra_tags.split()

    ann.post(ACT, {"action": action, "title": pk, "of": of, "undo": "1", "back": PAGE})

    assert taste(ann.user).version == before.version
    assert not Exclusion.objects.exists()


def test_a_title_is_taken_out_once_however_often_it_is_said(ann):
    for _ in range(2):
        ann.post(ACT, {"action": "exclude", "title": title(LOVED[0]).pk})

    assert Exclusion.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Exclusion.objects.create(user=ann.user, title=title(LOVED[0]))


def test_a_taste_that_changed_is_stored_anew_and_nobody_is_found_by_the_old_one(ann):
    profiles.refresh_stale(now=timezone.now())
    old = UserVector.objects.get(user=ann.user).vector

    ann.post(ACT, {"action": "exclude", "title": title(LOVED[0]).pk})
    assert not UserVector.objects.filter(user=ann.user).exists()

    profiles.refresh_stale(now=timezone.now())
    assert UserVector.objects.get(user=ann.user).vector != old


# ── Wrong reasons ────────────────────────────────────────────────────────


def named(user, pick_id):
    shelf = tonight(user, n=20, open_id=pick_id)
    (why,) = [pick.why for pick in shelf.picks if pick.title.pk == pick_id]
    return [cause.title.pk for cause in why.titles]


def test_a_reason_called_wrong_is_named_no_more_for_this_pick_and_for_this_pick_alone(ann):
    picks = [pick.title.pk for pick in tonight(ann.user).picks]
    causes = {pick: named(ann.user, pick) for pick in picks}
    pick, others = picks[0], picks[1:]
    cause = causes[pick][0]

    ann.post(ACT, {"action": "wrong", "title": cause, "of": pick})

    assert cause not in named(ann.user, pick)
    assert [pick.title.pk for pick in tonight(ann.user).picks] == picks, "the order stays"
    assert {other: named(ann.user, other) for other in others} == {o: causes[o] for o in others}
    assert "Reasons you called wrong" in said(ann.get(PAGE))


def test_a_reason_called_wrong_is_answered_in_its_place_and_can_be_undone_there(ann):
    pick = tonight(ann.user).picks[0].title.pk
    cause = named(ann.user, pick)[0]

    answer = ann.post(ACT, {"action": "wrong", "title": cause, "of": pick}, headers=HTMX)
    assert f'id="cause-{cause}"' in said(answer)
    assert "<html" not in said(answer)

    ann.post(ACT, {"action": "right", "title": cause, "of": pick, "undo": "1"}, headers=HTMX)
    assert named(ann.user, pick)[0] == cause
    assert not WrongReason.objects.exists()


def test_the_reasons_of_a_pick_carry_both_buttons_and_the_anchors_of_a_list_do_not(ann):
    pick = tonight(ann.user).picks[0].title.pk
    anchor = title("film/heat-1995").pk
    kin = zones.similar(title("film/heat-1995"), now=timezone.now()).picks[0].title.pk

    assert "Don’t use this title for me" in said(ann.get(f"/?why={pick}"))
    beside = said(ann.get(f"/like/?a={anchor}&why={kin}"))
    assert "You started from it" in beside
    assert "Don’t use this title for me" not in beside


# ── Fading and beginning anew ────────────────────────────────────────────


def test_with_a_shorter_half_life_old_loves_count_less(ann):
    long_ago = timezone.now() - datetime.timedelta(days=365)
    factories.make_favourite(ann.user, title("film/heat-1995"), at=long_ago)

    def share():
        parts = ann.get(PAGE).context["mirror"].strongest
        return next(p.share for p in parts if p.title.starter_id == "film/heat-1995")

    shares = []
    for days in (0, 1826, 365, 90):
        ann.post(ACT, {"action": "fade", "of": days, "back": PAGE})
        shares.append(share())

    assert shares[0] == pytest.approx(1 / 4)
    assert shares[2] == pytest.approx(0.5 / 3.5, abs=1e-3)
    assert shares == sorted(shares, reverse=True)


def test_every_half_life_says_what_it_would_change(ann):
    factories.make_favourite(
        ann.user,
        title("book/pride-and-prejudice-1813"),
        at=timezone.now() - datetime.timedelta(900),
    )

    fadings = {fading.days: fading for fading in ann.get(PAGE).context["mirror"].fadings}

    assert fadings[365].is_chosen
    assert fadings[0].preview.startswith("75 % of it from the last year; your lists change")
    assert fadings[90].preview.startswith("100 % of it from the last year")


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"action": "forget"}, 400),
        ({"action": "fade", "of": "12"}, 400),
        ({"action": "fade"}, 400),
        ({"action": "exclude", "title": "x"}, 404),
        ({"action": "exclude", "title": "999999999"}, 404),
        ({"action": "wrong", "title": "1"}, 404),
    ],
)
def test_a_form_that_makes_no_sense_is_told_so_and_changes_nothing(ann, form, status):
    answer = ann.post(ACT, form)

    assert answer.status_code == status
    assert User.objects.get(pk=ann.user.pk).half_life_days is None
    assert ann.get(ACT).status_code == 405


def test_beginning_anew_leaves_the_library_and_is_taken_back(ann):
    before = taste(ann.user).version

    page = ann.post(ACT, {"action": "anew", "back": PAGE}, follow=True)

    assert "Nothing to go by yet" in said(page)
    assert "Your taste began anew on" in said(page)
    assert not taste(ann.user).speaks
    assert ann.user.favourites.count() == 3
    factories.make_favourite(ann.user, title("film/heat-1995"), at=timezone.now())
    assert made_of(ann.get(PAGE)) == ["film/heat-1995"]

    ann.user.favourites.get(title=title("film/heat-1995")).delete()
    ann.post(ACT, {"action": "everything", "back": PAGE})
    assert taste(ann.user).version == before


def test_what_was_seen_does_not_come_back_when_a_taste_begins_anew(ann):
    ann.post(ACT, {"action": "anew"})
    factories.make_favourite(ann.user, title("film/heat-1995"), at=timezone.now())

    shown = {pick.title.starter_id for pick in tonight(ann.user, n=50).picks}
    assert shown
    assert not shown & set(LOVED)


def test_nobody_changes_the_taste_of_somebody_else(ann):
    stranger = Client()
    assert stranger.post(ACT, {"action": "anew"}).headers["Location"] == "/start/"
    other = Client()
    other.force_login(factories.make_user())

    other.post(ACT, {"action": "exclude", "title": title(LOVED[0]).pk})

    assert all(signal.counts for signal in signals_of(ann.user, now=timezone.now()))


def test_after_a_form_nobody_is_sent_to_another_site(ann):
    answer = ann.post(ACT, {"action": "everything", "back": "https://example.com/"})

    assert answer.headers["Location"] == PAGE


# ── The map ──────────────────────────────────────────────────────────────


def test_the_map_holds_own_titles_picks_and_the_middle_of_what_is_loved(ann):
    found = ann.get(MAP).context["map"]

    own = [dot for dot in found.dots if dot.of == "yours"]
    assert {dot.title.starter_id for dot in own} == set(LOVED)
    assert len(found.dots) - len(own) == 10
    assert found.you.x == pytest.approx(np.mean([dot.x for dot in own]), abs=1e-4)
    assert len(found.landmarks) >= 8


def test_the_map_is_the_same_for_everybody_and_fitted_once_an_edition(ann, monkeypatch):
    space = zones.serving_spaces().content
    first = ground_of(space)
    monkeypatch.setattr("recommendations.ground.fit_ground", lambda *_: pytest.fail("fitted twice"))

    assert np.array_equal(ground_of(space).projection.axes, first.projection.axes)
    ben = Client()
    ben.force_login(factories.make_user())
    ben.post(f"/title/{title(LOVED[0]).pk}/act/", {"action": "love"})
    places = [
        next(dot for dot in c.get(MAP).context["map"].dots if dot.title.starter_id == LOVED[0])
        for c in (ann, ben)
    ]
    assert (places[0].x, places[0].y) == (places[1].x, places[1].y)


def test_the_map_says_honestly_how_little_it_keeps(ann):
    page = ann.get(MAP)

    found = page.context["map"]
    assert 2 < found.kept < 40
    assert found.by_chance < found.neighbours < 60
    assert f"It shows {found.kept:.0f} % of how they differ" in said(page)


def test_too_few_titles_make_no_map():
    assert fit_ground(np.array([1, 2]), np.eye(2, dtype=np.float32)) is None
