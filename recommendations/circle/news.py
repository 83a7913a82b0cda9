"""What friends loved lately and recommend, as somebody may see it: read, nothing written."""

import datetime
from dataclasses import dataclass

from accounts.models import User
from catalog.ages import cap_of, n_above, suited_to
from catalog.models import Title
from recommendations.circle.loves import lately_loved
from recommendations.circle.reading import Somebody, ties_of
from recommendations.models import Tip

N_LATELY = 24
N_TIPS = 20


@dataclass(frozen=True)
class Lately:
    """A title that friends loved lately.

    Attributes:
        names: of those who did, the latest first.
    """

    title: Title
    names: tuple[str, ...]
    at: datetime.datetime


@dataclass(frozen=True)
class News:
    """What friends loved lately, and what they recommend.

    Attributes:
        n_lately_left_out, n_tips_left_out: titles above the reader's age limit.
    """

    friends: tuple[Somebody, ...] = ()
    lately: tuple[Lately, ...] = ()
    tips: tuple[Tip, ...] = ()
    n_open: int = 0
    n_lately_left_out: int = 0
    n_tips_left_out: int = 0


def news_of(user: User) -> News:
    """Return what friends loved lately, as each allows, and what they recommend; four statements.

    One title that several loved comes once. Nothing above the reader's age limit comes; whoever
    has one is told how much that is, in three statements more.
    """
    ties = ties_of(user)
    friends = {one.pk: one for one in ties["friends"]}
    open_ids = {one.pk for one in ties["friends"] if one.shows}
    cap, window = cap_of(user), 4 * N_LATELY
    loves = lately_loved(open_ids, most=window, cap=cap)
    titles = Title.objects.visible().in_bulk({love.title_id for love in loves})
    found: dict[int, list] = {}
    for love in loves:
        found.setdefault(love.title_id, []).append(love)
    lately = [
        Lately(
            title=titles[title_id],
            names=tuple(friends[love.user_id].name for love in own),
            at=own[0].at,
        )
        for title_id, own in found.items()
        if title_id in titles
    ]
    tips = Tip.objects.waiting_for(user).select_related("sender", "title")
    tips = tips.filter(title__is_hidden=False, title__is_adult=False)
    suited = tips.filter(suited_to(user, title="title__"))
    all_loves = lately_loved(open_ids, most=window) if cap is not None else []
    latest = Title.objects.filter(pk__in={love.title_id for love in all_loves})
    return News(
        friends=tuple(ties["friends"]),
        lately=tuple(lately[:N_LATELY]),
        tips=tuple(suited.order_by("-created_at", "-pk")[:N_TIPS]),
        n_open=len(open_ids),
        n_lately_left_out=n_above(latest, user),
        n_tips_left_out=n_above(Title.objects.filter(pk__in=tips.values("title")), user),
    )
