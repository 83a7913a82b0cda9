"""Which encoder reads a query: the one whose vectors serve, while another is being built."""

from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from moviedb import health
from recommendations.batch import embedding
from recommendations.batch.searching import answer
from recommendations.encoding import (
    encode_meaning,
    encode_meaning_without,
    encode_queries,
    encoder_of,
)
from recommendations.models import Space
from recommendations.taste.encoders import StaticEncoder
from recommendations.taste.text import COMPOSED
from recommendations.taste.weights import ENCODERS
from recommendations.vectorstore import read_axis
from recommendations.zones.pipeline import serving_space
from tests.factories import make_title
from tests.tinywords import install_tiny

pytestmark = pytest.mark.django_db


@pytest.fixture
def choose(settings, tmp_path, monkeypatch):
    """A function that sets the encoder as the environment would; `tiny` is installed."""
    tiny = install_tiny(tmp_path, monkeypatch)
    cache.clear()

    def chosen(name: str, **knobs) -> None:
        knobs = {"encoder_sha256": tiny, "encoder_dir": tmp_path, **knobs}
        settings.RECOMMENDER = replace(settings.RECOMMENDER, encoder=name, **knobs)

    yield chosen
    cache.clear()


def forbidden(self, texts):
    raise AssertionError("the model was asked")


def prepared() -> str:
    output = StringIO()
    call_command("prepare_encoder", stdout=output)
    return output.getvalue()


def doctor() -> str:
    output = StringIO()
    with pytest.raises(CommandError):  # the catalogue is empty
        call_command("doctor", stdout=output)
    return output.getvalue()


def test_queries_follow_the_space_that_serves_until_the_new_one_is_built(choose):
    make_title("A Calm", synopsis="quiet sea")
    make_title("A Storm", synopsis="loud sea")
    choose("hashing")
    embedding.embed_titles()
    old = Space.objects.serving(Space.Kind.CONTENT).get()

    choose("tiny")
    name = encoder_of(serving_space())
    assert (name, encode_meaning(["quiet sea"], name=name).shape) == ("hashing", (1, 256))

    embedding.embed_titles()
    new = Space.objects.serving(Space.Kind.CONTENT).get()
    assert (new.recipe, new.dimension) == ("tiny", 2)
    name = encoder_of(serving_space())
    np.testing.assert_allclose(encode_queries(["quiet sea"], name=name), [(0.6, 0.8)], atol=1e-6)
    assert [len(read_axis(space, COMPOSED)[1].T) for space in (old, new)] == [256, 2]


def test_a_file_of_searches_follows_it_too(choose):
    calm, storm = make_title("A", synopsis="quiet quiet"), make_title("B", synopsis="loud loud")
    choose("hashing")
    embedding.embed_titles()
    choose("tiny")

    found = list(answer([("1", "loud")], n=2, this_year=2026))

    assert [one.title for one in found] == [storm, calm]


def test_before_any_space_serves_the_encoder_that_is_set_reads(choose):
    choose("tiny")

    assert encoder_of(serving_space()) == "tiny"


def test_a_text_and_what_is_left_of_it_are_kept_together(choose, monkeypatch):
    choose("tiny")
    text, spans = "loud quiet sea", [(0, 4), (5, 10), (11, 14)]

    whole, left = encode_meaning_without(text, spans, name="tiny")

    apart = encode_meaning([text, "quiet sea", "loud sea", "loud quiet"], name="tiny")
    np.testing.assert_allclose([whole, *left], apart, atol=1e-6)
    monkeypatch.setattr(StaticEncoder, "encode", forbidden)
    again = encode_meaning_without(text, spans, name="tiny")
    np.testing.assert_array_equal(again[0], whole)
    np.testing.assert_array_equal(again[1], left)
    with pytest.raises(AssertionError, match="the model was asked"):
        encode_meaning_without(text, spans[:1], name="tiny")


def test_a_text_without_telling_words_has_nothing_left_of_it(choose):
    choose("tiny")

    whole, left = encode_meaning_without("of the", [], name="tiny")

    assert (whole.shape, left.shape) == ((2,), (0, 2))


def test_shipped_vectors_are_of_no_use_to_another_encoder(choose):
    choose("tiny")

    assert not embedding.remembering_encoder().known


def test_preparing_a_static_encoder_writes_nothing_and_says_so(choose, tmp_path):
    choose("tiny")
    before = sorted(tmp_path.rglob("*"))

    assert "needs no file" in prepared()
    assert sorted(tmp_path.rglob("*")) == before

    choose("tiny", encoder_sha256="0" * 64)
    with pytest.raises(CommandError, match="has SHA-256"):
        prepared()


def test_doctor_and_health_name_a_static_encoder_rightly(choose, monkeypatch):
    choose("tiny")
    assert "tiny, SHA-256 as expected" in doctor()
    assert "none needed" in doctor()
    assert health.encoder_problem() == ""

    monkeypatch.setitem(ENCODERS, "tiny", replace(ENCODERS["tiny"], package="not_installed_here"))
    assert "package not_installed_here is not installed" in doctor()
    assert "pip install" in health.encoder_problem()
