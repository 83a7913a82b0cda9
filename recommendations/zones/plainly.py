"""Picks that tell nothing of anybody: titles that a person chose, each in its own words."""

from collections.abc import Sequence

from catalog.models import Title
from recommendations.zones.reasons import own_words
from recommendations.zones.shelf import Pick


def plain_picks(titles: Sequence[Title]) -> list[Pick]:
    """Return these titles as cards show them, with a sentence from their own facts alone.

    No taste, no score and no mark of anybody's goes into them: they may be shown to everyone.
    """
    return [
        Pick(title=title, rank=place + 1, score=0.0, fit=0.0, reason=own_words(title))
        for place, title in enumerate(titles)
    ]
