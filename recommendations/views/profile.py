"""A person's page, as far as they opened it to whoever looks."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.audience import FRIEND, STRANGER, levels_open
from accounts.models import User
from catalog import library, lists, shelves
from catalog.models import TitleList
from moviedb.htmx import render_page
from moviedb.requests import PersonRequest

EYES = {"stranger": STRANGER, "friend": FRIEND}


@never_cache
@require_safe
def profile(request: PersonRequest, pk: int) -> HttpResponse:
    """Show somebody's name, what they love and their lists, as far as they opened them.

    To themselves it shows everything or, on demand, what a stranger or a friend finds.
    """
    owner = get_object_or_404(User, pk=pk, is_guest=False, is_active=True)
    is_own = request.user.pk == owner.pk
    eyes = request.GET.get("as", "") if is_own else ""
    eyes = eyes if eyes in EYES else ""
    levels = EYES[eyes] if eyes else levels_open(request.person, owner)
    is_open = owner.profile_for in levels
    if not is_open and not eyes:
        raise Http404("no such person")
    shows_loved = is_open and owner.library_for in levels
    loved = list(shelves.loved_by(owner)) if shows_loved else []
    opened = TitleList.objects.standing().filter(user=owner, audience__in=levels)
    states = {} if is_own else library.state_of(request.person, [title.pk for title in loved])
    context = {
        "owner": owner,
        "is_own": is_own,
        "eyes": eyes,
        "is_open": is_open,
        "shows_loved": shows_loved,
        "loved": [(title, states.get(title.pk)) for title in loved],
        "lists": lists.with_first_titles(opened) if is_open else [],
    }
    return render_page(request, "accounts/profile.html", context)
