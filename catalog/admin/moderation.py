"""What people wrote, and how the loads went, for those who look after the site."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog import moderation
from catalog.admin.rows import ReadOnlyAdmin
from catalog.models import Comment, CommentReport, CommentVerdict, SourceRun

N_EARLIER = 10
OPEN = Q(reports__closed_at=None)


@admin.register(SourceRun)
class SourceRunAdmin(ReadOnlyAdmin):
    """How each load of a source went; only to be read."""

    list_display = (
        "source", "status", "started_at", "finished_at", "n_read", "n_kept", "n_new", "n_changed",
        "n_rejected",
    )  # fmt: skip
    list_filter = ("status", "source")
    ordering = ("-started_at", "-pk")


class IsReported(admin.SimpleListFilter):
    """Comments that readers asked the moderators to look at, and nobody has since."""

    title = _("reported")
    parameter_name = "reported"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        reported = CommentReport.objects.filter(closed_at=None).values("comment")
        is_in = Q(pk__in=reported)
        return queryset.filter(is_in if self.value() == "yes" else ~is_in)


class ReadOnlyInline(admin.TabularInline):
    """Rows below a comment that are only to be read."""

    extra = 0
    can_delete = False
    related: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request).select_related(*self.related)
        return rows.order_by("-created_at", "-pk")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReportInline(ReadOnlyInline):
    """Who reported a comment, and why."""

    model = CommentReport
    related = ("user",)
    fields = ("reason", "user", "created_at", "closed_at")


class VerdictInline(ReadOnlyInline):
    """What moderators decided about it before."""

    model = CommentVerdict
    related = ("moderator",)
    fields = ("kind", "line", "n_reports", "moderator", "created_at")
    verbose_name_plural = _("decisions so far")


class VerdictForm(forms.ModelForm):
    """A comment with what a moderator decides about it."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        required=False,
        choices=[("", _("None yet")), *CommentVerdict.Kind.choices],
        help_text=_("It closes the open reports, and tells those who made them."),
    )
    line = forms.CharField(
        label=_("What the writer is told besides"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"size": 80}),
    )

    class Meta:
        model = Comment
        fields = ("is_spoiler",)

    def clean(self) -> dict[str, Any] | None:
        """Refuse a line that nobody would be told."""
        given = super().clean() or {}
        if given.get("line") and not given.get("verdict"):
            self.add_error("verdict", _("Decide something: without that, the line reaches nobody."))
        return given


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin):
    """What people wrote; hidden comments stay for the moderators."""

    form = VerdictForm
    list_display = (
        "beginning", "n_reports", "title", "user", "is_spoiler", "is_hidden", "is_waiting",
        "created_at",
    )  # fmt: skip
    list_filter = (IsReported, "is_waiting", "is_hidden", "is_spoiler")
    list_select_related = ("title", "user")
    search_fields = ("text",)
    ordering = ("-created_at", "-pk")
    show_full_result_count = False
    readonly_fields = (
        "title", "user", "text", "created_at", "edited_at", "is_hidden", "is_waiting", "earlier",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("title", "user", "text", "created_at", "edited_at")}),
        (_("Now"), {"fields": ("is_hidden", "is_waiting", "is_spoiler")}),
        (_("Decide"), {"fields": ("verdict", "line")}),
        (_("What they wrote before"), {"fields": ("earlier",)}),
    )
    actions = ("hide", "let_stand")
    inlines = (ReportInline, VerdictInline)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(n_reports=Count("reports", filter=OPEN))

    @admin.display(description=_("open reports"), ordering="n_reports")
    def n_reports(self, comment: Comment) -> int:
        return comment.n_reports

    @admin.display(description=_("comment"))
    def beginning(self, comment: Comment) -> str:
        return Truncator(comment.text).chars(80)

    @admin.display(description=_("their other comments"))
    def earlier(self, comment: Comment) -> str:
        """Return the writer's newest other comments, and how many of all were hidden."""
        others = Comment.objects.filter(user=comment.user_id).exclude(pk=comment.pk)
        told = others.aggregate(n=Count("pk"), hidden=Count("pk", Q(is_hidden=True)))
        rows = others.select_related("title").order_by("-created_at", "-pk")[:N_EARLIER]
        listed = format_html_join(
            "",
            '<li><a href="{}">{}</a>{}: {}</li>',
            (
                (
                    reverse("admin:catalog_comment_change", args=(one.pk,)),
                    one.title.name,
                    _(" (hidden)") if one.is_hidden else "",
                    Truncator(one.text).chars(160),
                )
                for one in rows
            ),
        )
        words = _("%(n)d, of which %(hidden)d hidden") % told
        return format_html("<p>{}</p><ul>{}</ul>", words, listed)

    def save_model(
        self, request: HttpRequest, obj: Comment, form: VerdictForm, change: bool
    ) -> None:
        """Store whether it tells what happens, and what was decided."""
        Comment.objects.filter(pk=obj.pk).update(is_spoiler=obj.is_spoiler)
        if kind := form.cleaned_data.get("verdict"):
            self.decide(request, [obj], kind=kind, line=form.cleaned_data["line"])

    @admin.action(description=_("Hide the chosen comments"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.decide(request, queryset, kind=CommentVerdict.Kind.HIDE)

    @admin.action(description=_("Let the chosen comments stand"), permissions=["change"])
    def let_stand(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Close the reports; a comment that was hidden is shown again."""
        self.decide(request, queryset, kind=CommentVerdict.Kind.STANDS)

    def decide(self, request: HttpRequest, comments: Any, *, kind: str, line: str = "") -> None:
        """Decide about each, log it, and say how many; about one's own, somebody else decides."""
        chosen = list(comments)
        judged = [one for one in chosen if one.user_id != request.user.pk]
        for one in judged:
            moderation.decide(one, kind=kind, line=line, moderator=request.user, now=timezone.now())
        if judged:
            LogEntry.objects.log_actions(request.user.pk, judged, CHANGE, change_message=kind)
            said = _("hidden") if kind == CommentVerdict.Kind.HIDE else _("let stand")
            words = ngettext("%(n)d comment %(said)s.", "%(n)d comments %(said)s.", len(judged))
            done = words % {"n": len(judged), "said": said}
            self.message_user(request, done, messages.SUCCESS)
        if len(judged) < len(chosen):
            own = _("About a comment of your own, another moderator has to decide.")
            self.message_user(request, own, messages.WARNING)
