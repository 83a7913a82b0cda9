"""Somebody's notices: read, opened, deleted."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import notices as told
from accounts.models import Notice
from moviedb.htmx import render_page
from moviedb.requests import PersonRequest, is_id

PER_PAGE = 30
ACTIONS = ("open", "read", "delete", "read_all", "delete_read")


@never_cache
@login_required
@require_safe
def notices(request: PersonRequest) -> HttpResponse:
    """Show what somebody was told, newest first."""
    own = Notice.objects.to(request.person).select_related("sender").newest_first()
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "has_unread": any(one.read_at is None for one in page),
        "has_read": any(one.read_at is not None for one in page),
    }
    return render_page(request, "accounts/notices.html", context)


@login_required
@require_POST
def notices_act(request: PersonRequest) -> HttpResponse:
    """Open, mark or delete one notice, or mark or delete all."""
    action, text = request.POST.get("action", ""), request.POST.get("notice", "")
    if action not in ACTIONS:
        expected = ", ".join(ACTIONS)
        return HttpResponseBadRequest(f"action is {action[:40]!r}, expected one of {expected}")
    if action == "read_all":
        told.mark_read(request.person, now=timezone.now())
    elif action == "delete_read":
        told.delete(request.person)
    elif not is_id(text):
        raise Http404("no such notice")
    else:
        return act_on_one(request, action, int(text))
    return redirect("notices")


def act_on_one(request: PersonRequest, action: str, pk: int) -> HttpResponse:
    """Do something with one of the person's own notices."""
    notice = get_object_or_404(Notice.objects.to(request.person), pk=pk)
    if action == "delete":
        told.delete(request.person, pk=pk)
        return redirect("notices")
    told.mark_read(request.person, now=timezone.now(), pk=pk)
    return redirect(notice.url) if action == "open" else redirect("notices")
