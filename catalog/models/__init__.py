"""The catalogue's tables."""

from catalog.models.availability import Availability, Service, Subscription
from catalog.models.blocking import BlockedTag
from catalog.models.changes import Change, LastSaid
from catalog.models.comments import Comment, CommentReport, CommentVerdict
from catalog.models.exclusions import Exclusion, WrongReason
from catalog.models.groups import Group, GroupTitle, Tap
from catalog.models.intake import SourceRow, SourceRun
from catalog.models.library import Dismissal, Favourite, Rating, Save, Viewing
from catalog.models.lists import ListedTitle, TitleList
from catalog.models.people import Company, Credit, Person
from catalog.models.relations import Adaptation, Franchise
from catalog.models.shares import Share, ShareTitle
from catalog.models.titles import Genre, Kind, Mood, Title

__all__ = [
    "Adaptation",
    "Availability",
    "BlockedTag",
    "Change",
    "Comment",
    "CommentReport",
    "CommentVerdict",
    "Company",
    "Credit",
    "Dismissal",
    "Exclusion",
    "Favourite",
    "Franchise",
    "Genre",
    "Group",
    "GroupTitle",
    "Kind",
    "LastSaid",
    "ListedTitle",
    "Mood",
    "Person",
    "Rating",
    "Save",
    "Service",
    "SourceRow",
    "SourceRun",
    "Share",
    "ShareTitle",
    "Subscription",
    "Tap",
    "Title",
    "TitleList",
    "Viewing",
    "WrongReason",
]
