"""Encoders: texts in, vectors out. torch for long batches, ONNX Runtime for a query at a time.

Beside that one, a static encoder that only looks word pieces up, for both.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from recommendations.taste.geometry import unit
from recommendations.taste.weights import (
    ENCODERS,
    EncoderMissing,
    check_weights,
    tokenizer_path,
    weights_path,
)
from recommendations.taste.wording import without_span


class TextEncoder(Protocol):
    """Whatever turns texts into vectors of length one."""

    name: str
    dimension: int

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return (n, dimension) float32 vectors of length one, one a text."""
        ...


class QueryEncoder(TextEncoder, Protocol):
    """One that also tells what each part of a text gives to its vector."""

    def encode_without(self, text: str, spans: Sequence[tuple[int, int]]) -> np.ndarray:
        """Return (1 + k, dimension): the text's vector, and what is left of it without each span.

        Args:
            spans: k pairs, from which letter to which.
        """
        ...


class SentenceEncoder:
    """A sentence-transformers model on torch, for batches in the worker."""

    def __init__(self, name: str, *, sha256: str, device: str = "auto") -> None:
        """Check the weights and load the model onto `auto`, `cpu` or `cuda`."""
        path = weights_path(name)
        check_weights(path, sha256=sha256)
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        self.name, self.dimension = name, ENCODERS[name].dimension
        self.device = device
        self.model = SentenceTransformer(str(path.parent), device=device, local_files_only=True)
        self.model.max_seq_length = ENCODERS[name].max_tokens

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return (n, dimension) float32 vectors of length one."""
        vectors = self.model.encode(
            texts, batch_size=64, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


class OnnxEncoder:
    """The same model as one ONNX file, for queries in the web process: no torch, half a second."""

    def __init__(self, name: str, *, folder: Path, threads: int = 1) -> None:
        """Load the exported file and the tokenizer.

        For one short text two threads take as long as one, and a tenth more of the cores; of many
        texts two take three fifths of the time.

        Raises:
            EncoderMissing: the file was not exported yet, or was altered since.
        """
        path = folder / "model.onnx"
        seal = folder / "model.onnx.sha256"
        if not path.exists() or not seal.exists():
            raise EncoderMissing(f"{path} is missing; run 'manage.py prepare_encoder'")
        check_weights(path, sha256=seal.read_text().strip())
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Between two texts they sleep, and leave the cores to other pages.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.name, self.dimension = name, ENCODERS[name].dimension
        self.session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self.tokenizer = Tokenizer.from_file(str(tokenizer_path(name)))
        self.tokenizer.enable_truncation(ENCODERS[name].max_tokens)
        self.tokenizer.enable_padding()

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return (n, dimension) float32 vectors of length one."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        # Texts of like length share a batch, so that little is padding.
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(order), 32):
            rows = order[start : start + 32]
            vectors[rows] = self._encode_batch([texts[row] for row in rows])
        return vectors

    def encode_without(self, text: str, spans: Sequence[tuple[int, int]]) -> np.ndarray:
        """Return (1 + k, dimension): the text's vector, and what is left of it without each span.

        The model reads the text once. What is left is the mean of all states but those of the
        span's own pieces; what they have told the others stays, so a word gives more than is seen
        here. Reading a text again without each of its words would take as long as reading them all.
        """
        (pieces,), states, mask = self._read([text])
        starts, ends = np.array(pieces.offsets).T
        within = np.array([(starts < end) & (ends > start) for start, end in spans], dtype=bool)
        kept = np.concatenate([mask, mask * ~within.reshape(-1, mask.shape[1])])
        return mean_pool(np.broadcast_to(states, (len(kept), *states.shape[1:])), kept)

    def _encode_batch(self, texts: list[str]) -> np.ndarray:
        _, states, mask = self._read(texts)
        return mean_pool(states, mask)

    def _read(self, texts: list[str]) -> tuple[list[Any], np.ndarray, np.ndarray]:
        """Return the texts' pieces, their (n, pieces, d) states, and the mask of those there."""
        encoded = self.tokenizer.encode_batch(texts)
        mask = np.array([tokens.attention_mask for tokens in encoded], dtype=np.int64)
        (states,) = self.session.run(
            None,
            {
                "input_ids": np.array([tokens.ids for tokens in encoded], dtype=np.int64),
                "attention_mask": mask,
            },
        )
        return encoded, states, mask


