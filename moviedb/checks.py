"""Checks of the settings at start; each says how to mend what it finds."""

import os

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from moviedb.limits import per_key


@register()
def environment(app_configs, **kwargs) -> list[CheckMessage]:
    """Return what is wrong in the environment."""
    return [*database_url(), *redis_url(), *port(), *device(), *weights(), *secret_key(), *rates()]


def database_url() -> list[CheckMessage]:
    """DATABASE_URL must name a PostgreSQL database."""
    url = settings.DATABASE_URL
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        return [_wrong("DATABASE_URL", str(error).strip(), "postgresql://user:pass@host/name", 1)]
    if not url.startswith(("postgresql://", "postgres://")) or not parts.get("dbname"):
        return [_wrong("DATABASE_URL", repr(url), "postgresql://user:pass@host/name", 1)]
    return []


def redis_url() -> list[CheckMessage]:
    """REDIS_URL must name a Redis server."""
    url = settings.REDIS_URL
    if url.startswith(("redis://", "rediss://", "unix://")):
        return []
    return [_wrong("REDIS_URL", repr(url), "redis://host:6379 or unix:///path/redis.sock", 2)]


def port() -> list[CheckMessage]:
    """PORT must be a port."""
    value = os.environ.get("PORT") or "8000"
    if value.isdigit() and 0 < int(value) < 65536:
        return []
    return [_wrong("PORT", repr(value), "a number from 1 to 65535", 3)]


def device() -> list[CheckMessage]:
    """DEVICE must be one that torch may be asked for."""
    value = settings.RECOMMENDER.device
    return (
        [] if value in {"auto", "cpu", "cuda"} else [_wrong("DEVICE", value, "auto, cpu, cuda", 4)]
    )


def weights() -> list[CheckMessage]:
    """POPULARITY_WEIGHT, RECENCY_WEIGHT and TRENDING_WEIGHT must be small numbers."""
    knobs = settings.RECOMMENDER
    found = {
        "POPULARITY_WEIGHT": knobs.popularity_weight,
        "RECENCY_WEIGHT": knobs.recency_weight,
        "TRENDING_WEIGHT": knobs.trending_weight,
    }
    return [
        _wrong(name, "no number from -3 to 3", "0.2, say", 7)
        for name, value in found.items()
        if not -3 <= value <= 3
    ]


def secret_key() -> list[CheckMessage]:
    """SECRET_KEY must be long enough to be secret."""
    if len(settings.SECRET_KEY) >= 40:
        return []
    hint = "Unset it, and one is made and kept under var/, or set 50 random characters."
    return [Error("SECRET_KEY is shorter than 40 characters.", hint=hint, id="moviedb.E006")]


def rates() -> list[CheckMessage]:
    """RATES must be rates such as "10/m"."""
    found: list[CheckMessage] = []
    for name, rate in settings.RATES.items():
        try:
            per_key(rate)
        except ValueError:
            said = f"RATES[{name!r}] is {rate!r}."
            found.append(Error(said, hint='Say "10/m", or "5/m,30/h".', id="moviedb.E008"))
    return found


def _wrong(name: str, found: str, expected: str, number: int) -> CheckMessage:
    return Error(
        f"{name} is {found}.",
        hint=f"Set {name} to {expected}, or unset it.",
        id=f"moviedb.E00{number}",
    )
