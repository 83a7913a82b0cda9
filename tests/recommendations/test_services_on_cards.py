"""Where a pick can be watched, on its card."""

import datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from catalog.models import Title
from catalog.subscriptions import subscribe
from recommendations import zones
from tests.factories import make_availability, make_favourite, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]


@pytest.fixture
def ann():
    cache.clear()
    user = make_user()
    for starter_id in ("film/inception-2010", "film/heat-1995", "film/alien-1979"):
        make_favourite(user, Title.objects.get(starter_id=starter_id))
    return user


def five(user):
    return zones.recommend(user, zones.Tonight(), now=timezone.now()).picks


def offer(title, *names, region="NL", days_ago=0):
    day = timezone.now().date() - datetime.timedelta(days=days_ago)
    for name in names:
        make_availability(title, name, region=region, day=day)
    cache.clear()


def test_a_card_names_the_services_the_persons_own_first(ann):
    pick = five(ann)[0]
    offer(pick.title, "Alpha", "Beta", "Gamma")
    subscribe(ann, services=["gamma"], region="NL")

    told = five(ann)

    assert told[0].services == ("Gamma", "Alpha", "Beta")
    assert told[0].watched_on == "Gamma, Alpha +1"
    assert all(other.services == () for other in told[1:])
    client = Client()
    client.force_login(ann)
    page = client.get("/").content.decode()
    assert page.count('<span class="services">') == 1
    assert "Gamma, Alpha +1" in page


def test_another_country_and_what_was_not_confirmed_lately_are_not_named(ann):
    first, second, third, *_ = five(ann)
    offer(first.title, "Alpha", region="US")
    offer(second.title, "Beta", days_ago=8)
    offer(third.title, "Gamma")
    assert five(ann)[0].services == ("Alpha",), "they named no country"

    subscribe(ann, services=["gamma"], region="NL")

    assert [pick.services for pick in five(ann)[:3]] == [(), (), ("Gamma",)]


def test_it_takes_one_statement_and_none_where_no_service_is_known(ann, django_assert_num_queries):
    title = five(ann)[0].title
    five(ann)
    with django_assert_num_queries(1):
        five(ann)

    offer(title, "Alpha")
    five(ann)
    with django_assert_num_queries(2):
        assert five(ann)[0].services == ("Alpha",)


def test_rows_of_results_name_them_too(ann):
    film = Title.objects.get(starter_id="film/the-terminator-1984")
    offer(film, "Alpha")

    page = Client().get("/search/?q=a robot sent back in time to kill a waitress")

    assert '<span class="services">Alpha</span>' in page.content.decode()
