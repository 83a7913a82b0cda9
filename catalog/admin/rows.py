"""What several of the admin's pages share."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import ngettext


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


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that machines write and people read."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class KnownSelect(AutocompleteSelect):
    """A field that completes names, and need not ask for the one that its row has loaded."""

    known: Model | None = None

    def optgroups(self, name: str, value: list[str], attr: Any = None) -> list:
        if self.known is None or [str(v) for v in value] != [str(self.known.pk)]:
            return super().optgroups(name, value, attr)
        return [(None, [self.create_option(name, self.known.pk, str(self.known), True, 0)], 0)]


class KnownRowForm(forms.ModelForm):
    """Tells each completing field what its row has loaded."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", None)
            if isinstance(widget, KnownSelect) and self.instance.pk:
                widget.known = getattr(self.instance, name)


class RowsInline(admin.TabularInline):
    """Rows of a table below a form, in the same number of queries however many they are."""

    form = KnownRowForm
    extra = 0
    related: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related(*self.related)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KnownSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
