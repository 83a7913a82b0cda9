"""Building the content space: only what changed, resumed where it stopped, switched at once."""

import numpy as np
import pytest
from django.core.management import call_command

from catalog.models import Title
from recommendations.batch import embedding
from recommendations.models import Space, TitleVector, TitleWords
from recommendations.taste.encoders import HashingEncoder
from recommendations.taste.text import AXES, COMPOSED
from recommendations.words import word_shares
from tests.factories import make_title

pytestmark = pytest.mark.django_db


class CountingEncoder(HashingEncoder):
    """Counts the texts, and fails when told to."""

    def __init__(self, fail_after=None):
        self.n_texts, self.fail_after = 0, fail_after

    def encode(self, texts):
        self.n_texts += len(texts)
        if self.fail_after is not None and self.n_texts > self.fail_after:
            raise KeyboardInterrupt
        return super().encode(texts)


@pytest.fixture(autouse=True)
def hashing(settings):
    from dataclasses import replace

    settings.RECOMMENDER = replace(settings.RECOMMENDER, encoder="hashing")


def make_titles(n, start=0):
    return [
        make_title(f"Title {i}", synopsis=f"A story number {i} about thing{i} and thing{i + 1}.")
        for i in range(start, start + n)
    ]


def test_every_title_gets_a_vector_on_every_axis_it_has_and_the_space_serves():
    make_titles(3)

    report = embedding.embed_titles(encoder=HashingEncoder())

    assert report.n_embedded == 3
    space = Space.objects.serving(Space.Kind.CONTENT).get()
    assert TitleVector.objects.along(space, COMPOSED).count() == 3
    assert TitleVector.objects.along(space, "story").count() == 3
    lengths = [np.linalg.norm(v.vector) for v in TitleVector.objects.along(space, COMPOSED)]
    assert lengths == pytest.approx([1, 1, 1], abs=2e-3)


def test_a_second_run_encodes_nothing():
    make_titles(3)
    embedding.embed_titles(encoder=HashingEncoder())
    encoder = CountingEncoder()

    report = embedding.embed_titles(encoder=encoder)

    assert (report.n_embedded, encoder.n_texts) == (0, 0)


def test_only_the_title_whose_facts_changed_is_embedded_again():
    titles = make_titles(3)
    embedding.embed_titles(encoder=HashingEncoder())
    titles[1].synopsis = "Something else entirely happens here."
    titles[1].save()

    assert embedding.embed_titles(encoder=HashingEncoder()).n_embedded == 1


def test_a_run_that_was_killed_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(embedding, "CHUNK", 2)
    make_titles(10)
    with pytest.raises(KeyboardInterrupt):
        embedding.embed_titles(encoder=CountingEncoder(fail_after=12))
    n_done = TitleVector.objects.filter(axis=COMPOSED).count()
    assert 0 < n_done < 10
    assert not Space.objects.serving(Space.Kind.CONTENT).exists(), "half a space does not serve"

    report = embedding.embed_titles(encoder=HashingEncoder())

    assert report.n_embedded == 10 - n_done
    assert TitleVector.objects.filter(axis=COMPOSED).count() == 10


def test_the_words_of_titles_are_found_and_rare_ones_weigh_more():
    make_titles(5)
    make_title("Other", synopsis="A lighthouse keeper tells a story.")
    embedding.embed_titles(encoder=HashingEncoder())

    shares = word_shares("story of a lighthouse", n=10)

    best = max(shares, key=lambda title_id: shares[title_id])
    assert Title.objects.get(pk=best).name == "Other"
    assert TitleWords.objects.count() == 6


def test_a_deleted_title_takes_its_vectors_along():
    first, *_ = make_titles(2)
    embedding.embed_titles(encoder=HashingEncoder())

    first.delete()

    assert TitleVector.objects.values("title").distinct().count() == 1


def test_sql_and_numpy_agree_on_the_order():
    make_titles(40)
    embedding.embed_titles(encoder=HashingEncoder())
    space = Space.objects.serving(Space.Kind.CONTENT).get()
    rows = list(TitleVector.objects.along(space, COMPOSED).order_by("title_id"))
    matrix = np.array([row.vector for row in rows])
    for target in matrix[:10]:
        by_sql = list(
            TitleVector.objects.along(space, COMPOSED)
            .nearest_to(target, n=40)
            .values_list("closeness", flat=True)
        )
        by_numpy = np.sort(matrix @ target / np.linalg.norm(target))[::-1]
        np.testing.assert_allclose(by_sql, by_numpy, atol=2e-3)


def test_changing_the_encoder_builds_beside_and_switches_at_the_end(settings):
    make_titles(2)
    embedding.embed_titles(encoder=HashingEncoder())
    old = Space.objects.serving(Space.Kind.CONTENT).get()
    Space.objects.filter(pk=old.pk).update(recipe="another")

    embedding.embed_titles(encoder=HashingEncoder())

    new = Space.objects.serving(Space.Kind.CONTENT).get()
    assert new.pk != old.pk
    assert Space.objects.get(pk=old.pk).status == Space.Status.RETIRED
    assert TitleVector.objects.filter(space=old).exists(), "kept for a rollback"


@pytest.mark.usefixtures("living")
class TestStarter:
    """The starter catalogue and the file of vectors that ships with it."""

    @pytest.fixture(autouse=True)
    def real(self, settings):
        from dataclasses import replace

        settings.RECOMMENDER = replace(settings.RECOMMENDER, encoder="all-MiniLM-L6-v2")

    def test_the_shipped_vectors_cover_every_text_of_the_starter_catalogue(self):
        encoder = embedding.remembering_encoder()
        ids = Title.objects.exclude(starter_id=None).values_list("pk", flat=True)
        found = embedding.facts_of(ids).values()
        all_texts = {t for f in found for t in embedding.texts.axis_texts(f).values() if t}

        encoder.load = lambda: pytest.fail(
            "a text is not covered: run 'manage.py embed_titles --freeze-starter'"
        )
        encoder.encode(sorted(all_texts))

    def test_the_shipped_vectors_are_the_encoders_own(self, onnx_folder):
        from recommendations.taste.encoders import OnnxEncoder

        title = Title.objects.get(starter_id="series/the-last-kingdom-2015")
        facts = embedding.facts_of([title.pk])[title.pk]
        sample = [t for t in embedding.texts.axis_texts(facts).values() if t]

        shipped = embedding.remembering_encoder().encode(sample)
        fresh = OnnxEncoder("all-MiniLM-L6-v2", folder=onnx_folder).encode(sample)

        np.testing.assert_allclose(shipped, fresh, atol=2e-3)
        assert len(sample) == len(AXES)

    def test_embedding_again_changes_nothing(self, capsys):
        call_command("embed_titles", verbosity=0)

        assert "0 of" in capsys.readouterr().out
