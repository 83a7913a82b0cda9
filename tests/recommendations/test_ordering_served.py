"""Tonight asks the trees that came with the taste space, and its reasons hold with them."""

import numpy as np
import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from catalog.models import Favourite, Rating, Title
from recommendations import zones
from recommendations.models import Space, SpaceRanker, TitleVector
from recommendations.taste.signals import Signal
from recommendations.zones import ordering
from recommendations.zones.pipeline import serving_spaces

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]


@pytest.fixture
def ann(db) -> User:
    """Somebody who loves every fifth of the titles that people placed."""
    user = User.objects.create(username="ann", email="ann@example.org")
    placed = TitleVector.objects.along(serving_spaces().taste, TitleVector.TASTE)
    ids = list(
        placed.filter(n_people__gt=5).order_by("title_id").values_list("title_id", flat=True)
    )
    for title_id in ids[::10][:16]:
        Favourite.objects.create(user=user, title_id=title_id)
    return user


def tonight(user, **options):
    return zones.recommend(user, zones.Tonight(), now=timezone.now(), **options)


def forget_ranker():
    """Serve as if the space had come without trees."""
    SpaceRanker.objects.all().delete()
    ordering._ranker.cache_clear()
    cache.clear()


def test_the_starter_space_comes_with_its_ranker():
    space = serving_spaces().taste
    ranker = ordering.ranker_of(space)
    along = TitleVector.objects.along(space, TitleVector.TASTE)
    placed = set(along.filter(n_people__gt=0).values_list("title_id", flat=True))
    assert placed <= set(ranker.titles.ids.tolist())
    assert len(ranker.forest.roots) > 100


def test_the_trees_change_the_order(ann):
    with_trees = [pick.title.pk for pick in tonight(ann, n=20).picks]
    forget_ranker()
    without = [pick.title.pk for pick in tonight(ann, n=20).picks]
    assert with_trees != without
    assert len(set(with_trees) & set(without)) > 8, "they order what the person's own score found"


def test_a_cause_still_carries_its_pick_with_the_trees_asked_again(ann):
    before = {pick.title.pk: pick for pick in tonight(ann, n=50).picks}
    n_checked = 0
    for pick in tonight(ann).picks:
        if not pick.why.titles:
            continue
        strongest = pick.why.titles[0].title
        favourite = Favourite.objects.get(user=ann, title=strongest)
        favourite.delete()
        after = zones.recommend(ann, zones.Tonight(), only=pick.title.pk, n=1, now=timezone.now())
        Favourite.objects.create(user=ann, title=strongest, created_at=favourite.created_at)
        assert after.picks[0].score < before[pick.title.pk].score
        n_checked += 1
    assert n_checked >= 4


def test_stars_of_statements():
    said = (
        Signal(title_id=1, kind="saved", days_ago=0.0),
        Signal(title_id=1, kind="loved", days_ago=0.0),
        Signal(title_id=2, kind="loved", days_ago=0.0),
        Signal(title_id=2, kind="rating", days_ago=0.0, stars=2.5),
    )
    assert ordering.stars_of(said) == {1: 5.0, 2: 2.5}


def test_a_space_without_a_ranker_serves_by_the_persons_own_score(ann):
    forget_ranker()
    shelf = tonight(ann)
    assert len(shelf.picks) == 5


def test_the_ranker_goes_with_its_space():
    space = Space.objects.get(pk=serving_spaces().taste.pk)
    assert SpaceRanker.objects.filter(space=space).exists()
    space.delete()
    assert not SpaceRanker.objects.exists()


def test_dislikes_are_seen_by_the_trees(ann):
    """Half a star of something near a pick is a column of its own, so the points may change."""
    picks = tonight(ann, n=50).picks
    Rating.objects.create(user=ann, title=picks[0].title, stars="0.5", rated_at=timezone.now())
    again = tonight(ann, n=50).picks
    assert picks[0].title not in [pick.title for pick in again]
    assert np.isfinite([pick.score for pick in again]).all()


def test_somebody_whose_loves_have_no_vectors_yet_gets_a_sample():
    """A title that was added a minute ago, say; the worker reads it within ten."""
    user = User.objects.create(username="ben", email="ben@example.org")
    new = Title.objects.create(kind="film", name="Brand new", year=2025)
    Favourite.objects.create(user=user, title=new)
    for _ in range(2):  # anew, and as the cache keeps it
        shelf = tonight(user)
        assert shelf.zone == zones.Sample.name
        assert len(shelf.picks) == 5
