"""How titles are shown: their poster, their facts, their stars."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template import Library
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from catalog.models import Kind, Title
from catalog.naming import name_key
from catalog.posters.drawing import draw_poster, year_words

register = Library()
SEPARATOR = " · "


@register.simple_tag
def poster(title: Title, decor: bool = False, place: str = "") -> SafeString:
    """Draw a title's poster; as `decor` it is silent, for where its name stands beside it.

    A `place` tells two posters of one title on one page apart.
    """
    heard = (title.name, year_words(title.year), Kind(title.kind).label.lower())
    svg = draw_poster(
        title.name,
        year=title.year,
        kind=title.kind,
        mood=title.mood,
        by=title.maker,
        label="" if decor else ", ".join(filter(None, heard)),
        place=place or ("d" if decor else ""),
    )
    return SafeString(svg)  # draw_poster escapes every word


@register.simple_tag
def placard(words: str, mood: str = "noir") -> SafeString:
    """Draw a poster of plain words, as decoration."""
    return SafeString(draw_poster(words, year=None, kind="film", mood=mood, by=""))


@register.filter
@lru_cache(maxsize=4096)  # Working an address out costs more than the rest of a card's words.
def title_url(pk: int) -> str:
    """Return the address of a title's page."""
    return reverse("title", args=(pk,))


@register.filter
@lru_cache(maxsize=4096)  # A kept list says the same each time it is shown.
def sentence(spans: tuple[Any, ...]) -> SafeString:
    """Return a reason's stretches as one sentence; one with a title's id leads to that title."""
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html('<cite><a href="{}">{}</a></cite>', title_url(s.title_id), s.text)
                if s.title_id
                else s.text,
            )
            for s in spans
        ),
    )


def years(title: Title) -> str:
    """Return "2010", or "2015–2022" for what ran for years."""
    first = year_words(title.year)
    if first and title.end_year and title.end_year != title.year:
        return f"{first}–{year_words(title.end_year)}"
    return first


def length(title: Title) -> str:
    """Return how long a title is: "2 h 28", "5 seasons", "432 pages"; "" when unknown."""
    if title.kind == Kind.SERIES and title.seasons:
        words = ngettext("%(n)d season", "%(n)d seasons", title.seasons)
        return words % {"n": title.seasons}
    if title.kind == Kind.BOOK:
        return gettext("%(n)d pages") % {"n": title.pages} if title.pages else ""
    if not title.runtime:
        return ""
    hours, minutes = divmod(title.runtime, 60)
    if not hours:
        return gettext("%(n)d min") % {"n": minutes}
    return f"{hours} h {minutes:02}" if minutes else f"{hours} h"


@register.filter
def facts(title: Title) -> str:
    """Return the facts line of a title, such as "2010 · Film · 2 h 28 · 12"."""
    age = "" if title.certificate is None else str(title.certificate)
    if title.certificate == 0:
        age = gettext("all ages")
    parts = (years(title), Kind(title.kind).label, length(title), age)
    return SEPARATOR.join(filter(None, parts))


@register.filter
def has_other_name(title: Title) -> bool:
    """Return whether the original title differs from the local one by more than spelling."""
    if title.original_name in ("", title.name):
        return False  # nearly all are told apart without a look at their letters
    return name_key(title.original_name) != name_key(title.name)


@dataclass(frozen=True)
class HalfStar:
    """One of the ten steps of the star input."""

    value: str
    words: str
    is_checked: bool


def star_words(stars: float) -> str:
    """Return a number of stars in words: "½ star", "1 star", "3½ stars"."""
    whole, half = divmod(round(stars * 2), 2)
    number = f"{whole or ''}{'½' if half else ''}"
    return ngettext("%(n)s star", "%(n)s stars", 1 if stars <= 1 else 2) % {"n": number}


@register.filter
def half_stars(stars: float | None) -> list[HalfStar]:
    """Return the ten steps from half a star to five, the given one checked."""
    return [
        HalfStar(f"{step / 2:.1f}", star_words(step / 2), stars is not None and stars * 2 == step)
        for step in range(1, 11)
    ]


@register.filter
def as_stars(stars: float | None) -> SafeString:
    """Return a rating as "4½ of 5"; nothing when there is none."""
    if stars is None:
        return SafeString("")
    whole, half = divmod(round(float(stars) * 2), 2)
    return format_html(gettext("{} of 5"), f"{whole or ''}{'½' if half else ''}")


@register.filter
def title_ids(picks: Iterable[Any]) -> str:
    """Return the ids of picks' titles, as a card sends them along: "3,17,4"."""
    return ",".join(str(pick.title.pk) for pick in picks)


@register.filter
def in_what(pick: Any) -> str:
    """Return what a similar title shares, from the end of its reason: "Both cerebral."."""
    words = pick.reason[-1].text.lstrip(":, ") if pick.reason else ""
    return words[:1].upper() + words[1:]


@register.filter
def better_known(title: Title) -> str:
    """Return how many titles of its kind are better known: "72 % of films are better known"."""
    kinds = {
        Kind.FILM: gettext("films"),
        Kind.SERIES: gettext("series"),
        Kind.BOOK: gettext("books"),
    }
    words = gettext("%(share)d %% of %(kinds)s are better known")
    return words % {"share": round(100 - 100 * title.popularity), "kinds": kinds[Kind(title.kind)]}
