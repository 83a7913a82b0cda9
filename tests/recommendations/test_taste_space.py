"""Tonight, anchors and search over both spaces, as a first start serves them."""

import numpy as np
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalog.models import Favourite, Group, Tap, Title
from moviedb.cache import forget
from recommendations import zones
from recommendations.batch import embedding
from recommendations.models import Session, Space, TitleVector
from recommendations.said import signals_of
from recommendations.tastes import taste_from, taste_of
from recommendations.zones import anchor
from recommendations.zones.pipeline import serving_spaces

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]

MINDS = ("film/inception-2010", "film/blade-runner-1982", "film/the-matrix-1999")
HEARTS = (
    "book/pride-and-prejudice-1813",
    "film/amelie-2001",
    "film/lost-in-translation-2003",
)


def title(starter_id):
    return Title.objects.get(starter_id=starter_id)


def lover(name, *starter_ids):
    user = User.objects.create(username=name, email=f"{name}@example.org")
    for starter_id in starter_ids:
        Favourite.objects.create(user=user, title=title(starter_id))
    return user


def tonight(user, **options):
    return zones.recommend(user, zones.Tonight(), now=timezone.now(), **options)


def ids(shelf):
    return [pick.title.pk for pick in shelf.picks]


def without_taste():
    """Take the taste space out of service, for this test."""
    Space.objects.serving(Space.Kind.TASTE).update(status=Space.Status.RETIRED)
    from django.core.cache import cache

    cache.clear()


# ── Two people ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("way", ["hearts", "saves"])
def test_two_people_of_different_taste_get_different_fives(way):
    ann, ben = lover("ann"), lover("ben")
    for user, loved in ((ann, MINDS), (ben, HEARTS)):
        for starter_id in loved:
            if way == "hearts":
                Favourite.objects.create(user=user, title=title(starter_id))
            else:
                user.saves.create(title=title(starter_id))

    first, second = tonight(ann), tonight(ben)

    assert len(first.picks) == len(second.picks) == 5
    assert len(set(ids(first)) & set(ids(second))) <= 1, "one film may be loved by both camps"
    assert not {title(i).pk for i in MINDS} & set(ids(first))
    assert not {title(i).pk for i in HEARTS} & set(ids(second))


@pytest.mark.parametrize("loved", [MINDS, HEARTS], ids=["minds", "hearts"])
def test_a_reason_survives_the_removal_of_its_cause(loved):
    """Every named cause is really taken back: the pick then stands lower, or is gone."""
    ann = lover("ann", *loved)
    before = {pick.title.pk: pick for pick in tonight(ann, n=50).picks}
    n_checked = 0
    for pick in tonight(ann).picks:
        assert pick.why.titles
        strongest = pick.why.titles[0].title
        assert strongest.starter_id in loved
        favourite = Favourite.objects.get(user=ann, title=strongest)
        favourite.delete()
        after = zones.recommend(ann, zones.Tonight(), only=pick.title.pk, n=1, now=timezone.now())
        Favourite.objects.create(user=ann, title=strongest, created_at=favourite.created_at)

        assert after.picks[0].score < before[pick.title.pk].score
        n_checked += 1
    assert n_checked == 5


def test_a_sentence_names_a_cause_that_stands_in_the_panel():
    ann = lover("ann", *MINDS)

    for pick in tonight(ann, n=20).picks:
        named = {span.title_id for span in pick.reason if span.title_id}
        assert named <= {cause.title.pk for cause in pick.why.titles}


def test_love_is_spoken_of_only_where_people_placed_both_titles():
    ann = lover("ann", *MINDS, "film/alien-1979", "film/the-godfather-1972")
    _, loved = serving_spaces()
    along = TitleVector.objects.along(loved, TitleVector.TASTE)
    placed = set(along.filter(n_people__gt=0).values_list("title_id", flat=True))
    n_spoken = 0
    for pick in tonight(ann, n=30).picks:
        if "Loved by people" in zones.plain(pick.reason):
            n_spoken += 1
            named = {span.title_id for span in pick.reason if span.title_id}
            assert {pick.title.pk, *named} <= placed
    assert n_spoken >= 3


