"""Titles, for curators: what is known, whether it is shown, and which ones are the same."""

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from catalog.admin.rows import FlagActions, RowsInline
from catalog.curation import CannotMerge, merge_titles
from catalog.models import Adaptation, Availability, Credit, Title
from catalog.naming import name_key

MOST_MERGED = 10


class CreditInline(RowsInline):
    model = Credit
    related = ("person",)
    autocomplete_fields = ("person",)
    ordering = ("role", "position", "pk")


class OriginInline(RowsInline):
    model = Adaptation
    fk_name = "form"
    related = ("origin", "form")
    autocomplete_fields = ("origin",)
    verbose_name, verbose_name_plural = _("origin"), _("made from")


class FormInline(OriginInline):
    fk_name = "origin"
    autocomplete_fields = ("form",)
    verbose_name, verbose_name_plural = _("form"), _("what was made from it")


class AvailabilityInline(RowsInline):
    model = Availability
    related = ("service", "title")
    autocomplete_fields = ("service",)
    ordering = ("-last_seen", "pk")


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
