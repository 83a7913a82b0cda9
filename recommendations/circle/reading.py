"""The page of friends, as somebody may see it: everything that is read, nothing written."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q

from accounts.models import Block, Friendship, User
from catalog.models import Title
from moviedb.audience import Audience, opened_to
from recommendations.circle.loves import Common, common_with
from recommendations.models import TasteMatch
from recommendations.taste.matching import in_words

N_MATCHES = 10


@dataclass(frozen=True)
class Somebody:
    """A person on a page.

    Attributes:
        opens: whether their own page is open to the reader.
        takes_tips: whether friends may recommend titles to them.
        shows: whether their library is open to the reader.
        line: what they wrote when they asked.
    """

    pk: int
    name: str
    opens: bool = False
    takes_tips: bool = False
    shows: bool = False
    line: str = ""


@dataclass(frozen=True)
class Clash:
    """A title that the two rated far apart, in stars."""

    title: Title
    mine: float
    theirs: float


@dataclass(frozen=True)
class Match:
    """Somebody whose taste is near.

    Attributes:
        percent: in steps of ten.
        words: the same in words.
        loves: up to three titles that both love, where the library is open and they meet often.
        n_loves: how many both love.
        shows: whether the library is open to the reader.
        tie: "friend", "asked" by the reader, "asks" the reader, or "".
    """

    who: Somebody
    percent: int
    words: str
    loves: tuple[Title, ...] = ()
    n_loves: int = 0
    clash: Clash | None = None
    shows: bool = False
    tie: str = ""


@dataclass(frozen=True)
class Allowances:
    """What somebody allows.

    Attributes:
        is_placed: whether they were looked at since they let themselves be found; None where
            they were, and too little is known of their taste.
    """

    is_findable: bool = False
    is_open_to_tips: bool = False
    is_placed: bool | None = False


@dataclass(frozen=True)
class Circle:
    """Everybody around somebody.

    Attributes:
        asking: who asks to be their friend.
        asked: whom they have asked.
    """

    friends: tuple[Somebody, ...] = ()
    asking: tuple[Somebody, ...] = ()
    asked: tuple[Somebody, ...] = ()
    blocked: tuple[Somebody, ...] = ()
    matches: tuple[Match, ...] = ()
    allows: Allowances = Allowances()
    library_for: str = Audience.ONLY_ME


def circle_of(user: User, *, now: datetime.datetime) -> Circle:
    """Return everybody around somebody, and whom find-a-friend found; six statements at most."""
    ties = ties_of(user)
    blocks = Block.objects.filter(blocker=user).select_related("blocked").order_by("-pk")
    own = allowances(user)
    return Circle(
        friends=tuple(ties["friends"]),
        asking=tuple(ties["asking"]),
        asked=tuple(ties["asked"]),
        blocked=tuple(somebody(one.blocked) for one in blocks),
        matches=matches_of(user, ties, now=now) if own.is_findable else (),
        allows=own,
        library_for=user.library_for,
    )


def allowances(user: User) -> Allowances:
    """Return what somebody allows, and whether find-a-friend has placed them; one statement."""
    standing = "findable__standing"
    people = User.objects.annotate(
        is_placed=Q(**{f"{standing}__isnull": False}),
        has_place=Q(**{f"{standing}__vector__isnull": False}),
    )
    columns = ("findable__pk", "open_to_tips__pk", "is_placed", "has_place")
    findable, tips, is_placed, has_place = people.values_list(*columns).get(pk=user.pk)
    return Allowances(
        is_findable=findable is not None,
        is_open_to_tips=tips is not None,
        is_placed=None if is_placed and not has_place else is_placed,
    )


def ties_of(user: User) -> dict[str, list[Somebody]]:
    """Return friends, who asks, and who was asked; one statement."""
    found: dict[str, list[Somebody]] = {"friends": [], "asking": [], "asked": []}
    people = ("asker__open_to_tips", "asked__open_to_tips")
    rows = Friendship.objects.of(user).select_related(*people).order_by("-created_at", "-pk")
    for row in rows:
        is_mine = row.asker_id == user.pk
        other = row.asked if is_mine else row.asker
        if not other.is_active:
            continue
        if row.accepted_at is not None:
            found["friends"].append(somebody(other, is_friend=True))
        elif is_mine:
            found["asked"].append(somebody(other))
        elif row.declined_at is None:
            found["asking"].append(somebody(other, line=row.line))
    found["friends"].sort(key=lambda one: (one.name.lower(), one.pk))
    return found


def somebody(person: User, *, is_friend: bool = False, line: str = "") -> Somebody:
    """Return a person as a page names them."""
    open_to = (Audience.EVERYONE, Audience.FRIENDS) if is_friend else (Audience.EVERYONE,)
    return Somebody(
        pk=person.pk,
        name=person.shown_name,
        opens=person.profile_for in open_to,
        takes_tips=is_friend and getattr(person, "open_to_tips", None) is not None,
        shows=person.library_for in open_to,
        line=line,
    )


def matches_of(
    user: User, ties: dict[str, list[Somebody]], *, now: datetime.datetime
) -> tuple[Match, ...]:
    """Return the ten nearest, those with equal steps in the order of their names.

    What both love is named only where the other's library is open to the reader, and the two
    meet on enough titles.
    """
    is_open = ExpressionWrapper(
        opened_to(user, owner="friend__user", audience="friend__user__library_for"),
        output_field=BooleanField(),
    )
    rows = TasteMatch.objects.seen_by(user, now=now).annotate(shows=is_open)
    rows = rows.select_related("friend__user").order_by("place", "pk")[:N_MATCHES]
    nearest = list(rows)
    shown = [row.friend.user_id for row in nearest if row.shows]
    common = common_with(user, shown)
    titles = titles_of(common.values())
    tie_of = {one.pk: "asked" for one in ties["asked"]}
    tie_of |= {one.pk: "asks" for one in ties["asking"]}
    tie_of |= {one.pk: "friend" for one in ties["friends"]}
    found = [
        match_of(
            row.friend.user,
            row.percent,
            common.get(row.friend.user_id),
            titles,
            shows=row.shows,
            tie=tie_of.get(row.friend.user_id, ""),
        )
        for row in nearest
    ]
    # The order within a step would tell more than the step.
    return tuple(sorted(found, key=lambda one: (-one.percent, one.who.name.lower(), one.who.pk)))


def match_of(
    person: User,
    percent: int,
    common: Common | None,
    titles: dict[int, Title],
    *,
    shows: bool,
    tie: str,
) -> Match:
    """Return one match as the page shows it."""
    who = somebody(person, is_friend=tie == "friend")
    if common is None:
        return Match(who, percent, in_words(percent), shows=shows, tie=tie)
    loves = tuple(titles[i] for i in common.named if i in titles)
    told = common.clash
    clash = None
    if told is not None and told.title_id in titles:
        clash = Clash(titles[told.title_id], told.mine, told.theirs)
    n_loves = len(common.title_ids)
    return Match(who, percent, in_words(percent), loves, n_loves, clash, shows, tie)


def titles_of(common: Iterable[Common]) -> dict[int, Title]:
    """Return the titles that matches name, in one statement."""
    ids = {i for one in common for i in one.named}
    ids |= {one.clash.title_id for one in common if one.clash is not None}
    return Title.objects.visible().in_bulk(ids) if ids else {}
