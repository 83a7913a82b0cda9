"""What people wrote, and how the loads went, for those who look after the site."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from catalog.admin.rows import FlagActions, ReadOnlyAdmin
from catalog.models import Comment, SourceRun


@admin.register(SourceRun)
class SourceRunAdmin(ReadOnlyAdmin):
    """How each load of a source went; only to be read."""

    list_display = (
        "source", "status", "started_at", "finished_at", "n_read", "n_kept", "n_new", "n_changed",
        "n_rejected",
    )  # fmt: skip
    list_filter = ("status", "source")
    ordering = ("-started_at", "-pk")


@admin.register(Comment)
class CommentAdmin(FlagActions, admin.ModelAdmin):
    """What people wrote; hidden comments stay for the moderators."""

    list_display = ("beginning", "title", "user", "is_spoiler", "is_hidden", "created_at")
    list_filter = ("is_hidden", "is_spoiler")
    list_select_related = ("title", "user")
    search_fields = ("text",)
    ordering = ("-created_at", "-pk")
    show_full_result_count = False
    autocomplete_fields = ("title",)
    readonly_fields = ("user", "title", "text", "created_at", "edited_at")
    actions = ("hide", "show")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("comment"))
    def beginning(self, comment: Comment) -> str:
        return Truncator(comment.text).chars(80)

    @admin.action(description=_("Hide the chosen comments"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.set_flag(request, queryset, flag="is_hidden", value=True, said="hidden")

    @admin.action(description=_("Show the chosen comments again"), permissions=["change"])
    def show(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.set_flag(request, queryset, flag="is_hidden", value=False, said="shown again")
