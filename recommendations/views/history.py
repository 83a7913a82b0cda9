"""What was shown to a person, when and by which zone: to read, and to delete."""

from django.contrib import messages
from django.core.paginator import InvalidPage
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from moviedb.htmx import render_page
from moviedb.requests import PersonRequest, is_id
from recommendations import zones
from recommendations.reports import history as lists_of_the_past


@never_cache
@require_safe
def history(request: PersonRequest) -> HttpResponse:
    """Show the lists that the person was shown."""
    try:
        page = lists_of_the_past.lists_shown_to(request.person).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404(str(error)) from error
    pages = {name: (zone.label, zone.url_name) for name, zone in zones.ZONES.items()}
    served = [lists_of_the_past.served(each, pages=pages) for each in page]
    context = {"page": page, "served": served}
    return render_page(request, "recommendations/history.html", context)


@require_POST
def history_forget(request: PersonRequest) -> HttpResponse:
    """Delete one list of the person's log, or all of it."""
    text = request.POST.get("list", "")
    if not (text == "all" or is_id(text)):
        raise Http404("no such list")
    chosen = None if text == "all" else int(text)
    n = lists_of_the_past.forget(request.person, session_id=chosen)
    if not n and chosen is not None:
        raise Http404("no such list")
    words = ngettext("%(n)d list is deleted.", "%(n)d lists are deleted.", n) % {"n": n}
    messages.success(request, words if n else _("There was nothing to delete."))
    return redirect("history")
