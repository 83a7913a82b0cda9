"""The admin's door: the site's own way of signing in, and for staff a second factor."""

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from accounts.secondfactor import has_second_factor

# What allauth would show in the admin: secrets, addresses of computers, settings we read elsewhere.
KEPT_OUT = {
    "account.emailconfirmation",
    "mfa.authenticator",
    "socialaccount.socialaccount",
    "socialaccount.socialapp",
    "socialaccount.socialtoken",
    "usersessions.usersession",
}


class GuardedSite(AdminSite):
    """Django's admin without a login of its own, which no rate limit would guard."""

    site_header = site_title = gettext_lazy("MovieDB, for those who look after it")

    def register(self, model_or_iterable, admin_class=None, **options) -> None:
        """Register models, except allauth's that show more than staff should see."""
        models = (
            model_or_iterable if hasattr(model_or_iterable, "__iter__") else [model_or_iterable]
        )
        is_theirs = admin_class is not None and admin_class.__module__.startswith("allauth.")
        shown = [m for m in models if not (is_theirs and m._meta.label_lower in KEPT_OUT)]
        if shown:
            super().register(shown, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether somebody may enter: active staff, with a second factor where asked."""
        return super().has_permission(request) and not self.lacks_factor(request)

    def lacks_factor(self, request: HttpRequest) -> bool:
        """Return whether this person still has to set up a second factor."""
        return settings.STAFF_NEEDS_SECOND_FACTOR and not has_second_factor(request.user)

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Lead to the site's own way in, whatever was sent here; nothing signs in by this door."""
        return self._door(request)

    @method_decorator(never_cache)
    def _door(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and not (user.is_active and user.is_staff):
            raise PermissionDenied
        if user.is_authenticated and self.lacks_factor(request):
            messages.warning(
                request,
                _("Staff need a second factor here. Set up an app or a passkey, then come back."),
            )
            return redirect("safety")
        if user.is_authenticated:
            return redirect("admin:index")
        target = request.GET.get("next") or resolve_url("admin:index")
        return redirect_to_login(target, resolve_url(settings.LOGIN_URL))

    def password_change(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        """Lead to the site's own page, which counts wrong passwords."""
        return redirect("account_change_password")
