"""What somebody said, read once an edition in each process, and never older than that."""

import datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.guests import adopt
from catalog.columns import edition
from catalog.models import Exclusion, GroupTitle, Tap, WrongReason
from recommendations import said
from recommendations.said import outline_of, said_by, signals_of
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
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_known():
    """A process that has read nothing of anybody."""
    said._said.clear()


@pytest.fixture
def user():
    """Somebody who rated one title, and another that they took out of their taste."""
    found = make_user()
    make_rating(found, make_title(), at=NOW - DAY)
    out = make_title()
    make_rating(found, out, at=NOW - DAY)
    Exclusion.objects.create(user=found, title=out)
    return found


def reads(user, *, now=NOW) -> int:
    """How many statements it takes to tell what somebody said; what it tells is always right."""
    with CaptureQueriesContext(connection) as asked:
        told = said_by(user, now=now)
    n = len(asked)
    # Within a minute nobody grows older.
    signals = signals_of(user, now=now.replace(second=0))
    assert told[:3] == (signals, outline_of(signals), edition())
    return n


def test_it_is_read_once_and_then_only_the_editions_are_asked(user):
    assert reads(user) == 2
    assert reads(user) == 1
    first = said_by(user, now=NOW)
    assert said_by(user, now=NOW).signals is first.signals
    assert [s.counts for s in first.signals] == [True, False]


@pytest.mark.parametrize(
    "say",
    [
        lambda user, new: make_rating(user, new, at=NOW),
        lambda user, new: make_save(user, new),
        lambda user, new: make_favourite(user, new),
        lambda user, new: make_viewing(user, new),
        lambda user, new: make_dismissal(user, new),
        lambda user, new: Tap.objects.create(user=user, group=make_group("G", new)),
        lambda user, new: user.ratings.update(stars=Decimal("1.5")),
        lambda user, new: user.ratings.first().delete(),
        lambda user, new: Exclusion.objects.all().delete(),
        lambda user, new: WrongReason.objects.create(
            user=user, title=new, cause=user.ratings.first().title
        ),
    ],
    ids=["rating", "save", "love", "seen", "dismissal", "tap", "update", "delete", "back in",
         "wrong reason"],
)  # fmt: skip
def test_it_is_read_anew_once_they_said_something(user, say):
    new = make_title()  # beforehand: it makes the catalogue another
    reads(user)
    say(user, new)

    assert reads(user) == 2
    assert reads(user) == 1


def test_what_others_say_changes_nothing(user):
    other = make_user()
    make_rating(other, user.ratings.first().title)
    reads(user)
    make_rating(other, user.ratings.last().title)

    assert reads(user) == 1
    assert reads(other) == 2


def test_a_minute_later_it_is_looked_at_how_old_statements_are(user):
    start = NOW.replace(second=0)
    reads(user, now=start)

    assert reads(user, now=start + datetime.timedelta(seconds=59)) == 1
    assert reads(user, now=start + datetime.timedelta(seconds=60)) == 2
    assert said_by(user, now=start + DAY).signals[0].days_ago > 1.5


def test_midnight_lets_a_dismissal_of_one_zone_count_at_once(user):
    make_dismissal(user, make_title(), zone="gems", at=NOW)
    midnight = NOW.replace(hour=0, minute=0) + DAY

    reads(user, now=midnight - datetime.timedelta(minutes=1))

    assert reads(user, now=midnight) == 2


@pytest.mark.parametrize(
    "steer", [{"taste_since": NOW - DAY / 2}, {"half_life_days": 90}], ids=lambda s: next(iter(s))
)
def test_how_somebody_steers_their_taste_counts_at_once(user, steer):
    reads(user)
    before = said_by(user, now=NOW)

    for name, value in steer.items():
        setattr(user, name, value)
    user.save()

    assert reads(user) == 2
    assert said_by(user, now=NOW).outline.version != before.outline.version


def test_what_is_in_a_group_counts_for_those_who_tapped_it(user):
    group = make_group("Slow burners", make_title())
    Tap.objects.create(user=user, group=group)
    reads(user)

    GroupTitle.objects.create(group=group, title=make_title(), position=5)
    assert reads(user) == 2
    assert [s.kind for s in said_by(user, now=NOW).signals].count("tapped") == 2
    group.name = "Fast burners"
    group.save()
    assert reads(user) == 2
    assert {s.source for s in said_by(user, now=NOW).signals} == {"", "Fast burners"}


def test_what_a_guest_said_counts_for_the_member_who_adopts_them(user):
    guest = make_guest()
    make_favourite(guest, make_title())
    reads(user)

    adopt(guest, user)

    assert reads(user) == 2
    assert "loved" in {s.kind for s in said_by(user, now=NOW).signals}


def test_what_was_said_and_taken_back_is_not_remembered(user):
    with transaction.atomic():
        make_save(user, make_title())
        reads(user)
        transaction.set_rollback(True)

    assert "saved" not in {s.kind for s in said_by(user, now=NOW).signals}
    assert reads(user) == 1


def test_who_said_nothing_is_told_so_and_a_visitor_in_one_statement():
    assert reads(AnonymousUser()) == 1
    assert said_by(AnonymousUser(), now=NOW).signals == ()

    member = make_user()
    assert reads(member) == 2
    assert not said_by(member, now=NOW).outline.speaks
    make_save(member, make_title())
    assert said_by(member, now=NOW).outline.speaks


def test_what_is_kept_does_not_pile_up(user, monkeypatch):
    monkeypatch.setattr(said, "MOST_KEPT", 3)

    for minute in range(9):
        reads(user, now=NOW + datetime.timedelta(minutes=minute))
    assert [key for key in said._said if key == user.pk] == [user.pk]
    for _ in range(9):
        reads(make_user(), now=NOW)

    assert len(said._said) <= 3


def test_whoever_was_here_longest_ago_is_forgotten_first(user, monkeypatch):
    """Two statements of theirs and one of each other: there is room for four."""
    monkeypatch.setattr(said, "MOST_KEPT", 3 + 2 + 2)
    others = [make_user(), make_user()]
    for one in others:
        make_rating(one, make_title(), at=NOW - DAY)
    for one in (user, *others, user):
        said_by(one, now=NOW)
    late = make_user()
    make_rating(late, make_title(), at=NOW - DAY)

    said_by(late, now=NOW)

    assert list(said._said) == [others[1].pk, user.pk, late.pk]


def test_what_was_made_of_it_is_made_anew_with_it(user):
    said_by(user, now=NOW).made["taste"] = "worked out"
    assert said_by(user, now=NOW).made == {"taste": "worked out"}

    make_save(user, make_title())

    assert said_by(user, now=NOW).made == {}
