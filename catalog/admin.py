"""For curators: the catalogue's facts, which titles are shown, and what people wrote under them."""

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog.curation import CannotMerge, merge_titles
from catalog.models import (
    Adaptation,
    Availability,
    Comment,
    Company,
    Credit,
    Franchise,
    Genre,
    Group,
    GroupTitle,
    Person,
    Service,
    SourceRun,
    Title,
)
from catalog.naming import name_key

MOST_MERGED = 10


class FlagActions:
    """Actions that set one flag on many rows, say how many, and log each."""

    def set_flag(
        self, request: HttpRequest, rows: QuerySet, *, flag: str, value: bool, said: str
    ) -> None:
        """Set the flag on the rows where it differs."""
        changing = list(rows.exclude(**{flag: value}))
        rows.model.objects.filter(pk__in=[row.pk for row in changing]).update(**{flag: value})
        if changing:
            LogEntry.objects.log_actions(
                request.user.pk, changing, CHANGE, change_message=f"{flag} = {value}"
            )
        words = ngettext("%(n)d row %(said)s.", "%(n)d rows %(said)s.", len(changing))
        self.message_user(request, words % {"n": len(changing), "said": said}, messages.SUCCESS)


class CreditInline(admin.TabularInline):
    model = Credit
    extra = 0
    autocomplete_fields = ("person",)
    ordering = ("role", "position", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("person")


class OriginInline(admin.TabularInline):
    model = Adaptation
    fk_name = "form"
    extra = 0
    autocomplete_fields = ("origin",)
    verbose_name, verbose_name_plural = _("origin"), _("made from")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("origin", "form")


class FormInline(OriginInline):
    fk_name = "origin"
    autocomplete_fields = ("form",)
    verbose_name, verbose_name_plural = _("form"), _("what was made from it")


class AvailabilityInline(admin.TabularInline):
    model = Availability
    extra = 0
    autocomplete_fields = ("service",)
    ordering = ("-last_seen", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("service", "title")


@admin.register(Title)
class TitleAdmin(FlagActions, admin.ModelAdmin):
    """Titles: what is known, and whether they are shown."""

    list_display = ("name", "kind", "year", "maker", "certificate", "is_hidden", "is_adult")
    list_filter = ("kind", "is_hidden", "is_adult", "mood", "certificate")
    search_fields = ("name_keys",)
    search_help_text = _("The beginning of words of any of its names, or an id such as tt1375666.")
    ordering = ("-popularity", "-pk")
    list_per_page = 50
    show_full_result_count = False
    autocomplete_fields = ("franchise", "genres", "companies")
    readonly_fields = (
        "popularity", "n_votes", "mean_vote", "sources", "starter_id", "fetched_at", "created_at",
        "updated_at",
    )  # fmt: skip
    inlines = (CreditInline, OriginInline, FormInline, AvailabilityInline)
    actions = ("hide", "show", "merge")
    fieldsets = (
        (None, {"fields": ("kind", "name", "original_name", "original_language", "other_names")}),
        (_("Shown"), {"fields": ("is_hidden", "is_adult", "certificate")}),
        (
            _("Facts"),
            {
                "fields": (
                    ("year", "end_year"), ("runtime", "seasons", "pages"), "countries", "languages",
                    "genres", "companies", "maker",
                )
            },
        ),
        (_("Story"), {"fields": ("synopsis", "synopsis_source", "themes", "mood", "moods")}),
        (_("Family"), {"fields": (("franchise", "franchise_position"),)}),
        (
            _("Elsewhere"),
            {
                "classes": ("collapse",),
                "fields": (
                    "imdb_id", "tmdb_id", "movielens_id", "goodbooks_id", "isbn13", "poster_url",
                    "renown", *readonly_fields,
                ),
            },
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("name_keys", "search_document")

    def get_search_results(self, request, queryset, search_term):
        """Search the index of names, and by the ids of other sites."""
        term = search_term.strip()
        if not name_key(term):
            return queryset, False
        if term.startswith("tt") and term[2:].isdigit():
            return queryset.filter(imdb_id=term), False
        return queryset.named_like(term), False

    @admin.action(description=_("Hide the chosen titles"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.set_flag(request, queryset, flag="is_hidden", value=True, said="hidden")

    @admin.action(description=_("Show the chosen titles again"), permissions=["change"])
    def show(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.set_flag(request, queryset, flag="is_hidden", value=False, said="shown again")

    @admin.action(description=_("Merge duplicates …"), permissions=["delete"])
    def merge(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Ask which title is kept, then make the chosen ones one."""
        titles = list(queryset.order_by("-popularity", "pk")[: MOST_MERGED + 1])
        if not 2 <= len(titles) <= MOST_MERGED:
            words = _("Choose from 2 to %(n)d titles that are the same one.")
            self.message_user(request, words % {"n": MOST_MERGED}, messages.ERROR)
            return None
        kept = next((t for t in titles if str(t.pk) == request.POST.get("kept")), None)
        if kept is None:
            return self.ask_which(request, titles)
        return self.merge_into(request, kept, [t for t in titles if t is not kept])

    def ask_which(self, request: HttpRequest, titles: list[Title]) -> HttpResponse:
        """Show what each title has, for the curator to choose."""
        counts = ("ratings", "saves", "credits", "availabilities")
        rows = Title.objects.filter(pk__in=[t.pk for t in titles]).defer("search_document")
        rows = rows.annotate(**{f"n_{name}": Count(name, distinct=True) for name in counts})
        context = {
            **self.admin_site.each_context(request),
            "title": _("Which of these is kept?"),
            "rows": rows.order_by("-popularity", "pk"),
            "opts": self.opts,
            "action": "merge",
        }
        return TemplateResponse(request, "admin/catalog/title/merge.html", context)

    def merge_into(self, request: HttpRequest, kept: Title, others: list[Title]) -> None:
        """Merge, log it and say what happened."""
        names = ", ".join(f"{title} ({title.pk})" for title in others)
        try:
            n_moved = merge_titles(kept, others)
        except CannotMerge as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        self.log_change(request, kept, f"Merged with {names}; {n_moved} rows moved.")
        words = _("%(names)s became part of %(kept)s; %(n)d rows moved.")
        self.message_user(
            request, words % {"names": names, "kept": kept, "n": n_moved}, messages.SUCCESS
        )


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


class GroupTitleInline(admin.TabularInline):
    model = GroupTitle
    extra = 0
    autocomplete_fields = ("title",)
    ordering = ("position", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("title")


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


@admin.register(SourceRun)
class SourceRunAdmin(admin.ModelAdmin):
    """How each load of a source went; only to be read."""

    list_display = (
        "source", "status", "started_at", "finished_at", "n_read", "n_kept", "n_new", "n_changed",
        "n_rejected",
    )  # fmt: skip
    list_filter = ("status", "source")
    ordering = ("-started_at", "-pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


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
