"""The site's own settings, with two pages more: the rivals."""

from moviedb.settings import *  # noqa: F403
from moviedb.settings import MIDDLEWARE as SITE_MIDDLEWARE

ROOT_URLCONF = "benchmarks.site_urls"
MIDDLEWARE = ["benchmarks.site_urls.BareHello", *SITE_MIDDLEWARE]
