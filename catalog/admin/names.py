"""Names and groups, for curators."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.admin.rows import FlagActions, RowsInline
from catalog.models import Company, Franchise, Genre, Group, GroupTitle, Person, Service


class NameAdmin(admin.ModelAdmin):
    """Rows that are hardly more than a name."""

    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name", "pk")
    show_full_result_count = False


admin.site.register([Genre, Person, Company, Franchise], NameAdmin)


@admin.register(Service)
class ServiceAdmin(NameAdmin):
    list_display = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


class GroupTitleInline(RowsInline):
    model = GroupTitle
    related = ("title",)
    autocomplete_fields = ("title",)
    ordering = ("position", "pk")


@admin.register(Group)
class GroupAdmin(FlagActions, admin.ModelAdmin):
    """The groups that newcomers tap; the pinned ones are shown, in their order."""

    list_display = ("name", "line", "position", "is_pinned", "n_titles")
    list_editable = ("position",)
    list_filter = ("is_pinned",)
    search_fields = ("name", "slug")
    ordering = ("position", "pk")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (GroupTitleInline,)
    actions = ("pin", "unpin")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(n_places=Count("places"))

    @admin.display(description=_("titles"), ordering="n_places")
    def n_titles(self, group: Group) -> int:
        return group.n_places

    @admin.action(description=_("Pin to the first page for newcomers"), permissions=["change"])
    def pin(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.set_flag(request, queryset, flag="is_pinned", value=True, said="pinned")

    @admin.action(description=_("Take off that page"), permissions=["change"])
    def unpin(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.set_flag(request, queryset, flag="is_pinned", value=False, said="taken off")
