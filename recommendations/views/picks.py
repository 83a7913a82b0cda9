"""The pages that show picks: home, search, more like this."""

from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.cards import visible_titles
from catalog.finding import find_by_name
from catalog.models import Title
from moviedb.cache import kept_here
from moviedb.htmx import render_page
from moviedb.requests import PersonRequest, is_id
from recommendations import zones
from recommendations.forms import SteerForm, read_words, wants_of
from recommendations.tasks import record_later
from recommendations.taste.encoders import EncoderMissing
from recommendations.taste.reading import Proposal, read_filters
from recommendations.views import asking
from recommendations.views import chips as chips_
from recommendations.views.asking import LAST_PAGE, MOOD_TILES, PER_PAGE, PER_SEARCH

SUGGESTED_SECONDS = 600
QUICK_FILTERS = [Proposal("max_runtime", "120", "Under 2 h", "")]


def page_number(request: PersonRequest) -> int:
    """Return which five are asked for, from 1; a mistyped number means the first."""
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), LAST_PAGE) if is_id(text) else 1


def open_panel(request: PersonRequest) -> int | None:
    """Return the title whose why-panel is open."""
    text = request.GET.get("why", "")
    return int(text) if is_id(text) else None


def more_url(request: PersonRequest, page: int, shelf: zones.Shelf) -> str:
    """Return the address of the next five; after the last page, of the first."""
    query = request.GET.copy()
    query.pop("why", None)
    query["page"] = str(page + 1 if page < LAST_PAGE and not shelf.is_short else 1)
    return f"{request.path}?{query.urlencode()}"


@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """Show five for tonight, or the landing page to somebody nothing is known of."""
    now, wants, page = timezone.now(), wants_of(request.GET), page_number(request)
    person = request.person
    shelf = zones.recommend(
        person,
        zones.Tonight(),
        wants=wants,
        n=PER_PAGE,
        skip=PER_PAGE * (page - 1),
        open_id=open_panel(request),
        now=now,
    )
    if shelf.zone == zones.Sample.name and (person.is_anonymous or person.is_guest):
        return landing(request, shelf)
    record_later(person, shelf, wants, now=now)
    context = {
        "shelf": shelf,
        "has_taste": shelf.zone != zones.Sample.name,
        "suggestion": suggested(person) if page == 1 else None,
        **chips_.narrowing(
            request,
            wants,
            shelf=shelf,
            chips=chips_.kind_chips(request, wants)
            + chips_.proposed_chips(request, wants, QUICK_FILTERS),
        ),
        "more_url": more_url(request, page, shelf),
        "open_id": open_panel(request),
        "back": request.get_full_path(),
        "page": page,
    }
    return render_page(request, "recommendations/tonight.html", context, parts=("picks",))


@dataclass(frozen=True)
class Suggestion:
    """A zone that works better for the person than this page does."""

    label: str
    url: str
    n_taken: int
    n_lists: int


def suggested(person) -> Suggestion | None:
    """Return the zone that the person takes more from than from Tonight, if that is sure.

    Ten lists are the least it rests on, so each process works it out every ten minutes at most.
    """
    if person is None or person.is_anonymous:
        return None
    return kept_here(
        f"suggested:{person.pk}", lambda: _suggested(person), seconds=SUGGESTED_SECONDS
    )


def _suggested(person) -> Suggestion | None:
    with_pages = {name for name, zone in zones.ZONES.items() if zone.url_name}
    record = zones.suggest(person, among=with_pages)
    if record is None:
        return None
    zone = zones.ZONES[record.zone]
    return Suggestion(zone.label, reverse(zone.url_name), record.n_taken, record.n_lists)


def landing(request: PersonRequest, shelf: zones.Shelf) -> HttpResponse:
    """Show what this is, a search box, three moods and five picks to somebody new."""
    context = {"mood_tiles": MOOD_TILES, "shelf": shelf, "back": request.get_full_path()}
    return render_page(request, "recommendations/landing.html", context)


