"""Vectors of texts that were encoded before, kept by the hash of their text."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from recommendations.taste.encoders import TextEncoder
from recommendations.taste.geometry import unit
from recommendations.taste.text import text_hash

HASH_BYTES = 12


def freeze(texts: list[str], vectors: np.ndarray, *, encoder: str) -> bytes:
    """Return texts' vectors as the bytes of an .npz file, sorted, so equal input gives equal bytes.

    Args:
        vectors: (n, d) at length one; sixteen bits of each number are kept.
    """
    hashes = np.array([_short(text, encoder) for text in texts], dtype=f"S{2 * HASH_BYTES}")
    hashes, first = np.unique(hashes, return_index=True)
    file = io.BytesIO()
    np.savez(file, encoder=encoder, hashes=hashes, vectors=vectors[first].astype(np.float16))
    return file.getvalue()


def thaw(data: bytes, *, encoder: str) -> dict[bytes, np.ndarray]:
    """Return {short hash: (d,) float16} of a frozen file; nothing when another encoder made it."""
    with np.load(io.BytesIO(data), allow_pickle=False) as kept:
        if str(kept["encoder"]) != encoder:
            return {}
        return dict(zip(kept["hashes"].tolist(), kept["vectors"], strict=True))


@dataclass
class RememberingEncoder:
    """An encoder that asks the real one, loaded when first needed, only for texts it has not met.

    Attributes:
        n_encoded: how many texts went to the real encoder.
    """

    name: str
    dimension: int
    load: Callable[[], TextEncoder]
    known: Mapping[bytes, np.ndarray] = field(default_factory=dict)
    n_encoded: int = 0

    def __post_init__(self) -> None:
        self._met = dict(self.known)
        self._encoder: TextEncoder | None = None

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return (n, dimension) float32 vectors of length one."""
        keys = {text: _short(text, self.name) for text in texts}
        new = [text for text, key in keys.items() if key not in self._met]
        if new:
            self._encoder = self._encoder or self.load()
            vectors = self._encoder.encode(new)
            self._met.update(zip((keys[t] for t in new), vectors, strict=True))
            self.n_encoded += len(new)
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return unit(np.stack([self._met[keys[text]] for text in texts]))


def _short(text: str, encoder: str) -> bytes:
    return text_hash(text, encoder=encoder)[: 2 * HASH_BYTES].encode()
