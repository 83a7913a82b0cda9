"""The recommender's tables."""

from recommendations.models.runs import Run
from recommendations.models.sessions import Session, Shown
from recommendations.models.spaces import Space
from recommendations.models.vectors import TitleVector, UserVector
from recommendations.models.words import TitleWords, WordCount

__all__ = [
    "Run",
    "Session",
    "Shown",
    "Space",
    "TitleVector",
    "TitleWords",
    "UserVector",
    "WordCount",
]
