"""How picks are made, and whose work stands in the catalogue."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.models import SourceRun, Title
from moviedb.htmx import render_page
from recommendations import zones
from recommendations.said import WEIGHTS
from recommendations.taste.text import AXIS_WEIGHTS


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """Tell in plain words how picks are made, from the settings that are in force."""
    loved = zones.serving_spaces().taste
    context = {
        "teachers": loved.teachers() if loved else "",
        "zones": [(zone.label, zone.purpose) for zone in zones.ZONES.values()],
        "weights": WEIGHTS,
        "axes": sorted(AXIS_WEIGHTS.items(), key=lambda pair: -pair[1]),
        "settings": settings.RECOMMENDER,
        "n_titles": Title.objects.visible().count(),
    }
    return render_page(request, "recommendations/how.html", context)


@require_safe
def licences(request: HttpRequest) -> HttpResponse:
    """Name the sources of the catalogue and the licences of what ships with the site."""
    loaded = SourceRun.objects.filter(status=SourceRun.Status.DONE).order_by("source")
    context = {"sources": loaded.values_list("source", flat=True).distinct()}
    return render_page(request, "recommendations/licences.html", context)
