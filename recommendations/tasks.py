"""Celery's doors: each task takes ids or nothing, makes one call, and run twice ends the same."""

import datetime
import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from moviedb.locks import AlreadyRunning, alone
from recommendations.batch import embedding, matches, placing, profiles, sessions, training, vibes
from recommendations.models import Space
from recommendations.taste.recipes import learner
from recommendations.together import seating
from recommendations.zones import Shelf, Wants, plain

logger = logging.getLogger(__name__)
RETRAINING, RETRAINING_SECONDS = "retrain_taste", 6 * 3600
HOUSE = "house"


@shared_task(ignore_result=True)
def embed_titles() -> None:
    """Bring the content space up to date with the catalogue."""
    try:
        with alone("embed_titles", seconds=4 * 3600):
            if embedding.embed_titles().n_embedded:
                place_new_titles()
    except AlreadyRunning as error:
        logger.info("%s", error)


def place_new_titles() -> None:
    """Give titles that were just embedded a place in the taste space, from their content."""
    space = Space.objects.serving(Space.Kind.TASTE).first()
    if space is not None:
        logger.info("placed %d titles by their content", placing.place_by_content(space))


@shared_task(ignore_result=True)
def retrain_taste() -> None:
    """Learn anew what people love together, from everybody who allows it, and switch to it.

    Data sets that the serving space was learnt from are taken again. Too few people, or a space
    that loses to the serving one, leave everything as it is.
    """
    try:
        with alone(RETRAINING, seconds=RETRAINING_SECONDS):
            folders = training.folders_of_serving()
            training.retrain(learner(HOUSE), recipe=HOUSE, folders=folders)
    except (AlreadyRunning, training.NotEnoughPeople, training.SpaceLosesToServing) as error:
        logger.info("%s", error)


@shared_task(ignore_result=True)
def refresh_profiles() -> None:
    """Store the taste vectors of people who said something since their last one."""
    profiles.refresh_stale(now=timezone.now())


@shared_task(ignore_result=True)
def fit_vibes(*, user_id: int) -> None:
    """Fit one person's vibes: they are looked at, and not what they would be now."""
    vibes.fit_people([user_id], now=timezone.now())


@shared_task(ignore_result=True)
def fit_stale_vibes() -> None:
    """Fit the vibes of people who love something new since their last fit."""
    vibes.fit_stale(now=timezone.now())


@shared_task(ignore_result=True)
def fit_changed_vibes() -> None:
    """Fit everybody's vibes whose likes or whose spaces have changed, in the night."""
    try:
        with alone("fit_changed_vibes", seconds=4 * 3600):
            vibes.fit_changed(now=timezone.now())
    except AlreadyRunning as error:
        logger.info("%s", error)


def fit_vibes_later(user_id: int) -> None:
    """Ask the worker for somebody's vibes; a broker that is down is only logged."""
    try:
        fit_vibes.apply_async(kwargs={"user_id": user_id}, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("vibes could not be asked for: %s", error)


@shared_task(ignore_result=True)
def match_person(*, user_id: int) -> None:
    """Match somebody who has just let themselves be found."""
    matches.refresh_person(user_id=user_id, now=timezone.now())


@shared_task(ignore_result=True)
def match_stale() -> None:
    """Match people anew who may be found and said something new."""
    try:
        with alone("match_people", seconds=4 * 3600):
            matches.refresh_stale(now=timezone.now())
    except AlreadyRunning as error:
        logger.info("%s", error)


@shared_task(ignore_result=True)
def match_people() -> None:
    """Match everybody anew who may be found, in the night."""
    try:
        with alone("match_people", seconds=4 * 3600):
            matches.refresh_all(now=timezone.now())
    except AlreadyRunning as error:
        logger.info("%s", error)


def match_later(user_id: int) -> None:
    """Ask the worker for somebody's matches; a broker that is down is only logged."""
    try:
        match_person.apply_async(kwargs={"user_id": user_id}, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("matches could not be asked for: %s", error)


@shared_task(ignore_result=True)
def record_shelves() -> None:
    """Store what lists showed; pages themselves write nothing."""
    try:
        sessions.record_waiting()
    except AlreadyRunning as error:
        logger.debug("%s", error)


@shared_task(ignore_result=True)
def close_sessions() -> None:
    """Close the lists nobody acted on for half an hour."""
    sessions.close_idle(now=timezone.now())


@shared_task(ignore_result=True)
def forget_old() -> None:
    """Delete guests who never came back and lists older than the log may keep."""
    sessions.forget_old(now=timezone.now())


@shared_task(ignore_result=True)
def forget_rooms() -> None:
    """Delete the rooms of yesterday with all that was said in them."""
    seating.forget_old(now=timezone.now())


def record_later(
    user,
    shelf: Shelf,
    wants: Wants,
    *,
    now: datetime.datetime,
    query_weight: float | None = None,
) -> None:
    """Leave a served list to the worker for the log; a broker that is down is only logged.

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
        if sessions.WAITING.push(served):
            record_shelves.apply_async(retry=False)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("the list could not be logged: %s", error)
