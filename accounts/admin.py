"""People, for those who look after the site: nothing here shows what somebody watched."""

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import invites
from accounts.leaving import let_go
from accounts.models import Invite, User


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

    def delete_model(self, request, obj) -> None:
        let_go(User.objects.filter(pk=obj.pk))

    def delete_queryset(self, request, queryset) -> None:
        let_go(queryset)


@admin.register(Invite)
class InviteAdmin(admin.ModelAdmin):
    """Links by which people sign up while REGISTRATION is “invite”."""

    list_display = ("__str__", "n_used", "n_allowed", "expires_at", "holds", "made_by")
    readonly_fields = ("link", "n_used", "made_by", "made_at", "withdrawn_at")
    fields = ("note", "n_allowed", "expires_at", *readonly_fields)
    list_select_related = ("made_by",)
    ordering = ("-made_at", "-pk")
    list_per_page = 50
    actions = ("withdraw",)

    @admin.display(boolean=True, description=_("holds"))
    def holds(self, invite: Invite) -> bool:
        return (
            invite.withdrawn_at is None
            and invite.expires_at > timezone.now()
            and invite.n_used < invite.n_allowed
        )

    @admin.display(description=_("link, after the site's address"))
    def link(self, invite: Invite) -> str:
        return invites.path_of(invite) if invite.pk else _("It is made when you save.")

    def save_model(self, request, obj, form, change) -> None:
        if not change:
            obj.made_by = request.user
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Withdraw the chosen invitations"), permissions=["change"])
    def withdraw(self, request, queryset) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        n = invites.withdraw(ids, now=timezone.now())
        self.message_user(request, _("%(n)d withdrawn.") % {"n": n})


@admin.register(Authenticator)
class SecondFactorAdmin(admin.ModelAdmin):
    """Second factors without their secrets; deleting one lets somebody in who has lost it."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    search_fields = ("user__email", "user__username")
    list_select_related = ("user",)
    fields = readonly_fields = ("user", "type", "created_at", "last_used_at")
    ordering = ("-created_at", "-pk")
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False
