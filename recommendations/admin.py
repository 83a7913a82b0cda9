"""The recommender in the admin: what serves, what was shown; measured numbers are read only."""

from django.contrib import admin, messages
from django.http import HttpRequest

from recommendations.models import Run, Session, Shown, Space
from recommendations.tasks import embed_titles


class ReadOnly:
    """A table that people look at and the program writes."""

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(Space)
class SpaceAdmin(ReadOnly, admin.ModelAdmin):
    """Which space serves, and since when."""

    list_display = ("kind", "recipe", "dimension", "status", "revision", "created_at", "served_at")
    list_filter = ("kind", "status")
    exclude = ("means",)
    actions = ("embed_again",)

    @admin.action(description="Embed what has changed", permissions=["view"])
    def embed_again(self, request: HttpRequest, queryset) -> None:
        """Queue the job that brings the content space up to date."""
        embed_titles.delay_on_commit()
        messages.info(request, "Queued: titles whose facts have changed will be embedded.")

    def has_delete_permission(self, request: HttpRequest, obj: Space | None = None) -> bool:
        return obj is not None and obj.status != Space.Status.SERVING


class ShownInline(ReadOnly, admin.TabularInline):
    """The titles of one list."""

    model = Shown
    fields = ("rank", "title", "reason", "action", "acted_at")
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).select_related("title").order_by("rank")


@admin.register(Session)
class SessionAdmin(ReadOnly, admin.ModelAdmin):
    """Served lists, without the names of those they were served to."""

    list_display = ("zone", "served_at", "closed_at", "latency_ms", "trace")
    list_filter = ("zone",)
    date_hierarchy = "served_at"
    fields = ("zone", "space", "wants", "trace", "latency_ms", "served_at", "closed_at")
    inlines = (ShownInline,)
    show_full_result_count = False


@admin.register(Run)
class RunAdmin(ReadOnly, admin.ModelAdmin):
    """What was measured; the leaderboard is at /staff/leaderboard/."""

    list_display = ("recipe", "variation", "data", "split", "seed", "code_version", "started_at")
    list_filter = ("data", "split", "recipe")
    exclude = ("by_person",)
    ordering = ("-started_at", "-pk")

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).defer("by_person")
