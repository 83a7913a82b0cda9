"""The zones that choose in another way than Tonight, over the starter catalogue."""

import datetime
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from accounts.models import PooledConsent
from catalog.loading import Loader
from catalog.models import Adaptation, Genre, Mood, Save, Title
from catalog.sources.known import SOURCES
from recommendations import zones
from recommendations.batch import profiles
from recommendations.models import Session, Shown, TitleVector, UserVector
from recommendations.taste.geometry import unit
from recommendations.trends import coarse, count_trends
from recommendations.zones.anchor import of_other_genres
from recommendations.zones.pipeline import serving_space
from recommendations.zones.suggesting import suggest
from recommendations.zones.surprise import BRIDGES, CARRIES
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]
DATA = Path(os.environ.get("MOVIEDB_DATA") or "nowhere") / "ml-latest-small"
LOVES = (
    "film/inception-2010", "film/blade-runner-1982", "film/amelie-2001",
    "book/pride-and-prejudice-1813", "series/the-wire-2002",
)  # fmt: skip
# The day after everybody said what they said; see `factories.NOW`.
MORNING = datetime.datetime(2026, 3, 15, 9, tzinfo=datetime.UTC)


def title(starter_id):
    return Title.objects.get(starter_id=starter_id)


def person(*starter_ids):
    user = factories.make_user(password=None)
    for starter_id in starter_ids:
        factories.make_favourite(user, title(starter_id))
    return user


@pytest.fixture
def ann():
    return person(*LOVES)


def ask(user, zone, *, now=None, n=5, **options):
    return zones.recommend(user, zone, n=n, now=now or timezone.now(), **options)


def ids(shelf):
    return [pick.title.pk for pick in shelf.picks]


def vectors_of(title_ids, axis="composed"):
    rows = TitleVector.objects.along(serving_space(), axis).filter(title__in=title_ids)
    found = {row.title_id: np.asarray(row.vector, dtype=np.float32) for row in rows}
    return unit(np.stack([found[i] for i in title_ids]))


# ── The registry ─────────────────────────────────────────────────────────


def test_every_zone_says_what_it_is_for_what_it_takes_and_where_it_looks():
    for name, zone in zones.ZONES.items():
        assert zone.name == name
        for words in (zone.label, zone.purpose, zone.inputs, zone.space):
            assert words[0].isupper(), (name, words)
        assert zone.purpose.endswith(".")
        assert zone.inputs.endswith(".")
    with_pages = {zone.url_name for zone in zones.ZONES.values()} - {""}
    assert {"home", "search", "like", "gems", "surprise", "moods", "trending"} <= with_pages


# ── Hidden gems ──────────────────────────────────────────────────────────


@limits(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ceiling=st.sampled_from([0.05, 0.15, 0.3, 0.4, 0.6]),
    kinds=st.sampled_from([(), ("film",), ("series", "book")]),
    seen=st.booleans(),
)
def test_every_gem_is_little_known_near_to_a_love_and_voted_for(ann, ceiling, kinds, seen):
    some = list(Title.objects.order_by("pk").values_list("pk", flat=True))[::7]
    Title.objects.filter(pk__in=some).update(n_votes=3)
    cache.clear()
    wants = zones.Wants(kinds=kinds, include_seen=seen)

    shelf = ask(ann, zones.Gems(ceiling=ceiling), n=20, wants=wants)

    near = vectors_of([f.title_id for f in ann.favourites.all()])
    for pick in shelf.picks:
        found = Title.objects.get(pk=pick.title.pk)
        assert found.popularity <= ceiling
        assert found.n_votes is None or found.n_votes >= settings.RECOMMENDER.gem_votes
        assert (vectors_of([found.pk]) @ near.T).max() >= settings.RECOMMENDER.gem_floor - 1e-3
        assert not kinds or found.kind in kinds


def test_gems_are_all_there_are_where_they_are_few(ann):
    """Counted by hand over every title, the zone leaves none out but what its rules forbid."""
    loved = [f.title_id for f in ann.favourites.all()]
    little = list(
        Title.objects.visible().filter(popularity__lte=0.15).exclude(pk__in=loved)
        .order_by("pk").values_list("pk", flat=True)
    )  # fmt: skip
    near = (vectors_of(little) @ vectors_of(loved).T).max(axis=1)
    expected = {i for i, one in zip(little, near, strict=True) if one >= 0.2501}

    shelf = ask(ann, zones.Gems(ceiling=0.15), n=50)

    assert len(expected) >= 10
    assert set(ids(shelf)) <= expected
    makers = Counter(Title.objects.in_bulk(expected)[i].maker for i in expected)
    assert len(shelf.picks) >= len(makers) - 2, "one by each maker"


