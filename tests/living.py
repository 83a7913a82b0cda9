"""Fixtures with the real thing in them: the encoder's file, the starter catalogue, its space."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from recommendations.taste.encoders import EncoderMissing, OnnxEncoder, export_onnx


@pytest.fixture(scope="session")
def onnx_folder():
    """The folder with the exported encoder, exported now if it was not yet."""
    knobs = settings.RECOMMENDER
    try:
        OnnxEncoder(knobs.encoder, folder=knobs.encoder_dir)
    except EncoderMissing:
        export_onnx(knobs.encoder, folder=knobs.encoder_dir, sha256=knobs.encoder_sha256)
    return knobs.encoder_dir


@pytest.fixture(scope="module")
def living(django_db_setup, django_db_blocker, onnx_folder):
    """The starter catalogue in both spaces, for one module of tests; emptied after it."""
    with django_db_blocker.unblock():
        empty_database()
        call_command("load_titles", "starter", verbosity=0)
        call_command("embed_titles", verbosity=0)
        call_command("retrain_taste", "--starter", verbosity=0)
    yield
    with django_db_blocker.unblock():
        empty_database()


def empty_database() -> None:
    """Take every row out of every table but the one that tells which migrations ran."""
    cache.clear()
    tables = [t for t in connection.introspection.table_names() if t != "django_migrations"]
    kept = {"django_content_type", "auth_permission"}
    quoted = ", ".join(connection.ops.quote_name(table) for table in tables if table not in kept)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {quoted} RESTART IDENTITY CASCADE")


@pytest.fixture(autouse=True)
def fresh_cache():
    """Every test begins with an empty cache."""
    cache.clear()
