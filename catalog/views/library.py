"""A person's library, tab by tab."""

from urllib.parse import urlencode

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog import library, shelves
from catalog.models import Title
from catalog.views.titles import DONE
from moviedb.htmx import render_page
from moviedb.requests import is_id

LAST_TURN = 10_000


class CountedPaginator(Paginator):
    """A paginator that is told how many there are, and need not ask."""

    def __init__(self, titles, per_page: int, *, count: int) -> None:
        super().__init__(titles, per_page)
        self.count = count


@require_safe
def library_list(request: HttpRequest) -> HttpResponse:
    """Show one tab of the person's own library."""
    tab = find_tab(request.GET.get("tab", "watchlist"))
    sort = request.GET.get("sort", "")
    sort = sort if sort in tab.sorts else tab.sorts[0]
    counts = shelves.counts(request.person)
    titles = shelves.titles_on(tab, request.person, sort=sort)
    try:
        page = CountedPaginator(titles, shelves.PER_PAGE, count=counts[tab.name]).page(
            request.GET.get("page", 1)
        )
    except InvalidPage as error:
        raise Http404(str(error)) from error
    states = library.state_of(request.person, [title.pk for title in page])
    context = {
        "tab": tab,
        "tabs": tab_links(counts),
        "sort": sort,
        "sorts": [(name, shelves.SORT_LABELS[name]) for name in tab.sorts],
        "page": page,
        "rows": [(title, states[title.pk]) for title in page],
        "taken_off": taken_off(request, tab),
        **picked(request, tab),
    }
    return render_page(request, "catalog/library_list.html", context, parts=("shelf",))


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Take a title off a tab, or put it back."""
    tab = find_tab(request.POST.get("tab", ""))
    text = request.POST.get("title", "")
    if not is_id(text):
        raise Http404("no such title")
    title = get_object_or_404(Title.objects.visible().for_cards(), pk=int(text))
    person, token = request.ensure_person(), request.POST.get("token", "")
    try:
        change = change_tab(person, tab, title, token)
    except library.NotAnUndo as error:
        return HttpResponseBadRequest(str(error))
    new_token = change.token() if change else ""
    if not request.htmx:
        query = {"tab": tab.name} | ({"off": title.pk, "undo": new_token} if new_token else {})
        return redirect(f"{reverse('library')}?{urlencode(query)}")
    standing = shelves.titles_on(tab, person).filter(pk=title.pk).first()
    context = {
        "tab": tab,
        "tabs": tab_links(shelves.counts(person)),
        "title": standing or title,
        "is_off": standing is None,
        "state": library.state_of(person, [title.pk])[title.pk],
        "token": new_token,
        "done_words": DONE[tab.action],
        "is_answer": True,
    }
    return render(request, "catalog/library_list.html#row", context)


def change_tab(
    person: library.Person, tab: shelves.Tab, title: Title, token: str
) -> library.Change | None:
    """Take the title off, or undo that, if there is a token."""
    if token:
        return library.undo(person, title, token)
    if tab.action == "unrate":
        return library.unrate(person, title)
    return library.act(person, title, tab.action, now=timezone.now())


def find_tab(name: str) -> shelves.Tab:
    """Return a tab by its name."""
    if name not in shelves.TABS:
        raise Http404("no such tab")
    return shelves.TABS[name]


def tab_links(counts: dict[str, int]) -> list[tuple[shelves.Tab, int]]:
    """Return the tabs, each with how many titles it holds."""
    return [(tab, counts[tab.name]) for tab in shelves.TABS.values()]


def taken_off(request: HttpRequest, tab: shelves.Tab) -> dict[str, object] | None:
    """Return what a plain form has just taken off, for the line that takes it back."""
    text = request.GET.get("off", "")
    if not is_id(text):
        return None
    title = Title.objects.visible().for_cards().filter(pk=int(text)).first()
    token = request.GET.get("undo", "")[:4000]
    return title and {"title": title, "token": token, "words": DONE[tab.action]}


def picked(request: HttpRequest, tab: shelves.Tab) -> dict[str, object]:
    """Return the title that was picked at random from the watchlist, when one was asked for."""
    text = request.GET.get("pick", "")
    if tab.name != "watchlist" or not (text.isascii() and text.isdigit()):
        return {}
    turn = int(text[:5]) % LAST_TURN
    day = timezone.localdate()
    return {
        "is_picking": True,
        "pick": shelves.pick_one(request.person, day=day, turn=turn),
        "next_turn": turn + 1,
    }
