"""The Celery application, its queues and the timetable of the batch jobs."""

import os

from celery import Celery
from celery.schedules import crontab

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
    "refresh profiles": {
        "task": "recommendations.tasks.refresh_profiles",
        "schedule": crontab(minute="*/5"),
    },
    "forget guests and old lists": {
        "task": "recommendations.tasks.forget_old",
        "schedule": crontab(hour="4", minute="20"),
    },
}
