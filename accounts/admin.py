"""People, for those who look after the site: nothing here shows what somebody watched."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from accounts.models import User


@admin.register(User)
class PeopleAdmin(UserAdmin):
    """Members and guests; passwords are changed by their owners or by `make_admin`."""

    list_display = ("username", "email", "is_guest", "is_staff", "is_active", "last_seen_at")
    list_filter = ("is_guest", "is_staff", "is_superuser", "is_active")
    search_fields = ("username", "email")
    ordering = ("-last_seen_at", "-pk")
    list_per_page = 50
    show_full_result_count = False
    readonly_fields = ("is_guest", "last_login", "date_joined", "last_seen_at")
    fieldsets = (
        (None, {"fields": ("username", "email", "password", "is_guest")}),
        (_("Settings"), {"fields": ("theme", "certificate_cap", "has_shortcuts")}),
        (
            _("Permissions"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("Moments"), {"fields": ("last_login", "date_joined", "last_seen_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "email", "usable_password", "password1", "password2")}),
    )
