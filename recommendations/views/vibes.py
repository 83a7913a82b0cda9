"""A person's vibes: the programme of them, each one's five, and what is done with them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Mood
from moviedb.htmx import render_page
from moviedb.requests import PersonRequest, is_id
from recommendations import zones
from recommendations.forms import wants_of
from recommendations.models import Vibe
from recommendations.models.vibes import LONGEST_NAME
from recommendations.reports import vibes as report
from recommendations.tasks import fit_vibes_later, record_later
from recommendations.taste.clustering.grounds import DEFAULT_GROUND
from recommendations.templatetags.vibes import TAG
from recommendations.vibes import fitting, reading, shaping
from recommendations.views import chips as chips_
from recommendations.views.asking import PER_PAGE
from recommendations.views.picks import more_url, open_panel, page_number

MOOD_ALONE = "mood"
WANTED = tuple("12345678")


@require_safe
def vibes(request: PersonRequest) -> HttpResponse:
    """Show a person's vibes, or what would make some."""
    programme = reading.programme(request.person, now=timezone.now())
    if programme.n_liked and (programme.is_stale or not programme.is_stored):
        fit_vibes_later(request.person.pk)
    context = {
        "programme": programme,
        "moods": [] if programme.cards else Mood.choices,
        "counts": WANTED,
        "everything": DEFAULT_GROUND,
        "mood_alone": MOOD_ALONE,
    }
    return render_page(request, "recommendations/vibes.html", context)


@require_safe
def vibe(request: PersonRequest, pk: int) -> HttpResponse:
    """Show five from one vibe, and the way to the others."""
    own = list(Vibe.objects.owned_by(request.person).living().in_order())
    current = next((one for one in own if one.pk == pk), None)
    if current is None:
        get_object_or_404(Vibe.objects.owned_by(request.person), pk=pk)
        return redirect("vibes")  # It was dropped or merged; the others are there.
    return vibe_page(request, current, own)


