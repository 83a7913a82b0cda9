"""One tap on a card: the statement is stored, and the card makes way for the next."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from catalog import library
from catalog.models import Title
from moviedb.requests import PersonRequest
from recommendations import zones
from recommendations.forms import wants_of
from recommendations.models import Shown
from recommendations.views import asking
from recommendations.views.asking import MOST_SHOWN

# action: (how it reads when done, the action that takes it back)
ACTIONS = {
    "save": ("saved", "unsave"),
    "love": ("marked as loved", "unlove"),
    "seen": ("marked as seen", "unseen"),
    "dismiss": ("put away", "undismiss"),
    "unsave": ("taken off your watchlist", "save"),
    "unlove": ("no longer loved", "love"),
    "unseen": ("no longer seen", "seen"),
    "undismiss": ("back in your lists", "dismiss"),
}


@dataclass(frozen=True)
class Undone:
    """What the slip over a new card says and takes back."""

    acted: Title
    action: str
    done_words: str
    token: str


def safe_back(request: PersonRequest) -> str:
    """Return where the reader came from, if that is on this site, else the home page."""
    back = request.POST.get("back", "/")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return back if is_ours and back.startswith("/") else "/"


def shown_ids(text: str) -> list[int]:
    """Return the ids of the titles on the shelf, as the card's form carries them."""
    ids = [int(t) for t in text.split(",") if t.isascii() and t.isdigit() and len(t) < 15]
    return ids[:MOST_SHOWN]


@require_POST
def act(request: PersonRequest) -> HttpResponse:
    """Store what the person says about a title; answer with the card that takes its place."""
    action, text = request.POST.get("action", ""), request.POST.get("title", "")
    if action not in ACTIONS:
        return HttpResponseBadRequest(f"action is {action[:40]!r}, expected one of a card's four")
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        raise Http404("no such title")
    title = get_object_or_404(Title.objects.visible(), pk=int(text))
    is_undo = request.POST.get("undo") == "1"
    done, inverse = ACTIONS[action]
    person, now = request.ensure_person(), timezone.now()
    token = ""
    if is_undo:
        take_back(person, title, inverse, request.POST.get("token", ""), now=now)
    else:
        token = library.act(person, title, action, now=now).token()
    marked = "" if is_undo or action.startswith("un") else action
    Shown.objects.mark(user=person, title=title, action=marked, now=now)
    if not request.htmx:
        if not is_undo:
            messages.success(
                request, f"{title.name} {done}.", extra_tags=f"undo {action} {title.pk} {token}"
            )
        return redirect(safe_back(request))
    return card_answer(request, person, title, action, token=token, is_undo=is_undo, now=now)


def take_back(person, title: Title, inverse: str, token: str, *, now) -> None:
    """Take an action back exactly; without its token, do its opposite."""
    try:
        library.undo(person, title, token)
    except library.NotAnUndo:
        library.act(person, title, inverse, now=now)


def card_answer(
    request: PersonRequest, person, title: Title, action: str, *, token: str, is_undo: bool, now
) -> HttpResponse:
    """Return the card that takes the acted one's place, with the slip that takes it back.

    Saving keeps a card where it stands in lists that show saved titles; taking something back
    brings the title's own card again.
    """
    back = safe_back(request)
    query = QueryDict(back.partition("?")[2])
    zone = asking.zone_of(request.POST.get("zone", ""), query, person, now=now)
    wants, shown = wants_of(query), shown_ids(request.POST.get("shown", ""))
    stays = is_undo or action.startswith("un") or (action == "save" and not zone.hides_saved)
    shelf = zones.recommend(
        person,
        zone,
        wants=wants,
        n=1,
        exclude=() if stays else tuple(dict.fromkeys([*shown, title.pk])),
        only=title.pk if stays else None,
        now=now,
    )
    pick = shelf.picks[0] if shelf.picks else None
    if pick:
        leaving = request.POST.get("replaced", "") if is_undo else str(title.pk)
        shown = [pick.title.pk if str(i) == leaving else i for i in shown]
    context = {
        "pick": pick,
        "undone": None if is_undo else Undone(title, action, ACTIONS[action][0], token),
        "zone": zone.name,
        "back": back,
        "shown": ",".join(map(str, shown)),
        "stays": stays,
    }
    return render(request, "recommendations/card_answer.html", context)
