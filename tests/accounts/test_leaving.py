"""Somebody goes: what they told others goes too, and the others' menus say so."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import befriending
from accounts.models import Notice, User
from accounts.notices import notify, recount_all
from recommendations.batch import sessions
from recommendations.circle import tips
from tests.factories import NOW, PASSWORD, make_admin, make_title, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_user(first_name="Ann")


@pytest.fixture
def ben():
    return make_user(first_name="Ben")


def n_unread(user):
    return User.objects.values_list("n_unread", flat=True).get(pk=user.pk)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_deleting_oneself_takes_ones_notices_out_of_the_others_count(ann, ben):
    befriending.ask(ann, ben, now=NOW)
    notify(ben, "test", "Something else.", "/friends/")
    assert n_unread(ben) == 2

    signed_in(ann).post("/me/data/", {"password": PASSWORD})

    assert not User.objects.filter(pk=ann.pk).exists()
    assert n_unread(ben) == Notice.objects.to(ben).unread().count() == 1


@pytest.mark.parametrize("many", [False, True])
def test_deleting_somebody_in_the_admin_does_so_too(ann, ben, many):
    befriending.ask(ann, ben, now=NOW)
    staff = signed_in(make_admin())
    if many:
        told = {"action": "delete_selected", "_selected_action": [ann.pk], "post": "yes"}
        answer = staff.post(reverse("admin:accounts_user_changelist"), told)
    else:
        url = reverse("admin:accounts_user_delete", args=(ann.pk,))
        answer = staff.post(url, {"post": "yes"})

    assert answer.status_code == 302
    assert not User.objects.filter(pk=ann.pk).exists()
    assert n_unread(ben) == 0


def test_a_notice_that_went_with_its_title_is_counted_off_in_the_night(ann, ben):
    befriending.ask(ann, ben, now=NOW)
    befriending.accept(ben, ann, now=NOW)
    ben_opens(ben)
    title = make_title("The Keeper")
    tips.give(ann, ben, title, now=NOW)
    before = n_unread(ben)
    title.delete()
    assert n_unread(ben) == before

    sessions.forget_old(now=NOW)

    assert n_unread(ben) == before - 1 == Notice.objects.to(ben).unread().count()
    assert recount_all() == 0


def ben_opens(ben):
    signed_in(ben).post("/friends/act/", {"action": "tips_on"})
