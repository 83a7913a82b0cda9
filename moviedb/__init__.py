"""The ground and the roof: small helpers below the apps, wiring above them."""

from moviedb.celery import app as celery_app

__all__ = ["celery_app"]
