"""Sample: five from different corners of the catalogue, for somebody nothing is known of."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar

import numpy as np
from django.db.models import TextField, Value
from django.db.models.functions import MD5, Cast, Concat

from catalog.models import Mood, Title
from recommendations.models import TitleVector
from recommendations.taste.spread import SpreadRules
from recommendations.taste.text import COMPOSED
from recommendations.zones.zone import (
    COLUMNS,
    Candidates,
    Context,
    Ranking,
    candidates_of,
    described,
)

MOODS = (Mood.WONDER, Mood.HUSHED, Mood.NOIR, Mood.STRANGE, Mood.BRIGHT)
PER_MOOD = 8


@dataclass(frozen=True)
class Sample:
    """Cut: well liked titles of five moods. Rank: one of each mood, another every day."""

    name: ClassVar[str] = "sample"
    label: ClassVar[str] = "Five to start from"
    purpose: ClassVar[str] = "Five from different corners, before we know you."
    inputs: ClassVar[str] = "The day."
    space: ClassVar[str] = "None."
    url_name: ClassVar[str] = ""
    hides_saved: ClassVar[bool] = False
    needs_taste: ClassVar[bool] = False
    dismisses_here: ClassVar[bool] = False
    rules: ClassVar[SpreadRules] = SpreadRules(per_maker=1, per_story=1)

    def key(self) -> str:
        """Return the zone's name: it has no inputs of its own."""
        return self.name

    def cut(self, context: Context) -> Candidates:
        """Return titles known to many, but not to all, in each of the five moods, drawn anew
        every day: the first of every mood, then the second of every mood, and so on.
        """
        day = Value(context.now.date().isoformat())
        titles = context.titles
        if context.only is not None:
            titles = Title.objects.visible().filter(pk=context.only)
        along = TitleVector.objects.along(context.space, COMPOSED).of(titles)
        rows = (
            described(along, context)
            .filter(title__popularity__range=(0.45, 0.9))
            .annotate(
                closeness=Value(0.0),
                draw=MD5(Concat(day, Cast("title_id", TextField()), output_field=TextField())),
            )
        )
        first, *others = [
            rows.filter(title__mood=mood)
            .order_by("draw")
            .values_list(*COLUMNS, "title__mood", "draw")[:PER_MOOD]
            for mood in MOODS
        ]
        drawn = sorted(first.union(*others, all=True), key=lambda row: row[-1])
        corners = [[row for row in drawn if row[-2] == mood] for mood in MOODS]
        turns = [row for turn in zip_longest(*corners) for row in turn if row]
        scored = [(*row[:2], -float(place), *row[3:10]) for place, row in enumerate(turns)]
        return candidates_of(scored, context)

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return the order of the draw."""
        return Ranking(scores=candidates.closeness, fits=np.full(len(candidates), 0.5))
