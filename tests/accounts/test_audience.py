"""Who sees what of a person: the three levels, their form, the page of a person, the preview."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from accounts.audience import Audience, may_see, opened_to
from accounts.models import Block, Friendship, User
from catalog.models import TitleList
from tests.factories import (
    NOW,
    make_favourite,
    make_guest,
    make_rating,
    make_save,
    make_title,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_user(first_name="Mira")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def befriend(a, b):
    Friendship.objects.create(asker=a, asked=b, accepted_at=NOW)


def page_of(owner, viewer=None, eyes=""):
    client = signed_in(viewer) if viewer else Client()
    return client.get(reverse("profile", args=(owner.pk,)) + (f"?as={eyes}" if eyes else ""))


def test_one_person_at_hand_and_many_rows_are_answered_alike(owner):
    asker, asked, waiting, stranger = (make_user() for _ in range(4))
    blocking, blocked = make_user(), make_user()
    befriend(asker, owner)
    befriend(owner, asked)
    befriend(owner, blocking)
    Friendship.objects.create(asker=waiting, asked=owner)
    Block.objects.create(blocker=blocking, blocked=owner)
    Block.objects.create(blocker=owner, blocked=blocked)
    expected = {
        owner: "me friends everyone",
        asker: "friends everyone",
        asked: "friends everyone",
        waiting: "everyone",
        stranger: "everyone",
        blocking: "",
        blocked: "",
        AnonymousUser(): "everyone",
        make_guest(): "everyone",
    }

    for viewer, levels in expected.items():
        seen = {level for level in Audience.values if may_see(viewer, owner, level)}
        assert seen == set(levels.split()), viewer
        for level in Audience.values:
            User.objects.filter(pk=owner.pk).update(library_for=level)
            rows = User.objects.filter(opened_to(viewer, owner="pk", audience="library_for"))
            assert rows.filter(pk=owner.pk).exists() == (level in levels.split()), (viewer, level)


@pytest.mark.parametrize("gone", [{"is_active": False}, {"is_guest": True}])
def test_nothing_is_open_of_guests_and_of_people_who_were_switched_off(gone):
    owner = make_user(**gone)

    assert not may_see(AnonymousUser(), owner, Audience.EVERYONE)
    rows = User.objects.filter(opened_to(AnonymousUser(), owner="pk", audience="profile_for"))
    User.objects.update(profile_for="everyone")
    assert not rows.filter(pk=owner.pk).exists()


def test_a_new_persons_page_is_for_nobody_else(owner):
    friend = make_user()
    befriend(friend, owner)

    for viewer in (friend, make_user(), None):
        assert page_of(owner, viewer).status_code == 404
    assert page_of(owner, owner).status_code == 200


def test_a_page_shows_what_is_loved_and_open_lists_and_nothing_else(owner):
    User.objects.filter(pk=owner.pk).update(profile_for="everyone", library_for="everyone")
    loved, liked, disliked, saved = (
        make_title(name) for name in ("Loved", "Four stars", "Three stars", "Waiting")
    )
    make_favourite(owner, loved)
    make_rating(owner, liked, 4)
    make_rating(owner, disliked, 3)
    make_save(owner, saved)
    make_favourite(owner, make_title("Hidden one", is_hidden=True))
    for audience in Audience.values:
        TitleList.objects.create(user=owner, name=f"For {audience}", audience=audience)

    page = page_of(owner).content.decode()

    assert "Mira" in page
    assert "Loved" in page
    assert "Four stars" in page
    assert "For everyone" in page
    for private in ("Three stars", "Waiting", "Hidden one", "For me", "For friends", owner.email):
        assert private not in page, private


def test_what_is_loved_stays_closed_on_an_open_page(owner):
    User.objects.filter(pk=owner.pk).update(profile_for="everyone", library_for="friends")
    make_favourite(owner, make_title("The Keeper"))
    friend = make_user()
    befriend(owner, friend)

    assert "The Keeper" not in page_of(owner).content.decode()
    assert "The Keeper" in page_of(owner, friend).content.decode()


def test_a_preview_shows_exactly_what_others_find(owner):
    User.objects.filter(pk=owner.pk).update(profile_for="friends", library_for="friends")
    make_favourite(owner, make_title("The Keeper"))
    TitleList.objects.create(user=owner, name="For me alone", audience="me")

    stranger = page_of(owner, owner, "stranger").content.decode()
    friend = page_of(owner, owner, "friend").content.decode()

    assert "They find no page at this address" in stranger
    assert "The Keeper" not in stranger
    assert "The Keeper" in friend
    assert "For me alone" not in friend
    assert "For me alone" in page_of(owner, owner).content.decode()


def test_nobody_else_looks_with_others_eyes(owner):
    User.objects.filter(pk=owner.pk).update(profile_for="friends")

    assert page_of(owner, make_user(), "friend").status_code == 404


def test_levels_and_name_are_stored_and_nothing_else_is(owner):
    client = signed_in(owner)
    levels = {"profile_for": "everyone", "library_for": "friends", "lists_for": "me"}

    told = {**levels, "first_name": " Mira\u202e  B ", "is_staff": "on", "email": "x@example.org"}
    answer = client.post(reverse("audience"), told)

    stored = User.objects.get(pk=owner.pk)
    assert answer.status_code == 302
    assert {name: getattr(stored, name) for name in levels} == levels
    assert stored.shown_name == "Mira B"
    assert not stored.is_staff
    assert stored.email == owner.email


def test_a_level_that_is_not_offered_is_refused(owner):
    told = {"profile_for": "world", "library_for": "me", "lists_for": "me"}

    answer = signed_in(owner).post(reverse("audience"), told)

    assert answer.status_code == 422
    assert User.objects.get(pk=owner.pk).profile_for == "me"


def test_a_page_takes_few_statements(owner, django_assert_max_num_queries):
    User.objects.filter(pk=owner.pk).update(profile_for="everyone", library_for="everyone")
    for _ in range(5):
        make_favourite(owner, make_title())
        TitleList.objects.create(user=owner, name="Open", audience="everyone")
    viewer = signed_in(make_user())

    with django_assert_max_num_queries(9):
        viewer.get(reverse("profile", args=(owner.pk,)))