def vibe_page(
    request: PersonRequest,
    current: Vibe,
    own: list[Vibe],
    *,
    problem: str = "",
    name: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return a vibe's page.

    Args:
        problem: what is wrong with the `name` it shall get.
    """
    now, person = timezone.now(), request.person
    wants, page = wants_of(request.GET), page_number(request)
    shelf = zones.recommend(
        person,
        zones.FromVibe.of(current),
        wants=wants,
        n=PER_PAGE,
        skip=PER_PAGE * (page - 1),
        open_id=open_panel(request),
        now=now,
    )
    record_later(person, shelf, wants, now=now)
    (card,) = reading.cards_of([current])
    context: dict[str, Any] = {
        "vibe": card,
        "vibes": own,
        "others": [one for one in own if one.pk != current.pk],
        "problem": problem,
        "wished": name or current.name,
        "longest_name": LONGEST_NAME,
        "shelf": shelf,
        "more_url": more_url(request, page, shelf),
        "open_id": open_panel(request),
        "back": request.get_full_path() if request.method == "GET" else current.get_absolute_url(),
        "page": page,
        **chips_.narrowing(request, wants, shelf=shelf, chips=chips_.kind_chips(request, wants)),
    }
    template = "recommendations/vibe_detail.html"
    return render_page(request, template, context, parts=("vibe", "picks"), status=status)


# ── What is done with vibes ──────────────────────────────────────────────


@require_POST
def vibe_act(request: PersonRequest) -> HttpResponse:
    """Do one of ACTS, and lead to the page that shows what came of it."""
    action = request.POST.get("action", "")
    if request.person.is_anonymous:
        raise Http404("nobody's vibes")
    if action in ON_ALL:
        return ON_ALL[action](request)
    if action not in ON_ONE:
        expected = ", ".join([*ON_ONE, *ON_ALL])
        return HttpResponseBadRequest(f"action is {action[:40]!r}, expected one of {expected}")
    return ON_ONE[action](request, named_vibe(request, "vibe"))


def named_vibe(request: PersonRequest, field: str) -> Vibe:
    """Return the person's own vibe that a field of the form names."""
    text = request.POST.get(field, "")
    if not is_id(text):
        raise Http404("no such vibe")
    own = Vibe.objects.owned_by(request.person).select_related("user", "merged_into")
    return get_object_or_404(own, pk=int(text))


def refit(request: PersonRequest) -> HttpResponse:
    """Fit the vibes now, by the ground and the number that the form asks for."""
    ground, text = request.POST.get("ground", ""), request.POST.get("wanted", "")
    if ground not in ("", DEFAULT_GROUND, MOOD_ALONE) or text not in ("", "auto", *WANTED):
        messages.error(
            request,
            _("Vibes go by everything or by mood alone, and there can be 1 to 8. Nothing changed."),
        )
        return redirect("vibes")
    wanted = fitting.AS_BEFORE if not text else None if text == "auto" else int(text)
    fitting.fit_vibes(request.person, now=timezone.now(), ground=ground, wanted=wanted)
    messages.success(request, _("Your vibes are up to date."))
    return redirect("vibes")


def start(request: PersonRequest) -> HttpResponse:
    """Store vibes that a page worked out on the spot, and open the one with this title."""
    fitting.fit_vibes(request.person, now=timezone.now())
    text = request.POST.get("title", "")
    title_id = int(text) if is_id(text) else 0
    found = reading.vibe_with(request.person, title_id)
    return redirect(found or "vibes")


def rename(request: PersonRequest, current: Vibe) -> HttpResponse:
    """Give a vibe the person's own name."""
    name = request.POST.get("name", "")
    try:
        shaping.rename(current, name)
    except shaping.NotAName as error:
        own = list(Vibe.objects.owned_by(request.person).living().in_order())
        return vibe_page(request, current, own, problem=str(error), name=name[:200], status=422)
    return redirect(current)


def split(request: PersonRequest, current: Vibe) -> HttpResponse:
    """Make two of a vibe."""
    try:
        other = shaping.split(current, now=timezone.now())
    except shaping.CannotSplit as error:
        messages.warning(request, str(error))
        return redirect(current)
    words = _("Two vibes now: “%(one)s” and “%(other)s”. Both are pinned and stay apart.")
    told = words % {"one": current.name, "other": other.name}
    messages.success(request, told, extra_tags=f"{TAG} merge {current.pk} {other.pk}")
    return redirect(current)


def merge(request: PersonRequest, current: Vibe) -> HttpResponse:
    """Let a vibe take in another."""
    other = named_vibe(request, "other")
    try:
        shaping.merge(current, other, now=timezone.now())
    except shaping.CannotMerge as error:
        messages.warning(request, str(error))
        return redirect(current)
    told = _("“%(one)s” has taken in “%(other)s”.") % {"one": current.name, "other": other.name}
    messages.success(request, told, extra_tags=f"{TAG} unmerge {other.pk} 0")
    return redirect(current)


def unmerge(request: PersonRequest, other: Vibe) -> HttpResponse:
    """Take a vibe out again of the one that took it in."""
    shaping.unmerge(other, now=timezone.now())
    return redirect(other)


def drop(request: PersonRequest, current: Vibe) -> HttpResponse:
    """Take a vibe off the pages."""
    shaping.drop(current, now=timezone.now())
    told = _("“%(name)s” is dropped. Its titles stay loved, and still count for your picks.")
    messages.success(
        request, told % {"name": current.name}, extra_tags=f"{TAG} restore {current.pk} 0"
    )
    return redirect("vibes")


def restore(request: PersonRequest, current: Vibe) -> HttpResponse:
    """Bring a dropped vibe back."""
    shaping.restore(current)
    return redirect(current)


def pin(request: PersonRequest, current: Vibe) -> HttpResponse:
    """Keep a vibe as it is, or let the next fit decide again."""
    shaping.pin(current, keeps=request.POST["action"] == "pin")
    return redirect(current)


ON_ALL = {"refit": refit, "start": start}
ON_ONE = {
    "rename": rename, "split": split, "merge": merge, "unmerge": unmerge, "drop": drop,
    "restore": restore, "pin": pin, "unpin": pin,
}  # fmt: skip


# ── For those who run the site ───────────────────────────────────────────


@login_required
@require_safe
def staff_vibes(request: PersonRequest) -> HttpResponse:
    """Compare the four algorithms over a sample of people here, once it is asked for."""
    if not (request.user.is_active and request.user.is_staff):
        raise PermissionDenied("the comparison is for the staff")
    n = int(text) if (text := request.GET.get("people", "")).isascii() and text.isdigit() else 0
    comparison = report.compare(n_people=n, now=timezone.now()) if n else None
    context = {"comparison": comparison, "most": report.MOST_PEOPLE, "n": n or 10}
    return render_page(request, "recommendations/vibes_staff.html", context)
