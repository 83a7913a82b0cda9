"""The catalogue's tables."""

from catalog.models.availability import Availability, Service, Subscription
from catalog.models.comments import Comment
from catalog.models.groups import Group, GroupTitle, Tap
from catalog.models.intake import SourceRow, SourceRun
from catalog.models.library import Dismissal, Favourite, Rating, Save, Viewing
from catalog.models.people import Company, Credit, Person
from catalog.models.relations import Adaptation, Franchise
from catalog.models.titles import Genre, Kind, Mood, Title

__all__ = [
    "Adaptation",
    "Availability",
    "Comment",
    "Company",
    "Credit",
    "Dismissal",
    "Favourite",
    "Franchise",
    "Genre",
    "Group",
    "GroupTitle",
    "Kind",
    "Mood",
    "Person",
    "Rating",
    "Save",
    "Service",
    "SourceRow",
    "SourceRun",
    "Subscription",
    "Tap",
    "Title",
    "Viewing",
]
