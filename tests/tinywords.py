"""A static encoder of four words, installed and registered for one test."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from recommendations.taste.weights import ENCODERS, EncoderSource

NAME, PACKAGE = "tiny", "tiny_words"
# Where each word lies; the first stands for every word it does not know.
TABLE = {"[?]": (0, 0), "quiet": (3, 0), "sea": (0, 4), "loud": (-1, 0)}


def install_tiny(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write the package, put it on the path, register it, and return the hash of its weights."""
    package = folder / PACKAGE
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('its code must not run')")
    save_file({"vectors": np.array(list(TABLE.values()), np.float16)}, package / "table")
    vocabulary = {word: place for place, word in enumerate(TABLE)}
    model = {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[?]"}
    words = {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "Whitespace"}}
    (package / "words").write_text(json.dumps(words | {"model": model}))
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setitem(ENCODERS, NAME, source_of(2))
    return hashlib.sha256((package / "table").read_bytes()).hexdigest()


def source_of(dimension: int) -> EncoderSource:
    """Return where the tiny encoder lies, said to have so many dimensions."""
    return EncoderSource("static", PACKAGE, "table", "words", dimension, 0, "none")
