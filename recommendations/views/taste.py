"""Somebody's own taste: what it is made of, where it lies, and what they change about it."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Title
from moviedb.htmx import render_page
from moviedb.requests import PersonRequest, is_id
from recommendations import steering, zones
from recommendations.reports import taste as report
from recommendations.reports import taste_map

N_PICKS = 10
# action: the action that takes it back
INVERSE = {
    "exclude": "include",
    "include": "exclude",
    "wrong": "right",
    "right": "wrong",
    "anew": "everything",
    "everything": "anew",
    "fade": "fade",
}


@require_safe
def taste(request: PersonRequest) -> HttpResponse:
    """Show what the person's taste is made of."""
    content, loved = zones.serving_spaces()
    mirror = report.read_mirror(request.person, content=content, loved=loved, now=timezone.now())
    context = {"mirror": mirror, "back": request.path}
    return render_page(request, "recommendations/taste.html", context)


@require_safe
def chart(request: PersonRequest) -> HttpResponse:
    """Show where the person's titles, vibes and picks lie on a map of the content space."""
    now, person = timezone.now(), request.person
    shelf = zones.recommend(person, zones.Tonight(), n=N_PICKS, now=now)
    is_theirs = shelf.zone == zones.Tonight.name
    picks = [pick.title for pick in shelf.picks] if is_theirs else []
    space = zones.serving_spaces().content
    found = taste_map.read_map(person, space=space, picks=picks, now=now)
    return render_page(request, "recommendations/taste_map.html", {"map": found})


@require_safe
def anew(request: PersonRequest) -> HttpResponse:
    """Ask whether the taste shall begin anew."""
    return render_page(request, "recommendations/taste_anew.html", {})


@require_POST
def act(request: PersonRequest) -> HttpResponse:
    """Change one thing about the taste; answer in place, or where the person came from."""
    action = request.POST.get("action", "")
    if action not in INVERSE:
        known = ", ".join(INVERSE)
        return HttpResponseBadRequest(f"action is {action[:40]!r}, expected one of {known}")
    if request.person.is_anonymous:
        return redirect("start")
    is_reason = action in {"wrong", "right"}
    title = find_title(request, "title") if is_reason or action in {"exclude", "include"} else None
    of = find_title(request, "of") if is_reason else None
    try:
        done, before = change(request, action, title=title, of=of)
    except steering.NotAHalfLife as error:
        return HttpResponseBadRequest(str(error))
    undo = {
        "action": INVERSE[action],
        "title": title.pk if title else 0,
        "of": of.pk if of else before or "0",
    }
    if request.htmx:
        context = {"done": done, "undo": undo, "title": title}
        return render(request, "recommendations/taste_answer.html", context)
    tags = f"undo-taste {undo['action']} {undo['title']} {undo['of']}"
    is_undo = request.POST.get("undo") == "1"
    messages.success(request, done, extra_tags="" if is_undo else tags)
    return redirect(back_of(request))


def change(
    request: PersonRequest, action: str, *, title: Title | None, of: Title | None
) -> tuple[str, str]:
    """Make one change; return what was done in words, and what was set before, for its undo."""
    person, now = request.person, timezone.now()
    name = title.name if title else ""
    match action:
        case "exclude" if title:
            steering.exclude(person, title, now=now)
            return _("%(name)s no longer counts for your taste.") % {"name": name}, ""
        case "include" if title:
            steering.include(person, title)
            return _("%(name)s counts for your taste again.") % {"name": name}, ""
        case "wrong" if title and of:
            steering.call_wrong(person, of, title, now=now)
            words = _("%(name)s is no longer named as a reason for %(pick)s.")
            return words % {"name": name, "pick": of.name}, ""
        case "right" if title and of:
            steering.call_right(person, of, title)
            words = _("%(name)s may be named as a reason for %(pick)s again.")
            return words % {"name": name, "pick": of.name}, ""
        case "anew":
            steering.begin_anew(person, now=now)
            return _("Your taste begins anew. Your library is as it was."), ""
        case "everything":
            steering.count_everything(person)
            return _("Everything you ever said counts again."), ""
    before = steering.half_life_of(person)
    chosen = steering.fade(person, request.POST.get("of", ""))
    return _("How fast your taste fades: %(choice)s.") % {"choice": chosen.label}, str(before)


def find_title(request: PersonRequest, name: str) -> Title:
    """Return the title that a form names."""
    text = request.POST.get(name, "")
    if not is_id(text):
        raise Http404("no such title")
    return get_object_or_404(Title.objects.visible(), pk=int(text))


def back_of(request: PersonRequest) -> str:
    """Return where the reader came from, if that is on this site, else the page of their taste."""
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return back if is_ours and back.startswith("/") else "/me/taste/"
