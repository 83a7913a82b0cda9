"""Asking, accepting, parting, keeping away; and the notices that go with it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts import befriending, notices
from accounts.friends import apart_from, are_apart, are_friends, friend_ids
from accounts.models import Block, Friendship, Notice
from tests.factories import NOW, make_guest, make_user

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


@pytest.fixture
def ann():
    return make_user(first_name="Ann")


@pytest.fixture
def ben():
    return make_user(first_name="Ben")


def told(person):
    return list(Notice.objects.to(person).newest_first().values_list("words", flat=True))


def unread_of(person):
    person.refresh_from_db()
    return person.n_unread


def befriend(one, other):
    befriending.ask(one, other, now=NOW)
    return befriending.accept(other, one, now=NOW)


def test_two_are_friends_once_the_second_has_accepted(ann, ben):
    befriending.ask(ann, ben, line="  We sat   together. ", now=NOW)

    assert not are_friends(ann, ben)
    assert Friendship.objects.get().line == "We sat together."
    assert told(ben) == ["Ann would like to be your friend."]
    befriending.accept(ben, ann, now=NOW)
    assert are_friends(ann, ben)
    assert are_friends(ben, ann)
    assert friend_ids(ann) == {ben.pk}
    assert friend_ids(ben) == {ann.pk}
    assert told(ann) == ["Ben is your friend now."]
    assert told(ben) == []  # The question is answered; its notice is gone.


def test_nobody_is_friends_with_a_visitor_or_themselves(ann):
    assert not are_friends(ann, NOBODY)
    assert not are_friends(NOBODY, NOBODY)
    assert not are_friends(ann, ann)
    assert not are_apart(ann, NOBODY)
    assert friend_ids(NOBODY) == apart_from(NOBODY) == set()


def test_who_is_asked_by_somebody_they_asked_becomes_their_friend(ann, ben):
    befriending.ask(ann, ben, now=NOW)
    befriending.ask(ben, ann, now=NOW)

    assert are_friends(ann, ben)
    assert Friendship.objects.count() == 1


def test_asking_twice_tells_once(ann, ben):
    befriending.ask(ann, ben, now=NOW)
    befriending.ask(ann, ben, line="Hello?", now=NOW)

    assert len(told(ben)) == 1
    assert Friendship.objects.get().line == ""


def test_a_no_is_not_told_and_asking_again_changes_nothing(ann, ben):
    befriending.ask(ann, ben, now=NOW)
    assert befriending.decline(ben, ann, now=NOW)
    befriending.ask(ann, ben, now=NOW)

    assert told(ann) == told(ben) == []
    assert Friendship.objects.waiting().filter(asker=ann).exists()
    assert not Friendship.objects.unanswered().exists()
    befriending.ask(ben, ann, now=NOW)  # They changed their mind.
    assert are_friends(ann, ben)


def test_a_question_taken_back_takes_its_notice_along(ann, ben):
    befriending.ask(ann, ben, now=NOW)

    assert befriending.take_back(ann, ben)
    assert told(ben) == []
    with pytest.raises(Friendship.DoesNotExist):
        befriending.accept(ben, ann, now=NOW)


def test_only_the_asked_one_can_accept(ann, ben):
    befriending.ask(ann, ben, now=NOW)

    with pytest.raises(Friendship.DoesNotExist):
        befriending.accept(ann, ben, now=NOW)


def test_a_friendship_ends_without_a_word(ann, ben):
    befriend(ann, ben)

    assert befriending.unfriend(ben, ann)
    assert not are_friends(ann, ben)
    assert told(ann) == []


def test_blocking_ends_everything_between_two_and_neither_can_ask(ann, ben):
    befriend(ann, ben)
    befriending.block(ben, ann)

    assert are_apart(ann, ben)
    assert are_apart(ben, ann)
    assert apart_from(ann) == {ben.pk}
    assert not Friendship.objects.exists()
    assert not Notice.objects.exists()
    for asker, asked in ((ann, ben), (ben, ann)):
        with pytest.raises(befriending.CannotAsk):
            befriending.ask(asker, asked, now=NOW)
    notices.notify(ben, "tip", "Psst", "/", sender=ann)
    assert told(ben) == []
    assert not befriending.unblock(ann, ben)  # Only who keeps away can end it.
    assert befriending.unblock(ben, ann)
    assert not Block.objects.exists()


def test_guests_and_people_switched_off_cannot_be_asked(ann):
    for person in (make_guest(), make_user(is_active=False), ann):
        with pytest.raises(befriending.CannotAsk, match="cannot be asked"):
            befriending.ask(ann, person, now=NOW)


def test_the_database_keeps_a_pair_once_and_one_answer(ann, ben):
    Friendship.objects.create(asker=ann, asked=ben)

    with pytest.raises(IntegrityError), transaction.atomic():
        Friendship.objects.create(asker=ben, asked=ann)
    with pytest.raises(IntegrityError), transaction.atomic():
        Friendship.objects.update(accepted_at=NOW, declined_at=NOW)


def test_a_link_names_who_handed_it_out_for_a_week(ann, monkeypatch):
    token = befriending.link_token(ann)

    assert befriending.person_of_link(token) == ann
    assert befriending.person_of_link(token[:-2] + "xx") is None
    monkeypatch.setattr(befriending, "LINK_DAYS", -1)
    assert befriending.person_of_link(token) is None


# ── Notices ──────────────────────────────────────────────────────────────


def test_a_notice_is_told_once_under_one_key(ann, ben):
    for _ in range(2):
        notices.notify(ann, "test", "Something", "/", key="once")
    notices.notify(ben, "test", "Something", "/", key="once")
    for _ in range(2):
        notices.notify(ann, "test", "Something else", "/")

    assert Notice.objects.to(ann).count() == 3
    assert Notice.objects.to(ben).count() == 1


@pytest.mark.parametrize("url", ["https://example.org/", "//example.org", ""])
def test_a_notice_leads_nowhere_else(ann, url):
    with pytest.raises(notices.NotALocalUrl):
        notices.notify(ann, "test", "Look", url)


def test_a_notice_goes_with_what_it_is_about_and_with_who_caused_it(ann, ben):
    cat = make_user()
    befriending.ask(cat, ann, now=NOW)
    befriending.ask(ben, ann, now=NOW)

    Friendship.objects.filter(asker=cat).delete()
    assert Notice.objects.count() == 1
    ben.delete()
    assert not Notice.objects.exists()


def test_a_member_reads_opens_and_deletes_only_their_own(client, ann, ben):
    for number in range(3):
        notices.notify(ann, "test", f"Number {number} <b>", "/friends/")
    notices.notify(ben, "test", "Not for Ann", "/friends/")
    first, second, third, of_ben = Notice.objects.order_by("pk")
    client.force_login(ann)

    page = client.get("/notices/").content.decode()
    assert "Number 2 &lt;b&gt;" in page
    assert "Not for Ann" not in page
    assert page.count('class="unread num"') == 2  # On the menu and in it.

    def act(action, notice=None):
        sent = {"action": action, "notice": notice.pk if notice else ""}
        return client.post("/notices/act/", sent)

    assert act("open", first).url == "/friends/"
    assert act("delete", second).status_code == 302
    assert unread_of(ann) == 1
    assert act("delete", of_ben).status_code == act("open", of_ben).status_code == 404
    assert act("open").status_code == 404
    assert act("nonsense").status_code == 400
    act("read_all")
    assert unread_of(ann) == 0
    assert 'class="unread' not in client.get("/notices/").content.decode()
    act("delete_read")
    assert set(Notice.objects.all()) == {of_ben}
    assert "Nothing to tell" in client.get("/notices/").content.decode()


def test_the_count_in_the_menu_costs_no_statement(client, ann, ben, django_assert_num_queries):
    befriending.ask(ben, ann, now=NOW)
    client.force_login(ann)
    page = client.get("/notices/")
    with django_assert_num_queries(0):
        assert page.wsgi_request.person.n_unread == 1
    befriending.take_back(ben, ann)
    assert unread_of(ann) == 0


def test_the_page_of_notices_takes_few_statements_and_writes_nothing(
    client, ann, ben, django_assert_max_num_queries
):
    for number in range(40):
        notices.notify(ann, "test", f"Number {number}", "/", sender=ben)
    client.force_login(ann)

    with django_assert_max_num_queries(8):
        page = client.get("/notices/")
    assert "Page 1 of 2" in page.content.decode()
    assert Notice.objects.to(ann).unread().count() == 40


def test_notices_are_for_members(client):
    assert client.get("/notices/").status_code == 302
    assert client.post("/notices/act/", {"action": "read_all"}).status_code == 302
