"""What people say about titles, and taking it back."""

import datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from catalog import library
from catalog.library import LibraryState
from catalog.models import Dismissal, Favourite, Rating, Save, Viewing
from tests.factories import (
    NOW,
    make_dismissal,
    make_favourite,
    make_group,
    make_guest,
    make_rating,
    make_save,
    make_title,
    make_user,
    make_viewing,
)

pytestmark = pytest.mark.django_db
LATER = NOW + datetime.timedelta(minutes=5)
ALL = (Rating, Save, Favourite, Viewing, Dismissal)


def rows_of(user):
    """Everything somebody said, without the ids of the rows."""
    return sorted(
        (model.__name__, sorted((k, str(v)) for k, v in row.items() if k != "id"))
        for model in ALL
        for row in model.objects.filter(user=user).values()
    )


def state(user, title):
    return library.state_of(user, [title.pk])[title.pk]


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        ([], "save", {"is_saved"}),
        ([make_dismissal], "save", {"is_saved"}),
        ([], "love", {"is_loved"}),
        ([make_dismissal], "love", {"is_loved"}),
        ([make_save], "love", {"is_saved", "is_loved"}),
        ([], "seen", {"is_seen"}),
        ([make_dismissal, make_save], "seen", {"is_seen", "is_saved"}),
        ([], "dismiss", {"is_dismissed"}),
        ([make_save, make_favourite], "dismiss", {"is_dismissed", "is_loved"}),
        ([make_save], "unsave", set()),
        ([make_favourite, make_save], "unlove", {"is_saved"}),
        ([make_viewing], "unseen", set()),
        ([make_dismissal], "undismiss", set()),
        ([], "unsave", set()),
        ([], "undismiss", set()),
    ],
)
def test_every_verb_does_what_it_says_and_is_undone_exactly(before, action, after):
    user, title = make_user(), make_title()
    for make in before:
        make(user, title)
    rows_before = rows_of(user)

    change = library.act(user, title, action, now=LATER)

    assert state(user, title) == LibraryState(**dict.fromkeys(after, True))
    library.undo(user, title, change.token())
    assert rows_of(user) == rows_before


@pytest.mark.parametrize("action", list(library.VERBS))
def test_said_twice_changes_nothing_more(action):
    user, title = make_user(), make_title()
    make_viewing(user, title, on=datetime.date(2020, 5, 1))
    library.act(user, title, action, now=NOW)
    rows = rows_of(user)

    change = library.act(user, title, action, now=LATER)

    assert not change
    assert rows_of(user) == rows


def test_unseen_takes_dated_viewings_too_and_undo_brings_each_back():
    user, title = make_user(), make_title()
    make_viewing(user, title)
    make_viewing(user, title, on=datetime.date(2020, 5, 1))
    rows = rows_of(user)

    change = library.act(user, title, "unseen", now=LATER)

    assert not user.viewings.exists()
    library.undo(user, title, change.token())
    assert rows_of(user) == rows


def test_not_for_me_in_one_zone_keeps_the_watchlist_and_means_that_zone_alone():
    user, title = make_user(), make_title()
    make_save(user, title)

    library.act(user, title, "dismiss", zone="tonight", now=NOW)

    assert state(user, title) == LibraryState(is_saved=True)
    assert [d.zone for d in user.dismissals.all()] == ["tonight"]
    library.act(user, title, "undismiss", zone="gems", now=NOW)
    assert user.dismissals.count() == 1
    library.act(user, title, "undismiss", zone="tonight", now=NOW)
    assert not user.dismissals.exists()


def test_an_unknown_verb_is_named():
    with pytest.raises(library.NotAnAction, match="'explode' is no verb"):
        library.act(make_user(), make_title(), "explode", now=NOW)


@pytest.mark.parametrize("stars", [0.5, 1, 2.5, "3.5", Decimal("4.0"), 5])
def test_half_a_star_to_five_in_halves_is_a_rating(stars):
    user, title = make_user(), make_title()

    library.rate(user, title, stars, now=NOW)

    rating = user.ratings.get()
    assert (rating.stars, rating.rated_at) == (Decimal(str(stars)), NOW)
    assert state(user, title) == LibraryState(stars=float(stars))


