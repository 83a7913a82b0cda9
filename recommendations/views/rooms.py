"""A room's table: what its people see, and what they do."""

import re
from functools import lru_cache
from typing import Any

import qrcode
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from qrcode.image.svg import SvgPathImage

from moviedb.htmx import render_page
from moviedb.limits import limited
from moviedb.requests import PersonRequest, is_id
from recommendations.forms import wants_of
from recommendations.models import Room, Seat
from recommendations.models.rooms import CODE_LENGTH, CODE_WORKS
from recommendations.together import choosing, dealing, reading, seating
from recommendations.views import chips as chips_
from recommendations.views.together import door, find, gone, private, wish_form
from recommendations.zones.table import costs_for


@limited("room_acts", "120/m")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: PersonRequest, token: str) -> HttpResponse:
    """Show a room to those who sit in it, and its door to whoever has the link."""
    if len(token) == CODE_LENGTH:
        return find(request, code=token)
    now = timezone.now()
    if request.GET.get("v") and request.htmx:
        return changed(request, token)
    found = Room.objects.living(now=now).filter(token=token).first()
    if found is None:
        return gone(request)
    me = seat_in(found, request.person)
    if me is None:
        return door(request, found)
    return table_page(request, found, me)


def changed(request: PersonRequest, token: str) -> HttpResponse:
    """Answer a page that asks again and again: 204 while it is up to date."""
    now = timezone.now()
    mine = Room.objects.living(now=now).of(request.person).filter(token=token).first()
    if mine is None or mine.is_over(now):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if request.GET["v"] == mine.stamp(now):
        return HttpResponse(status=204)
    me = seat_in(mine, request.person)
    return table_page(request, mine, me) if me else HttpResponse(status=204)


def seat_in(found: Room, person: Any) -> Seat | None:
    """Return where this person sits in a room."""
    if person.pk is None:
        return None
    return found.seats.taken().filter(user=person.pk).select_related("user").first()


def table_page(request: PersonRequest, found: Room, me: Seat) -> HttpResponse:
    """Return the page of a room, or the part of it that lives."""
    now = timezone.now()
    table = reading.read_table(found, me, now=now)
    link = request.build_absolute_uri(found.get_absolute_url())
    wants = dealing.wants_of(found)
    context = {
        "table": table,
        "room": found,
        "link": link,
        "qr": qr_code(link) if not table.is_over else "",
        "code_works": found.created_at > now - CODE_WORKS,
        "filters": chips_.labels(wants),
        "mood_url": f"{reverse('room_mood', args=(found.token,))}?{as_query(found)}",
    }
    template = "recommendations/together_room.html"
    return private(render_page(request, template, context, parts=("live",)))


def as_query(found: Room) -> str:
    """Return a room's filters as an address holds them."""
    return urlencode(
        {name: "on" if value is True else value for name, value in found.wants.items()}, doseq=True
    )


@lru_cache(maxsize=64)
def qr_code(link: str) -> SafeString:
    """Draw a link as a square to be held before a camera."""
    code = qrcode.QRCode(border=2, image_factory=SvgPathImage)
    code.add_data(link)
    drawn = code.make_image().to_string(encoding="unicode")
    drawn = re.sub(r'<svg ([^>]*?)width="[^"]*" height="[^"]*"', r"<svg \1", drawn, count=1)
    return SafeString(drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))


# ── What is done in it ───────────────────────────────────────────────────


@limited("room_acts", "120/m")
@require_POST
def room_act(request: PersonRequest, token: str) -> HttpResponse:
    """Do one of ACTS, and show the table after it."""
    now = timezone.now()
    mine = Room.objects.living(now=now).of(request.person).filter(token=token).first()
    me = seat_in(mine, request.person) if mine else None
    if mine is None or me is None:
        return gone(request)
    action = request.POST.get("action", "")
    if action in choosing.CHOICES:
        text = request.POST.get("title", "")
        title_id = int(text) if is_id(text) else 0
        with seating.locked(mine.pk) as held:
            was_there = choosing.choose(held, me, title_id, action, now=now)
        if not was_there and not mine.is_over(now):
            messages.info(request, _("That title had left the table. Nothing was changed."))
    elif action == "others":
        with seating.locked(mine.pk) as held:
            if not held.is_over(now):
                dealing.deal(held, now=now, others=True)
    elif action == "again":
        with seating.locked(mine.pk) as held:
            if not held.is_over(now):
                dealing.deal(held, now=now)
    elif action == "leave":
        seating.leave(me, now=now)
        messages.success(request, _("You have left the room. The link lets you in again."))
        return redirect("together")
    elif action == "close" and mine.host_id == me.user_id:
        seating.close(mine, now=now)
    else:
        expected = ", ".join([*choosing.CHOICES, "others", "again", "leave", "close (by its host)"])
        return HttpResponseBadRequest(f"action is {action[:40]!r}, expected one of {expected}")
    if not request.htmx:
        return redirect(mine)
    mine.refresh_from_db()
    if mine.is_over(now):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return table_page(request, mine, me)


@limited("room_acts", "120/m")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room_mood(request: PersonRequest, token: str) -> HttpResponse:
    """Let somebody want something else this evening, or the room other filters."""
    now = timezone.now()
    mine = Room.objects.open(now=now).of(request.person).filter(token=token).first()
    me = seat_in(mine, request.person) if mine else None
    if mine is None or me is None:
        return gone(request)
    form = wish_form(request, seat=me)
    wants = wants_of(request.GET)
    if request.method == "POST" and form.is_valid():
        seating.change(me, name=form.cleaned_data["name"], wish=form.wish(), wants=wants, now=now)
        return redirect(mine)
    costs: tuple = ()
    if mine.is_short and request.method != "POST":
        voices = [dealing.voice_of(seat, now=now) for seat in dealing.seats_of(mine)]
        costs = costs_for(voices, wants=wants, now=now)
    context = {
        "form": form,
        "room": mine,
        "groups": [],
        **chips_.narrowing(request, wants, chips=chips_.kind_chips(request, wants)),
        "loosenings": [
            chips_.Loosening(cost.label, cost.n_back, chips_.without(request, *cost.names))
            for cost in costs
        ],
    }
    status = 422 if form.errors else 200
    page = render_page(request, "recommendations/together_mood.html", context, status=status)
    return private(page)
