"""GENERATED titles and vectors, for sizes that the starter catalogue does not have.

Facts are drawn from the starter catalogue's own, so that filters keep what they keep in life, and
vectors lie between those of two real titles with noise of the real spread, so that they crowd as
real ones do. None of it means anything: good for time and for counting rows, for nothing else.
"""

from benchmarks import ground

# isort: split
from collections.abc import Iterator

import numpy as np

from catalog.models import Franchise, Title
from recommendations.models import Space
from recommendations.taste.geometry import unit
from recommendations.taste.text import AXES, COMPOSED, TAGS
from recommendations.vectorstore import read_axis, write_title_vectors

LABEL = "GENERATED"
COPIED = (
    "kind", "year", "runtime", "certificate", "original_language", "countries", "languages",
    "mood", "moods", "themes", "maker",
)  # fmt: skip
N_PARTS = 3  # of a franchise


def fill_up_to(n: int, space: Space, *, rng: np.random.Generator) -> None:
    """Add generated titles, with vectors on every axis, until the catalogue holds `n`."""
    n_missing = n - Title.objects.count()
    if n_missing <= 0:
        return
    added = list(_add_titles(n_missing, rng))
    real = {axis: _sample(space, axis) for axis in (*AXES, TAGS, COMPOSED)}
    write_title_vectors(
        space,
        (
            (title.pk, axis, vector, "")
            for chunk in np.array_split(np.array(added, dtype=object), max(1, len(added) // 2000))
            for axis in real
            for title, vector in zip(chunk, vectors_like(real[axis], len(chunk), rng), strict=True)
        ),
    )
    space.refresh_from_db()  # with new vectors it is another edition, which processes hold anew
    ground.count_rows()


def vectors_like(real: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return (n, d) vectors at length one between pairs of real ones, with noise of their spread.

    Args:
        real: (m, d) at length one.
    """
    first, second = real[rng.integers(len(real), size=n)], real[rng.integers(len(real), size=n)]
    share = rng.uniform(0, 1, size=(n, 1)).astype(np.float32)
    noise = rng.standard_normal((n, real.shape[1])).astype(np.float32) * real.std(axis=0)
    return unit(share * first + (1 - share) * second + 0.5 * noise)


def _sample(space: Space, axis: str) -> np.ndarray:
    """Return the vectors of the starter catalogue along one axis."""
    ids, vectors = read_axis(space, axis)
    starter = set(Title.objects.exclude(starter_id=None).values_list("pk", flat=True))
    return vectors[[i in starter for i in ids.tolist()]]


def _add_titles(n: int, rng: np.random.Generator) -> Iterator[Title]:
    """Store and yield titles: one in ten in a franchise of three, genres as in life."""
    models = list(Title.objects.exclude(starter_id=None).prefetch_related("genres").order_by("pk"))
    words = np.array(" ".join(title.synopsis for title in models).split())
    first = Title.objects.count()
    n_franchises = n // (10 * N_PARTS)
    franchises = Franchise.objects.bulk_create(
        Franchise(name=f"{LABEL} {first}-{number}") for number in range(n_franchises)
    )
    place = Title.genres.through
    for start in range(0, n, 2000):
        chosen = [models[i] for i in rng.integers(len(models), size=min(2000, n - start))]
        titles = []
        for row, model in enumerate(chosen, start=start):
            name = f"{LABEL} {first + row}"
            title = Title(name=name, name_keys=name.lower(), popularity=float(rng.uniform()))
            for column in COPIED:
                setattr(title, column, getattr(model, column))
            title.synopsis = f"{LABEL}: " + " ".join(rng.choice(words, size=65))
            if row < n_franchises * N_PARTS:
                title.franchise = franchises[row // N_PARTS]
                title.franchise_position = 1 + row % N_PARTS
            titles.append(title)
        Title.objects.bulk_create(titles)
        place.objects.bulk_create(
            place(title_id=title.pk, genre_id=genre.pk)
            for title, model in zip(titles, chosen, strict=True)
            for genre in model.genres.all()
        )
        yield from titles
