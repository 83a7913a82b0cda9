"""A person's page, as far as they opened it to whoever looks."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.audience import FRIEND, STRANGER, levels_open
from accounts.models import User
from catalog import ages, library, lists, shelves
from catalog.models import TitleList
from moviedb.audience import Audience
from moviedb.htmx import render_page
from moviedb.requests import PersonRequest
from recommendations.circle import asking

EYES = {"stranger": STRANGER, "friend": FRIEND}


@never_cache
@require_safe
def profile(request: PersonRequest, pk: int) -> HttpResponse:
    """Show somebody's name, what they love and their lists, as far as they opened them.

    To themselves it shows everything or, on demand, what a stranger or a friend finds. To another
    member, also what stands between the two, and the buttons that change it.
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
    all_loved = list(shelves.loved_by(owner)) if shows_loved else []
    reader = None if is_own else request.person
    loved = [title for title in all_loved if ages.suits(title, reader)]
    opened = TitleList.objects.standing().filter(user=owner, audience__in=levels)
    states = {} if is_own else library.state_of(request.person, [title.pk for title in loved])
    may_meet = request.user.is_authenticated and not is_own
    context = {
        "owner": owner,
        "is_own": is_own,
        "eyes": eyes,
        "is_open": is_open,
        "shows_loved": shows_loved,
        "loved": [(title, states.get(title.pk)) for title in loved],
        "n_left_out": len(all_loved) - len(loved),
        "lists": lists.with_first_titles(opened, reader) if is_open else [],
        "may_meet": may_meet,
        "tie": asking.tie_of(request.person, owner) if may_meet else "",
        # Whoever parts from somebody whose page is for friends is led elsewhere: it closes.
        "back": request.path if owner.profile_for == Audience.EVERYONE else "",
    }
    return render_page(request, "accounts/profile.html", context)
