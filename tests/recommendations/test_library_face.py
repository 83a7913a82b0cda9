"""The library as its page shows it, and its two plain components."""

import doctest
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Findable, User
from catalog.models import Favourite, Title
from recommendations import zones
from recommendations.batch import matches, profiles
from recommendations.trends import Trend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]
LIKE_ANN = (
    "film/the-matrix-1999", "film/arrival-2016", "film/interstellar-2014", "film/her-2013",
)  # fmt: skip
PAGE = Path(__file__).parent.parent.parent / "docs" / "library.md"


@pytest.fixture
def ann():
    return lover("ann", "film/inception-2010", "film/blade-runner-1982")


def lover(name, *starter_ids):
    user = User.objects.create(username=name, email=f"{name}@example.org")
    for starter_id in starter_ids:
        Favourite.objects.create(user=user, title=Title.objects.get(starter_id=starter_id))
    return user


def test_the_examples_of_the_documentation_run(ann):
    failed, tried = doctest.testfile(
        str(PAGE), module_relative=False, globs={"user": ann, "Title": Title}
    )

    assert tried >= 10
    assert failed == 0


def test_only_people_who_let_themselves_be_found_are_neighbours(ann):
    near = lover("ben", *LIKE_ANN, "film/ex-machina-2014")
    far = lover(
        "cat", "film/paddington-2-2017", "film/amelie-2001", "film/notting-hill-1999",
        "book/pride-and-prejudice-1813", "film/la-la-land-2016",
    )  # fmt: skip
    lover("dan", *LIKE_ANN, "film/blade-runner-2049-2017")
    for user in (near, far):
        Findable.objects.create(user=user)
    for starter_id in LIKE_ANN:
        Favourite.objects.create(user=ann, title=Title.objects.get(starter_id=starter_id))
    matches.refresh_all(now=timezone.now())

    found = zones.neighbours(ann, k=10, now=timezone.now())

    assert [user_id for user_id, _ in found] == [near.pk, far.pk]
    near.findable.delete()
    assert [user_id for user_id, _ in zones.neighbours(ann, k=10, now=timezone.now())] == [far.pk]


def test_profiles_are_refreshed_once_however_many_statements_came(ann, monkeypatch):
    assert profiles.refresh_stale(now=timezone.now()) == 1
    titles = Title.objects.exclude(favourites__user=ann)[:50]
    Favourite.objects.bulk_create(Favourite(user=ann, title=title) for title in titles)

    assert profiles.refresh_stale(now=timezone.now()) == 1
    assert profiles.refresh_stale(now=timezone.now()) == 0


def test_popularity_acts_only_when_it_is_given_weight_and_says_so(ann, settings):
    def tonight():
        return zones.recommend(ann, zones.Tonight(), n=10, now=timezone.now()).picks

    plain = tonight()
    settings.RECOMMENDER = replace(settings.RECOMMENDER, popularity_weight=2.0)
    cache.clear()
    pushed = tonight()

    assert all(pick.why.components == () for pick in plain)
    assert all(pick.why.components[0][0] == "Popularity" for pick in pushed)
    mean = [np.mean([p.title.popularity for p in picks]) for picks in (plain, pushed)]
    assert mean[1] > mean[0]


def test_what_trends_here_rises_where_the_operator_gives_it_weight(ann, settings, monkeypatch):
    def tonight():
        return zones.recommend(ann, zones.Tonight(), n=20, now=timezone.now()).picks

    plain = tonight()
    last = plain[-1].title.pk
    heat = {last: Trend(heat=12.0, n_people=10)}
    monkeypatch.setattr("recommendations.zones.pipeline.trends", lambda *, now: heat)
    settings.RECOMMENDER = replace(settings.RECOMMENDER, trending_weight=2.0)
    cache.clear()
    pushed = tonight()

    (pick,) = [one for one in pushed if one.title.pk == last]
    assert pick.rank < 20
    assert dict(pick.why.components)["Trending here"] > 0
    others = [dict(one.why.components)["Trending here"] for one in pushed if one is not pick]
    assert max(others) < 0
