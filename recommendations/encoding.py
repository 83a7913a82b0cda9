"""Query text → vector: from the cache, else by ONNX Runtime in this process."""

import hashlib
from functools import lru_cache

import numpy as np
from django.conf import settings
from django.core.cache import cache

from recommendations.taste.encoders import query_encoder
from recommendations.taste.wording import FILLERS, without_manner

DAY = 24 * 3600


def encode_queries(texts: list[str]) -> np.ndarray:
    """Return (n, d) float32 vectors of length one; texts met before do not touch the model.

    Raises:
        EncoderMissing: the encoder's file is absent or altered.
    """
    name = settings.RECOMMENDER.encoder
    keys = {text: _key(name, text) for text in dict.fromkeys(texts)}
    kept = cache.get_many(keys.values())
    vectors = {t: np.frombuffer(kept[k], dtype=np.float32) for t, k in keys.items() if k in kept}
    new = [text for text in keys if text not in vectors]
    if new:
        encoder = query_encoder(name, settings.RECOMMENDER.encoder_dir)
        made = dict(zip(new, encoder.encode(new), strict=True))
        cache.set_many({keys[t]: v.tobytes() for t, v in made.items()}, timeout=DAY)
        vectors |= made
    return np.stack([vectors[text] for text in texts])


def encode_meaning(texts: list[str]) -> np.ndarray:
    """Return (n, d) vectors of what texts ask for, their manner of asking taken off.

    Raises:
        EncoderMissing: the encoder's file is absent or altered.
    """
    return without_manner(encode_queries(texts), texts, _manner(settings.RECOMMENDER.encoder))


@lru_cache(maxsize=2)
def _manner(name: str) -> np.ndarray:
    """Return the (d,) middle of what asking says by itself, made once in each process."""
    return encode_queries(list(FILLERS)).mean(axis=0)


def _key(name: str, text: str) -> str:
    return "query:" + hashlib.sha256(f"{name}\n{text}".encode()).hexdigest()
