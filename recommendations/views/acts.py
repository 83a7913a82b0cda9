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
from moviedb.requests import PersonRequest, is_id
from recommendations import zones
from recommendations.forms import wants_of
from recommendations.models import Shown
from recommendations.views import asking
from recommendations.views.asking import MOST_SHOWN
from recommendations.zones.zone import Zone

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
    is_here: bool = False  # a dismissal in one zone, which may be made one everywhere


def safe_back(request: PersonRequest) -> str:
    """Return where the reader came from, if that is on this site, else the home page."""
    back = request.POST.get("back", "/")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return back if is_ours and back.startswith("/") else "/"


def zone_behind(request: PersonRequest, person, *, now) -> Zone:
    """Return the zone that the card stands in, with the inputs that its page's address has."""
    path, _, query = safe_back(request).partition("?")
    name = request.POST.get("zone", "")
    return asking.zone_of(name, QueryDict(query), person, now=now, path=path)


def shown_ids(text: str) -> list[int]:
    """Return the ids of the titles on the shelf, as the card's form carries them."""
    ids = [int(t) for t in text.split(",") if is_id(t)]
    return ids[:MOST_SHOWN]


@require_POST
def act(request: PersonRequest) -> HttpResponse:
    """Store what the person says about a title; answer with the card that takes its place."""
    action, text = request.POST.get("action", ""), request.POST.get("title", "")
    if action not in ACTIONS:
        return HttpResponseBadRequest(f"action is {action[:40]!r}, expected one of a card's four")
    if not is_id(text):
        raise Http404("no such title")
    title = get_object_or_404(Title.objects.visible(), pk=int(text))
    is_wider = action == "dismiss" and request.POST.get("everywhere") == "1"
    is_undo = request.POST.get("undo") == "1" and not is_wider
    done, inverse = ACTIONS[action]
    person, now = request.ensure_person(), timezone.now()
    zone = zone_behind(request, person, now=now)
    place = zone.name if action == "dismiss" and zone.dismisses_here and not is_wider else ""
    token = ""
    if is_undo or is_wider:
        take_back(person, title, inverse, request.POST.get("token", ""), now=now)
    if not is_undo:
        token = library.act(person, title, action, zone=place, now=now).token()
        done = f"{done} here" if place else f"{done} everywhere" if is_wider else done
    marked = "" if is_undo or action.startswith("un") else action
    Shown.objects.mark(user=person, title=title, action=marked, now=now)
    if not request.htmx:
        if not is_undo:
            tags = f"undo {action} {title.pk} {token} {place}".strip()
            messages.success(request, f"{title.name} {done}.", extra_tags=tags)
        return redirect(safe_back(request))
    undone = None if is_undo else Undone(title, action, done, token, is_here=bool(place))
    return card_answer(request, person, zone, title, action, undone, now=now)


def take_back(person, title: Title, inverse: str, token: str, *, now) -> None:
    """Take an action back exactly; without its token, do its opposite."""
    try:
        library.undo(person, title, token)
    except library.NotAnUndo:
        library.act(person, title, inverse, now=now)


def card_answer(
    request: PersonRequest,
    person,
    zone: Zone,
    title: Title,
    action: str,
    undone: Undone | None,
    *,
    now,
) -> HttpResponse:
    """Return the card that takes the acted one's place, with the slip that takes it back.

    Saving keeps a card where it stands in lists that show saved titles; taking something back
    brings the title's own card again; a dismissal made wider leaves the card that came instead.
    """
    back, replaced = safe_back(request), shown_ids(request.POST.get("replaced", ""))[:1]
    wants = wants_of(QueryDict(back.partition("?")[2]))
    shown = shown_ids(request.POST.get("shown", ""))
    is_wider = undone is not None and request.POST.get("everywhere") == "1"
    stays = action.startswith("un") or (action == "save" and not zone.hides_saved)
    stays = stays or undone is None
    only = title.pk if stays else replaced[0] if is_wider and replaced else None
    shelf = zones.recommend(
        person,
        zone,
        wants=wants,
        n=1,
        exclude=() if only else tuple(dict.fromkeys([*shown, title.pk])),
        only=only,
        now=now,
    )
    pick = shelf.picks[0] if shelf.picks else None
    if pick:
        leaving = replaced[0] if undone is None and replaced else title.pk
        shown = [pick.title.pk if i == leaving else i for i in shown]
    context = {
        "pick": pick,
        "undone": undone,
        "zone": zone.name,
        "back": back,
        "shown": ",".join(map(str, shown)),
        "stays": stays,
    }
    return render(request, "recommendations/card_answer.html", context)