# ── How much taste counts ────────────────────────────────────────────────


def test_the_more_is_said_the_more_taste_counts():
    space, loved = serving_spaces()
    shares = [
        taste_of(lover(f"p{n}", *films[:n]), space, loved=loved, now=timezone.now()).place.share
        for films in [(*MINDS, "film/alien-1979", "film/heat-1995")]
        for n in (0, 1, 3, 5)
    ]

    assert shares[0] == 0
    assert shares == sorted(shares)
    assert shares[-1] > 0.6


def test_the_five_differ_from_what_content_alone_would_give():
    ann = lover("ann", *MINDS)
    both = ids(tonight(ann))

    without_taste()

    assert ids(tonight(ann)) != both


def test_taste_finds_titles_that_the_content_cut_would_miss():
    ann = lover("ann", *MINDS)
    found = set(ids(tonight(ann, n=50)))

    without_taste()

    assert found - set(ids(tonight(ann, n=50)))


def test_kinds_that_nobody_rated_still_come():
    ann = lover("ann", *MINDS)

    kinds = {pick.title.kind for pick in tonight(ann, n=30).picks}

    assert kinds == {"film", "series", "book"}


def test_a_library_of_books_alone_makes_a_five():
    ann = lover("ann", "book/pride-and-prejudice-1813", "book/jane-eyre-1847")

    assert len(tonight(ann).picks) == 5


# ── What it says ─────────────────────────────────────────────────────────


def test_the_basis_says_in_words_what_the_list_rests_on():
    ann = lover("ann", *MINDS)

    assert tonight(ann).basis == (
        "Based on 3 titles of yours: a rough guess. Matched by what is written about titles and "
        "by what 610 MovieLens people loved together."
    )
    without_taste()
    assert tonight(ann).basis == "Based on 3 titles of yours: a rough guess."


def test_groups_alone_are_matched_by_both_too():
    ann = lover("ann")
    Tap.objects.create(user=ann, group=Group.objects.get(slug="mind-benders"))

    assert "610 MovieLens people" in tonight(ann).basis


def test_the_log_knows_which_taste_space_made_a_list():
    ann = lover("ann", *MINDS)
    _, loved = serving_spaces()

    shelf = tonight(ann)

    assert shelf.trace["taste_space"] == loved.pk
    assert Session._meta.get_field("trace")


# ── Switching, and what is missing ───────────────────────────────────────


def test_another_space_is_seen_by_the_next_list():
    ann = lover("ann", *MINDS)
    before = ids(tonight(ann))
    loved = serving_spaces().taste
    Space.objects.filter(pk=loved.pk).update(status=Space.Status.RETIRED)
    forget(Space.SERVING_KEY)

    assert serving_spaces().taste is None
    assert ids(tonight(ann)) != before


def test_a_title_added_later_gets_its_place_from_its_content():
    from recommendations.batch.placing import place_by_content
    from recommendations.taste.text import COMPOSED
    from tests.factories import make_title

    new = make_title("A dream inside a dream", synopsis="Thieves enter a dream inside a dream.")
    space, loved = serving_spaces()
    embedding.embed_chunk(Space.objects.get(pk=space.pk), [new.pk], embedding.remembering_encoder())
    assert TitleVector.objects.along(space, COMPOSED).filter(title=new).exists()

    assert place_by_content(loved) == 1
    assert place_by_content(loved) == 0
    row = TitleVector.objects.along(loved, TitleVector.TASTE).get(title=new)
    assert row.n_people == 0
    assert np.isfinite(np.asarray(row.vector)).all()


