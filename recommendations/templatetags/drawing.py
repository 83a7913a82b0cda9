"""Cards and rows of results: what tells their forms apart, and the words in them, as one cut.

A card asks for some thirty things. Asked one by one by its template they cost most of a page.
"""

from collections.abc import Iterable
from functools import cache

from django.template import Context, Library
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from catalog.models import Title
from catalog.templatetags.titles import (
    as_stars,
    better_known,
    facts,
    has_other_name,
    poster,
    sentence,
    title_url,
)
from moviedb.templatetags.page import percent, with_why
from moviedb.templatetags.stencil import Cut
from recommendations.zones.shelf import Pick

register = Library()
CARD, SLIP = "components/card.html", "components/slip.html"


@register.simple_tag(takes_context=True)
def cards(context: Context, picks: Iterable[Pick], open_id: int | None = None) -> SafeString:
    """Return the cards of a list, as components/card.html draws each.

    Including that for each would cost as much again as filling it.

    Args:
        open_id: the pick whose why-panel is open.
    """
    card = get_template(CARD).template  # type: ignore[attr-defined]
    drawn = []
    with context.render_context.push_state(card), context.push():
        for pick in picks:
            context["pick"], context["is_open"] = pick, pick.title.pk == open_id
            drawn.append(card.nodelist.render(context))
    return SafeString("".join(drawn))


@register.simple_tag(takes_context=True)
def pick_cut(context: Context) -> Cut:
    """Return the cut of the card or row of `pick`, from what components/card.html takes."""
    pick, state = context["pick"], context["pick"].state
    title, zone, back = pick.title, context.get("zone", ""), context.get("back", "")
    variants = {
        "is_open": bool(context.get("is_open")),
        "is_fresh": bool(context.get("is_fresh")),
        "is_plain": bool(context.get("is_plain")),
        "level": context.get("level") or 2,
        "part": str(context.get("part") or "picks"),
        "match": pick.match,
        "is_saved": state.is_saved,
        "is_loved": state.is_loved,
        "is_seen": state.is_seen,
        "is_dismissed": state.is_dismissed,
        "has_stars": bool(state.stars),
        "has_other_name": has_other_name(title),
        "has_services": bool(pick.services),
        "has_why": bool(back),
        "has_words": pick.query_score is not None,
        "has_taste": pick.taste_score is not None,
        "is_of_gems": zone == "gems",
        "is_of_vibe": zone == "vibe",
    }
    undone = context.get("undone")
    gaps = {
        **face(title),
        "reason": sentence(pick.reason),
        "services": pick.watched_on if pick.services else "",
        "stars": as_stars(state.stars) if state.stars else "",
        "words": str(percent(pick.query_score)),
        "taste": str(percent(pick.taste_score)),
        "fit": str(percent(pick.fit)),
        "known": better_known(title) if zone == "gems" else "",
        "why_url": with_why(back, None if variants["is_open"] else title.pk) if back else "",
        "action": context.get("action_url") or act_url(),
        "zone": str(zone),
        "back": str(back),
        "shown": str(context.get("shown", "")),
        "csrf_token": str(context.get("csrf_token", "")),
        "slip": _slip(context) if undone and undone.done_words else "",
    }
    return Cut(variants, gaps)


@cache
def act_url() -> str:
    """Return where a card's actions go, worked out once."""
    return reverse("act")


def _slip(context: Context) -> SafeString:
    return get_template(SLIP).template.render(context)  # type: ignore[attr-defined]


def face(title: Title) -> dict[str, str]:
    """Return the words of a title by itself, escaped, worked out once for each shared title."""
    language = get_language()
    drawn_in, escaped = title.__dict__.get("_face", ("", {}))
    if drawn_in != language:
        words = {
            "pk": str(title.pk),
            "url": title_url(title.pk),
            "name": title.name,
            "drawing": poster(title),
            "facts": facts(title),
            "other_name": title.original_name,
            "language": title.original_language,
            "mood": title.get_mood_display(),
        }
        escaped = {name: conditional_escape(word) for name, word in words.items()}
        title.__dict__["_face"] = (language, escaped)
    return escaped
