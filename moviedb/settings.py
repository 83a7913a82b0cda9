"""Settings. Every value comes from the environment, with a default that works on a laptop."""

import os
import secrets
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from moviedb import embedded
from moviedb.environment import env, env_flag, env_list
from moviedb.knobs import Recommender
from moviedb.signing_in import *  # noqa: F403 (settings, all of them)
from moviedb.signing_in import BEHIND_HTTPS, OIDC_ORIGINS

# ── Paths ────────────────────────────────────────────────────────────────
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("MOVIEDB_VAR", BASE_DIR / "var")).resolve()


def local_secret() -> str:
    """Return this installation's own secret key, made once and kept under `var/`."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(64))
        path.chmod(0o600)
    return path.read_text().strip()


DEBUG = env_flag("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY") or local_secret()
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

# ── Apps ─────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "moviedb",
    "accounts",
    "catalog",
    "recommendations",
    "accounts.admin_app.GuardedAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
]
AUTH_USER_MODEL = "accounts.User"
ROOT_URLCONF = "moviedb.urls"
CSRF_FAILURE_VIEW = "moviedb.errors.csrf_failed"
WSGI_APPLICATION = "moviedb.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── Middleware ───────────────────────────────────────────────────────────
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.guests.GuestMiddleware",
    "accounts.sessions.SlidingMiddleware",
]

# ── Templates ────────────────────────────────────────────────────────────
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "moviedb.templatetags.page",
                "moviedb.templatetags.stencil",
            ],
        },
    }
]

# ── Database ─────────────────────────────────────────────────────────────
DATABASE_URL = env("DATABASE_URL") or embedded.default_database_url()


def database(url: str) -> dict[str, object]:
    """Return Django's settings for a `postgresql://` URL."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "moviedb.postgres",
        "NAME": parts.pop("dbname", "moviedb"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": {**parts, "pool": {"min_size": 1, "max_size": 8, "timeout": 3}},
    }


DATABASES = {"default": database(DATABASE_URL)}

# ── Cache, sessions ──────────────────────────────────────────────────────
REDIS_URL = env("REDIS_URL") or embedded.default_redis_url()


def redis_database(url: str, number: int) -> str:
    """Return a Redis URL that names another database of the same server."""
    base = url.partition("?")[0]
    if base.startswith("unix:"):
        return f"{base}?db={number}"
    scheme, _, rest = base.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/{number}"


CACHES = {
    "default": {
        "BACKEND": "moviedb.cache.PatientRedisCache",
        "LOCATION": redis_database(REDIS_URL, 1),
        "TIMEOUT": 3600,
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1.0},
    }
}
# Kept in the database and read from the cache; with a cache that is down, from the database.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# Beside the queues, where nothing is thrown out to make room: see moviedb/waiting.py.
WAITING_URL = redis_database(REDIS_URL, 0)

# ── Celery ───────────────────────────────────────────────────────────────
CELERY_BROKER_URL = redis_database(REDIS_URL, 0).replace("unix://", "redis+socket://")
if CELERY_BROKER_URL.startswith("redis+socket:"):
    CELERY_BROKER_URL = CELERY_BROKER_URL.replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 4 * 3600
# Longer than the longest task, else Redis hands a running task to a second worker.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 5 * 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"

# ── Signing in, mail ─────────────────────────────────────────────────────
# See moviedb/signing_in.py.
EMAIL_BACKEND = env("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env("EMAIL_HOST", "localhost")
EMAIL_PORT = int(env("EMAIL_PORT", "25"))
EMAIL_HOST_USER = env("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_flag("EMAIL_USE_TLS", default=False)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "moviedb@localhost")

# How often each of these may be done, by one person or from one address: see moviedb/limits.py.
RATES = {
    "comments": "5/m,40/h",
    "comment_deletes": "20/m",
    "reports": "10/h",
    "shares": "20/h",
    "lists": "60/m",
    "asks": "5/m,30/d",
    "tips": "5/m,40/d",
    "friends": "60/m",
    "finding": "3/d",
    "rooms": "20/h",
    "room_acts": "120/m",
    "room_codes": "10/m,40/h",
    "room_codes_of_all": "1200/h",
}
# How many settled members' reports hide a comment until a moderator has looked; 0 for never.
REPORTS_TO_HIDE = 3
NOTIFY = "accounts.notices.notify"

# ── Recommender ──────────────────────────────────────────────────────────
RECOMMENDER = Recommender.from_environment(os.environ, var=VAR_DIR)

# ── Language, time, files ────────────────────────────────────────────────
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
TIME_ZONE = env("TIME_ZONE", "UTC")
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG or env_flag("PLAIN_STATIC", default=False):
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# ── Logging ──────────────────────────────────────────────────────────────
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING")},
    "loggers": {
        name: {"level": env("LOG_LEVEL", "INFO")}
        for name in ("moviedb", "catalog", "accounts", "recommendations")
    },
}

# ── Security ─────────────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *env_list("IMAGE_HOSTS")],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        # Browsers hold a form to this where its answer leads elsewhere, as signing in does.
        "form-action": [SELF, *OIDC_ORIGINS],
        "frame-ancestors": [NONE],
    },
    # Django's own admin carries inline styles and brings no user text into them.
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SECURE_SSL_REDIRECT = BEHIND_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if BEHIND_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_HTTPS
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