def test_a_higher_ceiling_only_adds_better_known_ones(ann):
    low, high = ask(ann, zones.Gems(0.15), n=50), ask(ann, zones.Gems(0.6), n=50)

    assert len(high.picks) > len(low.picks)
    assert max(pick.title.popularity for pick in high.picks) > 0.4


def test_without_a_taste_there_is_no_gem():
    assert ask(AnonymousUser(), zones.Gems()).zone == "sample"


# ── A dismissal in one zone ──────────────────────────────────────────────


def test_a_dismissal_in_one_zone_changes_its_next_list_and_no_other_until_midnight(ann):
    noon = MORNING.replace(hour=12)
    at = {"now": noon, "n": 10}
    gone = ask(ann, zones.Gems(), **at).picks[0].title
    others = (zones.Tonight(), zones.ByMood(gone.mood), zones.Anchor(like=(gone.pk + 1,)))
    before = [[(p.title.pk, p.score) for p in ask(ann, zone, **at).picks] for zone in others]

    factories.make_dismissal(ann, gone, zone="gems", at=noon)

    assert gone.pk not in ids(ask(ann, zones.Gems(), **at))
    after = [[(p.title.pk, p.score) for p in ask(ann, zone, **at).picks] for zone in others]
    assert after == before
    tomorrow = [
        [(p.title.pk, p.score) for p in ask(ann, zone, n=10, now=noon.replace(day=16)).picks]
        for zone in others[:1]
    ]
    same_without = ask(person(*LOVES), zones.Tonight(), n=10, now=noon.replace(day=16))
    assert tomorrow[0] != [(p.title.pk, p.score) for p in same_without.picks]


def test_the_stored_vector_follows_at_midnight(ann):
    profiles.refresh_stale(now=MORNING)
    stored = UserVector.objects.get(user=ann)
    evening = MORNING.replace(hour=20)
    gone = ask(ann, zones.Gems(), now=evening).picks[0].title
    factories.make_dismissal(ann, gone, zone="gems", at=evening)

    assert profiles.refresh_stale(now=evening.replace(hour=23)) == 0
    night = (evening + datetime.timedelta(days=1)).replace(hour=0, minute=5)
    assert profiles.refresh_stale(now=night) == 1
    moved = UserVector.objects.get(user=ann)
    assert not np.allclose(moved.vector, stored.vector, atol=1e-3)
    assert profiles.refresh_stale(now=night.replace(minute=10)) == 0


# ── Surprise ─────────────────────────────────────────────────────────────


def test_a_surprise_is_far_as_a_whole_and_close_on_the_axis_it_names(ann):
    loved = [f.title_id for f in ann.favourites.all()]
    everything = list(Title.objects.visible().exclude(pk__in=loved).values_list("pk", flat=True))
    usual = (vectors_of(everything) @ vectors_of(loved).T).max(axis=1)

    for pick in ask(ann, zones.Surprise(), n=10).picks:
        whole = (vectors_of([pick.title.pk]) @ vectors_of(loved).T).max()
        assert whole < np.percentile(usual, 60), "further off than most of the catalogue"
        (bridge,) = [span.title_id for span in pick.reason if span.title_id]
        assert bridge in loved
        strengths = {
            axis: float((vectors_of([pick.title.pk], axis) @ vectors_of([bridge], axis).T).item())
            / deviation
            for axis, deviation in BRIDGES.items()
        }
        assert max(strengths.values()) == pytest.approx(pick.score, abs=0.05)
        assert pick.score >= CARRIES


def test_without_the_title_a_bridge_stands_on_the_surprise_falls(ann):
    first = ask(ann, zones.Surprise(), n=10)
    n_checked = 0
    for pick in first.picks[:2]:
        (bridge,) = [span.title_id for span in pick.reason if span.title_id]
        heart = ann.favourites.get(title=bridge)
        heart.delete()
        left = {p.title.pk: p.score for p in ask(ann, zones.Surprise(), n=50).picks}
        assert left.get(pick.title.pk, -1.0) < pick.score
        heart.save()
        n_checked += 1

    assert n_checked == 2


def test_a_surprise_stays_all_day_and_another_day_brings_another(ann):
    days = [MORNING, MORNING.replace(hour=23), *(MORNING.replace(day=day) for day in range(16, 18))]
    found = [ids(ask(ann, zones.Surprise(), n=1, now=day)) for day in days]

    assert found[0] == found[1]
    assert all(found)


def test_a_bare_viewing_carries_no_bridge_where_there_are_loves(ann):
    factories.make_viewing(ann, title("film/alien-1979"))

    for pick in ask(ann, zones.Surprise(), n=20).picks:
        assert title("film/alien-1979").pk not in [span.title_id for span in pick.reason]


