"""Why a pick is on the shelf: causes that were tested by taking them away, put into words."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.cards import cards
from catalog.columns import Edition
from catalog.models import Title
from recommendations.taste.signals import Signal, relation
from recommendations.taste.text import MOOD_WORDS
from recommendations.zones.personal import Cause
from recommendations.zones.shelf import Span, TitleCause


@dataclass(frozen=True)
class Facts:
    """What sentences may say of the titles on a page, fetched once for all of them."""

    titles: dict[int, Title]
    people: dict[int, dict[str, str]]  # title id → {name: role}


def facts_for(title_ids: set[int], *, needs_people: bool, of: Edition) -> Facts:
    """Return the titles and, where a sentence may compare, who made them.

    One statement for each at most: what this process knows of the edition is not asked again.
    """
    known = cards(of)
    people = known.people(title_ids) if needs_people else {}
    return Facts(known.titles(title_ids), people)


def shared(facts: Facts, left: int, right: int) -> str:
    """Return the most telling thing two titles have in common, or "" when nothing is named."""
    both = facts.people.get(left, {}).keys() & facts.people.get(right, {}).keys()
    makers = [n for n in both if facts.people[left][n] != "cast" != facts.people[right][n]]
    if makers:
        return f"both by {sorted(makers)[0]}"
    a, b = facts.titles[left], facts.titles[right]
    themes = [theme for theme in a.themes if theme in b.themes]
    if themes:
        return f"both about {themes[0]}"
    if both:
        return f"both with {sorted(both)[0]}"
    moods = [mood for mood in a.moods if mood in b.moods]
    if len(moods) > 1:
        return f"both {moods[0]} and {moods[1]}"
    return f"both {moods[0]}" if moods else ""


def taste_sentence(
    facts: Facts, signals: tuple[Signal, ...], pick: int, found: Sequence[Cause]
) -> tuple[Span, ...]:
    """Return one sentence that names the one or two titles that carry a pick.

    It says "close" where what is written carries it, and speaks of people where love does.
    """
    known = [cause for cause in found if cause.title_id in facts.titles]
    if not known:
        return own_words(facts.titles[pick])
    first, *rest = known
    name = Span(facts.titles[first.title_id].name, first.title_id)
    if rest and rest[0].share > 0.6 * first.share and rest[0].by_love == first.by_love:
        second = Span(facts.titles[rest[0].title_id].name, rest[0].title_id)
        opening = "Loved by people who love " if first.by_love else "Sits between "
        return (Span(opening), name, Span(" and "), second, Span("."))
    kinds = {s.kind for s in signals if s.title_id == first.title_id}
    is_loved = "loved" in kinds or any(
        s.stars >= 4 for s in signals if s.title_id == first.title_id
    )
    common = shared(facts, pick, first.title_id)
    if kinds == {"tapped"}:
        opening, closing = "Close to ", ", from a group you tapped"
    elif is_loved:
        opening, closing = "Close to ", ", which you loved"
    elif "saved" in kinds:
        opening, closing = "Like ", " on your watchlist"
    else:
        opening, closing = "Close to ", ", which you know"
    if first.by_love:
        opening = "Loved by people who love "
        closing = ", as you do" if is_loved else closing
    return (Span(opening), name, Span(closing + (f": {common}." if common else ".")))


def own_words(title: Title) -> tuple[Span, ...]:
    """Return a sentence from a title's own facts, where nobody's taste is known."""
    moods = " and ".join(title.moods[:2]) or MOOD_WORDS[title.mood].split(",")[0]
    about = ", ".join(title.themes[:2])
    sentence = f"{moods[:1].upper()}{moods[1:]}" + (f": {about}." if about else ".")
    return (Span(sentence),)


def title_causes(
    facts: Facts, signals: tuple[Signal, ...], found: Sequence[Cause]
) -> tuple[TitleCause, ...]:
    """Return the causes as the why-panel shows them."""
    return tuple(
        TitleCause(facts.titles[title_id], relation(signals, title_id), share)
        for title_id, share, _ in found
        if title_id in facts.titles
    )


def anchor_causes(facts: Facts, pulls: tuple[tuple[int, float], ...]) -> tuple[TitleCause, ...]:
    """Return the anchors as the why-panel shows them."""
    return tuple(
        TitleCause(facts.titles[title_id], "You started from it", share, is_own=False)
        for title_id, share in pulls
        if title_id in facts.titles
    )
