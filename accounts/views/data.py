"""A person's own data: for now, deleting all of it."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms import DeleteForm
from accounts.leaving import let_go
from accounts.models import User
from moviedb.htmx import render_page


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def data_page(request: HttpRequest) -> HttpResponse:
    """Delete the person with everything that is theirs, once they have confirmed it."""
    person = request.person
    if person.is_anonymous:
        return render_page(request, "accounts/data.html", {"form": None})
    form = DeleteForm(request.POST if request.method == "POST" else None, user=person)
    if request.method == "POST":
        if limited := ratelimit.consume_or_429(request, action="reauthenticate", user=person):
            return limited
        if form.is_valid():
            delete_person(request, person)
            messages.success(request, _("Everything about you is deleted."))
            return redirect("home")
    status = 422 if form.errors else 200
    return render_page(request, "accounts/data.html", {"form": form}, status=status)


@transaction.atomic
def delete_person(request: HttpRequest, person: User) -> None:
    """Delete the person's row, and with it all rows that hang from it; and end the session."""
    logout(request)
    let_go(User.objects.filter(pk=person.pk))
