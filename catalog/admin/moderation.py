"""What people wrote, and how the loads went, for those who look after the site."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from catalog.admin.rows import FlagActions, ReadOnlyAdmin
from catalog.models import Comment, CommentReport, SourceRun


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
    """Comments that readers asked the moderators to look at."""

    title = _("reported")
    parameter_name = "reported"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        return queryset.filter(reports__isnull=self.value() == "no").distinct()


class ReportInline(admin.TabularInline):
    """Who reported a comment, and why; only to be read."""

    model = CommentReport
    extra = 0
    can_delete = False
    fields = readonly_fields = ("reason", "user", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("user")

    def has_add_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        return False


@admin.register(Comment)
class CommentAdmin(FlagActions, admin.ModelAdmin):
    """What people wrote; hidden comments stay for the moderators."""

    list_display = (
        "beginning", "n_reports", "title", "user", "is_spoiler", "is_hidden", "created_at",
    )  # fmt: skip
    list_filter = (IsReported, "is_hidden", "is_spoiler")
    list_select_related = ("title", "user")
    search_fields = ("text",)
    ordering = ("-created_at", "-pk")
    show_full_result_count = False
    autocomplete_fields = ("title",)
    readonly_fields = ("user", "title", "text", "created_at", "edited_at")
    actions = ("hide", "show", "let_stand")
    inlines = (ReportInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(n_reports=Count("reports"))

    @admin.display(description=_("reports"), ordering="n_reports")
    def n_reports(self, comment: Comment) -> int:
        return comment.n_reports

    @admin.display(description=_("comment"))
    def beginning(self, comment: Comment) -> str:
        return Truncator(comment.text).chars(80)

    @admin.action(description=_("Hide the chosen comments"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.set_flag(request, queryset, flag="is_hidden", value=True, said="hidden")

    @admin.action(description=_("Show the chosen comments again"), permissions=["change"])
    def show(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.set_flag(request, queryset, flag="is_hidden", value=False, said="shown again")

    @admin.action(
        description=_("Let the chosen comments stand, and close their reports"),
        permissions=["change"],
    )
    def let_stand(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Close the reports; a comment that was hidden is shown again."""
        ids = list(queryset.values_list("pk", flat=True))
        CommentReport.objects.filter(comment__in=ids).delete()
        chosen = Comment.objects.filter(pk__in=ids)
        self.set_flag(request, chosen, flag="is_hidden", value=False, said="shown again")
