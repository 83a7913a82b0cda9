"""People's tables."""

from accounts.models.friendships import Block, Friendship
from accounts.models.invites import Invite
from accounts.models.notices import Notice
from accounts.models.privacy import Findable, OpenToTips, PooledConsent
from accounts.models.users import User

__all__ = [
    "Block",
    "Findable",
    "Friendship",
    "Invite",
    "Notice",
    "OpenToTips",
    "PooledConsent",
    "User",
]
