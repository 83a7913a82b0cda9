"""Onboarding: three taps on groups, then five picks."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from catalog import library
from catalog.models import Group, Title
from moviedb.htmx import render_page
from moviedb.requests import PersonRequest

MOST_GROUPS = 18


@dataclass(frozen=True)
class GroupTile:
    """A group as onboarding shows it."""

    group: Group
    titles: list[Title]


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: PersonRequest) -> HttpResponse:
    """Show the groups; store which were tapped and go to the five."""
    if request.method == "POST":
        return tap(request)
    tapped = library.tapped_groups(request.person)
    context = {"groups": group_tiles(), "tapped": tapped, "problem": ""}
    return render_page(request, "recommendations/onboarding.html", context)


def tap(request: PersonRequest) -> HttpResponse:
    """Store the tapped groups in place of earlier ones."""
    groups = Group.objects.tapped(request.POST.getlist("group"))
    if not groups:
        context = {
            "groups": group_tiles(),
            "tapped": set(),
            "problem": "Nothing was tapped. One group is enough, three make better picks.",
        }
        return render_page(request, "recommendations/onboarding.html", context, status=422)
    library.tap_groups(request.ensure_person(), groups)
    return redirect("home")


def group_tiles() -> list[GroupTile]:
    """Return the groups for newcomers with their first four titles, in two queries."""
    return [
        GroupTile(group, [place.title for place in places[:4]])
        for group, places in Group.objects.shown_to_newcomers(n=MOST_GROUPS)
    ]
