"""Vectors held by the process: what they find is what the database would find, and it is fresh."""

import uuid
from dataclasses import replace

import numpy as np
import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from catalog.choices import choices
from catalog.models import Dismissal, Favourite, Group, Rating, Save, Tap, Title, Viewing
from moviedb.cache import forget
from recommendations import held as holding
from recommendations import zones
from recommendations.batch import embedding
from recommendations.held import Order, held
from recommendations.models import Space, TitleVector
from recommendations.taste.geometry import cosine, crowding
from recommendations.taste.text import COMPOSED
from recommendations.tastes import known_vectors, taste_of
from recommendations.vectorstore import read_title_vectors, read_vectors
from recommendations.zones.guarantees import allowed
from recommendations.zones.pipeline import serving_space, serving_spaces
from recommendations.zones.zone import Context, nearest, searched
from tests.factories import make_title

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]

FILMS = ("film/inception-2010", "film/amelie-2001", "film/heat-1995")


def title(starter_id):
    return Title.objects.get(starter_id=starter_id)


def all_ids():
    return list(Title.objects.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def ann():
    """Somebody who has said something of every kind."""
    user = User.objects.create(username="ann", email="ann@example.org")
    for starter_id in FILMS:
        Favourite.objects.create(user=user, title=title(starter_id))
    Rating.objects.create(user=user, title=title("film/alien-1979"), stars="4.5")
    Viewing.objects.create(user=user, title=title("film/the-godfather-1972"))
    Save.objects.create(user=user, title=title("film/arrival-2016"))
    Dismissal.objects.create(user=user, title=title("film/titanic-1997"), zone="tonight")
    Dismissal.objects.create(user=user, title=title("film/memento-2000"), zone="")
    Tap.objects.create(user=user, group=Group.objects.get(slug="mind-benders"))
    return user


def context_of(user, *, wants=None, only=None, n=200):
    (space, loved), now, wants = serving_spaces(), timezone.now(), wants or zones.Wants()
    taste = taste_of(user, space, loved=loved, now=now)
    titles = allowed(user, zones.Tonight(), wants, now=now)
    return Context(user, space, taste, wants, titles, now, n, loved=loved, only=only)


def rounded(vector):
    """The database rounds what it looks for to sixteen bits; so do we, to compare."""
    return np.asarray(vector, dtype=np.float16).astype(np.float32)


@pytest.mark.parametrize(
    "wants",
    [
        zones.Wants(),
        zones.Wants(kinds=("book",)),
        zones.Wants(max_popularity=0.1),
        zones.Wants(min_year=1990, max_runtime=120, not_genres=("Horror",)),
        zones.Wants(min_year=2199),
    ],
    ids=["all", "books", "few", "several filters", "none"],
)
def test_what_the_process_finds_the_database_finds_too(ann, wants):
    context = context_of(ann, wants=wants)
    taste = context.taste
    targets = [(rounded(taste.profile.vector), 40), (rounded(taste.profile.vectors[0]), 10)]
    inputs = {
        "loved_by": (rounded(taste.place.aim), 25),
        "also": (title("film/solaris-1972").pk, title(FILMS[0]).pk),
    }

    ours, theirs = (way(context, *targets, **inputs) for way in (nearest, searched))

    assert set(ours.ids.tolist()) == set(theirs.ids.tolist())
    order = [theirs.ids.tolist().index(i) for i in ours.ids.tolist()]
    for name, column in vars(theirs.take(order)).items():
        own = getattr(ours, name)
        if name in {"vectors", "loved", "closeness"}:
            assert np.allclose(own, column, atol=1e-6), name
        else:
            assert list(own) == list(column), name


def test_filters_that_let_few_through_still_bring_every_one_of_them(ann):
    few = zones.Wants(max_popularity=0.04)
    context = context_of(ann, wants=few)

    found = nearest(context, (context.taste.profile.vector, 40))

    through = set(context.titles.values_list("pk", flat=True))
    assert len(found) == min(40, len(through)) > 0
    assert set(found.ids.tolist()) <= through


def test_one_title_comes_whatever_the_filters_say_but_never_a_hidden_one(ann):
    seen = title(FILMS[0])
    context = context_of(ann, only=seen.pk)
    assert seen.pk in nearest(context, (context.taste.profile.vector, 5)).ids

    Title.objects.filter(pk=seen.pk).update(is_hidden=True)

    assert seen.pk not in nearest(context, (context.taste.profile.vector, 5)).ids


def test_a_hidden_title_is_gone_from_the_next_list(ann):
    first = zones.recommend(ann, zones.Tonight(), now=timezone.now()).picks[0].title
    Title.objects.filter(pk=first.pk).update(is_hidden=True)
    cache.clear()

    picks = zones.recommend(ann, zones.Tonight(), now=timezone.now()).picks

    assert len(picks) == 5
    assert first not in [pick.title for pick in picks]


def test_a_new_title_is_found_as_soon_as_it_is_embedded(ann):
    target = held(serving_space(), COMPOSED).vectors[0]
    new = make_title("A dream in a dream", synopsis="Thieves enter a dream inside a dream.")
    space = Space.objects.get(pk=serving_space().pk)
    embedding.embed_chunk(space, [new.pk], embedding.remembering_encoder())
    forget(Space.SERVING_KEY)

    context = context_of(ann)

    assert new.pk in nearest(context, (target, Title.objects.count())).ids
    assert new.pk in held(context.space, COMPOSED).ids


def test_the_vectors_are_read_once_an_edition(ann, django_assert_num_queries):
    space = serving_space()
    held(space, COMPOSED)

    with django_assert_num_queries(0):
        held(space, COMPOSED)
    space.edition = uuid.uuid4()
    with django_assert_num_queries(1):
        held(space, COMPOSED)


def test_writing_vectors_makes_another_edition():
    space = Space.objects.get(pk=serving_space().pk)
    ids = Title.objects.order_by("pk").values_list("pk", flat=True)[:1]

    embedding.embed_chunk(space, list(ids), embedding.remembering_encoder())

    assert Space.objects.get(pk=space.pk).edition != space.edition


def test_a_catalogue_too_large_to_hold_is_searched_by_the_database(ann, monkeypatch):
    cuts = [set(zones.Tonight().cut(context_of(ann)).ids.tolist())]
    monkeypatch.setattr(holding, "MOST_HELD", 100)
    for space in serving_spaces():
        Space.objects.filter(pk=space.pk).update(edition=uuid.uuid4())
    cache.clear()

    cuts.append(set(zones.Tonight().cut(context_of(ann)).ids.tolist()))

    assert held(serving_space(), COMPOSED) is None
    assert len(cuts[0] & cuts[1]) >= 0.99 * len(cuts[0] | cuts[1])


def test_what_is_held_is_what_is_stored():
    space = serving_spaces().taste
    found = held(space, TitleVector.TASTE)
    rows = TitleVector.objects.along(space, TitleVector.TASTE).order_by("title_id")

    assert found.ids.tolist() == [row.title_id for row in rows]
    assert found.counts.tolist() == [row.n_people for row in rows]
    stored = np.array([row.vector for row in rows], dtype=np.float32)
    assert np.array_equal(found.vectors, stored)
    assert found.rows_of(np.array([found.ids[3], -1, 10**9])).tolist() == [3, -1, -1]


def test_a_five_takes_four_statements_and_one_where_all_of_it_is_known(
    ann, django_assert_num_queries, django_assert_max_num_queries
):
    zones.recommend(ann, zones.Tonight(), n=3, now=timezone.now())

    with django_assert_max_num_queries(4):
        zones.recommend(ann, zones.Tonight(), now=timezone.now())

    cache.clear()
    serving_spaces(), choices()
    with django_assert_num_queries(1):
        zones.recommend(ann, zones.Tonight(), now=timezone.now())


def test_what_titles_add_to_a_person_is_held_as_it_is_stored(ann):
    space, loved = serving_spaces()
    ids = [title(starter_id).pk for starter_id in FILMS]

    ours = known_vectors(space, loved, ids)
    theirs = read_vectors([(space, (COMPOSED,)), (loved, loved.pull_axes)], ids)

    assert ours.keys() == theirs.keys()
    for axis, stored in theirs.items():
        assert ours[axis].keys() == stored.keys()
        for title_id, (vector, count) in stored.items():
            assert np.array_equal(ours[axis][title_id][0], vector)
            assert ours[axis][title_id][1] == count


def test_vectors_along_several_axes_are_the_same_held_and_read(monkeypatch):
    space = serving_space()
    ids = np.array([title(FILMS[1]).pk, -7, title(FILMS[0]).pk, *all_ids()[::9]])
    axes = ("story", "tags", "people")

    held_ones = holding.along(space, axes, ids.tolist())
    by_title = holding.title_vectors(space, ids, axes=axes)
    monkeypatch.setattr(holding, "_held_axes", lambda *asked: None)
    read = holding.along(space, axes, ids.tolist())

    stored = read_title_vectors(space, ids.tolist(), axes=axes)
    for axis in axes:
        rows, few = held_ones[axis].rows_of(ids), read[axis].rows_of(ids)
        vectors = held_ones[axis].of(rows)
        assert np.array_equal(vectors, read[axis].of(few))
        assert not vectors[1].any(), "nobody's"
        assert vectors[0].any()
        assert by_title[axis].keys() == stored[axis].keys()
        assert all(np.array_equal(by_title[axis][i], stored[axis][i]) for i in stored[axis])
        target = vectors[0] + vectors[2]
        near = held_ones[axis].closeness(rows, target)
        np.testing.assert_allclose(near, cosine(vectors, target), atol=1e-6)
        np.testing.assert_allclose(near, read[axis].closeness(few, target), atol=1e-6)
    assert read["tags"].vectors.shape[1] != read["story"].vectors.shape[1]


def test_an_axis_that_a_space_has_not_is_all_zeros():
    known = holding.along(serving_space(), ("story", "nowhere"), [title(FILMS[0]).pk])
    rows = np.array([-1, -1])

    assert len(known["story"].ids) == 1
    assert not len(known["nowhere"].ids)
    assert known["nowhere"].of(rows).shape == (2, serving_space().dimension)
    assert not known["nowhere"].closeness(rows, np.ones(serving_space().dimension)).any()


@pytest.mark.parametrize("most", [10_000, 0])
def test_how_crowded_titles_stand_among_themselves_is_what_their_vectors_say(most, monkeypatch):
    monkeypatch.setattr(holding, "MOST_PAIRED", most)
    content, loved = serving_spaces()
    ids = np.array(all_ids()[::5])
    axes = [(content, COMPOSED), (content, "tags"), (loved, TitleVector.TASTE)]

    for space, axis in axes:
        stored = read_title_vectors(space, ids.tolist(), axes=(axis,))[axis]
        wanted = crowding(np.stack([stored[i] for i in ids.tolist()]))
        found = holding.crowding_among(space, axis, ids)
        np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_more_like_a_title_is_the_same_list_held_and_read(ann, monkeypatch):
    zone = zones.Anchor(like=(title(FILMS[0]).pk,), not_like=(title("film/alien-1979").pk,))
    now = timezone.now()

    def listed():
        cache.clear()
        shelf = zones.recommend(ann, replace(zone, _stored=None), n=10, now=now)
        picks = [(pick.title.pk, pick.reason) for pick in shelf.picks]
        return picks, [pick.score for pick in shelf.picks]

    picks, scores = listed()
    monkeypatch.setattr(holding, "_held_axes", lambda *asked: None)
    monkeypatch.setattr(holding, "MOST_PAIRED", 0)
    read_picks, read_scores = listed()

    assert len(picks) == 10
    assert read_picks == picks
    assert read_scores == pytest.approx(scores, abs=1e-4)


def test_a_title_without_a_vector_crowds_nobody():
    known = holding.along(serving_space(), ("story",), [])["story"]
    rows = np.array([3, -1, 5, 8])

    np.testing.assert_allclose(known.crowding(rows), crowding(known.of(rows)), atol=1e-6)


def test_the_first_of_an_order_come_best_first_and_ties_by_id():
    order = Order(np.array([7, 3, 5, 9]), np.array([0.5, 0.1, 0.1, np.inf]), 2)

    assert order.first(2).tolist() == [3, 5]
    assert order.first(9).tolist() == [3, 5, 7], "what must not come never does"
    assert order.first(0).tolist() == []
    assert order.where(np.isin(order.ids, [7, 9])).first(2).tolist() == [7]
