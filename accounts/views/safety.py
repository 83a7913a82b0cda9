"""How a member signs in, and where they are signed in."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import sessions
from moviedb.htmx import render_page
from moviedb.limits import limited
from moviedb.requests import is_id


@never_cache
@login_required
@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """Show everything that opens a member's door: addresses, password, factors, sessions."""
    factors = {"webauthn": []}
    for one in Authenticator.objects.filter(user=request.user).order_by("created_at", "pk"):
        if one.type == Authenticator.Type.WEBAUTHN:
            factors["webauthn"].append(one)
        else:
            factors[one.type] = one.wrap()
    codes = factors.get("recovery_codes")
    context = {
        "addresses": EmailAddress.objects.filter(user=request.user).order_by("-primary", "pk"),
        "has_password": request.user.has_usable_password(),
        "app": factors.get("totp"),
        "passkeys": factors["webauthn"],
        "has_factor": "totp" in factors or bool(factors["webauthn"]),
        "codes_left": len(codes.get_unused_codes()) if codes else None,
        "sessions": sessions.listed(request.user, current=request.session.session_key),
        "connections": SocialAccount.objects.filter(user=request.user).order_by("pk"),
        "provider": settings.OIDC_NAME if settings.HAS_OIDC else "",
        "must_have_factor": settings.STAFF_NEEDS_SECOND_FACTOR and request.user.is_staff,
    }
    return render_page(request, "accounts/safety.html", context)


@login_required
@require_POST
@limited("sessions", "60/h")
def sessions_end(request: HttpRequest) -> HttpResponse:
    """End one of the member's own sessions, or all but this one."""
    current, text = request.session.session_key, request.POST.get("session", "")
    if text == "others":
        n = sessions.end_others(request.user, current=current)
        told = ngettext("%(n)d other session is over.", "%(n)d other sessions are over.", n)
        messages.success(request, told % {"n": n} if n else _("There was no other session."))
        return redirect("safety")
    if not is_id(text):
        raise Http404("no such session")
    own = sessions.open_sessions(request.user).filter(pk=int(text)).exclude(session_key=current)
    if sessions.end(own):
        messages.success(request, _("That session is over. Whoever used it is signed out."))
    else:
        messages.info(request, _("That session was over already."))
    return redirect("safety")