def test_a_removed_statement_is_gone_from_the_place_at_once():
    ann = lover("ann", *MINDS)
    space, loved = serving_spaces()
    before = taste_of(ann, space, loved=loved, now=timezone.now()).place
    Favourite.objects.filter(user=ann, title=title(MINDS[0])).delete()

    after = taste_of(ann, space, loved=loved, now=timezone.now()).place

    assert len(after.title_ids) == len(before.title_ids) - 1
    assert title(MINDS[0]).pk not in after.title_ids


def test_both_spaces_are_read_in_one_statement_and_in_none_where_they_are_held(
    django_assert_num_queries, monkeypatch
):
    ann = lover("ann", *MINDS)
    space, loved = serving_spaces()
    signals = signals_of(ann, now=timezone.now())
    taste_from(signals, space, loved=loved)

    with django_assert_num_queries(0):
        held = taste_from(signals, space, loved=loved)
    monkeypatch.setattr("recommendations.tastes.held", lambda space, axis: None)
    with django_assert_num_queries(1):
        read = taste_from(signals, space, loved=loved)

    assert np.array_equal(held.place.pulls, read.place.pulls)
    assert np.array_equal(held.profile.vector, read.profile.vector)


# ── The other zones ──────────────────────────────────────────────────────


def anchored(*starter_ids, n=10, **inputs):
    zone = zones.Anchor(like=tuple(title(i).pk for i in starter_ids), **inputs)
    return zones.recommend(AnonymousUser(), zone, n=n, now=timezone.now())


def test_more_like_this_asks_who_else_loves_it():
    before = ids(anchored("film/pulp-fiction-1994"))

    without_taste()

    assert ids(anchored("film/pulp-fiction-1994")) != before


def test_where_love_weighs_most_the_sentence_says_so(monkeypatch):
    monkeypatch.setattr(anchor, "LOVED_SHARE", 0.9)

    picks = anchored("film/pulp-fiction-1994").picks

    assert sum("Loved by people who love Pulp" in zones.plain(p.reason) for p in picks) >= 3


def test_sliders_ask_for_what_is_written_alone():
    before = ids(anchored("film/pulp-fiction-1994", sliders={"mood": 100.0}))

    without_taste()

    assert ids(anchored("film/pulp-fiction-1994", sliders={"mood": 100.0})) == before


def test_an_anchor_that_nobody_placed_is_matched_by_content():
    shelf = anchored("book/pride-and-prejudice-1813")

    assert len(shelf.picks) == 10


def test_a_search_of_words_alone_is_the_same_with_and_without_taste():
    ann = lover("ann", *MINDS)

    def found():
        zone = zones.Search(text="a heist that goes wrong", weight=1.0)
        return ids(zones.recommend(ann, zone, n=10, now=timezone.now()))

    before = found()
    without_taste()

    assert found() == before


def test_the_slider_brings_both_spaces_into_a_search():
    ann = lover("ann", *MINDS)

    def found():
        zone = zones.Search(text="a heist that goes wrong", weight=0.2)
        return ids(zones.recommend(ann, zone, n=10, now=timezone.now()))

    before = found()
    without_taste()

    assert found() != before


def test_one_title_fits_as_it_stands_in_the_list():
    ann = lover("ann", *MINDS)
    now = timezone.now()

    for pick in zones.recommend(ann, zones.Tonight(), n=3, now=now).picks:
        alone = zones.fit(ann, pick.title, now=now)
        assert alone.score == pytest.approx(pick.score, abs=1e-6)
        assert alone.fit == pytest.approx(pick.fit, abs=1e-6)
        assert [c.title for c in alone.why.titles] == [c.title for c in pick.why.titles]


def test_a_seen_title_has_a_fit_all_the_same():
    ann = lover("ann", *MINDS)

    alone = zones.fit(ann, title(MINDS[0]), now=timezone.now())

    assert alone is not None
    assert title(MINDS[0]) not in [cause.title for cause in alone.why.titles]


def test_the_page_says_what_the_five_rest_on():
    client, ann = Client(), lover("ann", *MINDS)
    client.force_login(ann)

    page = client.get("/").content.decode()

    assert "by what 610 MovieLens people loved together" in page
