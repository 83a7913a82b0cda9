"""Browsing: corners of the catalogue, its people, and the links between the pages."""

import datetime
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from catalog.browsing import SORTS, Corner, facets_of, n_in, read_corner
from catalog.models import Person, Title
from tests import factories
from tests.factories import make_availability, make_title

pytestmark = pytest.mark.django_db
TODAY = datetime.date.today()  # noqa: DTZ011
MOST_STATEMENTS = 10


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


@pytest.fixture
def world():
    """Six titles that differ in all that one can browse by."""
    both = {"genres": ("Drama",), "popularity": 0.9}
    heat = make_title("Heat", year=1995, genres=("Crime", "Drama"), directors=("Michael Mann",),
                      cast=("Al Pacino",), countries=["US"], original_language="en",
                      popularity=0.9)  # fmt: skip
    make_title("Ikiru", year=1952, countries=["JP"], original_language="ja", **both)
    make_title("The Insider", year=1999, genres=("Drama",), directors=("Michael Mann",),
               cast=("Al Pacino",), countries=["US"], original_language="en",
               popularity=0.4)  # fmt: skip
    make_title("Emma", kind="book", year=1815, genres=("Romance",), authors=("Jane Austen",),
               countries=["GB"], original_language="en", popularity=0.7)  # fmt: skip
    make_title("Dark", kind="series", year=2017, genres=("Mystery",), countries=["DE", "US"],
               original_language="de", popularity=0.6)  # fmt: skip
    make_title("Hidden", year=1995, genres=("Crime",), countries=["US"], is_hidden=True)
    make_availability(heat, "Filmhuis", day=TODAY)
    return Client()


def names(page):
    return [title.name for title, _ in page.context["rows"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Ikiru", "Heat", "Emma", "Dark", "The Insider"]),
        ("kind=film", ["Ikiru", "Heat", "The Insider"]),
        ("genre=Drama", ["Ikiru", "Heat", "The Insider"]),
        ("decade=1990", ["Heat", "The Insider"]),
        ("decade=1997", ["Heat", "The Insider"]),
        ("country=US", ["Heat", "Dark", "The Insider"]),
        ("language=ja", ["Ikiru"]),
        ("service=filmhuis", ["Heat"]),
        ("kind=film&decade=1990&genre=Crime", ["Heat"]),
        ("decade=1810", ["Emma"]),
        ("sort=name", ["Dark", "Emma", "Heat", "Ikiru", "The Insider"]),
        ("sort=newest", ["Dark", "The Insider", "Heat", "Ikiru", "Emma"]),
    ],
)
def test_a_corner_holds_what_is_in_it_and_nothing_hidden(world, query, expected):
    page = world.get(f"/browse/?{query}")

    assert sorted(names(page)) == sorted(expected)
    assert "Hidden" not in page.content.decode()
    if "sort" in query:
        assert names(page) == expected
    else:
        assert [t.popularity for t, _ in page.context["rows"]] == sorted(
            (t.popularity for t, _ in page.context["rows"]), reverse=True
        )


def test_every_way_further_in_leads_to_as_many_titles_as_it_says(world):
    n_checked = 0
    for corner in (Corner(), Corner(kind="film"), Corner(genre="Drama", country="US")):
        for facet in facets_of(corner, today=TODAY):
            assert not getattr(corner, facet.name), "what is taken is not offered again"
            for way in facet.ways:
                assert way.n == way.corner.titles(today=TODAY).count() == n_in(
                    way.corner, today=TODAY
                ), way  # fmt: skip
                n_checked += 1

    assert n_checked >= 25


def test_an_offer_that_was_not_confirmed_for_long_is_no_corner(world):
    make_availability(
        Title.objects.get(name="Dark"), "Old Reel", day=TODAY - datetime.timedelta(days=40)
    )

    assert names(world.get("/browse/?service=old-reel")) == []


def test_a_chip_takes_off_its_own_fact_and_keeps_the_rest(world):
    page = world.get("/browse/?kind=film&genre=Drama&sort=name")
    urls = {chip.label: chip.url for chip in page.context["chips"]}

    assert urls == {
        "Films": "/browse/?genre=Drama&sort=name",
        "Drama": "/browse/?kind=film&sort=name",
    }


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("kind=opera", "“opera” is no kind of title; there are film, series and book."),
        ("decade=long+ago", "“long ago” is no decade; one is named by a year, such as 1990."),
        ("person=x", "“x” is nobody’s number"),
    ],
)
def test_what_makes_no_sense_is_told_and_left_out(world, query, message):
    page = world.get(f"/browse/?{query}")

    assert page.status_code == 200
    assert message.replace("’", "'") in page.context["problems"][0]
    assert len(names(page)) == 5


@pytest.mark.parametrize(
    "query",
    ["genre=%00", "genre=" + "x" * 5000, "country=ZZ", "genre='%3B+DROP+TABLE+x", "decade=99999999",
     "person=99999999999999", "decade=-400", "language=%C3%BC"],
)  # fmt: skip
def test_odd_corners_get_a_page_in_words(world, query):
    page = world.get(f"/browse/?{query}")

    assert page.status_code == 200
    assert names(page) == [] or page.context["problems"] or query == "genre=%00"


