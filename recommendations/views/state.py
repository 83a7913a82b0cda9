"""Everything a client must know about the person, in one call (C22)."""

import hashlib

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from moviedb.requests import PersonRequest
from recommendations import zones


@require_safe
@never_cache
def state(request: PersonRequest) -> HttpResponse:
    """Return ratings, hearts, saves, viewings, dismissals and flags as JSON, with an ETag."""
    body = zones.state(request.person, now=timezone.now())
    response: HttpResponse = JsonResponse(body)
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    response["ETag"] = etag
    return response
