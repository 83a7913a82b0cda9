"""The one way from a zone to a shelf: filters → cut → rank → spread → explain → shelf."""

import datetime
import time
import uuid
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.core.cache import cache

from catalog.library import LibraryState
from catalog.subscriptions import services_of
from moviedb.cache import remember
from recommendations.models import Space
from recommendations.said import said_by
from recommendations.taste.ranking import components, standardise
from recommendations.taste.spread import spread, variety
from recommendations.tastes import taste_made
from recommendations.trends import trends
from recommendations.zones import explaining, personal, reasons
from recommendations.zones.dressing import Chosen, dress, facts_of, states_of, worded
from recommendations.zones.guarantees import allowed
from recommendations.zones.loosening import filter_costs
from recommendations.zones.sample import Sample
from recommendations.zones.shelf import Cost, Pick, Shelf
from recommendations.zones.wants import Wants, capped
from recommendations.zones.weaving import least_kinds, woven
from recommendations.zones.zone import Candidates, Context, Ranking, Zone, beside

MOST = 50
KEEP_SECONDS = 600
SPACE_SECONDS = 60


class Serving(NamedTuple):
    """The spaces that answer requests; None before the first of a kind is built."""

    content: Space | None
    taste: Space | None


def serving_spaces() -> Serving:
    """Return the spaces that serve, in one statement at most.

    Their rows are kept in the cache, since every list asks for them; a switch drops them there.
    """
    found = remember(Space.SERVING_KEY, _serving, timeout=SPACE_SECONDS)
    return found or Serving(None, None)


def _serving() -> Serving | None:
    """Return the rows of the spaces that serve; None where titles have no vectors yet."""
    rows = Space.objects.filter(status=Space.Status.SERVING).defer("means")
    by_kind = {space.kind: space for space in rows}
    content = by_kind.get(Space.Kind.CONTENT)
    return Serving(content, by_kind.get(Space.Kind.TASTE)) if content else None


def serving_space() -> Space | None:
    """Return the content space that serves, or None before the first is built."""
    return serving_spaces().content


def recommend(
    user,
    zone: Zone,
    *,
    wants: Wants | None = None,
    n: int = 5,
    skip: int = 0,
    exclude: tuple[int, ...] = (),
    open_id: int | None = None,
    only: int | None = None,
    now: datetime.datetime,
) -> Shelf:
    """Return a shelf of up to `n` picks of a zone for a person.

    Args:
        user: a stored person or a visitor.
        zone: which zone, with its inputs.
        wants: the hard filters.
        n: how many picks, up to 50.
        skip: how many of the list to pass over ("five more").
        exclude: titles that must not come, because they are on the page already.
        only: this one title, whatever the guarantees say: a card that is drawn again.
        open_id: the pick whose why-panel is open: its causes are worked out in full.
    Raises:
        ValueError: `n` or `skip` is out of range.
    """
    if not 1 <= n <= MOST or not 0 <= skip <= MOST:
        raise ValueError(f"n is {n} and skip {skip}; expected 1 to {MOST} and 0 to {MOST}")
    started = time.perf_counter()
    wants = capped(wants or Wants(), user)
    space, loved = serving_spaces()
    said = said_by(user, now=now)
    signals, outline, of, _ = said
    if zone.needs_taste and not outline.speaks:
        zone = Sample()
    if space is None:
        return unranked(user, zone, wants, n=n, skip=skip, signals=signals, now=now)
    inputs = (of, wants, outline.version, n, skip, exclude, open_id, only)
    key = cache_key(space, loved, zone, *inputs, now)
    kept = cache.get(key)
    if kept is None:
        taste = taste_made(said, space, loved=loved)
        if zone.needs_taste and taste.is_empty:
            zone = Sample()  # what they love has no vectors yet
        titles = allowed(user, zone, wants, now=now, signals=signals)
        n_cut = settings.RECOMMENDER.n_cut
        context = Context(
            user, space, taste, wants, titles, now, n_cut, loved=loved, only=only, edition=of
        )
        chosen, trace = choose(context, zone, n=n, skip=skip, exclude=exclude, open_id=open_id)
        chosen = worded(chosen, facts_of(chosen, of), signals, zone)
        kept = (chosen, trace, taste.basis(), zone.name)
        cache.set(key, kept, timeout=KEEP_SECONDS)
    chosen, trace, basis, name = kept
    zone = Sample() if name == Sample.name else zone
    picks = dress(chosen, signals, skip=skip, of=of)
    services = services_of([pick.title.pk for pick in picks], user, today=now.date())
    if services:
        picks = tuple(replace(pick, services=services.get(pick.title.pk, ())) for pick in picks)
    trace = {**trace, "served": len(picks)}
    costs: tuple[Cost, ...] = ()
    if len(picks) < n and only is None:
        costs = filter_costs(user, zone, wants, signals, n=n, now=now)
    return Shelf(
        zone=zone.name,
        picks=picks,
        n_wanted=n,
        basis=basis,
        costs=costs,
        trace=trace,
        space_id=space.pk,
        latency_ms=round(1000 * (time.perf_counter() - started), 1),
        key=str(uuid.uuid4()),
    )


