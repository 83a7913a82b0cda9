"""Many searches at once: the whole space in memory, queries encoded in batches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from django.conf import settings

from catalog.models import Title
from moviedb.chunks import in_chunks
from recommendations import vectorstore
from recommendations.encoding import encoder_of
from recommendations.models import Space
from recommendations.taste.encoders import TextEncoder, query_encoder
from recommendations.taste.ranking import by_score
from recommendations.taste.reading import plain_words, read_filters
from recommendations.taste.text import COMPOSED
from recommendations.taste.wording import FILLERS, query_scores, without_manner, without_talk
from recommendations.words import word_shares

CHUNK = 256
N_CUT, N_HOLDERS = 400, 2000


class SpaceMissing(RuntimeError):
    """There is no content space to search in yet."""


@dataclass(frozen=True)
class Answer:
    """One line of the results."""

    query_id: str
    rank: int
    title: Title
    score: float


def answer(
    queries: Iterable[tuple[str, str]], *, n: int, this_year: int, threads: int = 2
) -> Iterator[Answer]:
    """Yield the best `n` titles for each (query id, text), as a visitor's search ranks them.

    Nothing is kept apart as on a page: two parts of a franchise may both come.

    Raises:
        SpaceMissing: nothing is embedded yet.
        EncoderMissing: the encoder is not prepared.
    """
    space = Space.objects.serving(Space.Kind.CONTENT).first()
    if space is None:
        raise SpaceMissing("no content space is serving; run 'manage.py embed_titles' first")
    titles = Title.objects.visible().only("kind", "name", "year", "imdb_id").in_bulk()
    ids, vectors = vectorstore.read_axis(space, COMPOSED)
    keep = np.array([title_id in titles for title_id in ids.tolist()], dtype=bool)
    ids, vectors = ids[keep], vectors[keep]
    encoder = batch_of_queries(threads, name=encoder_of(space))
    filler = encoder.encode(list(FILLERS)).mean(axis=0)
    for chunk in in_chunks(queries, size=CHUNK):
        meant = [
            plain_words(text, read_filters(text, this_year=this_year)) or text for _, text in chunk
        ]
        cosines = without_manner(encoder.encode(meant), meant, filler) @ vectors.T
        for (query_id, _), text, closeness in zip(chunk, meant, cosines, strict=True):
            best = best_titles(text, closeness, ids, titles, n=n)
            for rank, (title_id, score) in enumerate(best, start=1):
                yield Answer(query_id, rank, titles[title_id], score)


def best_titles(
    text: str, closeness: np.ndarray, ids: np.ndarray, titles: dict[int, Title], *, n: int
) -> list[tuple[int, float]]:
    """Return the best `n` (title id, score), from the closest and from those that hold the words.

    Args:
        closeness: (m,) cosines of the text to every title, in the order of `ids`.
    """
    shares = word_shares(without_talk(text), n=N_HOLDERS)
    n_cut = min(max(N_CUT, n), len(ids))
    rows = set(np.argpartition(-closeness, n_cut - 1)[:n_cut].tolist()) if n_cut else set()
    holders = np.fromiter(shares, dtype=np.int64, count=len(shares))
    rows |= set(np.flatnonzero(np.isin(ids, holders[:N_CUT])).tolist())
    order = np.array(sorted(rows), dtype=np.int64)
    found = ids[order].tolist()
    kinds = [titles[title_id].kind for title_id in found]
    scores = query_scores(text, closeness[order], ids=found, kinds=kinds, shares=shares)
    return [(found[row], float(scores[row])) for row in by_score(scores, ids[order])[:n]]


def batch_of_queries(threads: int, *, name: str) -> TextEncoder:
    """Return an encoder of queries by its name, with more threads than a web process gives it."""
    knobs = settings.RECOMMENDER
    return query_encoder(name, knobs.encoder_dir, knobs.sha256_of(name), threads)