# ── By mood ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mood", Mood.values)
def test_a_mood_has_five_for_anybody_and_another_order_for_a_taste(ann, mood):
    anybody, own = ask(AnonymousUser(), zones.ByMood(mood)), ask(ann, zones.ByMood(mood))

    for shelf in (anybody, own):
        assert len(shelf.picks) == 5
        assert {pick.title.mood for pick in shelf.picks} == {mood}
    assert ids(anybody) != ids(own)


# ── Trending ─────────────────────────────────────────────────────────────


def crowd(n, *, is_pooled=True):
    people = [factories.make_user(password=None) for _ in range(n)]
    if is_pooled:
        PooledConsent.objects.bulk_create(PooledConsent(user=user) for user in people)
    return people


def test_what_three_people_saved_trends_and_what_two_did_does_not():
    now, (dune, heat) = timezone.now(), (title("book/dune-1965"), title("film/heat-1995"))
    for user in crowd(3):
        factories.make_save(user, dune, at=now)
    for user in crowd(2):
        factories.make_save(user, heat, at=now)

    shelf = ask(AnonymousUser(), zones.Trending(), now=now)

    assert [pick.title for pick in shelf.picks] == [dune]
    assert "3 people or more" in zones.plain(shelf.picks[0].reason)


def test_who_does_not_lend_their_ratings_is_not_counted():
    now, dune = timezone.now(), title("book/dune-1965")
    for user in [*crowd(2), *crowd(20, is_pooled=False)]:
        factories.make_save(user, dune, at=now)

    assert count_trends(now=now) == {}


def test_one_person_counts_once_however_much_they_say():
    now, dune = timezone.now(), title("book/dune-1965")
    one, *others = crowd(3)
    for user in (one, *others[:1]):
        factories.make_save(user, dune, at=now)
        factories.make_favourite(user, dune, at=now)

    assert count_trends(now=now) == {}


def test_an_older_save_is_worth_half_after_a_half_life():
    now, dune = timezone.now(), title("book/dune-1965")
    week = datetime.timedelta(days=settings.RECOMMENDER.trending_days)
    for user in crowd(4):
        factories.make_save(user, dune, at=now - week)

    assert count_trends(now=now)[dune.pk].heat == pytest.approx(2.0, rel=1e-3)
    assert count_trends(now=now + 8 * week) == {}


def test_a_new_save_cannot_be_read_from_the_count_within_the_hour():
    now, dune = MORNING, title("book/dune-1965")
    people = crowd(4)
    for user in people[:3]:
        factories.make_save(user, dune, at=now)
    before = zones.plain(ask(AnonymousUser(), zones.Trending(), now=now).picks[0].reason)
    factories.make_save(people[3], dune, at=now)
    later = ask(AnonymousUser(), zones.Trending(), now=now.replace(minute=59))

    assert zones.plain(later.picks[0].reason) == before
    assert [coarse(n) for n in (3, 4, 5, 9, 10, 19, 20, 49, 50, 120)] == [
        3, 3, 5, 5, 10, 10, 20, 20, 50, 100,
    ]  # fmt: skip


def test_hotter_stands_higher():
    now = timezone.now()
    dune, heat = title("book/dune-1965"), title("film/heat-1995")
    for user in crowd(6):
        factories.make_save(user, heat, at=now)
    for user in crowd(3):
        factories.make_save(user, dune, at=now)

    assert ids(ask(AnonymousUser(), zones.Trending(), now=now)) == [heat.pk, dune.pk]


# ── Across genres, across media ──────────────────────────────────────────


def test_nine_in_ten_popular_anchors_have_neighbours_without_a_genre_in_common():
    anchors = list(Title.objects.visible().order_by("-popularity", "pk")[:100:4])
    n_found = 0
    for anchor in anchors:
        own = set(anchor.genres.values_list("name", flat=True))
        shelf = ask(AnonymousUser(), zones.Anchor(like=(anchor.pk,), across_genres=True))
        n_found += bool(shelf.picks)
        theirs = Genre.objects.filter(titles__in=ids(shelf)).values_list("name", flat=True)
        assert not own & set(theirs), anchor

    assert n_found / len(anchors) >= 0.9


def test_two_anchors_exclude_the_genres_of_both():
    first, second = title("film/alien-1979"), title("film/amelie-2001")

    shelf = ask(AnonymousUser(), zones.Anchor(like=(first.pk, second.pk), across_genres=True), n=10)

    theirs = set(Genre.objects.filter(titles__in=ids(shelf)).values_list("name", flat=True))
    assert shelf.picks
    assert not theirs & set(Genre.objects.filter(titles__in=[first, second]).values_list("name"))