@pytest.mark.parametrize(
    "stars",
    [0, 7, 5.5, -1, 3.3, "abc", "", None, "nan", "inf", "-inf", "4" * 10_000, "3,5", "½", "\x00"],
)
def test_anything_else_is_refused_with_what_is_expected(stars):
    user, title = make_user(), make_title()

    with pytest.raises(library.NotARating, match="half a star to five stars, in halves") as caught:
        library.rate(user, title, stars, now=NOW)

    assert len(str(caught.value)) < 130
    assert not Rating.objects.exists()


def test_rating_again_replaces_and_undo_brings_the_first_back():
    user, title = make_user(), make_title()
    make_rating(user, title, 2)
    rows = rows_of(user)

    change = library.rate(user, title, 4.5, now=LATER)

    assert user.ratings.get().rated_at == LATER
    assert user.ratings.get().created_at == NOW
    library.undo(user, title, change.token())
    assert rows_of(user) == rows


def test_the_same_stars_again_change_nothing():
    user, title = make_user(), make_title()
    make_rating(user, title, 4)

    assert not library.rate(user, title, "4.0", now=LATER)

    assert user.ratings.get().rated_at == NOW


def test_clearing_a_rating_is_undone_too():
    user, title = make_user(), make_title()
    make_rating(user, title, 3.5)
    rows = rows_of(user)

    change = library.unrate(user, title)

    assert not user.ratings.exists()
    library.undo(user, title, change.token())
    assert rows_of(user) == rows


def test_undo_leaves_what_was_said_since():
    user, title = make_user(), make_title()
    first = library.rate(user, title, 2, now=NOW)
    library.rate(user, title, 5, now=LATER)
    saved = library.act(user, title, "save", now=NOW)
    library.act(user, title, "unsave", now=LATER)
    library.act(user, title, "save", now=LATER)

    library.undo(user, title, first.token())
    library.undo(user, title, saved.token())

    assert state(user, title) == LibraryState(is_saved=True, stars=5.0)


def test_undo_twice_is_undo_once():
    user, title = make_user(), make_title()
    make_save(user, title)
    token = library.act(user, title, "dismiss", now=NOW).token()

    library.undo(user, title, token)
    library.undo(user, title, token)

    assert state(user, title) == LibraryState(is_saved=True)


def test_a_token_works_for_its_person_and_title_alone():
    user, title = make_user(), make_title()
    token = library.act(user, title, "save", now=NOW).token()

    for other_user, other_title in ((make_user(), title), (user, make_title())):
        with pytest.raises(library.NotAnUndo):
            library.undo(other_user, other_title, token)
    for broken in ("", "x", token[:-1], token + "x", "a:b:c", "\x00"):
        with pytest.raises(library.NotAnUndo):
            library.undo(user, title, broken)

    assert state(user, title).is_saved


def test_the_state_of_many_titles_takes_one_query(django_assert_num_queries):
    user, other = make_user(), make_user()
    titles = [make_title() for _ in range(7)]
    for make, title in zip(
        (make_save, make_favourite, make_viewing, make_dismissal, make_rating), titles, strict=False
    ):
        make(user, title)
        make(other, titles[6])
    make_dismissal(user, titles[5], zone="tonight")
    make_viewing(user, titles[2], on=datetime.date(2024, 1, 1))

    with django_assert_num_queries(1):
        states = library.state_of(user, [title.pk for title in titles])

    assert list(states.values()) == [
        LibraryState(is_saved=True),
        LibraryState(is_loved=True),
        LibraryState(is_seen=True),
        LibraryState(is_dismissed=True),
        LibraryState(stars=4.0),
        LibraryState(),
        LibraryState(),
    ]


def test_a_visitor_has_said_nothing_and_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert library.state_of(AnonymousUser(), [1, 2]) == {1: LibraryState(), 2: LibraryState()}
        assert library.tapped_groups(AnonymousUser()) == set()


def test_tapping_groups_replaces_the_earlier_taps():
    guest, first, second = make_guest(), make_group(), make_group()

    library.tap_groups(guest, [first])
    kept = guest.taps.get().created_at
    library.tap_groups(guest, [first, second])
    assert library.tapped_groups(guest) == {first.pk, second.pk}
    assert guest.taps.get(group=first).created_at == kept
    library.tap_groups(guest, [second])

    assert library.tapped_groups(guest) == {second.pk}
