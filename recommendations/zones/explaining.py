"""From a zone's numbers to grounds, and from grounds to a sentence and a why-panel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from catalog.models import Title
from recommendations.held import title_vectors
from recommendations.taste import text
from recommendations.taste.explain import axis_falls
from recommendations.taste.geometry import centroid, cosine, unit
from recommendations.taste.signals import Signal
from recommendations.zones import reasons
from recommendations.zones.anchor import Anchor
from recommendations.zones.axes import SLIDERS
from recommendations.zones.personal import Cause
from recommendations.zones.search import Search
from recommendations.zones.shelf import AxisCause, Span, Why, WordCause
from recommendations.zones.zone import Candidates, Context, Ranking, Zone, as_fit

N_STRONGEST = 30
# How much the match must fall without a word for it to be named: the first, and those beside it.
# Over the `dev` queries every word named is real on 98 of 100 cards when the query is read anew
# without it, and 98 of 100 have one; with .005 for the others as well, 90 are real.
LEAST_FALLS = (0.005, 0.01, 0.01)


class Mark(NamedTuple):
    """What a zone that speaks for itself keeps of a pick: a title, a word, a number."""

    title_id: int = 0
    word: str = ""
    n: int = 0


@dataclass(frozen=True)
class Grounds:
    """What pulled one pick up besides the person's own titles.

    Attributes:
        words: the person's words in order, each with how much the score falls without it.
        pulls: (title id, share) of the anchors.
        axes: (axis, closeness in [0, 1], fall without it), only for the open pick.
        components: (name, points) of popularity and recency where they acted.
        by_love: whether what people love together makes it kin to the anchors, most of all.
        mark: what a zone that speaks for itself keeps for its sentence.
    """

    words: tuple[tuple[str, float], ...] = ()
    pulls: tuple[tuple[int, float], ...] = ()
    axes: tuple[tuple[str, float, float], ...] = ()
    components: tuple[tuple[str, float], ...] = ()
    by_love: bool = False
    mark: Mark | None = None


@runtime_checkable
class Speaking(Protocol):
    """A zone that says itself why a pick is on its list."""

    def marks(self, context: Context, candidates: Candidates, rows: list[int]) -> list[Mark]:
        """Return for each pick what its sentence will need."""
        ...

    def sentence(
        self,
        facts: reasons.Facts,
        signals: tuple[Signal, ...],
        pick: int,
        causes: Sequence[Cause],
        mark: Mark,
    ) -> tuple[Span, ...]:
        """Return why this pick is on the list, in words."""
        ...


def grounds(
    context: Context,
    zone: Zone,
    candidates: Candidates,
    ranking: Ranking,
    rows: list[int],
    *,
    open_id: int | None,
) -> list[Grounds]:
    """Return the grounds of the picks in these rows, every one tested by leaving it out."""
    vectors = candidates.vectors[rows]
    words: list[str] = []
    falls = np.zeros((0, len(rows)))
    pulls: dict[int, np.ndarray] = {}
    if isinstance(zone, Search) and rows:
        words, falls = zone.word_falls(context, vectors)
    if isinstance(zone, Anchor) and rows:
        pulls = zone.pulls(context, vectors)
    marks = zone.marks(context, candidates, rows) if isinstance(zone, Speaking) else None
    found = []
    for place, row in enumerate(rows):
        title_id = int(candidates.ids[row])
        total = sum(max(float(pull[place]), 0.0) for pull in pulls.values()) or 1.0
        shares = [(i, max(float(pull[place]), 0.0) / total) for i, pull in pulls.items()]
        found.append(
            Grounds(
                words=tuple((w, float(falls[k, place])) for k, w in enumerate(words)),
                pulls=tuple(sorted(shares, key=lambda pair: -pair[1])[:3]),
                axes=_axes(context, zone, title_id) if title_id == open_id else (),
                by_love=ranking.by_love is not None and bool(ranking.by_love[row]),
                mark=marks[place] if marks else None,
                components=tuple(
                    (name, float(points[row]))
                    for name, points in ranking.components.items()
                    if abs(points[row]) > 1e-9
                ),
            )
        )
    return found


def _axes(context: Context, zone: Zone, title_id: int) -> tuple[tuple[str, float, float], ...]:
    """Return how close a title is, axis by axis, to what the list was made for.

    Each axis is compared with its like: the mood of a title with the moods of the anchors or of
    the person's strongest titles; words are the same on every axis.
    """
    axes = tuple(SLIDERS)
    profile = context.taste.profile
    strongest = np.argsort(-profile.weights, kind="stable")[:N_STRONGEST]
    likes = [] if isinstance(zone, Search | Anchor) else profile.title_ids[strongest].tolist()
    stored = title_vectors(context.space, [title_id, *likes], axes=axes)
    own = {axis: stored[axis][title_id] for axis in axes if title_id in stored[axis]}
    targets: dict[str, np.ndarray] = {}
    if isinstance(zone, Search):
        targets = dict.fromkeys(own, zone.vector(context))
    elif isinstance(zone, Anchor):
        targets = {axis: zone.target(context, axis) for axis in own}
    else:
        weights = dict(zip(profile.title_ids.tolist(), profile.weights.tolist(), strict=True))
        for axis in own:
            liked = [i for i in likes if i in stored[axis] and weights[i] > 0]
            if liked:
                vectors = np.stack([stored[axis][i] for i in liked])
                targets[axis] = centroid(vectors, np.array([weights[i] for i in liked]))
    if not targets:
        return ()
    whole = np.sum([text.AXIS_WEIGHTS[axis] * unit(targets[axis]) for axis in targets], axis=0)
    falls = axis_falls(whole, {axis: own[axis] for axis in targets}, text.AXIS_WEIGHTS)
    return tuple(
        (axis, float(as_fit(cosine(own[axis], target), low=0.0, high=0.7)), falls[axis])
        for axis, target in targets.items()
    )


def sentence(
    facts: reasons.Facts,
    signals: tuple[Signal, ...],
    zone: Zone,
    title_id: int,
    causes: tuple[Cause, ...],
    ground: Grounds,
) -> tuple[Span, ...]:
    """Return one honest sentence for a pick."""
    if ground.mark is not None and isinstance(zone, Speaking):
        return zone.sentence(facts, signals, title_id, causes, ground.mark)
    if isinstance(zone, Search):
        return _search_sentence(facts, signals, title_id, causes, ground)
    if ground.pulls:
        return _anchor_sentence(facts, title_id, ground)
    return reasons.taste_sentence(facts, signals, title_id, causes)


def _search_sentence(facts, signals, title_id, causes, ground) -> tuple[Span, ...]:
    marked = telling_words(ground.words)
    title: Title = facts.titles[title_id]
    if not marked:
        return reasons.own_words(title)
    quoted = " and ".join(f"“{word}”" for word in marked[:2])
    about = next((t for t in title.themes if any(w in t for w in marked)), "")
    about = about or ", ".join(title.themes[:1])
    spans = [Span(f"Your {quoted} led here" + (f": {about}." if about else "."))]
    if causes and causes[0].title_id in facts.titles:
        cause = facts.titles[causes[0].title_id]
        also = " Also loved by people who love " if causes[0].by_love else " Also close to "
        spans += [Span(also), Span(cause.name, cause.pk), Span(".")]
    return tuple(spans)


def _anchor_sentence(facts: reasons.Facts, title_id: int, ground: Grounds) -> tuple[Span, ...]:
    (first, share), *rest = ground.pulls
    anchor = facts.titles.get(first)
    if anchor is None:
        return reasons.own_words(facts.titles[title_id])
    if rest and rest[0][1] > 0.8 * share and rest[0][0] in facts.titles:
        other = facts.titles[rest[0][0]]
        return (
            Span("Loved by people who love " if ground.by_love else "Sits between "),
            Span(anchor.name, anchor.pk),
            Span(" and "),
            Span(other.name, other.pk),
            Span("."),
        )
    common = reasons.shared(facts, title_id, first)
    if ground.by_love:
        told = Span(f": {common}." if common else ".")
        return (Span("Loved by people who love "), Span(anchor.name, anchor.pk), told)
    return (
        Span("Like "),
        Span(anchor.name, anchor.pk),
        Span(f": {common}." if common else ", in story and mood."),
    )


def telling_words(words: tuple[tuple[str, float], ...]) -> list[str]:
    """Return up to three of the words without which the score falls most, largest fall first."""
    falls = sorted(words, key=lambda pair: -pair[1])[: len(LEAST_FALLS)]
    return [word for (word, fall), least in zip(falls, LEAST_FALLS, strict=False) if fall > least]


def why(
    facts: reasons.Facts,
    signals: tuple[Signal, ...],
    causes: tuple[Cause, ...],
    ground: Grounds,
) -> Why:
    """Return what the why-panel shows."""
    marked = set(telling_words(ground.words))
    anchors = tuple((i, share) for i, share in ground.pulls)
    if anchors:
        titles = reasons.anchor_causes(facts, anchors)
    else:
        titles = reasons.title_causes(facts, signals, causes)
    return Why(
        titles=titles,
        words=tuple(WordCause(word, word in marked) for word, _ in ground.words),
        axes=tuple(AxisCause(SLIDERS[axis], closeness) for axis, closeness, _ in ground.axes),
        components=ground.components,
    )
