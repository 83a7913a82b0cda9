"""Visitors, guests and what is handed over."""

import datetime

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.guests import SEEN_EVERY, NotAChange, adopt, guest_or_user
from accounts.models import User
from catalog.models import Rating, Save
from moviedb.moving import move_rows
from tests.factories import (
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


def save(client, title):
    return client.post(f"/title/{title.pk}/act/", {"action": "save"})


def test_looking_around_makes_no_guest_no_session_and_no_cookie(client):
    title = make_title()

    for page in (title.get_absolute_url(), "/library/", "/me/settings/", "/me/data/"):
        assert client.get(page).status_code == 200

    assert not User.objects.exists()
    assert not Session.objects.exists()
    assert "sessionid" not in client.cookies


def test_the_first_deed_makes_a_guest_whom_the_session_remembers(client):
    first, second = make_title(), make_title()

    save(client, first)
    save(client, second)

    guest = User.objects.get()
    assert guest.is_guest
    assert not guest.has_usable_password()
    assert set(guest.saves.values_list("title", flat=True)) == {first.pk, second.pk}


def test_the_first_deed_gives_the_session_a_new_key(client):
    client.session.save()
    known_to_others = client.session.session_key
    client.cookies["sessionid"] = known_to_others

    save(client, make_title())

    assert client.cookies["sessionid"].value != known_to_others
    assert not Session.objects.filter(pk=known_to_others).exists()


def test_when_somebody_was_last_here_is_kept_to_the_day(client):
    title = make_title()
    save(client, title)
    seen_at = User.objects.get().last_seen_at

    save(client, title)
    assert User.objects.get().last_seen_at == seen_at
    User.objects.update(last_seen_at=seen_at - SEEN_EVERY * 2)
    save(client, title)

    assert User.objects.get().last_seen_at >= seen_at


def test_two_browsers_are_two_guests():
    title, first, second = make_title(), Client(), Client()

    save(first, title)
    save(second, title)

    assert User.objects.filter(is_guest=True).count() == 2


def test_a_page_that_only_shows_something_cannot_make_a_guest(rf):
    request = rf.get("/")
    request.person = AnonymousUser()

    with pytest.raises(NotAChange, match="GET / needs no stored person"):
        guest_or_user(request)


def test_a_session_does_not_lead_to_a_member_without_signing_in(client):
    save(client, make_title())
    guest = User.objects.get()
    User.objects.update(is_guest=False, email="a@example.org")

    page = client.get("/library/")

    assert page.context["request"].person.is_anonymous
    save(client, make_title())
    assert guest.saves.count() == 1


def test_adopting_moves_every_row_and_keeps_the_users_own():
    guest, user, group = make_guest(), make_user(), make_group()
    titles = [make_title() for _ in range(9)]
    for title in titles:
        make_rating(guest, title, 1)
        make_save(guest, title)
    make_rating(user, titles[3], 5)
    make_rating(user, titles[7], 4.5)
    make_favourite(guest, titles[0])
    make_viewing(guest, titles[0])
    make_viewing(user, titles[0])
    make_dismissal(guest, titles[1], zone="tonight")
    guest.taps.create(group=group)

    adopt(guest, user)

    stars = dict(user.ratings.values_list("title", "stars"))
    assert stars == {t.pk: {3: 5, 7: 4.5}.get(i, 1) for i, t in enumerate(titles)}
    assert user.saves.count() == 9
    assert user.favourites.count() == user.viewings.count() == user.taps.count() == 1
    assert user.dismissals.get().zone == "tonight"
    assert not User.objects.filter(pk=guest.pk).exists()
    assert Rating.objects.count() == Save.objects.count() == 9


def test_adopting_takes_over_how_the_guest_steered_where_the_user_did_not():
    began = timezone.now()
    steered = {"half_life_days": 90, "query_weight": 0.3, "taste_since": began}
    young = make_user(date_joined=began + datetime.timedelta(minutes=1))
    old = make_user(date_joined=began - datetime.timedelta(days=9), half_life_days=0)

    for user in (young, old):
        guest = make_guest()
        User.objects.filter(pk=guest.pk).update(**steered)
        adopt(guest, user)

    columns = tuple(steered)
    assert User.objects.values_list(*columns).get(pk=young.pk) == (90, 0.3, began)
    assert (young.half_life_days, young.query_weight, young.taste_since) == (90, 0.3, began)
    # What a member said long ago is not taken out of their taste by a browser they signed in on.
    assert User.objects.values_list(*columns).get(pk=old.pk) == (0, 0.3, None)


def test_adopting_reaches_every_model_with_a_key_to_people():
    columns = {
        (relation.related_model, relation.field.name)
        for relation in User._meta.get_fields(include_hidden=True)
        if relation.auto_created and (relation.one_to_many or relation.one_to_one)
    }
    expected = {
        (model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and not field.many_to_many
        if field.related_model is User
    }

    assert columns == expected
    assert len(expected) > 10


def test_adopting_twice_is_harmless():
    guest, user = make_guest(), make_user()
    make_save(guest, make_title())

    adopt(guest, user)
    adopt(User(pk=guest.pk or 10**6), user)

    assert user.saves.count() == 1


def test_a_member_is_never_adopted():
    member, user = make_user(), make_user()
    make_save(member, make_title())

    adopt(member, user)

    assert member.saves.count() == 1


def test_moving_without_a_conflict_costs_one_statement_a_table(django_assert_max_num_queries):
    guest, user = make_guest(), make_user()
    for _ in range(30):
        make_rating(guest, make_title())
    n_tables = len(
        [r for r in User._meta.get_fields(include_hidden=True) if r.auto_created and not r.concrete]
    )

    with django_assert_max_num_queries(n_tables + 5):
        move_rows(guest, user)


def test_rows_do_not_move_to_themselves_or_to_another_table():
    user, title = make_user(), make_title()

    for other in (user, title):
        with pytest.raises(ValueError, match="two rows of one table"):
            move_rows(user, other)
