"""The permission matrix: who may open which address of the site, and who may write there.

An owner has one of everything. A friend, a stranger, a visitor without an account, and somebody
whom the owner blocks (though they are friends) ask for every address that leads to it, and so
does the owner. What comes back stands in one table: an address without a row fails the test, and
so does a row without an address. Nobody's request but the owner's may change what is the owner's,
or bring up a word that only the owner may read.
"""

import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, resolve
from django.urls.resolvers import URLResolver
from django.utils import timezone

from accounts import befriending
from accounts.models import Block, Friendship, Notice
from catalog import lists, shares
from catalog.models import Comment, Share, ShareTitle, TitleList
from recommendations.models import Session, Shown, Vibe
from recommendations.together import seating
from recommendations.together.asking import Wish
from recommendations.zones import Wants
from tests.factories import (
    NOW,
    make_admin,
    make_credit,
    make_dismissal,
    make_favourite,
    make_rating,
    make_save,
    make_title,
    make_user,
    make_viewing,
)

pytestmark = pytest.mark.django_db

ROLES = ("owner", "friend", "stranger", "visitor", "blocked")
SECRET = "Quenched Lighthouse"  # stands in everything of the owner's that is for them alone


@dataclass(frozen=True)
class Row:
    """What an address answers.

    Attributes:
        path: with the names of what the owner has in braces.
        get, post: the status for all, or one for each of `ROLES`; of a GET, of a POST.
        told: what the POST carries, with such names as well.
    """

    path: str
    get: str = "200"
    post: str = "405"
    told: dict[str, str] = field(default_factory=dict)

    def expected(self, method: str) -> dict[str, int]:
        """Return the status for each role."""
        words = getattr(self, method).split()
        words = words * len(ROLES) if len(words) == 1 else words
        return dict(zip(ROLES, map(int, words), strict=True))


