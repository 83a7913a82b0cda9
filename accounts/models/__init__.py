"""People's tables."""

from accounts.models.friendships import Block, Friendship
from accounts.models.privacy import Findable, PooledConsent
from accounts.models.users import User

__all__ = ["Block", "Findable", "Friendship", "PooledConsent", "User"]
