"""A title's page, and what a person says there."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from catalog import library
from catalog.facts import facts_about, offers_of, titles_for_pages
from catalog.models import Title
from moviedb.htmx import render_page, wanted_part

# What the undo line says after a verb.
DONE = {
    "save": _("is on your watchlist"),
    "unsave": _("is off your watchlist"),
    "love": _("is one of your favourites"),
    "unlove": _("is no favourite any more"),
    "seen": _("is marked as seen"),
    "unseen": _("is not marked as seen any more"),
    "dismiss": _("is out of your lists"),
    "undismiss": _("may be in your lists again"),
    "rate": _("has your rating"),
    "unrate": _("has no rating of yours any more"),
    "undo": _("is as it was before"),
}


def find_title(request: HttpRequest, pk: int) -> Title:
    """Return a title that this person may see: curators see hidden ones, too."""
    title = get_object_or_404(titles_for_pages(), pk=pk)
    if (title.is_hidden or title.is_adult) and not request.user.is_staff:
        raise Http404("no such title")
    return title


@require_safe
def title_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is known of a title, and what the person said about it."""
    did, token = request.GET.get("did", ""), request.GET.get("undo", "")
    return title_page(request, find_title(request, pk), did=did, token=token[:4000])


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down one of the four statements, or take one back."""
    title, action = find_title(request, pk), request.POST.get("action", "")
    if action == "undo":
        return take_back(request, title)
    try:
        change = library.act(request.ensure_person(), title, action, now=timezone.now())
    except library.NotAnAction as error:
        return HttpResponseBadRequest(str(error))
    return answer(request, title, did=action, change=change)


@require_POST
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down the stars, or clear them."""
    title = find_title(request, pk)
    if "clear" in request.POST:
        change = library.unrate(request.ensure_person(), title)
        return answer(request, title, did="unrate", change=change)
    try:
        stars = library.read_stars(request.POST.get("stars", ""))
    except library.NotARating as error:
        return title_page(request, title, problem=str(error), status=422)
    change = library.rate(request.ensure_person(), title, stars, now=timezone.now())
    return answer(request, title, did="rate", change=change)


def take_back(request: HttpRequest, title: Title) -> HttpResponse:
    """Undo the change whose token was sent."""
    try:
        library.undo(request.ensure_person(), title, request.POST.get("token", ""))
    except library.NotAnUndo as error:
        return HttpResponseBadRequest(str(error))
    return answer(request, title, did="undo")


def answer(
    request: HttpRequest, title: Title, *, did: str, change: library.Change | None = None
) -> HttpResponse:
    """Answer a POST: with the part that changed, or by leading back to the page."""
    token = change.token() if change else ""
    if wanted_part(request, ("mine",)):
        return title_page(request, title, did=did, token=token)
    query = urlencode({"did": did} | ({"undo": token} if token else {}))
    return redirect(f"{title.get_absolute_url()}?{query}#mine")


def title_page(
    request: HttpRequest,
    title: Title,
    *,
    did: str = "",
    token: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render the page, or the part that holds the person's own statements."""
    context = {
        "title": title,
        "state": library.state_of(request.person, [title.pk])[title.pk],
        "offers": offers_of(title),
        "done_words": DONE.get(did, ""),
        "token": token,
        "problem": problem,
    }
    if not wanted_part(request, ("mine",)):
        context["facts"] = facts_about(title)
        is_member = request.user.is_authenticated
        context["may_recommend"] = is_member and request.user.has_friends_to_tip()
    return render_page(
        request, "catalog/title_detail.html", context, parts=("mine",), status=status
    )
