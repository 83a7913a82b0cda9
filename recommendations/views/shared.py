"""Handing titles on by a link: making it, opening it without an account, revoking it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.friends import are_apart
from catalog import ages, shares
from catalog.models import Share, Title
from moviedb.htmx import render_page
from moviedb.limits import limited
from moviedb.requests import PersonRequest, is_id
from recommendations import zones


def wanted_titles(request: PersonRequest) -> list[Title]:
    """Return the titles that an address names: "t=3", or "t=3,17,4"."""
    texts = [text for value in request.GET.getlist("t") for text in value.split(",")]
    ids = [int(text) for text in texts if is_id(text)]
    return shares.titles_to_share(ids)


@limited("shares")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: PersonRequest) -> HttpResponse:
    """Show what a link would show, and make it."""
    titles = wanted_titles(request)
    form = shares.ShareForm(request.POST or None, user=request.person)
    if request.method == "POST" and titles and form.is_valid():
        made = shares.share(titles, form, user=request.ensure_person(), now=timezone.now())
        return redirect(f"{reverse('shares')}?made={made.pk}")
    context = {"picks": zones.plain_picks(titles), "form": form, "here": request.get_full_path()}
    status = 422 if form.errors else 200
    return render_page(request, "catalog/share_form.html", context, status=status)


@never_cache
@require_safe
def share_list(request: PersonRequest) -> HttpResponse:
    """Show somebody their own links that still work."""
    mine = shares.shares_of(request.person, now=timezone.now())
    context = {
        "shares": [
            (each, request.build_absolute_uri(reverse("shared", args=(shares.token_of(each),))))
            for each in mine
        ],
        "made": request.GET.get("made", ""),
        "is_revoked": request.GET.get("revoked") == "1",
    }
    return render_page(request, "catalog/shares.html", context)


@require_POST
def share_revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """Let one of somebody's own links lead nowhere."""
    shares.revoke(
        get_object_or_404(Share.objects.owned_by(request.person), pk=pk), now=timezone.now()
    )
    return redirect(f"{reverse('shares')}?revoked=1")


def name_on(found: Share, reader: Any) -> str:
    """Return whose link it is, where they said so; "" to somebody whom they keep away."""
    is_told = found.is_named and not are_apart(reader, found.user)
    return found.user.shown_name if is_told else ""


@limited("open_share", "60/m", also_get=True)
@never_cache
@require_safe
def shared(request: PersonRequest, token: str) -> HttpResponse:
    """Show what somebody handed on, to whoever has the link; search engines leave it out."""
    found = shares.open_share(token, now=timezone.now())
    titles = shares.titles_of(found) if found else []
    reader = None if found and found.user_id == request.person.pk else request.person
    suited = [title for title in titles if ages.suits(title, reader)]
    context = {
        "share": found,
        "picks": zones.plain_picks(suited),
        "n_left_out": len(titles) - len(suited),
        "name": name_on(found, request.person) if found else "",
    }
    status = 200 if titles else 404
    response = render_page(request, "catalog/shared.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
