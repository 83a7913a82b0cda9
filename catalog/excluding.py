"""Taking titles out of one's taste, and calling reasons wrong; each verb said twice is one row."""

from datetime import datetime

from catalog.models import Exclusion, Title, WrongReason


def exclude(user, title: Title, *, now: datetime) -> None:
    """Let nothing that the person said of this title count for their taste."""
    Exclusion.objects.get_or_create(user=user, title=title, defaults={"created_at": now})


def include(user, title: Title) -> None:
    """Let what the person said of this title count again."""
    Exclusion.objects.filter(user=user, title=title).delete()


def call_wrong(user, title: Title, cause: Title, *, now: datetime) -> None:
    """Remember that `cause` is no reason for `title`."""
    WrongReason.objects.get_or_create(
        user=user, title=title, cause=cause, defaults={"created_at": now}
    )


def call_right(user, title: Title, cause: Title) -> None:
    """Forget that `cause` was no reason for `title`."""
    WrongReason.objects.filter(user=user, title=title, cause=cause).delete()
