"""The pages of the zones that choose in another way than Tonight, and the page that lists all."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from catalog import browsing
from catalog.models import Mood
from moviedb.htmx import render_page
from moviedb.requests import PersonRequest
from recommendations import zones
from recommendations.forms import wants_of
from recommendations.tasks import record_later
from recommendations.views import asking
from recommendations.views import chips as chips_
from recommendations.views.asking import PER_PAGE
from recommendations.views.picks import more_url, open_panel, page_number
from recommendations.zones.gems import HIGHEST, LOWEST
from recommendations.zones.zone import Zone

# What each mood promises, under its name.
MOOD_LINES: dict[str, str | Promise] = {
    Mood.TENSE: _("You forget to breathe"),
    Mood.WONDER: _("Other worlds, wide eyes"),
    Mood.TENDER: _("Love, kindness, a lump in the throat"),
    Mood.BRIGHT: _("Kind people, good lines"),
    Mood.DREAD: _("Something is in the house"),
    Mood.EPIC: _("Armies, oceans, centuries"),
    Mood.HUSHED: _("Little is said, and it stays"),
    Mood.TRUE: _("It might have happened, or it did"),
    Mood.STRANGE: _("Nothing is quite as it should be"),
    Mood.NOIR: _("Rain, smoke and bad luck"),
}


@dataclass(frozen=True)
class Nothing:
    """What stands in the place of a list that is empty: what will be here, and one button."""

    heading: str | Promise
    text: str | Promise
    url_name: str
    button: str | Promise


NO_TASTE = {
    zones.Gems.name: _("Hidden gems lie close to titles that you love; none is known yet."),
    zones.Surprise.name: _("A surprise is tied to a title that you love; none is known yet."),
}
NOTHING = {
    zones.Gems.name: Nothing(
        _("No gem lies close enough"),
        _("Move the slider up, or love a few more titles: each opens a neighbourhood of its own."),
        "start", _("Tap more groups"),
    ),
    zones.Surprise.name: Nothing(
        _("No bridge carries today"),
        _("Every title that is far from your usual is far in every way. Tomorrow another few "
          "hundred are drawn."),
        "home", _("To your five"),
    ),
    zones.Trending.name: Nothing(
        _("Nothing trends here yet"),
        _("A title stands here once three people who lend their ratings have saved or loved it "
          "within a few weeks. With fewer, it would tell who it was."),
        "settings", _("Lend your ratings"),
    ),
    zones.Trusted.name: Nothing(
        _("Nothing new from them yet"),
        _("What friends love who let you see their library, and what they recommend to you, "
          "stands here. What you know already is left out."),
        "friends_lately", _("To your friends"),
    ),
    zones.ByMood.name: Nothing(
        _("Nothing of this mood is left"),
        _("You have seen or turned down all of it."), "moods", _("Another mood"),
    ),
}  # fmt: skip


@require_safe
def gems(request: PersonRequest) -> HttpResponse:
    """Show five that are close to what the person loves, and hardly known."""
    zone = asking.gems(request.GET)
    own = wants_of(request.GET)
    # The ceiling is a filter like others, so that what they cost is counted below it.
    lowest = min(zone.ceiling, own.max_popularity if own.max_popularity is not None else 1.0)
    more = {
        "known": round(100 * zone.ceiling),
        "least": round(100 * LOWEST),
        "most": round(100 * HIGHEST),
    }
    return zone_page(request, zone, asked=replace(own, max_popularity=lowest), **more)


@require_safe
def trending(request: PersonRequest) -> HttpResponse:
    """Show what people here save and love lately."""
    return zone_page(request, zones.Trending())


@require_safe
def surprise(request: PersonRequest) -> HttpResponse:
    """Show one title from far outside the person's usual, and what ties it to them."""
    return zone_page(request, zones.Surprise(), n=1)


@require_safe
def moods(request: PersonRequest) -> HttpResponse:
    """Show the ten moods as ways in."""
    return render_page(request, "recommendations/moods.html", {"moods": mood_tiles()})


@require_safe
def mood(request: PersonRequest, slug: str) -> HttpResponse:
    """Show five of one mood, in the order of the person's taste where it is known."""
    if slug not in Mood.values:
        raise Http404(f"there is no mood {slug!r}")
    return zone_page(
        request, asking.mood(request.path), moods=mood_tiles(), heading=Mood(slug).label
    )


@require_safe
def explore(request: PersonRequest) -> HttpResponse:
    """List every zone with what it is for, the moods, and the ways to browse."""
    pages = [zone for zone in zones.ZONES.values() if zone.url_name]
    facets = browsing.facets_of(browsing.Corner(), today=timezone.localdate())
    context = {
        "zones": [(z.label, z.purpose, z.inputs, reverse(z.url_name)) for z in pages],
        "moods": mood_tiles(),
        "facets": [facet for facet in facets if facet.name in ("kind", "genre", "decade")],
        "n_titles": browsing.n_in(browsing.Corner(), today=timezone.localdate()),
    }
    return render_page(request, "recommendations/explore.html", context)


@dataclass(frozen=True)
class MoodTile:
    """A mood as a way in."""

    slug: str
    name: str | Promise
    line: str | Promise


def mood_tiles() -> list[MoodTile]:
    """Return the ten moods."""
    return [MoodTile(slug, Mood(slug).label, line) for slug, line in MOOD_LINES.items()]


def nothing_for(zone: Zone, person: Any) -> Nothing:
    """Return what an empty list says; only a member has ratings to lend."""
    found = NOTHING[zone.name]
    is_member = not (person.is_anonymous or person.is_guest)
    if zone.name == zones.Trending.name and not is_member:
        return replace(found, url_name="account_signup", button=_("Sign up to lend yours"))
    return found


def zone_page(
    request: PersonRequest,
    zone: Zone,
    *,
    n: int = PER_PAGE,
    asked: zones.Wants | None = None,
    **more: Any,
) -> HttpResponse:
    """Show a page of a zone's list, or say what is missing for one.

    Args:
        asked: the filters with the zone's own limit among them, where it has one.
        more: what only this zone's page shows.
    """
    now, page, person = timezone.now(), page_number(request), request.person
    wants = wants_of(request.GET)
    shelf = zones.recommend(
        person,
        zone,
        wants=asked or wants,
        n=n,
        skip=n * (page - 1),
        open_id=open_panel(request),
        now=now,
    )
    needs_taste = shelf.zone != zone.name
    if needs_taste:
        shelf = replace(shelf, picks=(), costs=())
    else:
        record_later(person, shelf, wants, now=now)
    limits = {"min_popularity", "max_popularity"} - set(wants.active())
    shelf = replace(shelf, costs=tuple(c for c in shelf.costs if not limits & set(c.names)))
    context = {
        "zone": zone,
        "heading": zone.label,
        "shelf": shelf,
        "needs_taste": NO_TASTE.get(zone.name, "") if needs_taste else "",
        "nothing": nothing_for(zone, person),
        **chips_.narrowing(request, wants, shelf=shelf, chips=chips_.kind_chips(request, wants)),
        "more_url": more_url(request, page, shelf),
        "open_id": open_panel(request),
        "back": request.get_full_path(),
        "page": page,
        **more,
    }
    return render_page(request, "recommendations/zone_list.html", context, parts=("picks",))
