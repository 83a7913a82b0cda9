"""How often somebody may do something: one decorator, whose rates stand in the settings.

Counted in the shared cache by allauth, as at its own doors: for each member or guest, and for
visitors for each address. A cache that is down counts nothing and stops nobody.
"""

import math
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from moviedb import errors

View = Callable[..., HttpResponse]
APP = "moviedb"


def limited(
    name: str,
    rate: str = "30/m",
    *,
    key: Callable[..., str] | None = None,
    also_get: bool = False,
) -> Callable[[View], View]:
    """Let a view be asked only so often; who asks more is answered 429 and told when to return.

    Args:
        name: under which it counts; views with one name share their count. `settings.RATES` may
            give it another rate.
        rate: such as "10/m" or, for several at once, "5/m,30/h"; s, m, h and d are units.
        key: from the view's arguments to who or what is counted; without it, the person, and for
            visitors their address.
        also_get: count reading too, for pages that cost much or whose address is a secret;
            otherwise only what changes something counts.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            who = key(request, *args, **kwargs) if key else who_asks(request)
            wait = seconds_to_wait(request, name, rate=rate, who=who, also_get=also_get)
            if wait:
                return errors.too_many(request, seconds=wait)
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


def seconds_to_wait(
    request: HttpRequest, name: str, *, rate: str = "30/m", who: str = "", also_get: bool = False
) -> int:
    """Count one more of `name`, and return 0; or count nothing, and return after how many
    seconds `who` may try again."""
    if not also_get and request.method in ("GET", "HEAD", "OPTIONS"):
        return 0
    rates = {name: per_key(settings.RATES.get(name, rate))}
    who = who or who_asks(request)
    allowed = ratelimit.consume(
        request, app=APP, action=name, config=rates, key=who, limit_get=True
    )
    return 0 if allowed else max(_until_free(request, name, rates, who), 1)


def who_asks(request: HttpRequest) -> str:
    """Return who is counted: the person, and for visitors their address."""
    person = request.person  # type: ignore[attr-defined]
    return f"ip {ratelimit.get_ip(request)}" if person.is_anonymous else f"person {person.pk}"


def per_key(rates: str) -> str:
    """Return rates such as "5/m,30/h" in allauth's words, each counted for its own key.

    Raises:
        ValueError: they are no rates.
    """
    parts = [part.strip() for part in rates.split(",")]
    for part in parts:
        amount, _, duration = part.partition("/")
        if not amount.isdecimal() or int(amount) < 1 or ratelimit.parse_duration(duration) <= 0:
            raise ValueError(f"{part!r} is no rate")
    return ",".join(f"{part}/key" for part in parts)


def _until_free(request: HttpRequest, name: str, rates: dict[str, str], who: str) -> int:
    """Return in how many seconds the slowest of these rates has a place again."""
    now, waits = time.time(), [0.0]
    for rate in ratelimit.get_rates(app=APP, action=name, config=rates):
        place = ratelimit.get_cache_key(request, app=APP, action=name, rate=rate, key=who)
        moments = cache.get(place, [])
        if len(moments) >= rate.amount:
            waits.append(moments[-1] + rate.duration - now)
    return math.ceil(max(waits))
