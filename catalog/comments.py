"""What people say under titles: writing, changing, taking back, reporting."""

import datetime
import re

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from catalog.library import Person
from catalog.models import Comment, CommentReport, Title
from catalog.moderation import hide_if_reported_enough

PER_PAGE = 20
LONGEST = 4000
# Signs that make text be read in another order than it is written, and those that show nothing.
UNSEEN = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]|[\x00-\x08\x0b-\x1f\x7f]")
GAPS = re.compile(r"\n\s*\n\s*")


class CommentForm(forms.ModelForm):
    """A comment as somebody writes it: plain text in paragraphs."""

    text = forms.CharField(
        label=_("Your comment"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={
            "required": _("A comment needs words. Nothing was stored."),
            "max_length": _(
                "This has %(show_value)d characters; %(limit_value)d is the most. Shorten it, "
                "and send it again."
            ),
        },
    )
    is_spoiler = forms.BooleanField(
        label=_("It tells what happens"),
        required=False,
        help_text=_("Then it stays hidden until a reader asks for it."),
    )

    class Meta:
        model = Comment
        fields = ("text", "is_spoiler")

    def clean_text(self) -> str:
        """Return the text without signs nobody sees, and with single gaps between paragraphs."""
        text = UNSEEN.sub("", self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n"))
        text = GAPS.sub("\n\n", text).strip()
        if not text:
            raise forms.ValidationError(self.fields["text"].error_messages["required"])
        return text


class ReportForm(forms.ModelForm):
    """Why somebody wants the moderators to look."""

    class Meta:
        model = CommentReport
        fields = ("reason",)


def comments_on(title: Title, *, viewer: Person) -> Paginator:
    """Return the comments that `viewer` may read under a title, newest first, page by page."""
    found = Comment.objects.filter(title=title).visible_to(viewer).for_reading(viewer)
    return Paginator(found.order_by("-created_at", "-pk"), PER_PAGE)


def write(form: CommentForm, *, title: Title, user: Person, now: datetime.datetime) -> Comment:
    """Store and return a new comment from a valid form."""
    comment = form.save(commit=False)
    comment.user, comment.title, comment.created_at = user, title, now
    comment.save()
    return comment


def change(form: CommentForm, *, now: datetime.datetime) -> Comment:
    """Store a changed comment; it tells from then on that it was."""
    comment = form.save(commit=False)
    if form.has_changed():
        comment.edited_at = now
        comment.save(update_fields=["text", "is_spoiler", "edited_at"])
    return comment


def report(form: ReportForm, *, comment: Comment, user: Person, now: datetime.datetime) -> None:
    """Ask the moderators to look; asking twice changes the reason.

    Enough of them hide the comment until that is done. Of a comment that was looked at nothing
    more can be said unless it was changed since.
    """
    told = {"reason": form.cleaned_data["reason"]}
    if comment.edited_at is not None:
        earlier = CommentReport.objects.filter(comment=comment, user=user)
        earlier.filter(closed_at__lt=comment.edited_at).update(closed_at=None, created_at=now)
    CommentReport.objects.update_or_create(
        comment=comment, user=user, defaults=told, create_defaults=told | {"created_at": now}
    )
    hide_if_reported_enough(comment, now=now)
