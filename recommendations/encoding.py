"""Query text → vector: from the cache, else by an encoder of queries."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from django.conf import settings
from django.core.cache import cache

from recommendations.models import Space
from recommendations.taste.encoders import QueryEncoder, query_encoder
from recommendations.taste.weights import ENCODERS
from recommendations.taste.wording import FILLERS, without_manner, without_span

DAY = 24 * 3600


def encoder_of(space: Space | None) -> str:
    """Return the name of the encoder whose vectors may be compared with those of a content space.

    While the space of another encoder is being built the old one serves, and is asked in its own
    tongue; before there is any, it is the encoder that is set.
    """
    known = space is not None and space.recipe in ENCODERS
    return space.recipe if space and known else settings.RECOMMENDER.encoder


def encode_queries(texts: list[str], *, name: str) -> np.ndarray:
    """Return (n, d) float32 vectors of length one; texts met before do not touch the model.

    Args:
        name: of which encoder, see `encoder_of`.
    Raises:
        EncoderMissing: the encoder's file is absent or altered.
    """
    keys = {text: _key(name, text) for text in dict.fromkeys(texts)}
    kept = cache.get_many(keys.values())
    vectors = {t: np.frombuffer(kept[k], dtype=np.float32) for t, k in keys.items() if k in kept}
    new = [text for text in keys if text not in vectors]
    if new:
        made = dict(zip(new, _encoder(name).encode(new), strict=True))
        cache.set_many({keys[t]: v.tobytes() for t, v in made.items()}, timeout=DAY)
        vectors |= made
    return np.stack([vectors[text] for text in texts])


def encode_meaning(texts: list[str], *, name: str) -> np.ndarray:
    """Return (n, d) vectors of what texts ask for, their manner of asking taken off.

    Raises:
        EncoderMissing: the encoder's file is absent or altered.
    """
    return without_manner(encode_queries(texts, name=name), texts, _manner(name))


def encode_meaning_without(
    text: str, spans: Sequence[tuple[int, int]], *, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return what a text asks for, and what is left of that without each of these spans.

    A text that was met with the same spans does not touch the model.

    Args:
        spans: k pairs, from which letter to which.
    Returns:
        (d,) and (k, d), the manner of asking taken off.
    Raises:
        EncoderMissing: the encoder's file is absent or altered.
    """
    key = _key(name, f"{text}\n{spans}")
    kept = cache.get(key)
    if kept is None:
        vectors = _encoder(name).encode_without(text, spans)
        cache.set(key, vectors.tobytes(), timeout=DAY)
    else:
        vectors = np.frombuffer(kept, dtype=np.float32).reshape(1 + len(spans), -1)
    texts = [text, *(without_span(text, span) for span in spans)]
    whole, *left = without_manner(vectors, texts, _manner(name))
    return whole, np.reshape(left, (len(spans), len(whole)))


def _encoder(name: str) -> QueryEncoder:
    knobs = settings.RECOMMENDER
    return query_encoder(name, knobs.encoder_dir, knobs.sha256_of(name))


@lru_cache(maxsize=2)
def _manner(name: str) -> np.ndarray:
    """Return the (d,) middle of what asking says by itself, made once in each process."""
    return encode_queries(list(FILLERS), name=name).mean(axis=0)


def _key(name: str, text: str) -> str:
    return "query:" + hashlib.sha256(f"{name}\n{text}".encode()).hexdigest()
