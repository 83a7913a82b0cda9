"""Trending here: what people on this site save and love lately."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommendations.taste.signals import Signal
from recommendations.taste.spread import SpreadRules
from recommendations.trends import trends
from recommendations.zones.explaining import Mark
from recommendations.zones.gathering import gathered
from recommendations.zones.personal import Cause, bent
from recommendations.zones.reasons import Facts
from recommendations.zones.shelf import Span
from recommendations.zones.zone import Candidates, Context, Ranking

# What the heat weighs against the person's taste.
HEAT_SHARE = 0.7


@dataclass(frozen=True)
class Trending:
    """Cut: what at least three people who lend their ratings saved or loved lately.

    Rank: how many did, each fading with time, bent by the person's taste where it is known.
    """

    name: ClassVar[str] = "trending"
    label: ClassVar[str] = "Trending here"
    purpose: ClassVar[str] = "What people on this site save and love lately."
    inputs: ClassVar[str] = "What those who lend their ratings did; never fewer than three people."
    space: ClassVar[str] = "None; your taste bends the order."
    url_name: ClassVar[str] = "trending"
    hides_saved: ClassVar[bool] = True
    needs_taste: ClassVar[bool] = False
    dismisses_here: ClassVar[bool] = True
    rules: ClassVar[SpreadRules] = SpreadRules()

    def key(self) -> str:
        """Return the zone's name: it has no inputs of its own."""
        return self.name

    def cut(self, context: Context) -> Candidates:
        """Return the titles that trend."""
        return gathered(context, context.titles.filter(pk__in=list(trends(now=context.now))))

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return the order by heat, on a scale on which twice as many is one step."""
        found = trends(now=context.now)
        heats = [found[i].heat if i in found else 0.0 for i in candidates.ids.tolist()]
        heat = np.array([math.log2(0.1 + one) for one in heats])
        return bent(context, candidates, heat, weight=HEAT_SHARE)

    def marks(self, context: Context, candidates: Candidates, rows: list[int]) -> list[Mark]:
        """Return for each pick how many people spoke for it."""
        found = trends(now=context.now)
        ids = candidates.ids[rows].tolist()
        return [Mark(n=found[i].n_people if i in found else 0) for i in ids]

    def sentence(
        self,
        facts: Facts,
        signals: tuple[Signal, ...],
        pick: int,
        causes: Sequence[Cause],
        mark: Mark,
    ) -> tuple[Span, ...]:
        """Return in words how many people spoke for a pick."""
        if not mark.n:
            return (Span("It was trending here a while ago."),)
        return (Span(f"Saved or loved here lately by {mark.n} people or more."),)
