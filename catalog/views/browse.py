"""Browsing the catalogue: its corners, and its people."""

from dataclasses import dataclass, replace

from django.core.paginator import InvalidPage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog import browsing, library, people
from catalog.models import Person
from catalog.views.library import CountedPaginator
from moviedb.htmx import render_page

LONGEST_NAME = 80


@dataclass(frozen=True)
class CornerChip:
    """What a corner has in common, as a chip that takes it off."""

    label: str
    url: str
    is_on: bool = True


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Show a corner of the catalogue, page by page, and the ways further into it."""
    today = timezone.localdate()
    corner, problems = browsing.read_corner(request.GET)
    sort = request.GET.get("sort", "")
    sort = sort if sort in browsing.SORTS else next(iter(browsing.SORTS))
    facets = browsing.facets_of(corner, today=today)
    n = browsing.n_in(corner, today=today)
    titles = corner.titles(today=today).for_cards().order_by(*browsing.SORTS[sort][1])
    try:
        page = CountedPaginator(titles, browsing.PER_PAGE, count=n).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404(str(error)) from error
    states = library.state_of(request.person, [title.pk for title in page])
    named = {name: browsing.words_for(name, [v])[0] for name, v in corner.params().items()}
    context = {
        "corner": corner,
        "heading": " · ".join(named.values()),
        "problems": problems,
        "chips": [
            CornerChip(words, address(replace(corner, **{name: ""}), sort=sort))
            for name, words in named.items()
        ],
        "facets": facets,
        "sort": sort,
        "sorts": [
            (name, label, address(corner, sort=name)) for name, (label, _) in browsing.SORTS.items()
        ],
        "for_you_url": reverse("home") + corner.wishes(person_name=named.get("person", "")),
        "page": page,
        "n": n,
        "rows": [(title, states[title.pk]) for title in page],
    }
    return render_page(request, "catalog/browse.html", context)


def address(corner: browsing.Corner, *, sort: str) -> str:
    """Return the address of a corner; the usual sort needs no word there."""
    usual = next(iter(browsing.SORTS))
    query = corner.query()
    if sort != usual:
        query += f"{'&' if query else '?'}sort={sort}"
    return reverse("browse") + query


@require_safe
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a person did, role by role, and with whom."""
    person = get_object_or_404(Person, pk=pk)
    parts = people.parts_of(person)
    shown = [title.pk for part in parts for title in part.titles]
    states = library.state_of(request.person, shown)
    context = {
        "person": person,
        "parts": [(part, [(t, states[t.pk]) for t in part.titles]) for part in parts],
        "n": len(set(shown)),
        "others": people.others_with(person),
        "for_you_url": reverse("home") + browsing.Corner().wishes(person_name=person.name),
        "browse_url": reverse("browse") + browsing.Corner(person=str(person.pk)).query(),
    }
    return render_page(request, "catalog/person_detail.html", context)


@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """Find a person by their name, or show who has a part in most titles."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_NAME]
    found = list(people.people_found(words)) if words else people.people_of_most_titles()
    context = {"words": words, "people": found}
    return render_page(request, "catalog/people_list.html", context)
