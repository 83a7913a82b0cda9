"""Where a member is signed in: listed, ended, and kept alive while they come back."""

import time
from collections.abc import Callable, Iterable

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User

SLID_AT = "slid_at"
# How exactly the 30 days of a session slide: one write in this time, however much is read.
SLIDE_EVERY = 24 * 3600
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "a Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


class SlidingMiddleware:
    """Starts the 30 days of a session anew once a day, while somebody comes back.

    Nothing is read or written for a page that asked nothing of the session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        slide(request, now=time.time())
        return response


def slide(request: HttpRequest, *, now: float) -> None:
    """Store the session again when that was last done a day ago, and note where it is used.

    A session without a stamp gets one when something else stores it: at signing in, at the latest.
    """
    session = request.session
    if not session.accessed or session.is_empty():
        return
    slid_at = session.get(SLID_AT)
    if slid_at is None:
        if session.modified:
            session[SLID_AT] = int(now)
    elif now - slid_at >= SLIDE_EVERY:
        session[SLID_AT] = int(now)
        if request.user.is_authenticated:
            UserSession.objects.create_from_request(request)


def open_sessions(user: User) -> QuerySet[UserSession]:
    """Return the sessions in which `user` is signed in, the one used last first."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    mine = UserSession.objects.filter(user=user, session_key__in=alive)
    return mine.order_by("-last_seen_at", "-pk")


def listed(user: User, *, current: str | None) -> list[dict[str, object]]:
    """Return what the page shows of each session: `current` is the key of the one that asks."""
    return [
        {
            "pk": row.pk,
            "device": device(row.user_agent),
            "ip": row.ip,
            "last_seen_at": row.last_seen_at,
            "created_at": row.created_at,
            "is_current": row.session_key == current,
        }
        for row in open_sessions(user)
    ]


def end(sessions: Iterable[UserSession]) -> int:
    """End these sessions at once, in the cache and the database; return how many they were."""
    n = 0
    for session in sessions:
        session.end()
        n += 1
    return n


def end_others(user: User, *, current: str | None) -> int:
    """End every session of `user` but the one with the key `current`; return how many."""
    return end(UserSession.objects.filter(user=user).exclude(session_key=current or ""))


def device(user_agent: str) -> str:
    """Return the browser and the system that a user agent names, such as "Firefox on Linux"."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{browser or 'A browser'} on {system}" if system else browser or "Another program"
