"""Whether the process lives, and whether it can do its work."""

from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from redis import Redis
from redis.exceptions import RedisError


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process lives; touches nothing else."""
    return HttpResponse("ok", content_type="text/plain")


def database_problem() -> str:
    """Return what keeps the database from serving, or nothing."""
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, OSError) as error:
        return f"the database does not answer: {str(error).splitlines()[0]}"
    return f"{len(missing)} migrations are not applied" if missing else ""


def redis_problem() -> str:
    """Return what keeps Redis from serving, or nothing."""
    try:
        Redis.from_url(
            caches.settings["default"]["LOCATION"], socket_connect_timeout=1, socket_timeout=1
        ).ping()
    except (RedisError, OSError) as error:
        return f"Redis does not answer: {error}"
    return ""


def encoder_problem() -> str:
    """Return what keeps words from being understood, or nothing."""
    knobs = settings.RECOMMENDER
    weights = import_module("recommendations.taste.weights")
    return str(weights.what_is_missing(knobs.encoder, folder=knobs.encoder_dir))


CHECKS: dict[str, tuple[Callable[[], str], bool]] = {
    # part: (its check, whether the site cannot serve without it)
    "database": (database_problem, True),
    "redis": (redis_problem, False),
    "encoder": (encoder_problem, False),
}


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 when lists can be served, else 503, with the state of each part."""
    problems = {name: check() for name, (check, _) in CHECKS.items()}
    is_ready = not any(problems[name] for name, (_, needed) in CHECKS.items() if needed)
    body = {"ready": is_ready, "parts": {name: text or "ok" for name, text in problems.items()}}
    return JsonResponse(body, status=200 if is_ready else 503)
