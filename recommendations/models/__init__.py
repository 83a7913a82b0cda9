"""The recommender's tables."""

from recommendations.models.sessions import Session, Shown
from recommendations.models.settings import ReaderSettings
from recommendations.models.spaces import Space
from recommendations.models.vectors import TitleVector, UserVector

__all__ = ["ReaderSettings", "Session", "Shown", "Space", "TitleVector", "UserVector"]
