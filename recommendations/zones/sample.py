"""Sample: five from different corners of the catalogue, for somebody nothing is known of."""

import hashlib
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from catalog.models import Mood
from recommendations.models import TitleVector
from recommendations.taste.spread import SpreadRules
from recommendations.taste.text import COMPOSED
from recommendations.vectorstore import Packed
from recommendations.zones.zone import STORY, Candidates, Context, Ranking, candidates_of

SAMPLE_COLUMNS = (
    "title_id", "packed", "title__franchise_id", "title__maker", "title__kind", "story",
    "title__mood",
)  # fmt: skip
MOODS = (Mood.WONDER, Mood.HUSHED, Mood.NOIR, Mood.STRANGE, Mood.BRIGHT)


@dataclass(frozen=True)
class Sample:
    """Cut: well liked titles of five moods. Rank: one of each mood, another every day."""

    name: ClassVar[str] = "sample"
    label: ClassVar[str] = "Five to start from"
    purpose: ClassVar[str] = "Five from different corners, before we know you."
    hides_saved: ClassVar[bool] = False
    needs_taste: ClassVar[bool] = False
    rules: ClassVar[SpreadRules] = SpreadRules(per_maker=1, per_story=1)

    def key(self) -> str:
        """Return the zone's name: it has no inputs of its own."""
        return self.name

    def cut(self, context: Context) -> Candidates:
        """Return titles known to many, but not to all, in each of the five moods."""
        rows = TitleVector.objects.along(context.space, COMPOSED).of(context.titles)
        rows = rows.filter(title__popularity__range=(0.45, 0.9), title__mood__in=MOODS)
        found = (
            rows.annotate(packed=Packed("vector"), story=STORY)
            .order_by("title_id")
            .values_list(
                "title_id",
                "packed",
                "title__franchise_id",
                "title__maker",
                "title__kind",
                "title__mood",
            )
        )
        return _sampled(list(found), context)

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return the order of the draw."""
        return Ranking(scores=candidates.closeness, fits=np.full(len(candidates), 0.5))


def _sampled(rows: list[tuple], context: Context) -> Candidates:
    """Return the rows with a score drawn anew every day: moods in turn, then by the draw."""
    day = context.now.date().isoformat()

    def draw(title_id: int) -> str:
        return hashlib.sha256(f"{day}/{title_id}".encode()).hexdigest()

    order: list[tuple[int, int, tuple]] = []
    for corner, mood in enumerate(MOODS):
        drawn = sorted((row for row in rows if row[6] == mood), key=lambda row: draw(row[0]))
        order += [(turn, corner, row) for turn, row in enumerate(drawn[:8])]
    order.sort(key=lambda entry: entry[:2])
    scored = [(*row[:2], -float(place), *row[2:6]) for place, (_, _, row) in enumerate(order)]
    return candidates_of(scored, context.space.dimension)
