"""Surprise: one title far from the person's usual, and the one thing that ties it to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

import numpy as np
from django.db.models import TextField, Value
from django.db.models.functions import MD5, Cast, Concat

from recommendations.taste import text
from recommendations.taste.geometry import unit
from recommendations.taste.signals import Signal
from recommendations.taste.spread import SpreadRules
from recommendations.vectorstore import read_title_vectors
from recommendations.zones.explaining import Mark
from recommendations.zones.gathering import gathered, loves, near_a_love
from recommendations.zones.personal import Cause, personal
from recommendations.zones.reasons import Facts
from recommendations.zones.shelf import Span
from recommendations.zones.zone import Candidates, Context, Ranking

N_DRAWN = 400
# Known to some, so that what is far away is still worth an evening.
LEAST_KNOWN = 0.3
N_LIKES = 30
# The axes a bridge may stand on, each with how far closeness of two titles spreads along it: the
# standard deviation over all pairs of the starter catalogue.
BRIDGES = {text.MOOD: 0.28, text.THEMES: 0.13, text.STORY: 0.10}
# A bridge carries from this many deviations on.
CARRIES = 2.0


class Bridge(NamedTuple):
    """What ties a title to one that the person loves.

    Attributes:
        strength: closeness along the axis in its own deviations, so that axes compare.
    """

    strength: float
    title_id: int
    axis: str


@dataclass(frozen=True)
class Surprise:
    """Cut: of a draw of the day, the half that lies furthest from everything the person loves.

    Rank: the strongest bridge, one axis on which a title is close to one that they love. The
    title as a whole is far from that one, too: all that ties them is the bridge.
    """

    name: ClassVar[str] = "surprise"
    label: ClassVar[str] = "Surprise me"
    purpose: ClassVar[str] = "One title far from your usual, and what ties it to you."
    inputs: ClassVar[str] = "Your taste, and the day."
    space: ClassVar[str] = "The content space: far as a whole, close on one axis."
    url_name: ClassVar[str] = "surprise"
    hides_saved: ClassVar[bool] = True
    needs_taste: ClassVar[bool] = True
    dismisses_here: ClassVar[bool] = True
    rules: ClassVar[SpreadRules] = SpreadRules(per_maker=1, per_story=1, weaves=False)

    _known: dict[int, Bridge] = field(default_factory=dict, repr=False, compare=False)

    def key(self) -> str:
        """Return the zone's name: it has no inputs of its own."""
        return self.name

    def cut(self, context: Context) -> Candidates:
        """Return the far half of a draw that is another every day, for everybody."""
        seed = Value(f"{context.now.date().isoformat()}/{getattr(context.user, 'pk', 0)}/")
        draw = MD5(Concat(seed, Cast("pk", TextField()), output_field=TextField()))
        titles = context.titles.filter(popularity__gte=LEAST_KNOWN).order_by(draw)
        drawn = gathered(context, titles[:N_DRAWN])
        near = near_a_love(context, drawn)
        middle = float(np.median(near)) if len(near) else 0.0
        far = drawn.take(np.flatnonzero((near <= middle) | (drawn.ids == context.only)))
        carries = [bridge.strength >= CARRIES for bridge in self.bridges(context, far)]
        return far.take(np.flatnonzero(np.array(carries, dtype=bool) | (far.ids == context.only)))

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return the order by the strength of the bridge."""
        own = personal(context, candidates)
        strength = [bridge.strength for bridge in self.bridges(context, candidates)]
        return Ranking(scores=np.array(strength), fits=own.fits, taste=own.closeness)

    def bridges(self, context: Context, candidates: Candidates) -> list[Bridge]:
        """Return the best bridge to each of the candidates, worked out once a list."""
        ids = candidates.ids.tolist()
        new = [i for i in ids if i not in self._known]
        if new:
            self._known.update(zip(new, best_bridges(context, new), strict=True))
        return [self._known[i] for i in ids]

    def marks(self, context: Context, candidates: Candidates, rows: list[int]) -> list[Mark]:
        """Return for each pick the title and the axis its bridge stands on."""
        found = self.bridges(context, candidates.take(rows))
        return [Mark(title_id=bridge.title_id, word=bridge.axis) for bridge in found]

    def sentence(
        self,
        facts: Facts,
        signals: tuple[Signal, ...],
        pick: int,
        causes: Sequence[Cause],
        mark: Mark,
    ) -> tuple[Span, ...]:
        """Return what the bridge is, in words."""
        title_id, axis = mark.title_id, mark.word
        if title_id not in facts.titles:
            return (Span("Far from your usual."),)
        here, there = facts.titles[pick], facts.titles[title_id]
        name = Span(there.name, there.pk)
        if axis == text.MOOD:
            both = [mood for mood in here.moods if mood in there.moods][:2]
            told = f": {' and '.join(both)}." if both else "."
            return (Span("Far from your usual, but in the mood of "), name, Span(told))
        if axis == text.THEMES:
            return (Span("Far from your usual, but about what "), name, Span(" is about."))
        return (Span("Far from your usual, but its story comes close to that of "), name, Span("."))


def best_bridges(context: Context, ids: list[int]) -> list[Bridge]:
    """Return for each of these titles the bridge that carries most, in one statement."""
    profile = context.taste.profile
    loved = loves(context)
    strongest = loved[np.argsort(-profile.weights[loved], kind="stable")][:N_LIKES]
    likes = profile.title_ids[strongest].tolist()
    stored = read_title_vectors(context.space, [*ids, *likes], axes=tuple(BRIDGES))
    zero = np.zeros(context.space.dimension, dtype=np.float32)
    best = [Bridge(-1.0, 0, "")] * len(ids)
    for axis, deviation in BRIDGES.items():
        ends = [i for i in likes if i in stored[axis]]
        if not ends:
            continue
        here = unit(np.stack([stored[axis].get(i, zero) for i in ids]))
        there = unit(np.stack([stored[axis][i] for i in ends]))
        strength = here @ there.T / deviation
        for row, end in enumerate(strength.argmax(axis=1).tolist()):
            found = Bridge(float(strength[row, end]), ends[end], axis)
            best[row] = max(best[row], found)
    return best