def choose(
    context: Context,
    zone: Zone,
    *,
    n: int,
    skip: int,
    exclude: tuple[int, ...],
    open_id: int | None,
) -> tuple[list[Chosen], dict[str, int]]:
    """Cut, rank, spread and explain; return the picks and how many titles each stage kept."""
    candidates = woven(context, zone, zone.cut(context))
    if exclude:
        keep = [row for row, i in enumerate(candidates.ids.tolist()) if i not in exclude]
        candidates = candidates.take(keep)
    trace = {"cut": len(candidates)}
    if context.loved is not None:
        trace["taste_space"] = context.loved.pk
    if not len(candidates):
        return [], trace
    ranking = with_components(context, zone.rank(context, candidates), candidates)
    if context.only is None:
        rows = spread_beside(context, zone, candidates, ranking, exclude=exclude, n=skip + n)
        trace["spread"] = len(rows)
        rows = rows[skip : skip + n]
    else:
        rows = np.flatnonzero(candidates.ids == context.only).tolist()
    trace["variety_percent"] = round(100 * variety(candidates.vectors[rows])) if rows else 0
    grounds = explaining.grounds(context, zone, candidates, ranking, rows, open_id=open_id)
    causes = personal.causes(context, candidates, rows, n=3, order=ranking.order)
    chosen = [
        Chosen(
            title_id=int(candidates.ids[row]),
            score=float(ranking.scores[row]),
            fit=float(ranking.fits[row]),
            query=None if ranking.query is None else float(ranking.query[row]),
            taste=None if ranking.taste is None else float(ranking.taste[row]),
            causes=own,
            grounds=ground,
        )
        for row, own, ground in zip(rows, causes, grounds, strict=True)
    ]
    return chosen, trace


def spread_beside(
    context: Context,
    zone: Zone,
    candidates: Candidates,
    ranking: Ranking,
    *,
    exclude: tuple[int, ...],
    n: int,
) -> list[int]:
    """Return up to `n` rows that keep the zone's rules, also beside what is on the page."""
    n_given, both, scores = 0, candidates, ranking.scores
    if exclude:
        given = beside(context, exclude)
        n_given, both = len(given), candidates.after(given)
        scores = np.concatenate([np.zeros(n_given), scores])
    rows = spread(
        scores,
        both.directions,
        franchises=both.franchises,
        stories=both.stories,
        makers=both.makers,
        n=n,
        rules=zone.rules,
        n_given=n_given,
        kinds=both.kinds,
        least_kinds=least_kinds(context, zone),
    )
    return [row - n_given for row in rows]


def with_components(context: Context, ranking: Ranking, candidates: Candidates) -> Ranking:
    """Return the ranking with what popularity, recency and trends add, as the operator wants."""
    knobs = settings.RECOMMENDER
    hot = trends(now=context.now) if knobs.trending_weight else {}
    found = components(
        np.array(candidates.popularities),
        np.array([np.nan if year is None else year for year in candidates.years]),
        np.array([hot[i].heat if i in hot else 0.0 for i in candidates.ids.tolist()]),
        popularity=knobs.popularity_weight,
        recency=knobs.recency_weight,
        trending=knobs.trending_weight,
    )
    if not found:
        return ranking
    scores = standardise(ranking.scores) + np.sum(list(found.values()), axis=0)
    return replace(ranking, scores=scores, components=found)


def unranked(
    user, zone: Zone, wants: Wants, *, n: int, skip: int, signals: tuple, now: datetime.datetime
) -> Shelf:
    """Return the best known titles, labelled, while there is no space to rank in."""
    titles = (
        allowed(user, zone, wants, now=now, signals=signals)
        .for_cards()
        .order_by("-popularity", "pk")
    )
    states = states_of(signals)
    picks = tuple(
        Pick(
            title=title,
            rank=skip + place + 1,
            score=title.popularity,
            fit=0.0,
            reason=reasons.own_words(title),
            state=states.get(title.pk, LibraryState()),
        )
        for place, title in enumerate(titles[skip : skip + n])
    )
    return Shelf(
        zone=zone.name,
        picks=picks,
        n_wanted=n,
        fallback="The catalogue is still being read, so these are simply the best known titles. "
        "Picks from your taste follow within minutes.",
        key=str(uuid.uuid4()),
    )


def cache_key(space: Space, loved: Space | None, zone: Zone, *rest) -> str:
    """Return a key that changes with the spaces, the catalogue, the taste, the inputs, the day."""
    *inputs, now = rest
    spaces = tuple((s.pk, s.revision) if s else None for s in (space, loved))
    return _key_of((spaces, zone.key(), *inputs, now.date()))


@lru_cache(maxsize=1024)  # Writing the filters out takes longer than fetching a kept list.
def _key_of(parts: tuple) -> str:
    return f"shelf:{uuid.uuid5(uuid.NAMESPACE_OID, repr(parts))}"
