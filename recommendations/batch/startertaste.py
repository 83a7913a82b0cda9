"""The taste space that ships: made from MovieLens latest-small for the starter catalogue."""

import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from catalog.models import Title
from catalog.sources.tables import find_file
from recommendations.batch.comparing import figures_of, held_out, measured
from recommendations.batch.placing import content_vectors, place_by_content, placed
from recommendations.batch.pooling import people_of, source_of, titles_of_movies
from recommendations.batch.training import ranker_of, restricted, space_of, store
from recommendations.models import Space
from recommendations.taste.interactions import Vocabulary, cleaned
from recommendations.taste.learners.base import Learner
from recommendations.taste.ordering import Ranker
from recommendations.taste.space import TasteSpace

FOLDER = Path(__file__).resolve().parent.parent / "starter"
FILE = FOLDER / "taste_space.npz"
TERMS = FOLDER / "taste_space_terms.txt"


class StarterIncomplete(RuntimeError):
    """The starter taste space cannot be made or read here."""


@dataclass(frozen=True)
class Loaded:
    """What loading did: the space, and whether it was written now."""

    space: Space
    is_new: bool
    words: str


def build(learner: Learner, *, recipe: str, folder: Path, seed: int = 0) -> bytes:
    """Return the file's bytes: the same data, catalogue and code give the same bytes.

    Trained on the whole data set; kept are the titles of the starter catalogue, the rest of which
    is placed by content. The catalogue must hold the starter titles alone, embedded.

    Raises:
        StarterIncomplete: it does not, or nothing was embedded yet.
        DataSetUnreadable: the folder holds no MovieLens ratings.
    """
    rows = Title.objects.exclude(starter_id=None).values_list("pk", "starter_id")
    names = {pk: str(starter_id) for pk, starter_id in rows}
    n_others = Title.objects.filter(starter_id=None).count()
    content_space = Space.objects.serving(Space.Kind.CONTENT).first()
    if not names or n_others or content_space is None:
        raise StarterIncomplete(
            f"found {len(names):,} starter titles, {n_others:,} others and "
            f"{'a' if content_space else 'no'} content space; expected the starter catalogue alone,"
            " embedded: take a fresh database, then 'manage.py load_titles starter' and "
            "'manage.py embed_titles'"
        )
    said, _ = cleaned(people_of(folder, titles_of_movies([folder]), number=1))
    rng = np.random.default_rng(seed)
    split = held_out(said, rng=rng)
    # Sums over several threads come out differently in their last bits, by how many there are.
    with threadpool_limits(limits=1):
        figures = figures_of(measured(learner.fit(split.train, rng=rng), split), rng=rng)
        model = learner.fit(said, rng=np.random.default_rng(seed))
    learnt, ranker = space_of(model, recipe=recipe), ranker_of(model)
    ids, content = content_vectors()
    space = placed(restricted(learnt, ids), ids, content)
    about = {
        "recipe": recipe,
        "learnt_from": [source_of("MovieLens", said) | {"folder": ""}],
        "figures": figures,
    }
    known = [names[i] for i in space.titles.ids.tolist()]
    return packed(space, known, about, ranker=ranker.of(ids) if ranker else None)


def packed(
    space: TasteSpace, names: list[str], about: dict[str, Any], *, ranker: Ranker | None
) -> bytes:
    """Return a space as the bytes of an .npz file, in the order of the names; no times in it.

    Args:
        ranker: over titles of the space.
    """
    order = np.argsort(np.array(names))
    file = io.BytesIO()
    ordering: dict[str, Any] = {}
    if ranker is not None:
        # Numbers of the catalogue differ from one database to the next: places in the file do not.
        place_of = dict(zip(space.titles.ids[order].tolist(), range(len(names)), strict=True))
        places = np.array([place_of[i] for i in ranker.titles.ids.tolist()], dtype=np.int64)
        ordering["ranker"] = np.frombuffer(ranker.renamed(places).packed(), dtype=np.uint8)
    np.savez(
        file,
        about=json.dumps(about, sort_keys=True),
        names=np.array(names)[order],
        counts=space.counts[order].astype(np.int32),
        vectors=space.vectors[order].astype(np.float16),
        pulls=space.pulls[:, order].astype(np.float16),
        lengths=space.lengths.astype(np.float32),
        starts=space.starts.astype(np.float32),
        **ordering,
    )
    return file.getvalue()


def load(data: bytes) -> Loaded:
    """Let the space of the file serve, unless it does already or one learnt here serves.

    Titles beyond the starter catalogue are placed by their content.
    """
    mark = hashlib.sha256(data).hexdigest()[:16]
    serving = Space.objects.serving(Space.Kind.TASTE).first()
    if serving is not None:
        is_same = serving.figures.get("starter") == mark
        if is_same or "starter" not in serving.figures:
            n_new = place_by_content(serving)
            kept = "The starter taste space" if is_same else "A taste space learnt here"
            return Loaded(serving, False, f"{kept} serves; {n_new} new titles were placed.")
    with np.load(io.BytesIO(data), allow_pickle=False) as kept:
        about = json.loads(str(kept["about"]))
        names, counts = kept["names"].tolist(), kept["counts"].astype(np.int64)
        vectors, pulls = kept["vectors"].astype(np.float32), kept["pulls"].astype(np.float32)
        lengths, starts = kept["lengths"], kept["starts"]
        ranker = Ranker.unpacked(kept["ranker"].tobytes()) if "ranker" in kept else None
    pks = dict(Title.objects.filter(starter_id__in=names).values_list("starter_id", "pk"))
    rows = [row for row in range(len(names)) if names[row] in pks]
    if not rows:
        raise StarterIncomplete(
            f"found none of the {len(names):,} starter titles in the catalogue; load them first: "
            "manage.py load_titles starter"
        )
    rows.sort(key=lambda row: pks[names[row]])
    ids = np.array([pks[names[row]] for row in rows], dtype=np.int64)
    learnt = TasteSpace(
        Vocabulary(ids), vectors[rows], pulls[:, rows], lengths, starts, counts[rows]
    )
    if ranker is not None:
        ranker = ranker.of(np.array(rows))
        pk_of = [pks[names[row]] for row in ranker.titles.ids.tolist()]
        ranker = ranker.renamed(np.array(pk_of, dtype=np.int64))
    figures = {**about["figures"], "starter": mark}
    space, n_known, n_by_content = store(
        learnt, recipe=about["recipe"], sources=about["learnt_from"], figures=figures, ranker=ranker
    )
    words = f"{n_known} titles are placed by what {space.teachers()} loved together"
    return Loaded(space, True, f"{words}, {n_by_content} more by their content.")


def terms(folder: Path) -> str:
    """Return the text that goes with the file: whose data it is, and on which terms.

    Raises:
        StarterIncomplete: the data set's own README is not beside it.
    """
    path = find_file(folder, "README.txt")
    text = path.read_text(encoding="utf-8") if path else ""
    start, end = text.find("Usage License"), text.find("Further Information About GroupLens")
    if start < 0 or end < start:
        raise StarterIncomplete(
            f"{folder}: found no README.txt with its usage licence, expected that of MovieLens "
            "latest-small; unpack the archive as it was published"
        )
    return (
        "taste_space.npz is a transformation of the MovieLens data set ml-latest-small, made by\n"
        "`manage.py build_starter_taste`: vectors of titles, learnt from its ratings. It holds no\n"
        "rating and no person. It is distributed under the conditions of the data set, which "
        "follow\nas its makers state them.\n\n" + text[start:end].strip() + "\n"
    )