# What is the same for all stands once; else: owner, friend, stranger, visitor, blocked.
# fmt: off
MATRIX = [
    # What everybody sees; a first word makes a guest of a visitor.
    Row("/"),
    Row("/start/", post="422"),
    Row("/search/"),
    Row("/like/?a={title}"),
    Row("/explore/"),
    Row("/gems/"),
    Row("/surprise/"),
    Row("/trending/"),
    Row("/moods/"),
    Row("/moods/wonder/"),
    Row("/trusted/"),
    Row("/picks/act/", get="405", post="302", told={"action": "save", "title": "{title}"}),
    Row("/title/{title}/"),
    Row("/title/{title}/similar/"),
    Row("/title/{title}/fit/"),
    Row("/title/{title}/act/", get="405", post="302", told={"action": "save"}),
    Row("/title/{title}/rate/", get="405", post="302", told={"stars": "4"}),
    Row("/browse/"),
    Row("/people/"),
    Row("/people/names/"),
    Row("/person/{person}/"),
    Row("/how-it-works/"),
    Row("/methods/"),
    Row("/licences/"),
    Row("/health/", post="200"),
    Row("/ready/", post="200"),
    # What everybody has of their own: nobody names another there.
    Row("/library/"),
    Row("/library/?tab=rated"),
    Row("/library/act/", get="405", post="302", told={"tab": "rated", "title": "{title}"}),
    Row("/me/taste/"),
    Row("/me/taste/map/"),
    Row("/me/taste/anew/"),
    Row("/me/taste/act/", get="405", post="302", told={"action": "exclude", "title": "{title}"}),
    Row("/me/services/", post="302"),
    Row("/me/settings/", post="302", told={"theme": "dark"}),
    Row("/me/settings/privacy/", get="405", post="302", told={"is_findable": "on"}),
    Row(
        "/me/audience/", get="200 200 200 302 200", post="302",
        told={"profile_for": "everyone", "library_for": "everyone", "lists_for": "everyone"},
    ),
    Row("/me/data/", post="422 422 422 200 422", told={"password": "wrong"}),
    Row("/users/me/state"),
    Row("/me/history/"),
    Row("/me/history/forget/", get="405", post="302 404 404 404 404", told={"list": "{session}"}),
    Row("/me/history/forget/", get="405", post="302", told={"list": "all"}),
    Row("/vibes/"),
    Row(
        "/vibes/act/", get="405", post="302 404 404 404 404",
        told={"action": "rename", "vibe": "{vibe}", "name": "Mine now"},
    ),
    Row("/vibes/{vibe}/", get="200 404 404 404 404"),
    Row("/notices/", get="200 200 200 302 200", post="405 405 405 302 405"),
    Row(
        "/notices/act/", get="405 405 405 302 405", post="302 404 404 302 404",
        told={"action": "delete", "notice": "{notice}"},
    ),
    # Lists: for their owner, for friends, for everyone, and one that was deleted.
    Row("/lists/", post="302", told={"name": "Another", "audience": "me"}),
    Row("/lists/{mine}/", get="200 404 404 404 404"),
    Row("/lists/{friends}/", get="200 200 404 404 404"),
    Row("/lists/{everyone}/", get="200 200 200 200 404"),
    Row("/lists/{gone}/", get="404"),
    Row(
        "/lists/{everyone}/change/", get="200 404 404 404 404", post="302 404 404 404 404",
        told={"name": "Mine now", "audience": "me"},
    ),
    Row(
        "/lists/{everyone}/act/", get="405", post="302 404 404 404 404",
        told={"action": "off", "title": "{title}"},
    ),
    Row("/lists/{everyone}/delete/", get="405", post="302 404 404 404 404"),
    Row("/lists/{gone}/restore/", get="405", post="302 404 404 404 404"),
    Row(
        "/title/{title}/lists/", post="302 404 404 404 404",
        told={"list": "{everyone}", "on": "0"},
    ),
    # Comments, links, pages of people.
    Row("/title/{title}/comments/", post="302 302 302 403 302", told={"text": "So it is."}),
    Row(
        "/comments/{comment}/change/", get="405 405 405 302 405", post="302 404 404 302 404",
        told={"text": "Mine now."},
    ),
    Row("/comments/{comment}/delete/", get="405 405 405 302 405", post="302 404 404 302 404"),
    Row(
        "/comments/{comment}/report/", get="405 405 405 302 405", post="404 302 302 302 404",
        told={"reason": "abuse"},
    ),
    Row(
        "/comments/{hidden}/report/", get="405 405 405 302 405", post="404 404 404 302 404",
        told={"reason": "abuse"},
    ),
    Row("/share/?t={title}", post="302", told={"days": "7"}),
    Row("/shares/"),
    Row("/shares/{share}/revoke/", get="405", post="302 404 404 404 404"),
    Row("/s/{token}/"),
    Row("/people/{owner}/", get="200 200 404 404 404"),
    Row("/people/{owner}/?as=friend", get="200 200 404 404 404"),
    # Friends.
    Row("/friends/"),
    Row("/friends/lately/"),
    Row(
        "/friends/ask/", get="405 405 405 302 405", post="404 302 302 302 302",
        told={"person": "{owner}"},
    ),
    Row(
        "/friends/act/", get="405 405 405 302 405", post="404 302 302 302 302",
        told={"action": "unfriend", "person": "{owner}"},
    ),
    Row(
        "/friends/act/", get="405 405 405 302 405", post="404 302 302 302 302",
        told={"action": "block", "person": "{owner}"},
    ),
    Row(
        "/friends/act/", get="405 405 405 302 405", post="404 302 302 302 404",
        told={"action": "block", "comment": "{comment}"},
    ),
    Row(
        "/friends/act/", get="405 405 405 302 405", post="404 404 404 302 404",
        told={"action": "block", "comment": "{hidden}"},
    ),
    Row(
        "/friends/recommend/", get="405 405 405 302 405", post="422 422 422 302 422",
        told={"friend": "{owner}", "title": "{title}"},
    ),
    Row("/friends/with/{meet}/", get="200 200 200 302 404", post="405 405 405 302 405"),
    # An evening together: whoever has the link may come in, unless they keep apart.
    Row("/together/", post="302"),
    Row("/together/find/?code={code}", get="302 302 302 302 404"),
    Row("/together/{room}/", get="200 200 200 200 404", post="200 302 302 302 404"),
    Row("/together/{room}/act/", get="405", post="302 404 404 404 404", told={"action": "close"}),
    Row("/together/{room}/mood/", get="200 404 404 404 404", post="302 404 404 404 404"),
    # Figures for the staff; the admin has a test of its own.
    Row("/staff/vibes/", get="403 403 403 302 403", post="405 405 405 302 405"),
    Row("/staff/leaderboard/", get="403 403 403 302 403", post="405 405 405 302 405"),
    Row("/staff/leaderboard.csv", get="403 403 403 302 403", post="405 405 405 302 405"),
    # Doors: signing in and up, the address, the password.
    Row("/accounts/login/", get="302 302 302 200 302", post="302 302 302 200 302"),
    Row("/accounts/logout/", get="200 200 200 302 200", post="302"),
    Row("/accounts/inactive/"),
    Row("/accounts/signup/", get="302 302 302 200 302", post="302 302 302 200 302"),
    Row("/accounts/reauthenticate/", get="200 200 200 302 200", post="200 200 200 302 200"),
    Row("/accounts/email/", get="200 200 200 302 200", post="302"),
    Row("/accounts/confirm-email/"),
    Row("/accounts/confirm-email/none:none/", post="404"),
    Row("/accounts/password/change/", get="200 200 200 302 200", post="200 200 200 302 200"),
    Row("/accounts/password/set/", get="302", post="302"),
    Row("/accounts/password/reset/", post="200"),
    Row("/me/safety/", get="200 200 200 302 200", post="405 405 405 302 405"),
    Row(
        "/me/safety/sessions/", get="405 405 405 302 405", post="302",
        told={"session": "{opened}"},
    ),
    Row("/me/safety/sessions/", get="405 405 405 302 405", post="302", told={"session": "others"}),
    Row("/accounts/sessions/", get="302", post="302"),
    Row("/accounts/login/code/confirm/", get="302", post="302"),
    Row("/accounts/password/reset/key/done/"),
    Row("/accounts/password/reset/key/1-none/", post="200"),
    Row("/accounts/password/reset/done/"),
    # Second factors and other sites' doors.
    Row("/accounts/2fa/", get="302", post="302"),
    Row("/accounts/2fa/authenticate/", get="302", post="302"),
    Row("/accounts/2fa/reauthenticate/", get="302", post="302"),
    Row("/accounts/2fa/totp/activate/", get="302", post="302"),
    Row("/accounts/2fa/totp/deactivate/", get="404 404 404 302 404", post="404 404 404 302 404"),
    Row("/accounts/2fa/recovery-codes/", get="404 404 404 302 404", post="405 405 405 302 405"),
    Row("/accounts/2fa/recovery-codes/generate/", get="302", post="302"),
    Row(
        "/accounts/2fa/recovery-codes/download/",
        get="404 404 404 302 404", post="404 404 404 302 404",
    ),
    Row("/accounts/2fa/webauthn/", get="302", post="302"),
    Row("/accounts/2fa/webauthn/add/", get="302", post="302"),
    Row("/accounts/2fa/webauthn/reauthenticate/", get="302", post="302"),
    Row("/accounts/2fa/webauthn/keys/{passkey}/remove/", get="302", post="302"),
    Row(
        "/accounts/2fa/webauthn/keys/{passkey}/edit/", get="302", post="302",
        told={"name": "Mine now"},
    ),
    Row("/accounts/2fa/webauthn/login/", get="302", post="302"),
    Row("/accounts/3rdparty/", get="200 200 200 302 200", post="200 200 200 302 200"),
    Row("/accounts/3rdparty/signup/", get="302", post="302"),
    Row("/accounts/3rdparty/login/cancelled/"),
    Row("/accounts/3rdparty/login/error/", get="401"),
    Row("/accounts/social/connections/", get="301", post="301"),
    Row("/accounts/social/signup/", get="301", post="301"),
    Row("/accounts/social/login/cancelled/", get="301", post="301"),
    Row("/accounts/social/login/error/", get="301", post="301"),
    Row("/accounts/oidc/none/login/", get="404", post="404"),
    Row("/accounts/oidc/none/login/callback/", get="404", post="404"),
]
# fmt: on

