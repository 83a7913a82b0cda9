"""Celery's doors: each task takes ids or nothing, makes one call, and run twice ends the same."""

import logging

from celery import shared_task
from django.utils import timezone

from moviedb.locks import AlreadyRunning, alone
from recommendations.batch import embedding, profiles, sessions

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
