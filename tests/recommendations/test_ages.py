"""A reader's age limit, over what other people chose: lists, links, loves, recommendations."""

import random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import befriending
from accounts.forms import CERTIFICATES
from accounts.models import Block, Notice, OpenToTips, User
from catalog import lists, shares
from catalog.ages import cap_of, n_above, suited_to, suits
from catalog.models import Share, ShareTitle, Title, TitleList
from recommendations import zones
from recommendations.circle import tips
from recommendations.circle.news import news_of
from recommendations.zones.wants import Wants, capped
from tests.factories import NOW, make_favourite, make_user
from tests.queries import writes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]
AGES = (None, 0, *CERTIFICATES, 18)
N = 24


@pytest.fixture
def chosen():
    """Titles that somebody chose, of every age and of none, in an order drawn once."""
    titles = Title.objects.visible().filter(franchise=None, origins=None, forms=None).distinct()
    titles = list(titles.order_by("pk")[:N])
    ages = [AGES[n % len(AGES)] for n in range(N)]
    random.Random(7).shuffle(ages)
    for title, age in zip(titles, ages, strict=True):
        title.certificate = age
    Title.objects.bulk_update(titles, ["certificate"])
    return titles


@pytest.fixture
def ben(chosen):
    """A friend who opens everything, loves the titles, lists them, shares ten, recommends six."""
    ben = make_user(first_name="Ben", library_for="everyone", profile_for="everyone")
    for title in chosen:
        make_favourite(ben, title, at=timezone.now())
    made = TitleList.objects.create(user=ben, name="All of them", audience="everyone")
    for title in chosen:
        lists.add(made, title, now=NOW)
    share = Share.objects.create(user=ben, nonce="0123456789abcdef", is_named=True)
    for place, title in enumerate(chosen[:10]):
        ShareTitle.objects.create(share=share, title=title, position=place)
    return ben


def reader(ben, cap):
    """Somebody with this age limit, a friend of Ben's who takes recommendations."""
    client = Client()
    client.user = make_user(certificate_cap=cap)
    client.force_login(client.user)
    befriending.ask(client.user, ben, now=timezone.now())
    befriending.accept(ben, client.user, now=timezone.now())
    OpenToTips.objects.create(user=client.user)
    return client


def read(client, url):
    """A page that writes nothing and asks at most ten things."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url)
    assert writes(queries) == []
    assert len(queries) <= 10, url
    return page


def named_on(page, titles):
    """Which of these titles a page leads to."""
    return {title for title in titles if f'href="{title.get_absolute_url()}"' in page.text}


def pages_of(ben):
    """The pages on which others meet what Ben chose, and how many titles each could show."""
    made, share = TitleList.objects.get(user=ben), Share.objects.get(user=ben)
    return {
        reverse("list", args=(made.pk,)): N,
        reverse("profile", args=(ben.pk,)): N,
        reverse("shared", args=(shares.token_of(share),)): 10,
    }


@pytest.mark.parametrize("cap", [None, *CERTIFICATES])
def test_nothing_that_others_chose_comes_from_above_the_limit(ben, chosen, cap):
    client, now = reader(ben, cap), timezone.now()
    for title in chosen[:6]:
        tips.give(ben, client.user, title, now=now)

    def is_in(title):
        return cap is None or (title.certificate is not None and title.certificate <= cap)

    for url, most in pages_of(ben).items():
        page = read(client, url)
        assert named_on(page, chosen) == {t for t in chosen[:most] if is_in(t)}, url
        n_out = sum(not is_in(t) for t in chosen[:most])
        assert ("by your age limit" in page.text) == bool(n_out)
        assert not n_out or f"{n_out} titles are left out" in page.text
    (told,) = lists.with_first_titles(TitleList.objects.filter(user=ben), client.user)
    assert told.n == sum(is_in(t) for t in chosen), "a list is as long as this reader sees it"
    lately = read(client, "/friends/lately/")
    assert named_on(lately, chosen) == {t for t in chosen if is_in(t)}
    news = news_of(client.user)
    assert {tip.title for tip in news.tips} == {t for t in chosen[:6] if is_in(t)}
    assert news.n_tips_left_out == sum(not is_in(t) for t in chosen[:6])
    assert news.n_lately_left_out == sum(not is_in(t) for t in chosen)
    told = {one.words for one in Notice.objects.to(client.user).filter(kind="tip")}
    assert told == {f"Ben recommends {t.name} to you." for t in chosen[:6] if is_in(t)}
    shelf = zones.recommend(client.user, zones.Trusted.of(client.user), n=50, now=now)
    assert {pick.title for pick in shelf.picks} <= {t for t in chosen if is_in(t)}
    page = read(client, "/trusted/")
    assert ("by your age limit" in page.text) == (cap is not None)


def test_the_same_rule_as_in_every_list_that_the_site_makes(chosen):
    for cap in (None, *CERTIFICATES, 18):
        user = make_user(certificate_cap=cap)
        titles = Title.objects.visible()

        by_zone = set(capped(Wants(), user).titles(NOW.date()).values_list("pk", flat=True))
        by_us = set(titles.filter(suited_to(user)).values_list("pk", flat=True))

        assert by_us == by_zone
        assert by_us == {title.pk for title in titles if suits(title, user)}
        assert n_above(titles, user) == titles.count() - len(by_us)
    assert cap_of(make_user(certificate_cap=18)) is None


def test_ones_own_lists_links_and_page_are_never_cut(ben, chosen):
    User.objects.filter(pk=ben.pk).update(certificate_cap=6)
    client = Client()
    client.force_login(ben)

    for url, most in pages_of(ben).items():
        page = client.get(url)
        assert named_on(page, chosen) == set(chosen[:most]), url
        assert "by your age limit" not in page.text


def test_where_all_is_above_the_limit_the_page_says_so(ben, chosen):
    Title.objects.filter(pk__in=[t.pk for t in chosen]).update(certificate=None)
    client = reader(ben, 16)

    for url in (*pages_of(ben), "/friends/lately/"):
        page = read(client, url)
        assert page.status_code == 200
        assert not named_on(page, chosen), url
        assert "left out by your age limit" in page.text, url
    assert "leads nowhere" not in page.text


def test_a_visitor_and_a_guest_without_a_limit_see_all_of_a_link(ben, chosen):
    url = reverse("shared", args=(shares.token_of(Share.objects.get()),))

    assert named_on(Client().get(url), chosen) == set(chosen[:10])
    guest = Client()
    guest.post("/me/settings/", {"certificate_cap": "6"})
    shown = named_on(guest.get(url), chosen)
    assert shown == {t for t in chosen[:10] if t.certificate is not None and t.certificate <= 6}


def test_a_link_does_not_name_its_maker_to_somebody_they_keep_away(ben):
    url = reverse("shared", args=(shares.token_of(Share.objects.get(user=ben)),))
    client = Client()
    client.user = make_user()
    client.force_login(client.user)
    assert "From Ben" in client.get(url).text

    Block.objects.create(blocker=ben, blocked=client.user)

    page = client.get(url)
    assert page.status_code == 200
    assert "From Ben" not in page.text
    assert "Somebody shared this with you" in page.text
