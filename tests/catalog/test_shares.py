"""Links to titles: opened without an account, telling nothing of anybody, revoked and expired."""

import datetime
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog import shares
from catalog.models import Share
from tests.factories import make_favourite, make_rating, make_save, make_title, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_user("mira@example.org", first_name="Mira")


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    return client


def make_link(client, *titles, **told):
    """Make a link as a person does, and return its address."""
    ids = ",".join(str(title.pk) for title in titles)
    answer = client.post(f"{reverse('share')}?t={ids}", {"days": 30, **told})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    return re.search(r'value="http://testserver(/s/[^"]+)"', page)[1]


def test_a_link_shows_the_titles_in_their_order_to_somebody_without_an_account(client, mine):
    b, a = make_title("Second thoughts"), make_title("First light")

    link = make_link(mine, a, b, line="For a long train ride.")

    page = client.get(link)
    text = page.content.decode()
    assert page.status_code == 200
    assert text.index("First light") < text.index("Second thoughts")
    assert "For a long train ride." in text
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert 'content="noindex' in text
    assert settings.SESSION_COOKIE_NAME not in page.cookies


def test_a_link_tells_nothing_of_who_made_it_unless_they_say_so(client, mine, owner):
    loved, saved, title = make_title("My great love"), make_title("My secret"), make_title("Shared")
    make_favourite(owner, loved)
    make_save(owner, saved)
    make_rating(owner, title, 4.5)
    mine.get("/")

    silent = client.get(make_link(mine, title)).content.decode()
    named = client.get(make_link(mine, title, is_named="on")).content.decode()

    for private in ("My great love", "My secret", "4½", owner.email, owner.username, "Mira"):
        assert private not in silent, private
    assert "From Mira" in named
    assert owner.email not in named
    assert "My great love" not in named


def test_a_revoked_link_leads_nowhere(client, mine):
    link = make_link(mine, make_title())

    mine.post(reverse("share_revoke", args=(Share.objects.get().pk,)))

    page = client.get(link)
    assert page.status_code == 404
    assert "leads nowhere any more" in page.content.decode()


def test_a_link_works_until_its_time_is_over(client, mine):
    link = make_link(mine, make_title(), days=7)
    token, now = link.split("/")[2], timezone.now()

    assert shares.open_share(token, now=now + datetime.timedelta(days=6, hours=23))
    assert shares.open_share(token, now=now + datetime.timedelta(days=7, hours=1)) is None


def test_a_link_without_an_end_works_until_it_is_revoked(mine):
    token = make_link(mine, make_title(), days=0).split("/")[2]

    assert shares.open_share(token, now=timezone.now() + datetime.timedelta(days=3650))


def test_a_changed_sign_a_bare_nonce_and_a_foreign_signature_lead_nowhere(client, mine, settings):
    link = make_link(mine, make_title())
    token = link.split("/")[2]
    nonce = Share.objects.get().nonce
    settings.SECRET_KEY = "another server's key, and long enough to be one: 0123456789"
    foreign = shares.token_of(Share.objects.get())

    assert foreign != token
    assert foreign[:16] == token[:16] == nonce
    assert client.get(link).status_code == 404  # this server now signs with the other key
    other = "A" if token[-1] != "A" else "B"
    for wrong in (nonce, token[:-1] + other, token + "A", token[1:], "é" * 40, "x" * 5000):
        assert shares.open_share(wrong, now=timezone.now()) is None


def test_nonces_come_from_the_systems_random_source_and_differ(mine):
    title = make_title()
    for _ in range(5):
        make_link(mine, title)

    nonces = set(Share.objects.values_list("nonce", flat=True))

    assert len(nonces) == 5
    assert shares.NONCE_BYTES * 8 >= 64
    assert all(re.fullmatch(r"[\w-]{16}", nonce) for nonce in nonces)


def test_guessing_links_is_stopped(client):
    statuses = [client.get(f"/s/{n:040d}/").status_code for n in range(61)]

    assert statuses[:60] == [404] * 60
    assert statuses[60] == 429


def test_somebody_else_neither_sees_nor_revokes_my_links(mine):
    make_link(mine, make_title("Shared"))
    other = Client()
    other.force_login(make_user())

    assert "Shared" not in other.get(reverse("shares")).content.decode()
    assert other.post(reverse("share_revoke", args=(Share.objects.get().pk,))).status_code == 404
    assert Share.objects.get().revoked_at is None


def test_hidden_titles_are_neither_shared_nor_shown(client, mine):
    title = make_title("Shown")
    link = make_link(mine, title, make_title("Gone", is_hidden=True))
    assert "Gone" not in client.get(link).content.decode()

    title.is_hidden = True
    title.save()

    assert client.get(link).status_code == 404


def test_a_link_ends_with_the_person_who_made_it(client, mine, owner):
    link = make_link(mine, make_title())
    owner.is_active = False
    owner.save()

    assert client.get(link).status_code == 404


def test_before_it_is_made_a_link_shows_what_it_will_show(client):
    title = make_title("The Keeper")

    page = client.get(f"{reverse('share')}?t={title.pk}&t=x&t=999999")

    assert "What they will see" in page.content.decode()
    assert "The Keeper" in page.content.decode()
    assert not Share.objects.exists()


def test_without_a_title_there_is_nothing_to_share(client):
    assert "Nothing to share here" in client.get(reverse("share")).content.decode()


def test_a_visitor_may_share_without_an_account(client):
    link = make_link(client, make_title("The Keeper"))

    assert "The Keeper" in Client().get(link).content.decode()
    assert Share.objects.get().user.is_guest


def test_an_unknown_time_is_refused_in_words(mine):
    answer = mine.post(f"{reverse('share')}?t={make_title().pk}", {"days": 4000})

    assert answer.status_code == 422
    assert "Not stored yet" in answer.content.decode()
    assert not Share.objects.exists()


def test_a_shared_page_and_the_own_links_take_few_statements(
    client, mine, django_assert_max_num_queries
):
    titles = [make_title() for _ in range(5)]
    links = [make_link(mine, *titles) for _ in range(4)]

    with django_assert_max_num_queries(4):
        client.get(links[0])
    with django_assert_max_num_queries(5):
        mine.get(reverse("shares"))
