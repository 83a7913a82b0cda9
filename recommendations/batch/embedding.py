"""Building the content space: facts → texts → vectors, in chunks, only what has changed."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from catalog.models import Credit, Kind, Title
from moviedb.chunks import in_chunks
from recommendations import vectorstore, words
from recommendations.models import Space, TitleVector
from recommendations.taste import text as texts
from recommendations.taste.encoders import ENCODERS, TextEncoder, batch_encoder
from recommendations.taste.frozen import RememberingEncoder, freeze, thaw
from recommendations.taste.geometry import unit
from recommendations.taste.tags import tag_vector

logger = logging.getLogger(__name__)
CHUNK = 128
# Made by `manage.py embed_titles --freeze-starter`: the first start need not encode what ships.
FROZEN = Path(__file__).resolve().parent.parent / "starter" / "content_vectors.npz"
ENOUGH_FOR_A_MEAN = 20


@dataclass(frozen=True)
class EmbeddingReport:
    """What one run did: titles looked at, titles embedded anew, axis texts encoded, seconds."""

    n_titles: int
    n_embedded: int
    n_texts: int
    seconds: float


def content_space() -> Space:
    """Return the space of the encoder that is set, begun when there is none yet."""
    name = settings.RECOMMENDER.encoder
    spaces = Space.objects.filter(kind=Space.Kind.CONTENT, recipe=name)
    found = spaces.exclude(status=Space.Status.RETIRED).order_by("-pk").first()
    dimension = ENCODERS[name].dimension
    return found or Space.objects.create(kind=Space.Kind.CONTENT, recipe=name, dimension=dimension)


def embed_titles(
    *, encoder: TextEncoder | None = None, progress: Callable[[int, int], None] | None = None
) -> EmbeddingReport:
    """Embed every title whose texts have changed, then let the space serve.

    Killed midway, the next run goes on where this one stopped: each chunk is stored whole.
    """
    started = time.monotonic()
    space = content_space()
    stale = stale_titles(space)
    n_titles, n_texts = Title.objects.count(), 0
    if stale:
        encoder = encoder or remembering_encoder()
        learn_means(space, stale, encoder)
        for done, chunk in enumerate(in_chunks(stale, size=CHUNK)):
            n_texts += embed_chunk(space, chunk, encoder)
            if progress:
                progress(min(len(stale), (done + 1) * CHUNK), len(stale))
    if stale or space.status != Space.Status.SERVING:
        words.count_words()
        space.serve(now=timezone.now())
        with connection.cursor() as cursor:
            # Else the first pages are planned for empty tables.
            cursor.execute("ANALYZE")
    report = EmbeddingReport(n_titles, len(stale), n_texts, time.monotonic() - started)
    logger.info("embedded %d of %d titles in %.1f s", len(stale), n_titles, report.seconds)
    return report


def remembering_encoder() -> RememberingEncoder:
    """Return the encoder that is set, which already knows the texts of the starter catalogue."""
    knobs = settings.RECOMMENDER
    known = thaw(FROZEN.read_bytes(), encoder=knobs.encoder) if FROZEN.exists() else {}

    def load() -> TextEncoder:
        return batch_encoder(knobs.encoder, sha256=knobs.encoder_sha256, device=knobs.device)

    return RememberingEncoder(knobs.encoder, ENCODERS[knobs.encoder].dimension, load, known)


def freeze_starter() -> int:
    """Write the vectors of all texts of the starter catalogue beside the code; return how many."""
    knobs = settings.RECOMMENDER
    encoder = batch_encoder(knobs.encoder, sha256=knobs.encoder_sha256, device=knobs.device)
    ids = Title.objects.exclude(starter_id=None).values_list("pk", flat=True)
    found = {text for f in facts_of(ids).values() for text in texts.axis_texts(f).values() if text}
    wanted = sorted(found)
    FROZEN.parent.mkdir(exist_ok=True)
    FROZEN.write_bytes(freeze(wanted, encoder.encode(wanted), encoder=knobs.encoder))
    return len(wanted)


def stale_titles(space: Space) -> list[int]:
    """Return the ids of titles without vectors or whose texts differ from the embedded ones.

    Best known first, so that an interrupted run has what most people look for.
    """
    hashes = dict(
        TitleVector.objects.along(space, texts.COMPOSED).values_list("title_id", "text_hash")
    )
    order = list(
        Title.objects.order_by(
            F("starter_id").asc(nulls_last=True), "-popularity", "pk"
        ).values_list("pk", flat=True)
    )
    changed = set()
    for chunk in in_chunks(order, size=2000):
        for title_id, facts in facts_of(chunk).items():
            if hashes.get(title_id) != composed_hash(facts, encoder=space.recipe):
                changed.add(title_id)
    return [title_id for title_id in order if title_id in changed]


def composed_hash(facts: texts.TitleFacts, *, encoder: str) -> str:
    """Return one hash over all axis texts of a title."""
    joined = "\n".join(f"{axis}: {text}" for axis, text in texts.axis_texts(facts).items())
    return texts.text_hash(f"{texts.AXIS_WEIGHTS}\n{joined}", encoder=encoder)


def learn_means(space: Space, title_ids: list[int], encoder: TextEncoder) -> None:
    """Store, once a space, the mean vector per axis and kind, from up to 150 titles a kind.

    What differs between the means only says "this is a book"; without it a novel and a film of
    the same story lie side by side. A kind that is rare so far gets its mean when it has grown.
    """
    missing = [kind for kind in Kind.values if kind not in space.means]
    for kind in missing:
        rows = Title.objects.filter(pk__in=title_ids, kind=kind).order_by("-popularity", "pk")
        sample = list(rows.values_list("pk", flat=True)[:150])
        if len(sample) < ENOUGH_FOR_A_MEAN:
            continue
        axes = [texts.axis_texts(facts) for facts in facts_of(sample).values()]
        space.means[kind] = {
            axis: encoder.encode([a[axis] for a in axes if a[axis]]).mean(axis=0).tolist()
            for axis in texts.AXES
            if any(a[axis] for a in axes)
        }
    if missing:
        space.save(update_fields=["means"])


def kind_offset(space: Space, kind: str, axis: str) -> np.ndarray:
    """Return (d,) what to take off a vector of this kind: the mean of its kind on this axis.

    Besides the direction that says "this is a book" that takes out what all texts share, which
    would make everything look a little alike. A kind without a mean of its own, because it is
    rare, gives up the mean of all kinds.
    """
    means = [m[axis] for m in space.means.values() if axis in m]
    own = space.means.get(kind, {}).get(axis)
    if own is not None:
        return np.asarray(own, dtype=np.float32)
    if means:
        return np.asarray(np.mean(means, axis=0), dtype=np.float32)
    return np.zeros(space.dimension, dtype=np.float32)


def embed_chunk(space: Space, title_ids: list[int], encoder: TextEncoder) -> int:
    """Embed these titles on every axis, compose, store; return how many texts were encoded."""
    facts = facts_of(title_ids)
    wanted = [
        (title_id, axis, text)
        for title_id, f in facts.items()
        for axis, text in texts.axis_texts(f).items()
        if text
    ]
    encoded = encoder.encode([text for _, _, text in wanted])
    vectors: dict[int, dict[str, np.ndarray]] = {title_id: {} for title_id in facts}
    for (title_id, axis, _), vector in zip(wanted, encoded, strict=True):
        offset = kind_offset(space, facts[title_id].kind, axis)
        vectors[title_id][axis] = unit(vector - offset)
    with transaction.atomic():
        vectorstore.write_title_vectors(space, _rows(space, facts, vectors))
        words.store_words(
            (title_id, "\n".join(texts.axis_texts(f).values())) for title_id, f in facts.items()
        )
    return len(wanted)


def _rows(
    space: Space,
    facts: dict[int, texts.TitleFacts],
    vectors: dict[int, dict[str, np.ndarray]],
) -> Iterator[tuple[int, str, np.ndarray, str]]:
    for title_id, axes in vectors.items():
        parts = [texts.AXIS_WEIGHTS[axis] * vector for axis, vector in axes.items()]
        for axis, vector in axes.items():
            yield title_id, axis, vector, ""
        tags = tag_vector(facts[title_id].genres, facts[title_id].moods)
        yield title_id, texts.TAGS, tags, ""
        whole = composed_hash(facts[title_id], encoder=space.recipe)
        yield title_id, texts.COMPOSED, unit(np.sum(parts, axis=0)), whole


def facts_of(title_ids: Iterable[int]) -> dict[int, texts.TitleFacts]:
    """Return the facts of titles, in four queries however many there are."""
    ids = list(title_ids)
    rows = Title.objects.filter(pk__in=ids).order_by("pk")
    names = ("kind", "name", "year", "original_name", "runtime", "synopsis", "mood")
    arrays = ("themes", "moods", "countries")
    genres = _names("genres__name", ids)
    companies = _names("companies__name", ids)
    people: dict[int, dict[str, list[str]]] = {}
    credits_ = Credit.objects.filter(title__in=ids).order_by("role", "position", "pk")
    for title_id, role, name in credits_.values_list("title_id", "role", "person__name"):
        group = "cast" if role == Credit.Role.CAST else "makers"
        people.setdefault(title_id, {"cast": [], "makers": []})[group].append(name)
    found = {}
    for row in rows.values("pk", *names, *arrays):
        title_id = row.pop("pk")
        for name in arrays:
            row[name] = tuple(row[name])
        credited = people.get(title_id, {"cast": [], "makers": []})
        found[title_id] = texts.TitleFacts(
            **row,
            genres=tuple(genres.get(title_id, ())),
            companies=tuple(companies.get(title_id, ())),
            makers=tuple(credited["makers"]),
            cast=tuple(credited["cast"][:6]),
        )
    return found


def _names(path: str, title_ids: list[int]) -> dict[int, list[str]]:
    """Return the sorted names that titles have along a path."""
    rows = Title.objects.filter(pk__in=title_ids).order_by("pk")
    return dict(
        rows.annotate(
            found=ArrayAgg(path, filter=~Q(**{path: None}), order_by=path, default=[])
        ).values_list("pk", "found")
    )
