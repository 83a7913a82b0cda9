"""Celery's doors: each task takes ids or nothing, makes one call, and run twice ends the same."""

import datetime
import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from moviedb.locks import AlreadyRunning, alone
from recommendations.batch import embedding, profiles, sessions
from recommendations.zones import Shelf, Wants, plain

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def embed_titles() -> None:
    """Bring the content space up to date with the catalogue."""
    try:
        with alone("embed_titles", seconds=4 * 3600):
            embedding.embed_titles()
    except AlreadyRunning as error:
        logger.info("%s", error)


@shared_task(ignore_result=True)
def refresh_profiles() -> None:
    """Store the taste vectors of people who said something since their last one."""
    profiles.refresh_stale(now=timezone.now())


@shared_task(ignore_result=True)
def record_shelf(*, served: dict) -> None:
    """Store what a list showed; pages themselves write nothing."""
    sessions.record(served)


@shared_task(ignore_result=True)
def close_sessions() -> None:
    """Close the lists nobody acted on for half an hour."""
    sessions.close_idle(now=timezone.now())


@shared_task(ignore_result=True)
def forget_old() -> None:
    """Delete guests who never came back and lists older than the log may keep."""
    sessions.forget_old(now=timezone.now())


def record_later(
    user,
    shelf: Shelf,
    wants: Wants,
    *,
    now: datetime.datetime,
    query_weight: float | None = None,
) -> None:
    """Hand a served list to the worker for the log; a broker that is down is only logged.

    With it goes how far the person slid words against taste, to be remembered.
    """
    served = {
        "key": shelf.key,
        "user_id": user.pk,
        "zone": shelf.zone,
        "space_id": shelf.space_id,
        "wants": wants.active(),
        "trace": shelf.trace,
        "latency_ms": shelf.latency_ms,
        "served_at": now.isoformat(),
        "query_weight": query_weight,
        "picks": [
            {
                "title_id": pick.title.pk,
                "rank": pick.rank,
                "scores": {
                    "score": pick.score,
                    "query": pick.query_score,
                    "taste": pick.taste_score,
                },
                "reason": plain(pick.reason),
            }
            for pick in shelf.picks
        ],
    }
    try:
        record_shelf.apply_async(kwargs={"served": served}, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("the list could not be logged: %s", error)
