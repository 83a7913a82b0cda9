"""Tags that a curator blocks: their titles are shown to nobody, and come back when it is lifted."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog import blocking
from catalog.loading import Loader
from catalog.models import BlockedTag, Title
from catalog.sources.rows import TitleRow
from tests.factories import NOW, make_admin, make_title, make_user

pytestmark = pytest.mark.django_db
ADD = "/admin/catalog/blockedtag/add/"


@pytest.fixture
def staff():
    client = Client()
    client.force_login(make_admin())
    return client


@pytest.fixture
def titles():
    """One title for each way of being tagged, one that is not, one that its source marked."""
    return {
        "theme": make_title("By theme", themes=["a heist", "Stag Night"]),
        "mood": make_title("By mood", moods=["stag night"]),
        "genre": make_title("By genre", genres=("Stag night",)),
        "near": make_title("Nearly", themes=["stag nights", "night"]),
        "source": make_title("By its source", themes=["stag night"], is_adult=True),
    }


def shown():
    return set(Title.objects.visible().values_list("name", flat=True))


def test_a_blocked_tag_takes_its_titles_from_everybody_and_lifting_brings_them_back(staff, titles):
    assert shown() == {"By theme", "By mood", "By genre", "Nearly"}

    answer = staff.post(ADD, {"name": "  stag   NIGHT "}, follow=True)

    assert "3 titles are away now." in answer.content.decode()
    assert shown() == {"Nearly"}
    reader = Client()
    reader.force_login(make_user())
    for name in ("theme", "mood", "genre"):
        assert reader.get(titles[name].get_absolute_url()).status_code == 404
    assert "By theme" not in reader.get("/browse/").content.decode()

    tag = BlockedTag.objects.get()
    url = reverse("admin:catalog_blockedtag_delete", args=(tag.pk,))
    answer = staff.post(url, {"post": "yes"}, follow=True)
    assert "3 titles may be shown again." in answer.content.decode()
    assert shown() == {"By theme", "By mood", "By genre", "Nearly"}
    assert Title.objects.get(pk=titles["source"].pk).is_adult, "its source still says so"


def test_a_title_of_two_blocked_tags_waits_for_both_to_be_lifted(titles):
    heist, _ = blocking.block("a heist", now=NOW)
    stag, n = blocking.block("stag night", now=NOW)
    assert n == 2

    assert blocking.lift(heist) == 0
    assert "By theme" not in shown()
    assert blocking.lift(stag) == 3


def test_what_a_curator_unmarks_stays_so(titles):
    blocking.block("stag night", now=NOW)
    Title.objects.filter(pk=titles["theme"].pk).update(is_adult=False)

    assert blocking.mark() == 0
    assert shown() == {"By theme", "Nearly"}


def test_titles_that_are_loaded_later_are_kept_away_too():
    blocking.block("stag night", now=NOW)
    rows = [
        TitleRow(source="test", source_id=str(n), kind="film", title=name, year=2001, themes=themes)
        for n, (name, themes) in enumerate([("Rowdy", ("Stag night",)), ("Quiet", ("a walk",))])
    ]

    Loader(now=NOW).load(rows, source="test")

    assert Title.objects.count() == 2
    assert shown() == {"Quiet"}


def test_a_tag_is_blocked_once_and_never_changed(staff):
    staff.post(ADD, {"name": "Stag night"})

    again = staff.post(ADD, {"name": "stag NIGHT"})

    assert "This tag is blocked already." in again.content.decode()
    assert BlockedTag.objects.count() == 1
    url = reverse("admin:catalog_blockedtag_change", args=(BlockedTag.objects.get().pk,))
    assert staff.post(url, {"name": "Another"}).status_code == 403
    assert BlockedTag.objects.get().name == "Stag night"


def test_without_a_blocked_tag_looking_costs_one_statement(titles, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert blocking.mark() == 0
