"""Friends: finding them, asking and parting, what they loved and what they recommend."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import befriending, privacy
from accounts.models import Friendship, User
from catalog.ages import n_above
from catalog.finding import find_by_name
from catalog.models import Title
from catalog.naming import name_key
from moviedb.htmx import render_page
from moviedb.limits import limited, seconds_to_wait
from moviedb.requests import PersonRequest, is_id
from recommendations import zones
from recommendations.circle import asking, news, reading, tips
from recommendations.tasks import match_later
from recommendations.views.zones import zone_page

N_CHOICES = 6


@never_cache
@require_safe
def friends(request: PersonRequest) -> HttpResponse:
    """Show friends, who asks, and the people whose taste lies nearest."""
    if not request.user.is_authenticated:
        return render_page(request, "recommendations/friends_door.html", {})
    circle = reading.circle_of(request.person, now=timezone.now())
    token = befriending.link_token(request.person)
    link = request.build_absolute_uri(reverse("friends_meet", args=(token,)))
    context = {"circle": circle, "link": link, "days": befriending.LINK_DAYS}
    return render_page(request, "recommendations/friends.html", context)


@never_cache
@require_safe
def friends_lately(request: PersonRequest) -> HttpResponse:
    """Show what friends loved lately and what they recommend."""
    if not request.user.is_authenticated:
        return render_page(request, "recommendations/friends_door.html", {})
    text = request.GET.get("title", "")
    chosen = Title.objects.visible().filter(pk=int(text)).first() if is_id(text) else None
    return lately_page(request, {"title": chosen})


@never_cache
@login_required
@require_safe
def friends_meet(request: PersonRequest, token: str) -> HttpResponse:
    """Show who handed out a link, with a button to ask them."""
    person = befriending.person_of_link(token)
    tie = "gone" if person is None else asking.tie_between(request.person, person)
    name = "" if person is None or tie == "gone" else person.shown_name
    status = 404 if tie == "gone" else 200
    context = {"name": name, "tie": tie, "token": token, "days": befriending.LINK_DAYS}
    return render_page(request, "recommendations/friends_meet.html", context, status=status)


@require_safe
def trusted(request: PersonRequest) -> HttpResponse:
    """Show five that friends love or recommend."""
    zone = zones.Trusted.of(request.person)
    spoken_for = Title.objects.visible().filter(pk__in=[word.title_id for word in zone.words])
    return zone_page(request, zone, n_left_out=n_above(spoken_for, request.person))


# ── What is done ─────────────────────────────────────────────────────────


@login_required
@require_POST
@limited("asks", "5/m,30/d")
def friends_ask(request: PersonRequest) -> HttpResponse:
    """Ask somebody to be friends."""
    text, line = request.POST.get("person", ""), request.POST.get("line", "")
    pk = int(text) if is_id(text) else None
    try:
        made = asking.ask(
            request.person,
            pk=pk,
            token=request.POST.get("token", ""),
            line=line,
            now=timezone.now(),
        )
    except asking.NotMet as error:
        raise Http404("no such person") from error
    except befriending.CannotAsk as error:
        messages.error(request, str(error))
        return redirect(back(request))
    if made.accepted_at is not None:
        messages.success(request, _("You are friends now."))
    else:
        messages.success(request, _("Asked. They will find it among their notices."))
    return redirect(back(request))


@login_required
@require_POST
@limited("friends", "60/m")
def friends_act(request: PersonRequest) -> HttpResponse:
    """Do one of ACTS, and lead back to the page it was done on."""
    action, text = request.POST.get("action", ""), request.POST.get("person", "")
    if action in SWITCHES:
        SWITCHES[action](request)
        return redirect(back(request))
    if action not in ACTS:
        expected = ", ".join([*ACTS, *SWITCHES])
        return HttpResponseBadRequest(f"action is {action[:40]!r}, expected one of {expected}")
    if action == "unblock":  # They are apart, so they meet nowhere else.
        person = User.objects.filter(blocked_by__blocker=request.person, pk=number(text)).first()
    else:
        try:
            comment = number(request.POST.get("comment", ""))
            person = (
                asking.writer_of(request.person, comment)
                if comment
                else asking.met(request.person, number(text), now=timezone.now())
            )
        except asking.NotMet:
            person = None
    if person is None:
        raise Http404("no such person")
    ACTS[action](request, person)
    return redirect(back(request))


def accept(request: PersonRequest, person: User) -> None:
    """Say yes to somebody who asked."""
    try:
        befriending.accept(request.person, person, now=timezone.now())
    except Friendship.DoesNotExist:
        messages.warning(request, _("The question was taken back."))
        return
    messages.success(request, _("You and %(name)s are friends.") % {"name": person.shown_name})


def decline(request: PersonRequest, person: User) -> None:
    """Say no; the asker is not told."""
    befriending.decline(request.person, person, now=timezone.now())
    messages.success(request, _("Declined. %(name)s is not told.") % {"name": person.shown_name})


def take_back(request: PersonRequest, person: User) -> None:
    """Take back a question."""
    befriending.take_back(request.person, person)
    messages.success(request, _("Taken back."))


def unfriend(request: PersonRequest, person: User) -> None:
    """End a friendship."""
    befriending.unfriend(request.person, person)
    told = _("You and %(name)s are no longer friends.") % {"name": person.shown_name}
    messages.success(request, told)


def block(request: PersonRequest, person: User) -> None:
    """Keep somebody away."""
    befriending.block(request.person, person)
    told = _("You and %(name)s do not meet here any more. They are not told.")
    messages.success(request, told % {"name": person.shown_name})


def unblock(request: PersonRequest, person: User) -> None:
    """Let somebody come near again."""
    befriending.unblock(request.person, person)
    messages.success(request, _("You and %(name)s may meet again.") % {"name": person.shown_name})


def find_on(request: PersonRequest) -> None:
    """Let people with the same taste find this person."""
    privacy.allow(request.person, is_findable=True)
    # Whoever goes in and out to be matched anew waits for the five-minute look.
    if not seconds_to_wait(request, "finding", rate="3/d"):
        match_later(request.person.pk)
    messages.success(request, _("People with a taste like yours may find you now."))


def find_off(request: PersonRequest) -> None:
    """Let nobody find this person, from this moment on."""
    privacy.allow(request.person, is_findable=False)
    messages.success(request, _("Nobody finds you any more. Every match with you is deleted."))


def tips_on(request: PersonRequest) -> None:
    """Let friends recommend titles."""
    privacy.allow(request.person, is_open_to_tips=True)
    messages.success(request, _("Your friends may recommend titles to you now."))


def tips_off(request: PersonRequest) -> None:
    """Let nobody recommend titles."""
    privacy.allow(request.person, is_open_to_tips=False)
    messages.success(request, _("Nobody can recommend titles to you any more."))


def refuse(request: PersonRequest) -> None:
    """Put a friend's recommendation away."""
    pk = number(request.POST.get("tip", ""))
    if not tips.refuse(request.person, pk, now=timezone.now()):
        raise Http404("no such recommendation")
    messages.success(request, _("Put away. Your friend is not told."))


