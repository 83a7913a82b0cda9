"""What people set for themselves: how the site looks, and what it may do with what it knows."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import privacy
from accounts.forms import PrivacyForm, SettingsForm
from accounts.models import User
from moviedb.htmx import render_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settings_form(request: HttpRequest) -> HttpResponse:
    """Show and store how the site looks and behaves, for guests too."""
    if request.method == "POST":
        form = SettingsForm(request.POST, instance=request.ensure_person())
        if form.is_valid():
            form.save()
            messages.success(request, _("Your settings are saved."))
            return redirect("settings")
        return settings_page(request, form, status=422)
    return settings_page(request, SettingsForm(instance=person_or_blank(request)))


@require_POST
@login_required
def privacy_form(request: HttpRequest) -> HttpResponse:
    """Store what a member allows."""
    form = PrivacyForm(request.POST)
    if not form.is_valid():
        return settings_page(request, SettingsForm(instance=request.user), status=422)
    privacy.allow(request.user, **form.cleaned_data)
    messages.success(request, _("Your privacy settings are saved."))
    return redirect("settings")


def settings_page(request: HttpRequest, form: SettingsForm, *, status: int = 200) -> HttpResponse:
    """Render the page with both forms."""
    is_member = request.user.is_authenticated
    context = {
        "form": form,
        "is_member": is_member,
        "privacy_form": PrivacyForm(initial=privacy.allowed_by(request.user))
        if is_member
        else None,
    }
    return render_page(request, "accounts/settings_form.html", context, status=status)


def person_or_blank(request: HttpRequest) -> User:
    """Return the person, or somebody with the settings that everybody starts with."""
    return User() if request.person.is_anonymous else request.person