def test_pages_follow_one_another_and_beyond_the_last_there_is_none(world):
    Title.objects.bulk_create(
        Title(name=f"Reel {n:02}", kind="film", year=1930, synopsis="x", name_keys=f"reel {n}")
        for n in range(70)
    )
    seen = []
    for number in (1, 2, 3):
        page = world.get(f"/browse/?kind=film&sort=name&page={number}")
        seen += names(page)

    assert len(seen) == len(set(seen)) == 73
    assert 'rel="next"' not in page.content.decode()
    for beyond in ("4", "0", "x", "1000000000000"):
        assert world.get(f"/browse/?kind=film&page={beyond}").status_code == 404


def test_an_empty_catalogue_says_so():
    page = Client().get("/browse/")

    assert "Nothing stands in this corner" in page.content.decode()


def test_what_somebody_did_is_stamped_on_their_own_page_alone(world):
    ann = factories.make_user()
    factories.make_favourite(ann, Title.objects.get(name="Heat"))
    own = Client()
    own.force_login(ann)

    assert 'class="stamp you"' in own.get("/browse/").content.decode()
    assert 'class="stamp you"' not in world.get("/browse/").content.decode()


def test_five_of_these_for_you_asks_tonight_for_the_same_corner(world):
    ann = Client()
    ann.force_login(factories.make_user())

    page = ann.get("/browse/?kind=film&genre=Drama&decade=1990&country=US&language=en")

    assert page.context["for_you_url"] == (
        "/?kinds=film&genres=Drama&countries=US&languages=en&min_year=1990&max_year=1999"
    )
    assert page.context["for_you_url"].replace("&", "&amp;") in page.content.decode()
    assert "for you" not in world.get("/browse/").content.decode()


# ── People ───────────────────────────────────────────────────────────────


def test_a_person_has_a_page_with_what_they_did_and_with_whom(world):
    mann = Person.objects.get(name="Michael Mann")

    page = world.get(f"/person/{mann.pk}/")

    ((part, rows),) = page.context["parts"]
    assert str(part.label) == "Directed"
    assert [title.name for title, _ in rows] == ["The Insider", "Heat"]
    assert [(other.name, other.n) for other in page.context["others"]] == [("Al Pacino", 2)]


def test_one_who_directed_and_played_has_both_parts(world):
    heat = Title.objects.get(name="Heat")
    factories.make_credit(heat, "Michael Mann", role="cast", position=9)
    mann = Person.objects.get(name="Michael Mann")

    page = world.get(f"/person/{mann.pk}/")

    assert [str(part.label) for part, _ in page.context["parts"]] == ["Directed", "Played in"]
    assert page.context["n"] == 2


def test_nobody_of_that_number_is_not_found(world):
    assert world.get("/person/999999/").status_code == 404


def test_one_whose_titles_are_hidden_has_an_empty_page(world):
    hidden = Title.objects.get(name="Hidden")
    credit = factories.make_credit(hidden, "Nobody Special")

    page = world.get(f"/person/{credit.person_id}/")

    assert page.context["parts"] == []
    assert "Nothing to show" in page.content.decode()


def test_people_are_found_by_how_a_word_of_their_name_begins(world):
    found = world.get("/people/?q=pac").context["people"]
    anybody = world.get("/people/").context["people"]

    assert [(person.name, person.n) for person in found] == [("Al Pacino", 2)]
    assert [person.name for person in anybody] == ["Al Pacino", "Michael Mann", "Jane Austen"]
    assert "Nobody is called" in world.get("/people/?q=zzz").content.decode()


def test_the_facts_of_a_title_lead_to_their_corners_and_people(world):
    heat = Title.objects.get(name="Heat")

    text = world.get(heat.get_absolute_url()).content.decode()

    mann = Person.objects.get(name="Michael Mann")
    for url in (f"/person/{mann.pk}/", "/browse/?genre=Crime", "/browse/?country=US"):
        assert f'href="{url}"' in text
        assert world.get(url).status_code == 200
    assert len(re.findall(r'href="/browse/\?genre=', text)) == 2


# ── Budgets ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "url",
    ["/browse/", "/browse/?kind=film&genre=Drama&decade=1990&country=US&language=en&sort=newest",
     "/people/", "/people/?q=pac", "person"],
)  # fmt: skip
def test_a_page_costs_at_most_ten_statements(world, url, django_assert_max_num_queries):
    ann = Client()
    ann.force_login(factories.make_user())
    if url == "person":
        url = f"/person/{Person.objects.get(name='Michael Mann').pk}/"

    with django_assert_max_num_queries(MOST_STATEMENTS):
        assert ann.get(url).status_code == 200


def test_a_corner_reads_itself_back_from_its_address():
    corner = Corner(kind="film", genre="Drama", decade="1990", person="7")

    assert read_corner(corner.params()) == (corner, [])


@pytest.mark.parametrize(
    ("sort", "index"),
    [("known", "title_best_known"), ("newest", "title_newest"), ("name", "title_a_to_z")],
)
def test_a_page_is_read_in_its_order_and_not_sorted_out_of_everything(sort, index):
    titles = Corner().titles(today=TODAY)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    plan = titles.order_by(*SORTS[sort][1])[:30].explain()

    assert index in plan
    assert "Sort" not in plan
