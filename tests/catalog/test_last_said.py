"""A person's edition: another one whenever they say something, noted by the database itself."""

import threading

import psycopg
import pytest
from django.db import connection, transaction

from accounts.guests import adopt
from catalog.columns import edition, editions, forget_changes
from catalog.models import (
    Dismissal,
    Exclusion,
    Favourite,
    GroupTitle,
    LastSaid,
    Rating,
    Save,
    Tap,
    Title,
    Viewing,
    WrongReason,
)
from tests.factories import (
    NOW,
    make_group,
    make_guest,
    make_rating,
    make_save,
    make_title,
    make_user,
)

pytestmark = pytest.mark.django_db
STATEMENTS = [Rating, Favourite, Save, Viewing, Dismissal, Exclusion, Tap, WrongReason]


def said(user):
    """In which edition somebody's statements are."""
    return editions(user.pk)[0]


def statement(model, user):
    """A statement of that kind, not stored yet."""
    if model is Tap:
        return Tap(user=user, group=make_group())
    if model is WrongReason:
        return WrongReason(user=user, title=make_title(), cause=make_title())
    more = {"stars": 4} if model is Rating else {}
    return model(user=user, title=make_title(), **more)


@pytest.mark.parametrize("model", STATEMENTS, ids=lambda model: model.__name__)
def test_every_kind_of_statement_is_a_new_edition_however_it_is_written(model):
    user, other = make_user(), make_user()
    make_rating(other, make_title())
    theirs, met = said(other), [said(user)]
    rows = [statement(model, user) for _ in range(3)]

    def changed():
        met.append(said(user))
        return met[-1] not in met[:-1]

    rows[0].save()
    assert changed()
    model.objects.bulk_create(rows[1:])
    assert changed()
    rows[0].save()
    assert changed()
    model.objects.filter(pk=rows[1].pk).update(created_at=NOW)
    assert changed()
    rows[0].delete()
    assert changed()
    model.objects.filter(user=user).delete()
    assert changed()
    assert None not in met[1:]
    assert said(other) == theirs


def test_who_said_nothing_has_no_edition():
    user = make_user()
    make_rating(make_user(), make_title())

    assert editions(user.pk) == (None, edition())


def test_one_statement_asks_for_both_editions(django_assert_num_queries):
    user = make_user()
    make_rating(user, make_title())

    with django_assert_num_queries(1):
        found = editions(user.pk)

    assert found == (LastSaid.objects.get(user_id=user.pk).edition, edition())


def test_looking_and_writing_nothing_is_no_new_edition():
    user, title = make_user(), make_title()
    make_rating(user, title)
    before = said(user)

    list(user.ratings.all())
    user.ratings.filter(title=make_title()).delete()
    user.ratings.filter(stars=1).update(stars=2)
    Title.objects.filter(pk=title.pk).update(mood="noir")

    assert said(user) == before


def test_one_statement_about_several_people_is_noted_for_each_of_them():
    people = [make_user() for _ in range(3)]
    title = make_title()
    Rating.objects.bulk_create(Rating(user=one, title=title, stars=3) for one in people)
    first = [said(one) for one in people]
    assert None not in first
    assert len(set(first)) == 3

    Rating.objects.filter(user__in=people[:2]).update(stars=5)

    second = [said(one) for one in people]
    assert [old == new for old, new in zip(first, second, strict=True)] == [False, False, True]
    title.delete()
    assert not set(second) & {said(one) for one in people}


def test_what_is_moved_from_one_to_another_is_news_of_both():
    giver, taker = make_user(), make_user()
    make_rating(taker, make_title())
    row = make_save(giver, make_title())
    before = said(giver), said(taker)

    Save.objects.filter(pk=row.pk).update(user=taker)

    assert said(giver) != before[0]
    assert said(taker) != before[1]


def test_what_a_guest_said_is_news_of_the_member_who_adopts_them():
    guest, member = make_guest(), make_user()
    make_save(guest, make_title())
    make_rating(member, make_title())
    before = said(member)

    adopt(guest, member)

    assert said(member) not in (before, None)
    assert member.saves.count() == 1


def test_what_is_in_a_group_is_of_the_catalogue():
    group, title = make_group(), make_title()
    met = [edition()]

    def changed():
        met.append(edition())
        return met[-1] != met[-2]

    GroupTitle.objects.create(group=group, title=title, position=0)
    assert changed()
    group.name = "Another"
    group.save()
    assert changed()
    GroupTitle.objects.all().delete()
    assert changed()
    assert not changed()


def test_a_person_can_go_and_their_edition_is_cleared_later():
    gone, stays = make_user(), make_user()
    for user in (gone, stays):
        for model in STATEMENTS:
            statement(model, user).save()
    kept, pk = said(stays), gone.pk

    gone.delete()
    assert editions(pk)[0] is not None
    forget_changes()

    assert list(LastSaid.objects.values_list("user_id", "edition")) == [(stays.pk, kept)]


def test_what_was_taken_back_is_the_edition_of_before():
    user = make_user()
    make_rating(user, make_title())
    before = said(user)

    with transaction.atomic():
        make_rating(user, make_title())
        assert said(user) != before
        transaction.set_rollback(True)

    assert said(user) == before


@pytest.mark.django_db(transaction=True)
def test_an_edition_is_never_seen_before_what_was_said():
    """Two say something of one person at once: the second's edition waits for the first's."""
    user, titles = make_user(), [make_title(), make_title()]
    make_rating(user, make_title())
    before = said(user)
    insert = (
        "INSERT INTO catalog_save (user_id, title_id, created_at) VALUES (%s, %s, now())"
        " RETURNING id"
    )

    with connect() as first, connect() as second:
        first.execute(insert, [user.pk, titles[0].pk])
        other = threading.Thread(target=second.execute, args=[insert, [user.pk, titles[1].pk]])
        other.start()
        until_it_waits(second.info.backend_pid)
        assert (said(user), user.saves.count()) == (before, 0), "neither is seen yet"
        first.commit()
        other.join(timeout=60)
        middle = said(user)
        assert user.saves.count() == 1
        second.commit()

    assert user.saves.count() == 2
    assert len({before, middle, said(user)}) == 3


def connect() -> psycopg.Connection:
    """Another connection to the database of the tests, in a transaction."""
    names = {"host", "port", "user", "password", "dbname"}
    given = connection.get_connection_params()
    return psycopg.connect(**{name: given[name] for name in names & given.keys()})


def until_it_waits(server: int) -> None:
    """Return once a server process waits for a lock; fail where it never does."""
    with connection.cursor() as cursor:
        for _ in range(100_000):
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [server])
            if cursor.fetchone()[0]:
                return
    raise AssertionError("it does not wait")
