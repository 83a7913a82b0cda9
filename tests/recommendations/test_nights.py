"""Nights of find-a-friend: who is placed anew, what is written, what opting out leaves."""

import datetime

import numpy as np
import pytest
from django.utils import timezone

from accounts import privacy
from accounts.models import Findable
from catalog.models import Exclusion, Title
from recommendations.batch import matches
from recommendations.circle.nearness import meeting, whereabouts, whereabouts_of
from recommendations.models import Space, Standing, TasteMatch
from tests.factories import make_dismissal, make_favourite, make_rating, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]
DAY = datetime.timedelta(days=1)


@pytest.fixture
def crowd():
    """Twelve people who may be found, each of whom loves six of thirty titles and rates two."""
    titles = list(Title.objects.visible().order_by("-popularity", "pk")[:40])
    rng, people = np.random.default_rng(3), []
    for number in range(12):
        one = make_user(first_name=f"Reader{number:02}", last_seen_at=timezone.now())
        chosen = rng.choice(30, 8, replace=False)
        for i in chosen[:6]:
            make_favourite(one, titles[i])
        for i, stars in zip(chosen[6:], (4.5, 1.5), strict=True):
            make_rating(one, titles[i], stars)
        Findable.objects.create(user=one)
        people.append(one)
    return people


def placed_at():
    """When each person was last placed."""
    return dict(Standing.objects.values_list("person__user", "computed_at"))


def moved_in(now):
    """Whom a night places anew."""
    before = placed_at()
    assert matches.refresh_all(now=now) == 12
    return {user_id for user_id, at in placed_at().items() if at != before.get(user_id)}


def test_many_are_placed_where_each_alone_would_be(crowd):
    now, where = timezone.now(), meeting()

    found = whereabouts_of(crowd, where, now=now)

    assert list(found) == [one.pk for one in crowd]
    for one in crowd:
        np.testing.assert_array_equal(found[one.pk], whereabouts(one, where, now=now))


def test_a_night_places_only_those_who_may_stand_elsewhere(crowd):
    now = timezone.now()
    everybody = {one.pk for one in crowd}
    ann, ben, cat, dan, eve, *_ = crowd
    title = Title.objects.visible().order_by("-popularity", "pk")[35]
    assert moved_in(now) == everybody
    assert moved_in(now + DAY / 24) == set()

    ann.favourites.first().delete()
    ben.ratings.update(stars=3)
    make_dismissal(cat, title)
    Exclusion.objects.create(user=dan, title=dan.favourites.first().title)
    eve.half_life_days = 90
    eve.save()

    assert moved_in(now + DAY / 12) == {one.pk for one in (ann, ben, cat, dan, eve)}
    assert moved_in(now + DAY / 6) == set()


def test_all_are_placed_by_new_vectors_and_once_a_week(crowd):
    now = timezone.now()
    everybody = {one.pk for one in crowd}
    moved_in(now)

    Space.objects.filter(kind=Space.Kind.TASTE).update(edition="0" * 32)

    assert moved_in(now + DAY) == everybody
    assert moved_in(now + 7 * DAY) == set()
    assert moved_in(now + 8 * DAY) == everybody


def test_a_dismissal_in_one_zone_moves_somebody_from_the_next_midnight_on(crowd):
    noon = timezone.now().replace(hour=12)
    moved_in(noon)
    title = Title.objects.visible().order_by("-popularity", "pk")[35]
    make_dismissal(crowd[0], title, zone="gems", at=noon)

    assert moved_in(noon + DAY / 24) == set()
    assert moved_in(noon + DAY) == {crowd[0].pk}


def test_a_night_writes_only_the_matches_that_differ(crowd):
    now = timezone.now()
    matches.refresh_all(now=now)
    before = dict(TasteMatch.objects.values_list("pk", "percent"))

    matches.refresh_all(now=now + DAY)

    assert dict(TasteMatch.objects.values_list("pk", "percent")) == before
    assert set(TasteMatch.objects.values_list("matched_at", flat=True)) == {now}
    crowd[0].favourites.all().delete()
    matches.refresh_all(now=now + 2 * DAY)
    assert TasteMatch.objects.count() == 11 * 10
    assert not TasteMatch.objects.filter(person__user=crowd[0]).exists()
    assert not TasteMatch.objects.filter(friend__user=crowd[0]).exists()


def test_opting_out_between_two_chunks_leaves_no_trace(crowd):
    now = timezone.now()
    matches.refresh_all(now=now)
    TasteMatch.objects.all().delete()
    everybody = matches.standings(meeting().space, now=now)
    ids = [one.findable.pk for one in crowd]

    matches.match(ids[:6], everybody, now=now)
    assert TasteMatch.objects.filter(person=ids[2]).count() == 11
    assert TasteMatch.objects.filter(friend=ids[2]).count() == 5
    for one in (crowd[2], crowd[8]):  # One who was matched, and one who is next.
        privacy.allow(one, is_findable=False)
    matches.place(ids, meeting(), now=now)
    matches.match(ids[6:], everybody, now=now)

    for gone in (ids[2], ids[8]):
        assert not TasteMatch.objects.filter(person=gone).exists()
        assert not TasteMatch.objects.filter(friend=gone).exists()
        assert not Standing.objects.filter(person=gone).exists()
    assert TasteMatch.objects.count() == 10 * 9
