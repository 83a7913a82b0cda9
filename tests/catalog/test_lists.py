"""Lists: made, filled, ordered, opened to others, deleted and brought back."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Block, Friendship
from catalog import lists
from catalog.models import ListedTitle, TitleList
from tests.factories import NOW, make_favourite, make_guest, make_rating, make_title, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_user(first_name="Mira")


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    return client


def make_list(owner, *titles, name="Rainy Sunday", **columns):
    made = TitleList.objects.create(user=owner, name=name, **columns)
    for title in titles:
        lists.add(made, title, now=NOW)
    return made


def names(made):
    return [each.title.name for each in lists.listed_titles().filter(list=made)]


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_list_is_made_described_and_for_its_maker_alone(mine, owner):
    answer = mine.post(reverse("lists"), {"name": "Rainy Sunday", "description": "With tea."})

    made = TitleList.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert (made.user, made.name, made.audience) == (owner, "Rainy Sunday", "me")
    assert "With tea." in mine.get(made.get_absolute_url()).content.decode()


def test_a_new_list_is_opened_as_its_maker_has_set(mine, owner):
    owner.lists_for = "friends"
    owner.save()

    mine.post(reverse("lists"), {"name": "Rainy Sunday"})

    assert TitleList.objects.get().audience == "friends"


def test_a_list_without_a_name_is_not_made(mine):
    answer = mine.post(reverse("lists"), {"name": " "})

    assert answer.status_code == 422
    assert "A list needs a name" in answer.content.decode()
    assert not TitleList.objects.exists()


def test_a_title_goes_on_a_list_from_its_own_page_and_off_again(mine, owner):
    title, made = make_title("The Keeper"), make_list(owner)
    page = reverse("title_lists", args=(title.pk,))
    assert page in mine.get(title.get_absolute_url()).content.decode()

    mine.post(page, {"list": made.pk, "on": "1"})
    mine.post(page, {"list": made.pk, "on": "1"})
    assert names(made) == ["The Keeper"]
    assert 'aria-pressed="true"' in mine.get(page).content.decode()
    mine.post(page, {"list": made.pk, "on": "0"})

    assert names(made) == []


def test_a_new_list_may_begin_with_the_title(mine):
    title = make_title("The Keeper")

    mine.post(reverse("title_lists", args=(title.pk,)), {"name": "Islands"})

    assert names(TitleList.objects.get(name="Islands")) == ["The Keeper"]


def test_titles_are_moved_up_down_and_to_the_top(mine, owner):
    a, b, c = (make_title(name) for name in "abc")
    made = make_list(owner, a, b, c)
    act = reverse("list_act", args=(made.pk,))

    for title, action, order in (
        (c, "up", "acb"),
        (a, "down", "cab"),
        (b, "top", "bca"),
        (b, "up", "bca"),
        (a, "down", "bca"),
    ):
        mine.post(act, {"title": title.pk, "action": action})
        assert "".join(names(made)) == order


def test_a_title_taken_off_comes_back_to_its_place(mine, owner):
    a, b, c = (make_title(name) for name in "abc")
    made = make_list(owner, a, b, c)
    act = reverse("list_act", args=(made.pk,))

    answer = mine.post(act, {"title": b.pk, "action": "off"})
    assert "".join(names(made)) == "ac"
    assert "is off this list" in mine.get(answer["Location"]).content.decode()
    mine.post(act, {"title": b.pk, "action": "back", "place": 1})

    assert "".join(names(made)) == "abc"


def test_htmx_gets_the_titles_alone_with_what_takes_it_back(mine, owner):
    title = make_title("The Keeper")
    made = make_list(owner, title)
    htmx = {"HX-Request": "true", "HX-Target": "listed"}
    act = reverse("list_act", args=(made.pk,))

    part = mine.post(act, {"title": title.pk, "action": "off"}, headers=htmx).content.decode()

    assert "<html" not in part
    assert "The Keeper is off this list." in part
    assert 'value="back" data-key="u" autofocus' in part

    undo = {"title": title.pk, "action": "back", "place": 0}
    part = mine.post(act, undo, headers=htmx).content.decode()

    assert f'<a href="{title.get_absolute_url()}" autofocus>' in part
    assert part.count("autofocus") == 1


def test_a_deleted_list_is_gone_and_comes_back_within_a_day(mine, owner):
    made = make_list(owner, make_title("The Keeper"), audience="everyone")

    answer = mine.post(reverse("list_delete", args=(made.pk,)))

    assert mine.get(made.get_absolute_url()).status_code == 404
    assert Client().get(made.get_absolute_url()).status_code == 404
    assert reverse("list_restore", args=(made.pk,)) in mine.get(answer["Location"]).content.decode()
    mine.post(reverse("list_restore", args=(made.pk,)))
    assert names(TitleList.objects.standing().get()) == ["The Keeper"]


def test_a_day_after_it_was_deleted_a_list_goes_for_good(owner):
    old = make_list(owner, make_title(), deleted_at=NOW - datetime.timedelta(hours=25))
    new = make_list(owner, deleted_at=NOW - datetime.timedelta(hours=23))
    kept = make_list(owner)

    assert lists.forget_deleted(now=NOW) == 1

    assert set(TitleList.objects.all()) == {new, kept} != {old}
    assert not ListedTitle.objects.exists()


@pytest.mark.parametrize(
    ("audience", "readers"),
    [("me", ""), ("friends", "friend"), ("everyone", "friend stranger visitor")],
)
def test_three_levels_of_readers(owner, audience, readers):
    friend, stranger, blocked = make_user(), make_user(), make_user()
    Friendship.objects.create(asker=friend, asked=owner, accepted_at=NOW)
    Friendship.objects.create(asker=owner, asked=stranger)  # asked, and not accepted
    Block.objects.create(blocker=owner, blocked=blocked)
    made = make_list(owner, audience=audience)
    people = {"friend": friend, "stranger": stranger, "blocked": blocked}
    clients = {name: signed_in(person) for name, person in people.items()} | {"visitor": Client()}

    for name, client in clients.items():
        status = client.get(made.get_absolute_url()).status_code
        assert status == (200 if name in readers.split() else 404), name


def test_a_guests_list_is_for_nobody_else():
    made = make_list(make_guest(), audience="everyone")

    assert Client().get(made.get_absolute_url()).status_code == 404


def test_the_list_of_another_shows_my_marks_and_none_of_theirs(owner):
    seen, other = make_title("Seen by me"), make_title("Loved by them")
    made = make_list(owner, seen, other, audience="everyone")
    make_favourite(owner, other)
    reader = make_user()
    make_rating(reader, seen, 4.5)

    page = signed_in(reader).get(made.get_absolute_url()).content.decode()

    assert "A list of Mira" in page
    assert "You gave it 4½ of 5" in page
    assert "You love it" not in page
    assert 'value="off"' not in page


@pytest.mark.parametrize("act", ["list_form", "list_act", "list_delete", "list_restore"])
def test_nobody_changes_the_list_of_another(owner, act):
    title = make_title()
    made = make_list(owner, title, audience="everyone")

    told = {"name": "Mine", "title": title.pk, "action": "off", "audience": "me"}
    answer = signed_in(make_user()).post(reverse(act, args=(made.pk,)), told)

    assert answer.status_code == 404
    assert names(TitleList.objects.standing().get(name="Rainy Sunday")) == [title.name]


def test_nobody_puts_a_title_on_the_list_of_another(owner):
    title, made = make_title(), make_list(owner, audience="everyone")
    page = reverse("title_lists", args=(title.pk,))

    assert signed_in(make_user()).post(page, {"list": made.pk, "on": "1"}).status_code == 404
    assert names(made) == []


def test_a_full_list_says_so(mine, owner, monkeypatch):
    monkeypatch.setattr(lists, "MOST_TITLES", 1)
    title, made = make_title(), make_list(owner, make_title())

    page = reverse("title_lists", args=(title.pk,))
    answer = mine.post(page, {"list": made.pk, "on": "1"})

    assert answer.status_code == 422
    assert "the most there may be" in answer.content.decode()


def test_hidden_titles_are_not_listed(mine, owner):
    made = make_list(owner, make_title("Gone", is_hidden=True), make_title("There"))

    page = mine.get(made.get_absolute_url()).content.decode()

    assert "There" in page
    assert "Gone" not in page


def test_lists_and_a_list_are_shown_in_few_statements(mine, owner, django_assert_max_num_queries):
    titles = [make_title() for _ in range(8)]
    for n in range(6):
        made = make_list(owner, *titles, name=f"List {n}")

    with django_assert_max_num_queries(6):
        mine.get(reverse("lists"))
    with django_assert_max_num_queries(6):
        mine.get(made.get_absolute_url())


def test_without_a_list_the_page_says_what_one_is_for(client):
    assert "No lists yet" in client.get(reverse("lists")).content.decode()
