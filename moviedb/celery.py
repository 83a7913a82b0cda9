"""The Celery application, its queues and the timetable of the batch jobs."""

import os
import signal

from billiard.process import current_process
from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_process_init

from moviedb.running.children import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moviedb.settings")

app = Celery("moviedb")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.task_routes = {"recommendations.tasks.embed_*": {"queue": "encode"}}
app.conf.beat_schedule = {
    # what                      which task                                when
    "embed new titles": {
        "task": "recommendations.tasks.embed_titles",
        "schedule": crontab(minute="*/10"),
    },
    "close sessions": {
        "task": "recommendations.tasks.close_sessions",
        "schedule": crontab(minute="*/15"),
    },
    # Whoever leaves the first list wakes the worker; this is for a call that was lost.
    "record served lists": {
        "task": "recommendations.tasks.record_shelves",
        "schedule": crontab(minute="*/2"),
    },
    "refresh profiles": {
        "task": "recommendations.tasks.refresh_profiles",
        "schedule": crontab(minute="*/5"),
    },
    "match people who said something new": {
        "task": "recommendations.tasks.match_stale",
        "schedule": crontab(minute="3-59/5"),
    },
    "match everybody": {
        "task": "recommendations.tasks.match_people",
        "schedule": crontab(hour="5", minute="40"),
    },
    "fit vibes": {
        "task": "recommendations.tasks.fit_stale_vibes",
        "schedule": crontab(minute="2-59/5"),
    },
    "fit vibes that lie elsewhere now": {
        "task": "recommendations.tasks.fit_changed_vibes",
        "schedule": crontab(hour="5", minute="10"),
    },
    "retrain the taste space": {
        "task": "recommendations.tasks.retrain_taste",
        "schedule": crontab(hour="3", minute="10"),
    },
    "forget guests and old lists": {
        "task": "recommendations.tasks.forget_old",
        "schedule": crontab(hour="4", minute="20"),
    },
    "forget rooms": {
        "task": "recommendations.tasks.forget_rooms",
        "schedule": crontab(hour="4", minute="40"),
    },
}


@worker_process_init.connect
def stay_with_parent(**about: object) -> None:
    """End a process of the pool with its parent, also with one that is dead by now.

    Celery asks the kernel for the same, but does not look whether it asked too late.
    """
    parent = current_process()._parent_pid
    if parent is not None:  # a pool of one ("solo") is the main process itself
        end_with_parent(parent, death_signal=signal.SIGKILL)