def test_four_in_five_forms_of_one_story_find_each_other_across_media():
    """The planted pairs are the catalogue's own adaptations: a film and the novel behind it."""
    pairs = [
        (one, other)
        for row in Adaptation.objects.select_related("origin", "form")
        for one, other in ((row.origin, row.form), (row.form, row.origin))
        if one.kind != other.kind
    ]
    n_found = 0
    for one, other in pairs[::4]:
        shelf = ask(
            AnonymousUser(),
            zones.Anchor(like=(one.pk,)),
            n=10,
            wants=zones.Wants(kinds=(other.kind,), include_seen=True),
        )
        n_found += other.pk in ids(shelf)

    assert len(pairs) >= 60
    assert n_found / len(pairs[::4]) >= 0.8


def test_ten_for_tonight_hold_two_kinds_even_for_one_who_loves_films_alone():
    ben = person("film/inception-2010", "film/the-matrix-1999", "film/alien-1979")

    for zone in (zones.Tonight(), zones.Gems(), zones.Anchor(like=(title(LOVES[0]).pk,))):
        kinds = {pick.title.kind for pick in ask(ben, zone, n=10).picks}
        assert len(kinds) >= 2, zone.name


def test_a_cut_of_films_alone_is_woven_with_the_nearest_of_other_kinds(ann):
    Title.objects.filter(kind="book").update(synopsis="")
    small = replace(settings.RECOMMENDER, n_cut=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "RECOMMENDER", small)
        anchor = zones.Anchor(like=(title("film/in-the-mood-for-love-2000").pk,))
        shelf = ask(AnonymousUser(), anchor, n=10)

    assert {pick.title.kind for pick in shelf.picks} >= {"film", "series"}


def test_asked_for_films_a_list_holds_films_alone(ann):
    shelf = ask(ann, zones.Tonight(), n=20, wants=zones.Wants(kinds=("film",)))

    assert {pick.title.kind for pick in shelf.picks} == {"film"}


@pytest.mark.parametrize("name", ["gems", "surprise", "mood", "trending", "tonight"])
def test_every_zone_keeps_to_the_kinds_asked_for(ann, name):
    now = timezone.now()
    for user in crowd(3):
        for starter_id in ("film/heat-1995", "series/the-office-2005", "book/dune-1965"):
            factories.make_save(user, title(starter_id), at=now)

    shelf = ask(ann, zones.ZONES[name](), n=10, now=now, wants=zones.Wants(kinds=("series",)))

    assert shelf.picks
    assert {pick.title.kind for pick in shelf.picks} == {"series"}


@pytest.mark.skipif(not DATA.is_dir(), reason="MOVIEDB_DATA names no folder of MovieLens files")
def test_nine_in_ten_popular_anchors_of_movielens_leave_titles_of_other_genres():
    source = SOURCES["movielens"]
    Loader(now=MORNING).load(source.read(DATA), source=source.name, path=str(DATA))
    known = Title.objects.visible().exclude(movielens_id=None)
    anchors = known.order_by("-popularity", "pk")[:100]

    found = [of_other_genres(known, [anchor.pk]).exists() for anchor in anchors]

    assert known.count() > 9000
    assert np.mean(found) >= 0.9


# ── What works best for somebody ─────────────────────────────────────────


def lists(user, zone, *, n, n_taken):
    for number in range(n):
        session = Session.objects.create(user=user, zone=zone, closed_at=MORNING)
        Shown.objects.create(
            session=session,
            title=Title.objects.order_by("pk")[number],
            rank=1,
            action="save" if number < n_taken else "",
        )


def test_a_zone_is_suggested_once_it_surely_works_better_than_tonight(ann):
    lists(ann, "tonight", n=20, n_taken=4)
    lists(ann, "gems", n=8, n_taken=6)
    lists(ann, "surprise", n=4, n_taken=4)

    found = suggest(ann, among={"gems", "surprise"})

    assert (found.zone, found.n_taken, found.n_lists) == ("gems", 6, 8)


@pytest.mark.parametrize(("n", "n_taken"), [(4, 4), (8, 2), (0, 0)])
def test_without_evidence_nothing_is_suggested(ann, n, n_taken):
    lists(ann, "tonight", n=20, n_taken=4)
    lists(ann, "gems", n=n, n_taken=n_taken)

    assert suggest(ann, among={"gems"}) is None
    assert suggest(AnonymousUser(), among={"gems"}) is None


def test_what_is_dismissed_counts_for_no_zone(ann):
    lists(ann, "gems", n=9, n_taken=9)
    Shown.objects.update(action="dismiss")

    assert suggest(ann, among={"gems"}) is None
    assert not Save.objects.exists()
