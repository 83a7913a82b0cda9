"""The recommender's tables."""

from recommendations.models.matches import Standing, TasteMatch, Tip
from recommendations.models.rankers import SpaceRanker
from recommendations.models.rooms import Ballot, Dealt, Room, Seat
from recommendations.models.runs import Run
from recommendations.models.sessions import Session, Shown
from recommendations.models.spaces import Space
from recommendations.models.vectors import TitleVector, UserVector
from recommendations.models.vibes import Vibe, VibeSet, VibeTitle
from recommendations.models.words import TitleWords, WordCount

__all__ = [
    "Ballot",
    "Dealt",
    "Room",
    "Run",
    "Seat",
    "Session",
    "Shown",
    "Space",
    "SpaceRanker",
    "Standing",
    "TasteMatch",
    "Tip",
    "TitleVector",
    "TitleWords",
    "UserVector",
    "Vibe",
    "VibeSet",
    "VibeTitle",
    "WordCount",
]
