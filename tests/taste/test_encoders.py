"""The real encoder: its file, its two forms, its refusals."""

import numpy as np
import pytest

from moviedb.knobs import MINILM_SHA256
from recommendations.taste.encoders import (
    EncoderMissing,
    HashingEncoder,
    OnnxEncoder,
    SentenceEncoder,
    check_weights,
    mean_pool,
    model_folder,
)
from recommendations.taste.frozen import RememberingEncoder, freeze, thaw

NAME = "all-MiniLM-L6-v2"
TEXTS = ["a king fights the vikings", "robots dream", "x", "a long quiet film " * 30]


def test_the_packaged_weights_are_the_published_ones():
    check_weights(model_folder(NAME) / "model.safetensors", sha256=MINILM_SHA256)


def test_altered_weights_are_refused_with_what_was_found(tmp_path):
    damaged = tmp_path / "model.safetensors"
    damaged.write_bytes(b"not a model")

    with pytest.raises(EncoderMissing, match="has SHA-256"):
        check_weights(damaged, sha256=MINILM_SHA256)


def test_onnx_and_torch_agree(onnx_folder):
    torch_ = SentenceEncoder(NAME, sha256=MINILM_SHA256, device="cpu").encode(TEXTS)
    onnx_ = OnnxEncoder(NAME, folder=onnx_folder).encode(TEXTS)

    np.testing.assert_allclose(onnx_, torch_, atol=1e-3)


def test_a_missing_onnx_file_says_what_to_do(tmp_path):
    with pytest.raises(EncoderMissing, match="prepare_encoder"):
        OnnxEncoder(NAME, folder=tmp_path)


def test_an_altered_onnx_file_is_refused(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"altered")
    (tmp_path / "model.onnx.sha256").write_text("0" * 64)

    with pytest.raises(EncoderMissing, match="SHA-256"):
        OnnxEncoder(NAME, folder=tmp_path)


def test_padding_does_not_count_in_the_mean():
    states = np.array([[[1.0, 0.0], [9.0, 9.0]]])

    assert mean_pool(states, np.array([[1, 0]])).tolist() == [[1, 0]]


def test_texts_met_before_do_not_reach_the_encoder():
    encoder = RememberingEncoder("hashing", 256, HashingEncoder)
    first = encoder.encode(["a", "b"])

    again = encoder.encode(["b", "a", "c"])

    assert encoder.n_encoded == 3
    np.testing.assert_allclose(again[:2], first[::-1], atol=1e-6)


def test_frozen_vectors_come_back_and_other_encoders_get_none():
    vectors = HashingEncoder().encode(["a", "b"])
    data = freeze(["a", "b"], vectors, encoder="hashing")

    assert freeze(["b", "a"], vectors[::-1], encoder="hashing") == data
    assert thaw(data, encoder="another") == {}
    kept = RememberingEncoder("hashing", 256, HashingEncoder, thaw(data, encoder="hashing"))
    np.testing.assert_allclose(kept.encode(["a", "b"]), vectors, atol=1e-3)
    assert kept.n_encoded == 0
