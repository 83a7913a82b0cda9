"""From picks as numbers, which caches keep, to picks as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from catalog.cards import cards
from catalog.columns import Edition
from catalog.library import LibraryState
from recommendations.zones import explaining, reasons
from recommendations.zones.personal import Cause
from recommendations.zones.shelf import Pick, Span, Why
from recommendations.zones.zone import Zone


@dataclass(frozen=True)
class Chosen:
    """A pick before its title is fetched: what caches keep."""

    title_id: int
    score: float
    fit: float
    query: float | None
    taste: float | None
    causes: tuple[Cause, ...]
    grounds: explaining.Grounds
    reason: tuple[Span, ...] = ()


def facts_of(chosen: Sequence[Chosen], of: Edition) -> reasons.Facts:
    """Return the picks' titles and those that they are compared with, with their people."""
    compared = {cause.title_id for c in chosen for cause in c.causes}
    compared |= {title_id for c in chosen for title_id, _ in c.grounds.pulls}
    compared |= {mark.title_id for c in chosen if (mark := c.grounds.mark) and mark.title_id}
    ids = {c.title_id for c in chosen} | compared
    return reasons.facts_for(ids, needs_people=bool(compared), of=of)


def worded(
    chosen: Sequence[Chosen], facts: reasons.Facts, signals: tuple, zone: Zone
) -> list[Chosen]:
    """Return the picks whose titles are there, each with the sentence that says why."""
    return [
        replace(
            c, reason=explaining.sentence(facts, signals, zone, c.title_id, c.causes, c.grounds)
        )
        for c in chosen
        if c.title_id in facts.titles
    ]


def dress(chosen: Sequence[Chosen], signals: tuple, *, skip: int, of: Edition) -> tuple[Pick, ...]:
    """Return the picks with their titles and the person's own marks.

    Only the titles that are shown are fetched, where this process does not know them; those that
    they are compared with once somebody asks why.

    Args:
        of: the catalogue's edition.
    """
    titles = cards(of).titles(c.title_id for c in chosen)

    @cache
    def told() -> reasons.Facts:
        return facts_of(chosen, of)

    def why(c: Chosen) -> Why:
        return explaining.why(told(), signals, c.causes, c.grounds)

    shown = {c.title_id for c in chosen}
    states = states_of(tuple(s for s in signals if s.title_id in shown))
    return tuple(
        Pick(
            title=titles[c.title_id],
            rank=skip + place + 1,
            score=c.score,
            fit=c.fit,
            reason=c.reason,
            tell=partial(why, c),
            query_score=c.query,
            taste_score=c.taste,
            state=states.get(c.title_id, LibraryState()),
        )
        for place, c in enumerate(chosen)
        if c.title_id in titles
    )


def states_of(signals: tuple) -> dict[int, LibraryState]:
    """Return what the person did, by title."""
    states: dict[int, LibraryState] = {}
    for signal in signals:
        state = states.get(signal.title_id, LibraryState())
        match signal.kind:
            case "saved":
                state = replace(state, is_saved=True)
            case "loved":
                state = replace(state, is_loved=True)
            case "seen":
                state = replace(state, is_seen=True)
            case "dismissed" if not signal.source:  # in one zone alone is not put away
                state = replace(state, is_dismissed=True)
            case "rating":
                state = replace(state, stars=signal.stars)
        states[signal.title_id] = state
    return states