# What staff finds: the site's figures, and what people wrote; nothing that a person keeps.
STAFF = {
    "/staff/vibes/": 200,
    "/staff/leaderboard/": 200,
    "/staff/leaderboard.csv": 200,
    "/admin/": 200,
    "/admin/catalog/comment/": 200,
    "/lists/{mine}/": 404,
    "/lists/{friends}/": 404,
    "/vibes/{vibe}/": 404,
    "/people/{owner}/": 404,
    "/title/{title}/comments/?edit={comment}": 200,
    "/me/history/": 200,
}
# Tables of people's doings with others: there a friend's or a stranger's word about the owner
# counts, and is theirs.
BETWEEN = {"Friendship", "Block", "Notice", "CommentReport", "Room", "Seat"}
# Behind the admin's own door, and allauth's tables there: one rule for all of them, see below.
ADMIN = "admin/"


@pytest.fixture
def world():
    """The owner with one of everything, four others, and the names of it all."""
    people = {
        "owner": make_user(
            "owner@example.org",
            first_name="Mira",
            profile_for="friends",
            library_for="friends",
            last_name=SECRET,
        ),
        "friend": make_user(first_name="Jonas"),
        "stranger": make_user(),
        "blocked": make_user(),
    }
    owner = people["owner"]
    for name in ("friend", "blocked"):
        Friendship.objects.create(asker=people[name], asked=owner, accepted_at=NOW)
    Block.objects.create(blocker=owner, blocked=people["blocked"])
    title, other = make_title("The Keeper"), make_title("The Boat")
    person = make_credit(title, "Ada Oyelaran", role="director").person
    make_rating(owner, title, 4.5)
    for make in (make_favourite, make_save, make_viewing, make_dismissal):
        make(owner, other)
    kept = {
        audience: TitleList.objects.create(
            user=owner,
            name=f"{SECRET if audience == 'me' else 'Open to'} {audience}",
            audience=audience,
        )
        for audience in ("me", "friends", "everyone")
    }
    for each in kept.values():
        lists.add(each, title, now=NOW)
    gone = TitleList.objects.create(user=owner, name=SECRET, audience="everyone", deleted_at=NOW)
    comment = Comment.objects.create(user=owner, title=title, text="It is quiet.")
    hidden = Comment.objects.create(user=owner, title=title, text=SECRET, is_hidden=True)
    share = Share.objects.create(user=owner, nonce="0123456789abcdef")
    ShareTitle.objects.create(share=share, title=title, position=0)
    session = Session.objects.create(user=owner, zone="tonight")
    Shown.objects.create(session=session, title=title, rank=1, reason=SECRET)
    vibe = Vibe.objects.create(
        user=owner, name=SECRET, ground="everything", axis="story", centroid=[0.0] * 384
    )
    notice = Notice.objects.create(user=owner, kind="test", words=SECRET, url="/lists/")
    opened = UserSession.objects.create(
        user=owner, session_key="0" * 32, ip="192.0.2.1", user_agent=SECRET
    )
    passkey = Authenticator.objects.create(
        user=make_user(), type=Authenticator.Type.WEBAUTHN, data={"name": SECRET, "credential": {}}
    )
    room = seating.make_room(owner, name="Mira", wish=Wish(), wants=Wants(), now=timezone.now())
    names = {
        "owner": owner.pk,
        "title": title.pk,
        "other": other.pk,
        "person": person.pk,
        "mine": kept["me"].pk,
        "friends": kept["friends"].pk,
        "everyone": kept["everyone"].pk,
        "gone": gone.pk,
        "comment": comment.pk,
        "hidden": hidden.pk,
        "share": share.pk,
        "token": shares.token_of(share),
        "session": session.pk,
        "vibe": vibe.pk,
        "notice": notice.pk,
        "opened": opened.pk,
        "passkey": passkey.pk,
        "room": room.token,
        "code": room.code,
        "meet": befriending.link_token(owner),
    }
    clients = {"visitor": Client()}
    for name, each in people.items():
        clients[name] = Client()
        clients[name].force_login(each)
        session = clients[name].session  # the password was typed just now: no door asks for it
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()
    return owner, names, clients


