"""The tags that keep titles from everybody, for curators."""

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog import blocking
from catalog.models import BlockedTag


@admin.register(BlockedTag)
class BlockedTagAdmin(admin.ModelAdmin):
    """Genres, themes and moods whose titles are shown to nobody; adding and lifting them."""

    list_display = ("name", "n_titles", "made_at")
    fields = ("name",)
    search_fields = ("name",)
    ordering = ("name", "pk")
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(n_marked=Count("titles"))

    @admin.display(description=_("titles it keeps away"), ordering="n_marked")
    def n_titles(self, tag: BlockedTag) -> int:
        return tag.n_marked

    def has_change_permission(self, request: HttpRequest, obj: BlockedTag | None = None) -> bool:
        """A tag is lifted and another one blocked: nothing of it can be changed."""
        return obj is None and super().has_change_permission(request)

    def save_model(self, request: HttpRequest, obj: BlockedTag, form, change: bool) -> None:
        made, n = blocking.block(obj.name, now=timezone.now())
        obj.pk, obj.name = made.pk, made.name
        words = ngettext("%(n)d title is away now.", "%(n)d titles are away now.", n)
        self.message_user(request, words % {"n": n}, messages.SUCCESS)

    def delete_model(self, request: HttpRequest, obj: BlockedTag) -> None:
        self._lift(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._lift(request, list(queryset))

    def _lift(self, request: HttpRequest, tags: list[BlockedTag]) -> None:
        n = sum(blocking.lift(tag) for tag in tags)
        words = ngettext("%(n)d title may be shown again.", "%(n)d titles may be shown again.", n)
        self.message_user(request, words % {"n": n}, messages.SUCCESS)