@require_safe
def search(request: PersonRequest) -> HttpResponse:
    """Show what the words mean in the catalogue, weighed against the person's taste."""
    now, person = timezone.now(), request.person
    words, message = read_words(request.GET.get("q", ""))
    wants, page = wants_of(request.GET), page_number(request)
    proposals = read_filters(words, this_year=now.year)
    steer, tile = SteerForm(request.GET), asking.tile_of(request.GET)
    weight = steer.weight(asking.kept_weight(person))
    zone = asking.search(request.GET, person, now=now)
    context = {
        "form": steer,
        "words": request.GET.get("q", "")[:2000],
        "tile": tile,
        "weight": round(100 * weight),
        "sliders": steer.sliders(),
        "message": message,
        "by_name": find_by_name(words, n=5) if words else [],
        "shelf": None,
        "open_id": open_panel(request),
        "back": request.get_full_path(),
        "page": page,
    }
    shelf: zones.Shelf | None = None
    if zone:
        try:
            shelf = zones.recommend(
                person,
                zone,
                wants=wants,
                n=PER_PAGE if tile and not words else PER_SEARCH,
                skip=PER_SEARCH * (page - 1),
                open_id=open_panel(request),
                now=now,
            )
        except EncoderMissing:
            shelf = zones.named(person, zone, words, wants=wants, n=PER_SEARCH, now=now)
        record_later(person, shelf, wants, now=now, query_weight=steer.slid())
        context |= {
            "shelf": shelf,
            "has_taste": bool(shelf.basis),
            "more_url": more_url(request, page, shelf),
        }
    proposed = chips_.proposed_chips(request, wants, proposals)
    context |= chips_.narrowing(request, wants, shelf=shelf, chips=proposed)
    return render_page(request, "recommendations/search.html", context, parts=("results",))


@require_safe
def like(request: PersonRequest) -> HttpResponse:
    """Show more like the anchors and less like the minus anchors."""
    now, person, page = timezone.now(), request.person, page_number(request)
    like_ids, not_ids = asking.named_ids(request.GET, "a"), asking.named_ids(request.GET, "n")
    titles = visible_titles([*like_ids, *not_ids])
    words, message = read_words(request.GET.get("q", ""))
    wants, steer = wants_of(request.GET), SteerForm(request.GET)
    anchors = tuple(i for i in like_ids if i in titles)
    zone = asking.anchor(request.GET, known=titles)
    shelf = None
    if zone:
        shelf = zones.recommend(
            person,
            zone,
            wants=wants,
            n=PER_PAGE,
            skip=PER_PAGE * (page - 1),
            open_id=open_panel(request),
            now=now,
        )
        record_later(person, shelf, wants, now=now)
        if zone.across_genres:  # what a filter costs is counted over all genres
            shelf = replace(shelf, costs=())
    context = {
        "anchors": [chosen(request, titles[i], "a") for i in anchors],
        "not_like": [chosen(request, titles[i], "n") for i in not_ids if i in titles],
        "candidates": [found(request, title) for title in find_by_name(words, n=6)]
        if words
        else [],
        "n_missing": len(like_ids) - len(anchors),
        "words": words,
        "message": message,
        "form": steer,
        "sliders": steer.sliders(),
        **chips_.narrowing(
            request,
            wants,
            shelf=shelf,
            chips=[across_genres(request), *chips_.kind_chips(request, wants)] if zone else [],
        ),
        "shelf": shelf,
        "more_url": more_url(request, page, shelf) if shelf else "",
        "open_id": open_panel(request),
        "back": request.get_full_path(),
        "page": page,
    }
    return render_page(request, "recommendations/like.html", context, parts=("results",))


@dataclass(frozen=True)
class AnchorLink:
    """A title with the addresses that add it or take it away."""

    title: Title
    add_url: str = ""
    not_url: str = ""
    drop_url: str = ""


def across_genres(request: PersonRequest) -> chips_.Chip:
    """Return the chip that asks for titles without any genre of the anchors."""
    is_on = request.GET.get("x") == "1"
    url = chips_.with_params(request, {"x": [] if is_on else ["1"]})
    return chips_.Chip("Across genres", url, is_on=is_on)


def chosen(request: PersonRequest, title: Title, name: str) -> AnchorLink:
    """Return an anchor with the address that drops it."""
    others = [str(i) for i in asking.named_ids(request.GET, name) if i != title.pk]
    return AnchorLink(title, drop_url=chips_.with_params(request, {name: others}))


def found(request: PersonRequest, title: Title) -> AnchorLink:
    """Return a title found by name with the addresses that add it."""
    urls = []
    for name in ("a", "n"):
        named = [str(i) for i in [*asking.named_ids(request.GET, name), title.pk]]
        urls.append(chips_.with_params(request, {"q": [], name: named}))
    return AnchorLink(title, *urls)


def title_or_404(pk: int) -> Title:
    """Return a title that anybody may see, as cards show it."""
    title = visible_titles([pk]).get(pk)
    if title is None:
        raise Http404("no such title")
    return title


@require_safe
def similar(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a title's nearest, for the title page, apart from other forms of its story."""
    title = title_or_404(pk)
    shelf = zones.similar(title, user=request.person or AnonymousUser(), n=6, now=timezone.now())
    context = {"title": title, "shelf": shelf}
    return render_page(request, "recommendations/similar.html", context, parts=("similar",))


@require_safe
def fit(request: PersonRequest, pk: int) -> HttpResponse:
    """Show how a title fits the person, for the title page."""
    title = title_or_404(pk)
    pick = zones.fit(request.person, title, now=timezone.now())
    return render_page(request, "recommendations/fit.html", {"title": title, "pick": pick})