def patterns(resolver: URLResolver, before: str = "") -> list[str]:
    """Return every address of the site, as its pattern."""
    found = []
    for each in resolver.url_patterns:
        route = before + str(each.pattern).removeprefix("^").removesuffix("$")
        found += patterns(each, route) if isinstance(each, URLResolver) else [route]
    return found


def pattern_of(path: str) -> str:
    """Return the pattern that a path leads to, written as `patterns` writes it."""
    route = resolve(path.partition("?")[0]).route
    return re.sub(r"(^|/)\^", r"\1", route).removesuffix("$")


def filled(text: str, names: dict) -> str:
    """Return an address or a value with the owner's ids in it."""
    return text.format(**names)


def belongings(owner) -> list[tuple]:
    """Return a fingerprint of every table's rows that hang from the owner, in one statement.

    What hangs from their lists, links and log is among them. When they were last here is not, nor
    how many notices wait for them, which others may send.
    """
    known = "to_jsonb(t) - '{last_seen_at,n_unread}'::text[]"
    themselves = f"SELECT {known} FROM accounts_user t WHERE id = "
    own = {"accounts_user": f"{themselves}{owner.pk}"}
    for relation in owner._meta.get_fields(include_hidden=True):
        model = relation.related_model
        is_owned = relation.auto_created and (relation.one_to_many or relation.one_to_one)
        if is_owned and model.__name__ not in BETWEEN:
            table, column = model._meta.db_table, relation.field.column
            key = f"{table} {column}"
            own[key] = f"SELECT to_jsonb(t) FROM {table} t WHERE {column} = {owner.pk}"
            for below in model._meta.related_objects:
                inner, to = below.related_model._meta.db_table, below.field.column
                if below.related_model.__name__ not in BETWEEN:
                    own[f"{inner} {to}"] = (
                        f"SELECT to_jsonb(b) FROM {inner} b JOIN {table} t ON b.{to} = "
                        f"t.{below.field.target_field.column} WHERE t.{column} = {owner.pk}"
                    )
    asked = " UNION ALL ".join(
        f"SELECT '{name}', md5(string_agg(r::text, '|' ORDER BY r::text)) FROM ({rows}) AS s(r)"
        for name, rows in own.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return cursor.fetchall()


def ask(client: Client, method: str, row: Row, names: dict):
    """Send one request, with nothing counted or kept in the cache."""
    cache.clear()
    path = filled(row.path, names)
    told = {name: filled(value, names) for name, value in row.told.items()}
    return client.get(path) if method == "get" else client.post(path, told)


@contextmanager
def undone(clients):
    """Take back what happens within: in the database, and in the cookies."""
    cookies = {role: client.cookies.copy() for role, client in clients.items()}
    with transaction.atomic():
        before = transaction.savepoint()
        yield
        transaction.savepoint_rollback(before)
    for role, client in clients.items():
        client.cookies = cookies[role]


# allauth's own, which ours stands before: nobody reaches it.
SHADOWED = {"accounts/oidc/(?P<provider_id>[^/]+)/login/callback/"}


def test_every_address_has_a_row_and_every_row_an_address(world):
    _, names, _ = world
    addresses = {p for p in patterns(get_resolver()) if not p.startswith(ADMIN)} - SHADOWED
    rows = {pattern_of(filled(row.path, names)) for row in MATRIX}

    assert pattern_of("/accounts/oidc/any/login/callback/") not in SHADOWED
    assert sorted(addresses - rows) == [], "addresses without a row"
    assert sorted(rows - addresses) == [], "rows without an address"


def test_everybody_is_answered_as_the_table_says(world):
    owner, names, clients = world
    wrong, had = [], belongings(owner)
    for row, method in product(MATRIX, ("get", "post")):
        expected = row.expected(method)
        if set(expected.values()) == {405}:  # refused before anybody looks at who asks
            expected = {"visitor": 405}
        for roles in ({"owner"}, set(ROLES) - {"owner"}):
            with undone(clients):
                for role in sorted(expected.keys() & roles):
                    answer = ask(clients[role], method, row, names)
                    said = f"{method} {row.path} {role}: "
                    if answer.status_code != expected[role]:
                        wrong.append(f"{said}{answer.status_code}, not {expected[role]}")
                    text = answer.content.decode(errors="replace")
                    if role != "owner" and (SECRET in text or owner.email in text):
                        wrong.append(f"{said}tells what is for the owner alone")
                is_told = method == "post" and len(expected) > 1 and "owner" not in roles
                if is_told and belongings(owner) != had:
                    wrong.append(f"post {row.path}: somebody changed what is the owner's")

    assert wrong == [], "\n" + "\n".join(wrong)


def test_the_admin_opens_to_staff_alone(world):
    _, names, clients = world
    somewhere = {"<path:object_id>": "1", "<id>": "1", "<path:content_type_id>": "1"}
    wrong = []
    for pattern in patterns(get_resolver()):
        if not pattern.startswith(ADMIN):
            continue
        for word, value in somewhere.items():
            pattern = pattern.replace(word, value)
        path = "/" + re.sub(r"\(\?P<app_label>(\w+)[^)]*\)", r"\1", pattern)
        path = path.replace("(?P<url>.*)", "nowhere").replace("(?P<pk>\\d+)", "1")
        for role in ("stranger", "visitor"):
            answer = clients[role].get(path)
            is_door = answer.status_code == 302 and "/login/" in answer["Location"]
            is_out = path == "/admin/logout/" and answer.status_code in (302, 405)
            if not (is_door or is_out or (answer.status_code == 403 and role != "visitor")):
                wrong.append(f"{role} {path}: {answer.status_code}")
    assert wrong == []


def test_staff_sees_the_sites_figures_and_nothing_of_a_person(world):
    owner, names, _ = world
    staff = Client()
    staff.force_login(make_admin())

    for path, status in STAFF.items():
        answer = staff.get(filled(path, names))

        assert answer.status_code == status, path
        if not path.startswith("/admin/"):
            assert SECRET not in answer.content.decode(), path