ACTS: dict[str, Callable[[PersonRequest, User], None]] = {
    "accept": accept, "decline": decline, "take_back": take_back, "unfriend": unfriend,
    "block": block, "unblock": unblock,
}  # fmt: skip
SWITCHES: dict[str, Callable[[PersonRequest], None]] = {
    "find_on": find_on, "find_off": find_off, "tips_on": tips_on, "tips_off": tips_off,
    "refuse": refuse,
}  # fmt: skip


@login_required
@require_POST
@limited("tips", "5/m,40/d")
def friends_tip(request: PersonRequest) -> HttpResponse:
    """Recommend a title to a friend; a name that several titles have is asked back."""
    form = {name: request.POST.get(name, "").strip() for name in ("friend", "name", "line")}
    text, now = request.POST.get("title", ""), timezone.now()
    title, choices = None, []
    if is_id(text):
        title = Title.objects.visible().filter(pk=int(text)).first()
    elif form["name"]:
        choices = find_by_name(form["name"], n=N_CHOICES)
        meant = [one for one in choices if name_key(one.name) == name_key(form["name"])]
        title = meant[0] if len(meant) == 1 else choices[0] if len(choices) == 1 else None
    friend = User.objects.filter(pk=number(form["friend"])).first()
    problem = ""
    if title is None:
        problem = told_of(choices, form["name"])
    elif friend is None:
        problem = _("Choose a friend.")
    else:
        try:
            tips.give(request.person, friend, title, line=form["line"], now=now)
        except tips.CannotTip as error:
            problem = str(error)
    if problem or title is None or friend is None:
        given = {**form, "title": title, "choices": choices, "problem": problem}
        return lately_page(request, given, status=422)
    words = _("%(name)s finds %(title)s among their recommendations.")
    messages.success(request, words % {"name": friend.shown_name, "title": title.name})
    return redirect("friends_lately")


def told_of(choices: list[Title], name: str) -> str:
    """Return what is wrong with the name of a title."""
    if choices:
        return _("Several titles could be meant. Choose one.")
    if name:
        return _("No title here is called “%(name)s”. Check how it is spelt.") % {"name": name[:80]}
    return _("Say which title.")


def lately_page(
    request: PersonRequest, given: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Return the page of what friends loved.

    Args:
        given: what stands in the form: title, name, friend, line, choices, problem.
    """
    found = news.news_of(request.person)
    context = {"news": found, "given": given}
    return render_page(request, "recommendations/friends_lately.html", context, status=status)


# ── What was typed ───────────────────────────────────────────────────────


def number(text: str) -> int:
    """Return a row's number; 0, which no row has, for anything else."""
    return int(text) if is_id(text) else 0


def back(request: PersonRequest) -> str:
    """Return where the reader came from, if that is on this site, else their friends."""
    url = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})
    return url if is_ours and url.startswith("/") else reverse("friends")
