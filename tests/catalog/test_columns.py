"""What processes hold of the catalogue: the same as the database says, and never the old."""

import random

import pytest
from django.db import connection, transaction

from catalog.cards import cards, visible_titles
from catalog.columns import columns, edition, forget_changes
from catalog.models import Adaptation, Change, Credit, Kind, Person, Title
from recommendations.zones.passing import Passing, Rule, restricted
from recommendations.zones.wants import Wants
from tests.factories import NOW, make_title

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]


def known():
    return columns(edition())


def ids_of(mask):
    return set(known().ids[mask].tolist())


@pytest.fixture
def read():
    """The starter catalogue, some of it without a place, hidden or unfinished."""
    rng = random.Random(4)
    ids = list(Title.objects.order_by("pk").values_list("pk", flat=True))
    Title.objects.filter(pk__in=rng.sample(ids, 30)).update(is_hidden=True)
    Title.objects.filter(pk__in=rng.sample(ids, 30)).update(franchise_position=None)
    Title.objects.filter(pk__in=rng.sample(ids, 30)).update(synopsis="")
    return ids


@pytest.mark.parametrize("seed", range(4))
def test_next_parts_and_other_stories_are_those_of_the_database(read, seed):
    some = random.Random(seed).sample(read, (0, 3, 60, 300)[seed])

    parts = Title.objects.next_parts(seen=some).values_list("pk", flat=True)
    stories = Title.objects.of_other_stories_than(some).values_list("pk", flat=True)

    assert ids_of(known().is_next_part(seen=some)) == set(parts)
    assert ids_of(known().is_of_other_stories(some)) == set(stories)


@pytest.mark.parametrize(
    "wants",
    [
        Wants(),
        Wants(kinds=("book", "series"), min_year=1950, max_year=1999),
        Wants(min_runtime=60, max_runtime=120),
        Wants(languages=("fr", "ja")),
        Wants(countries=("FR", "GB"), moods=("tender", "hushed")),
        Wants(max_certificate=12, include_seen=True),
        Wants(max_certificate=18),
        Wants(genres=("Drama",), not_genres=("Horror", "War")),
        Wants(people=("Ridley Scott",)),
        Wants(min_popularity=0.4, max_popularity=0.6),
        Wants(services=("nowhere",)),
        Wants(min_year=2199),
    ],
    ids=str,
)
def test_a_rule_lets_through_what_its_query_finds(read, wants):
    rng = random.Random(1)
    rule = Rule(
        wants,
        NOW.date(),
        gone=frozenset(rng.sample(read, 40)),
        seen=frozenset(rng.sample(read, 60)),
        met=frozenset(rng.sample(read, 20)),
    )

    assert ids_of(rule.passes(known())) == set(rule.titles().values_list("pk", flat=True))


def test_what_is_filtered_further_has_no_rule_and_what_is_restricted_has_one(read):
    rule = Rule(Wants(kinds=("film", "book")), NOW.date())
    passing = Passing.by(rule)

    assert passing.filter(mood="noir").rule is None
    assert set(passing.filter(kind="book")) == set(rule.titles().filter(kind="book"))
    fewer = restricted(passing, without=read[:100], met=read[100:120], kinds=("book", "series"))
    plain = restricted(rule.titles(), without=read[:100], met=read[100:120], kinds=("book",))
    assert ids_of(fewer.rule.passes(known())) == set(plain.values_list("pk", flat=True))
    assert set(fewer) == set(plain)
    assert not restricted(passing, kinds=("series",)).exists()


def test_every_change_is_a_new_edition_whoever_makes_it():
    title, other = Title.objects.filter(kind=Kind.FILM)[:2]
    editions = [edition()]

    def changed():
        editions.append(edition())
        return editions[-1] != editions[-2]

    assert not changed()
    title.save()
    assert changed()
    Title.objects.filter(pk=title.pk).update(mood="noir")
    assert changed()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_title SET year = 1901 WHERE id = %s", [title.pk])
    assert changed()
    Adaptation.objects.create(origin=title, form=other)
    assert changed()
    person = Person.objects.create(name="Somebody New")
    assert changed()
    Credit.objects.create(title=title, person=person, role=Credit.Role.CAST, position=0)
    assert changed()
    other.delete()
    assert changed()
    assert len(set(editions)) == len(editions) - 1


def test_titles_that_anybody_may_see_are_those_of_the_database(read):
    asked = [*read[::3], read[0], -4, 0, 10**15, 10**30]

    found = visible_titles(asked)

    assert set(found) == set(
        Title.objects.visible().filter(pk__in=read[::3]).values_list("pk", flat=True)
    )
    assert all(title.pk == pk for pk, title in found.items())
    Title.objects.filter(pk=read[0]).update(is_hidden=True)
    assert read[0] not in visible_titles(asked)
    assert visible_titles([]) == {}


def test_the_columns_and_cards_of_the_moment_are_those_of_the_database():
    title = Title.objects.filter(kind=Kind.FILM).first()
    assert cards(edition()).titles([title.pk])[title.pk].name == title.name

    Title.objects.filter(pk=title.pk).update(name="Quite Another", is_hidden=True, year=None)
    new = make_title("Brand New")

    row = known().rows_of([title.pk])[0]
    assert not known().is_visible[row]
    assert known().years[row] != known().years[row], "unknown"
    assert known().rows_of([new.pk, -5]).tolist() == [len(known().ids) - 1, -1]
    told = cards(edition()).titles([title.pk, new.pk, -5])
    assert {t.name for t in told.values()} == {"Quite Another", "Brand New"}


def test_what_was_taken_back_is_the_edition_of_before():
    before, n = edition(), len(known().ids)

    with transaction.atomic():
        make_title("Never Was")
        assert len(known().ids) == n + 1
        transaction.set_rollback(True)

    assert edition() == before
    assert len(known().ids) == n


def test_forgetting_changes_keeps_the_newest_and_takes_nothing_from_anybody():
    make_title("One")
    make_title("Two")
    newest = edition().last

    assert forget_changes() >= 1

    assert list(Change.objects.values_list("pk", flat=True)) == [newest]
    assert Title.objects.filter(name="Two").get().pk in known().ids


def test_who_made_a_title_is_named_as_that_also_where_they_play():
    title = make_title("Both")
    person = Person.objects.create(name="Director Who Plays")
    Credit.objects.create(title=title, person=person, role=Credit.Role.CAST, position=0)
    Credit.objects.create(title=title, person=person, role=Credit.Role.DIRECTOR, position=0)

    people = cards(edition()).people([title.pk])

    assert people == {title.pk: {"Director Who Plays": "director"}}


def test_an_empty_catalogue_has_columns_too():
    Title.objects.all().delete()

    assert len(known().ids) == 0
    assert len(known().is_next_part(seen=[1])) == 0
    assert len(known().is_of_other_stories([1])) == 0
