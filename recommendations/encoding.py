"""Query text → vector: from the cache, else by the encoder of the space that serves."""

import hashlib
from functools import lru_cache

import numpy as np
from django.conf import settings
from django.core.cache import cache

from moviedb.cache import remember
from recommendations.models import Space
from recommendations.taste.encoders import query_encoder
from recommendations.taste.weights import ENCODERS
from recommendations.taste.wording import FILLERS, without_manner

DAY, SPACE_SECONDS = 24 * 3600, 60


def encoder_of(space: Space | None) -> str:
    """Return the name of the encoder whose vectors may be compared with those of a content space.

    While the space of another encoder is being built the old one serves, and is asked in its own
    tongue; before there is any, it is the encoder that is set.
    """
    known = space is not None and space.recipe in ENCODERS
    return space.recipe if space and known else settings.RECOMMENDER.encoder


def encode_queries(texts: list[str], *, name: str = "") -> np.ndarray:
    """Return (n, d) float32 vectors of length one; texts met before do not touch the model.

    Args:
        name: of which encoder; by default that of the space that serves.
    Raises:
        EncoderMissing: the encoder's file is absent or altered.
    """
    name = name or serving_encoder()
    keys = {text: _key(name, text) for text in dict.fromkeys(texts)}
    kept = cache.get_many(keys.values())
    vectors = {t: np.frombuffer(kept[k], dtype=np.float32) for t, k in keys.items() if k in kept}
    new = [text for text in keys if text not in vectors]
    if new:
        knobs = settings.RECOMMENDER
        encoder = query_encoder(name, knobs.encoder_dir, knobs.sha256_of(name))
        made = dict(zip(new, encoder.encode(new), strict=True))
        cache.set_many({keys[t]: v.tobytes() for t, v in made.items()}, timeout=DAY)
        vectors |= made
    return np.stack([vectors[text] for text in texts])


def encode_meaning(texts: list[str]) -> np.ndarray:
    """Return (n, d) vectors of what texts ask for, their manner of asking taken off.

    Raises:
        EncoderMissing: the encoder's file is absent or altered.
    """
    name = serving_encoder()
    return without_manner(encode_queries(texts, name=name), texts, _manner(name))


def serving_encoder() -> str:
    """Return the name of the encoder of the content space that serves, kept in the cache."""
    found = remember(Space.ENCODER_KEY, _name_of_serving, timeout=SPACE_SECONDS)
    return found or settings.RECOMMENDER.encoder


def _name_of_serving() -> str | None:
    space = Space.objects.serving(Space.Kind.CONTENT).only("recipe").first()
    return encoder_of(space) if space else None


@lru_cache(maxsize=2)
def _manner(name: str) -> np.ndarray:
    """Return the (d,) middle of what asking says by itself, made once in each process."""
    return encode_queries(list(FILLERS), name=name).mean(axis=0)


def _key(name: str, text: str) -> str:
    return "query:" + hashlib.sha256(f"{name}\n{text}".encode()).hexdigest()
