"""What becomes of reported comments: hidden while they wait, looked at, and everybody told."""

import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from catalog.library import Person
from catalog.models import Comment, CommentReport, CommentVerdict
from moviedb.telling import tell

# Reports of people who joined later than that before do not hide anything by their number:
# a handful of fresh accounts would silence anybody.
SETTLED = datetime.timedelta(days=1)


@transaction.atomic
def hide_if_reported_enough(comment: Comment, *, now: datetime.datetime) -> bool:
    """Hide a comment that enough settled members reported, until a moderator looks.

    Once a moderator has let it stand, reports alone hide it no more unless it was changed since.
    """
    comment = Comment.objects.select_for_update().get(pk=comment.pk)
    reports = CommentReport.objects.filter(
        comment=comment,
        closed_at=None,
        user__is_active=True,
        user__date_joined__lte=now - SETTLED,
    )
    latest = comment.verdicts.order_by("-created_at", "-pk").first()
    was_changed = latest and comment.edited_at and comment.edited_at > latest.created_at
    is_settled = latest is not None and not was_changed
    n_needed = settings.REPORTS_TO_HIDE
    if comment.is_hidden or is_settled or not n_needed or reports.count() < n_needed:
        return False
    comment.is_hidden = comment.is_waiting = True
    comment.save(update_fields=["is_hidden", "is_waiting"])
    words = (
        f"Several readers reported your comment on {comment.title.name}. "
        "Until a moderator has looked at it, only you see it."
    )
    tell(comment.user, "moderation", words, url_of(comment))
    return True


@transaction.atomic
def decide(
    comment: Comment, *, kind: str, moderator: Person, now: datetime.datetime, line: str = ""
) -> CommentVerdict:
    """Hide a comment or let it stand, close its reports, and tell its writer and who reported it.

    Args:
        kind: of `CommentVerdict.Kind`.
        line: what the writer is told besides.
    """
    comment = Comment.objects.select_for_update().get(pk=comment.pk)
    was_hidden = comment.is_hidden
    reports = CommentReport.objects.filter(comment=comment, closed_at=None)
    reporters = [one.user for one in reports.select_related("user").order_by("pk")]
    reports.update(closed_at=now)
    comment.is_hidden, comment.is_waiting = kind == CommentVerdict.Kind.HIDE, False
    comment.save(update_fields=["is_hidden", "is_waiting"])
    verdict = CommentVerdict.objects.create(
        comment=comment,
        moderator=moderator,
        kind=kind,
        line=line,
        n_reports=len(reporters),
        created_at=now,
    )
    name = comment.title.name
    if comment.is_hidden != was_hidden or comment.is_hidden or line:
        done = "has hidden" if comment.is_hidden else "has looked at, and shows,"
        words = f"A moderator {done} your comment on {name}."
        tell(comment.user, "moderation", f"{words} {line}".strip(), url_of(comment))
    found = "it is hidden now" if comment.is_hidden else "it may stand"
    for reporter in reporters:
        words = f"Thank you. A moderator looked at the comment on {name} you reported: {found}."
        tell(reporter, "moderation", words, url_of(comment))
    return verdict


def url_of(comment: Comment) -> str:
    """Return where a comment is read."""
    return reverse("comments", args=(comment.title_id,))
