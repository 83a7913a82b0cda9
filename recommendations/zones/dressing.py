"""From picks as numbers, which caches keep, to picks as pages show them."""

from dataclasses import dataclass, replace

from catalog.library import LibraryState
from recommendations.zones import explaining, reasons
from recommendations.zones.personal import Cause
from recommendations.zones.shelf import Pick
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


def dress(chosen: list[Chosen], zone: Zone, signals: tuple, *, skip: int) -> tuple[Pick, ...]:
    """Return the picks with their titles, sentences and the person's own marks."""
    ids = {c.title_id for c in chosen}
    compared = {cause.title_id for c in chosen for cause in c.causes}
    compared |= {title_id for c in chosen for title_id, _ in c.grounds.pulls}
    facts = reasons.facts_for(ids | compared, needs_people=bool(compared))
    states = states_of(signals)
    return tuple(
        Pick(
            title=facts.titles[c.title_id],
            rank=skip + place + 1,
            score=c.score,
            fit=c.fit,
            reason=explaining.sentence(facts, signals, zone, c.title_id, c.causes, c.grounds),
            why=explaining.why(facts, signals, c.causes, c.grounds),
            query_score=c.query,
            taste_score=c.taste,
            state=states.get(c.title_id, LibraryState()),
        )
        for place, c in enumerate(chosen)
        if c.title_id in facts.titles
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
            case "dismissed":
                state = replace(state, is_dismissed=True)
            case "rating":
                state = replace(state, stars=signal.stars)
        states[signal.title_id] = state
    return states