class StaticEncoder:
    """A table with one vector a word piece: a text lies in the mean of its pieces.

    Nothing is computed but that mean, so it serves queries and batches alike, in a small part of
    the time of a transformer; the order of words and what they mean together is lost. Texts are
    not cut. The pooling is WordLlama's (github.com/dleemiller/WordLlama, inference.py).
    """

    def __init__(self, name: str, *, sha256: str) -> None:
        """Check the weights and read the table and the tokenizer.

        Raises:
            EncoderMissing: the package is not installed, or its table is not what was chosen.
        """
        source, path = ENCODERS[name], weights_path(name)
        check_weights(path, sha256=sha256)
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        # Sixteen bits a number, as published; the mean is taken in thirty-two.
        (self.table,) = load_file(path).values()
        if self.table.ndim != 2 or self.table.shape[1] != source.dimension:
            raise EncoderMissing(
                f"{path} holds a table of shape {self.table.shape}, expected one of "
                f"{source.dimension} columns; reinstall the encoder's package"
            )
        self.name, self.dimension = name, source.dimension
        self.tokenizer = Tokenizer.from_file(str(tokenizer_path(name)))

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return (n, dimension) float32 vectors of length one; of an empty text, of length zero."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        found = self.tokenizer.encode_batch(texts, add_special_tokens=False)
        for row, tokens in enumerate(found):
            if tokens.ids:
                vectors[row] = self.table[tokens.ids].mean(axis=0, dtype=np.float32)
        return unit(vectors)

    def encode_without(self, text: str, spans: Sequence[tuple[int, int]]) -> np.ndarray:
        """Return (1 + k, dimension): the text's vector, and that of it without each span."""
        return self.encode([text, *(without_span(text, span) for span in spans)])


class HashingEncoder:
    """Words hashed into places. It knows no meaning: fast tests only, labelled SYNTHETIC."""

    name, dimension = "hashing", 256

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return (n, 256) float32 vectors of length one; equal words share a place."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                digest = hashlib.sha256(word.strip(".,;:!?()").encode()).digest()
                vectors[row, digest[0]] += 1.0 if digest[1] % 2 else -1.0
        return unit(vectors)

    def encode_without(self, text: str, spans: Sequence[tuple[int, int]]) -> np.ndarray:
        """Return (1 + k, 256): the text's vector, and that of it without each span."""
        return self.encode([text, *(without_span(text, span) for span in spans)])


def mean_pool(states: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return the mean of the token states that the mask keeps, at length one.

    Args:
        states: (n, tokens, d).
        mask: (n, tokens), 1 for a token, 0 for padding.
    """
    weights = mask[..., None].astype(np.float32)
    return unit((states * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9))


@lru_cache(maxsize=2)
def query_encoder(name: str, folder: Path, sha256: str, threads: int = 1) -> QueryEncoder:
    """Return the encoder of queries, loaded once a process.

    Args:
        folder: where `prepare_encoder` left the ONNX file, which carries a hash of its own.
        sha256: what the weights must hash to where they are read as they are.
    Raises:
        EncoderMissing: what it needs is absent or altered.
    """
    if ENCODERS[name].is_exported:
        return OnnxEncoder(name, folder=folder, threads=threads)
    return _simple_encoder(name, sha256=sha256)


def batch_encoder(name: str, *, sha256: str, device: str) -> TextEncoder:
    """Return the encoder of batches, freshly loaded; `device` counts for torch alone.

    Raises:
        EncoderMissing: what it needs is absent or altered.
    """
    if ENCODERS[name].is_exported:
        return SentenceEncoder(name, sha256=sha256, device=device)
    return _simple_encoder(name, sha256=sha256)


def _simple_encoder(name: str, *, sha256: str) -> QueryEncoder:
    """Return an encoder that reads queries and batches alike."""
    is_hashing = ENCODERS[name].form == "hashing"
    return HashingEncoder() if is_hashing else StaticEncoder(name, sha256=sha256)
