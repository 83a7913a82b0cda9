"""A room for an evening: making one, finding one by its code, its door."""

from typing import Any

from allauth.core.internal.ratelimit import get_ip
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog import library
from catalog.models import Group
from moviedb.htmx import render_page
from moviedb.limits import limited
from moviedb.requests import PersonRequest
from recommendations.forms import wants_of
from recommendations.models import Room, Seat
from recommendations.models.rooms import CODE_WORKS, read_code
from recommendations.tastes import taste_of
from recommendations.together import reading, seating
from recommendations.together.asking import WishForm
from recommendations.views import chips as chips_
from recommendations.views.start import GroupTile, group_tiles

N_GROUPS = 6


def address(request: PersonRequest, *args: Any, **kwargs: Any) -> str:
    """Return whose tries at codes are counted: a guest is made too easily to be counted."""
    return f"ip {get_ip(request)}"


def everybody(request: PersonRequest, *args: Any, **kwargs: Any) -> str:
    """Return one count for all: guessing from many addresses gets no further."""
    return "everybody"


# ── Making a room, and finding one by its code ───────────────────────────


@limited("rooms", "20/h")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: PersonRequest) -> HttpResponse:
    """Show what a room is, the form that makes one, and those that somebody sits in."""
    person, now = request.person, timezone.now()
    form = wish_form(request)
    wants = wants_of(request.GET)
    if request.method == "POST" and form.is_valid():
        host = request.ensure_person()
        tap(request, host)
        room = seating.make_room(
            host, name=form.cleaned_data["name"], wish=form.wish(), wants=wants, now=now
        )
        return redirect(room)
    context = {
        "form": form,
        "rooms": reading.rooms_of(person, now=now),
        "groups": groups_for(person),
        **chips_.narrowing(request, wants, chips=chips_.kind_chips(request, wants)),
    }
    status = 422 if form.errors else 200
    return render_page(request, "recommendations/together.html", context, status=status)


@limited("room_codes_of_all", "1200/h", key=everybody, also_get=True)
@limited("room_codes", "10/m,40/h", key=address, also_get=True)
@never_cache
@require_safe
def find(request: PersonRequest, code: str = "") -> HttpResponse:
    """Lead to the room whose code was read aloud, while the code works."""
    typed = code or request.GET.get("code", "")
    room = seating.with_code(read_code(typed), now=timezone.now())
    if room is not None and not seating.is_kept_apart(room, request.person):
        return redirect(room)
    return gone(request, typed=typed[:20])


def gone(request: PersonRequest, *, typed: str = "") -> HttpResponse:
    """Say that there is no such room, for whatever reason."""
    context = {"typed": typed, "hours": CODE_WORKS.seconds // 3600}
    return render_page(request, "recommendations/together_gone.html", context, status=404)


def wish_form(request: PersonRequest, *, seat: Seat | None = None) -> WishForm:
    """Return the form in which somebody says what they are in the mood for."""
    person = request.person
    data = request.POST if request.method == "POST" else None
    name = person.first_name if person.pk else ""
    return WishForm(data, vibes=reading.vibes_of(person), seat=seat, name=name)


def groups_for(person: Any) -> list[GroupTile]:
    """Return groups to tap for somebody of whom no taste is known yet."""
    knows = person.pk is not None and taste_of(person, None, now=timezone.now()).speaks
    return [] if knows else group_tiles()[:N_GROUPS]


def tap(request: PersonRequest, person: Any) -> None:
    """Store the groups that were tapped on the way in, if any were."""
    groups = Group.objects.tapped(request.POST.getlist("group"))
    if groups:
        library.tap_groups(person, groups)


# ── The door of a room ───────────────────────────────────────────────────


def door(request: PersonRequest, found: Room) -> HttpResponse:
    """Ask in whoever has the link; on a POST, let them sit down."""
    now, problem = timezone.now(), ""
    if found.is_over(now) or seating.is_kept_apart(found, request.person):
        return gone(request)
    form = wish_form(request)
    if request.method == "POST" and form.is_valid():
        guest = request.ensure_person()
        tap(request, guest)
        name = form.cleaned_data["name"]
        try:
            seating.join(found.pk, guest, name=name, wish=form.wish(), now=now)
            return redirect(found)
        except seating.CannotJoin as error:
            problem = str(error)
    host = found.seats.filter(user=found.host_id).values_list("name", flat=True).first()
    context = {
        "form": form,
        "room": found,
        "host": host or "",
        "problem": problem,
        "groups": groups_for(request.person),
    }
    status = 422 if problem or form.errors else 200
    page = render_page(request, "recommendations/together_door.html", context, status=status)
    return private(page)


def private(page: HttpResponse) -> HttpResponse:
    """Keep the address of a room, which is its key, from search engines and other sites."""
    page["X-Robots-Tag"] = "noindex, nofollow"
    page["Referrer-Policy"] = "same-origin"
    return page
