"""Fixtures with the real thing in them: the encoder's file, the starter catalogue, its spaces."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings

from catalog.cards import cards
from catalog.choices import _people
from catalog.columns import _columns
from catalog.finding import _names
from recommendations.taste.encoders import EncoderMissing, OnnxEncoder
from recommendations.taste.exporting import export_onnx

# The starter catalogue in the content space.
EMBEDDED = (("load_titles", "starter"), ("embed_titles",))


@pytest.fixture(scope="session")
def onnx_folder():
    """The folder with the exported encoder, exported now if it was not yet."""
    knobs = settings.RECOMMENDER
    try:
        OnnxEncoder(knobs.encoder, folder=knobs.encoder_dir)
    except EncoderMissing:
        export_onnx(knobs.encoder, folder=knobs.encoder_dir, sha256=knobs.encoder_sha256)
    return knobs.encoder_dir


@pytest.fixture(scope="session")
def fill_database(django_db_setup, django_db_blocker, onnx_folder, testrun_uid):
    """A function that leaves in the database what some commands do, and nothing else.

    Loading the starter catalogue takes seconds, copying a database a fraction of one: what was
    filled once is kept beside it as a template, for all processes that run these tests.
    """
    kept = {}

    def fill(*commands: tuple[str, ...]) -> None:
        words = "_".join(word.strip("-") for command in commands for word in command)
        kept[commands] = template = f"test_{words}_{testrun_uid[:8]}"
        own = connection.settings_dict["NAME"]
        forget()
        with beside(template) as cursor:
            if is_there(cursor, template):
                disconnect()
                cursor.execute(f"DROP DATABASE {own} WITH (FORCE)")
                cursor.execute(f"CREATE DATABASE {own} TEMPLATE {template}")
            else:
                empty_database()
                for command in commands:
                    call_command(*command, verbosity=0)
                disconnect()
                cursor.execute(f"CREATE DATABASE {template} TEMPLATE {own}")

    yield fill
    for template in kept.values():
        with beside(template) as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {template}")


@contextmanager
def beside(template: str) -> Iterator[psycopg.Cursor]:
    """A cursor in another database of the server, while nobody else may touch this template."""
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [template])
        yield cursor


def is_there(cursor: psycopg.Cursor, database: str) -> bool:
    """Whether the server has a database of that name."""
    cursor.execute("SELECT FROM pg_database WHERE datname = %s", [database])
    return cursor.fetchone() is not None


def forget() -> None:
    """Have this process forget the catalogue: in another one, changes are numbered anew."""
    cache.clear()
    for kept in (_columns, cards, _names, _people):
        kept.cache_clear()


def disconnect() -> None:
    """Close our connections: a database that is in use is neither copied nor replaced."""
    connections.close_all()
    connection.close_pool()


@pytest.fixture(scope="module")
def living(fill_database, django_db_blocker):
    """The starter catalogue in both spaces, for one module of tests; emptied after it."""
    with django_db_blocker.unblock():
        fill_database(*EMBEDDED, ("retrain_taste", "--starter"))
    yield
    with django_db_blocker.unblock():
        empty_database()


def empty_database() -> None:
    """Take every row out of every table but the one that tells which migrations ran."""
    forget()
    tables = [t for t in connection.introspection.table_names() if t != "django_migrations"]
    kept = {"django_content_type", "auth_permission"}
    quoted = ", ".join(connection.ops.quote_name(table) for table in tables if table not in kept)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {quoted} RESTART IDENTITY CASCADE")


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """Passwords are hashed as on the site, in one round."""
    with override_settings(PASSWORD_HASHERS=["tests.passwords.QuickHasher"]):
        yield


@pytest.fixture(autouse=True)
def fresh_cache():
    """Every test begins with an empty cache."""
    cache.clear()
