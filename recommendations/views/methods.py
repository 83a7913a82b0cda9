"""What was measured: in plain words for everybody, and row by row for the staff."""

import csv

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from moviedb.htmx import render_page
from recommendations.reports import board, naming
from recommendations.reports import methods as measured


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    """Tell what was measured and how, who wins, and where that fails."""
    context = {"methods": measured.methods(), "metrics": naming.explained()}
    return render_page(request, "recommendations/methods.html", context)


@login_required
@require_safe
def leaderboard(request: HttpRequest) -> HttpResponse:
    """Show the staff every current run of one data set and split, sorted as asked."""
    _staff_only(request)
    context = {"board": board.read(request.GET.get("at", ""), request.GET.get("by", ""))}
    return render_page(request, "recommendations/leaderboard.html", context)


@login_required
@require_safe
def leaderboard_csv(request: HttpRequest) -> HttpResponse:
    """Hand the staff the same runs as a table, one line a run."""
    _staff_only(request)
    found = board.read(request.GET.get("at", ""), request.GET.get("by", ""))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = slugify(f"leaderboard {found.at}") or "leaderboard"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    csv.writer(response).writerows(found.table())
    return response


def _staff_only(request: HttpRequest) -> None:
    if not (request.user.is_active and request.user.is_staff):
        raise PermissionDenied("the leaderboard is for the staff")
