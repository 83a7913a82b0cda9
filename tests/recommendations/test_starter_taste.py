"""The taste space that ships: what is in the file, that it loads, and that it can be made again."""

import io
import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from catalog.models import Title
from recommendations.batch import startertaste
from recommendations.models import Space, TitleVector
from recommendations.taste.recipes import RECIPES
from recommendations.vectorstore import read_taste_space
from tests.factories import make_title
from tests.recommendations.learnt import SmallSpace

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]
DATA = Path(os.environ.get("MOVIEDB_DATA") or "nowhere") / "ml-latest-small"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="MOVIEDB_DATA has no ml-latest-small")


def serving():
    return Space.objects.serving(Space.Kind.TASTE).get()


def shipped():
    return np.load(io.BytesIO(startertaste.FILE.read_bytes()), allow_pickle=False)


def test_the_file_holds_every_starter_title_once_and_is_small():
    with shipped() as file:
        names = file["names"].tolist()
        counts = file["counts"]

    ids = set(Title.objects.exclude(starter_id=None).values_list("starter_id", flat=True))
    assert set(names) == ids
    assert len(names) == len(ids)
    assert (counts > 0).sum() >= 250, "placed by people; the rest by content"
    assert startertaste.FILE.stat().st_size < 3_000_000


def test_nothing_in_the_file_tells_when_it_was_made():
    with zipfile.ZipFile(startertaste.FILE) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_its_terms_lie_beside_it_with_licence_and_citation():
    terms = startertaste.TERMS.read_text()

    assert "research purposes" in terms
    assert "commercial" in terms
    assert "Harper and Joseph A. Konstan. 2015" in terms
    assert "transformation of the MovieLens data set" in terms


def test_a_first_start_has_a_taste_space_with_its_teachers_and_figures():
    space = serving()

    assert space.teachers() == "610 MovieLens people"
    assert space.figures["n_people"] >= 50
    low, high = space.figures["ndcg@5"][1:]
    assert 0 < low < high < 1
    stored = read_taste_space(space)
    assert len(stored.titles) == Title.objects.exclude(starter_id=None).count()


def test_loading_twice_changes_nothing():
    before = serving()

    call_command("retrain_taste", "--starter", verbosity=0)

    assert serving() == before


def test_another_file_takes_the_place_of_the_one_before():
    before = serving()
    with shipped() as file:
        parts = {name: file[name] for name in file.files}
    about = json.loads(str(parts["about"]))
    about["recipe"] = "another"
    packed = io.BytesIO()
    np.savez(packed, **{**parts, "about": json.dumps(about)})

    loaded = startertaste.load(packed.getvalue())

    assert loaded.is_new
    assert serving() != before
    assert serving().recipe == "another"


def test_a_space_learnt_here_is_not_pushed_out_by_the_starter():
    Space.objects.filter(pk=serving().pk).update(figures={})
    before = serving()

    call_command("retrain_taste", "--starter", verbosity=0)

    assert serving() == before


def test_titles_beyond_the_starter_are_placed_once_they_are_embedded():
    new = make_title("A king and his raven", kind="book")
    call_command("embed_titles", verbosity=0)

    call_command("retrain_taste", "--starter", verbosity=0)

    assert TitleVector.objects.along(serving(), TitleVector.TASTE).filter(title=new).exists()


def test_without_the_starter_titles_it_says_what_to_do():
    Title.objects.update(starter_id=None)
    Space.objects.filter(kind=Space.Kind.TASTE).delete()

    with pytest.raises(CommandError, match="load_titles starter"):
        call_command("retrain_taste", "--starter", verbosity=0)


def test_it_is_not_made_from_a_catalogue_with_other_titles_in_it():
    make_title()

    with pytest.raises(startertaste.StarterIncomplete, match="1 others"):
        startertaste.build(SmallSpace(), recipe="small", folder=DATA)


@needs_data
def test_the_same_data_make_the_same_bytes_with_any_learner():
    first = startertaste.build(SmallSpace(), recipe="small", folder=DATA)
    second = startertaste.build(SmallSpace(), recipe="small", folder=DATA)

    assert first == second
    with np.load(io.BytesIO(first), allow_pickle=False) as file:
        assert json.loads(str(file["about"]))["learnt_from"][0]["n_ratings"] == 100_836


@needs_data
def test_the_shipped_file_is_what_the_data_give_byte_for_byte():
    recipe = json.loads(str(shipped()["about"]))["recipe"]

    again = startertaste.build(RECIPES[recipe], recipe=recipe, folder=DATA)

    assert again == startertaste.FILE.read_bytes()


@needs_data
def test_the_shipped_terms_are_those_of_the_data_set():
    assert startertaste.terms(DATA) == startertaste.TERMS.read_text()
