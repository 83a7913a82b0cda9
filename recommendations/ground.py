"""The ground of the taste map: one projection of the content space, the same for everybody.

It hangs on the vectors alone, so it is fitted once an edition of the space, by whoever comes first,
and kept in the cache; fitted again it comes out the same.
"""

from dataclasses import dataclass

import numpy as np
from django.core.cache import cache
from django.db import connection

from recommendations.held import held
from recommendations.models import Space, TitleVector
from recommendations.taste.geometry import unit
from recommendations.taste.projection import Projection, fit_projection, share_of_neighbours
from recommendations.taste.text import COMPOSED
from recommendations.vectorstore import Packed, as_array

KEEP_SECONDS = 7 * 24 * 3600
# Of more titles so many are taken for the fit, always the same: two directions of 384 are known
# from them as well, and whoever opens the map first waits for a fit.
SAMPLE = 10_000
N_BACKDROP, N_LANDMARKS, N_LOOKED_AROUND = 400, 16, 200
# A genre lies somewhere only when it has some titles; one that fits most titles lies nowhere.
LEAST_OF_GENRE, LARGEST_SHARE = 6, 0.35
GENRES = """
    SELECT g.name, array_agg(l.title_id ORDER BY l.title_id) FROM catalog_title_genres l
    JOIN catalog_genre g ON g.id = l.genre_id
    WHERE l.title_id = ANY(%s) GROUP BY g.name ORDER BY g.name
"""


@dataclass(frozen=True)
class Landmark:
    """A genre, written where the middle of its titles lies."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Ground:
    """The map before anybody is drawn on it.

    Attributes:
        projection: from the space to the map.
        landmarks: genres, by name.
        backdrop: (n, 2) places of titles from everywhere, without names.
        n_titles: how many titles it was fitted to.
        neighbours: the share of titles next to one another in the space that are so on the map.
    """

    projection: Projection
    landmarks: tuple[Landmark, ...]
    backdrop: np.ndarray
    n_titles: int
    neighbours: float


def ground_of(space: Space) -> Ground | None:
    """Return the ground of a content space's map; None while it has too few titles for one."""
    key = f"map-ground:{space.pk}:{space.edition}"
    kept = cache.get(key)
    if kept is None:
        kept = (fit_ground(*_vectors(space)),)
        cache.set(key, kept, timeout=KEEP_SECONDS)
    return kept[0]


def _vectors(space: Space) -> tuple[np.ndarray, np.ndarray]:
    """Return (n,) title ids and their (n, d) vectors, of `SAMPLE` titles at most."""
    here = held(space, COMPOSED)
    if here is not None:
        evenly = np.unique(
            np.linspace(0, len(here.ids) - 1, min(SAMPLE, len(here.ids))).astype(int)
        )
        return here.ids[evenly], here.vectors[evenly]
    rows = list(
        TitleVector.objects.along(space, COMPOSED)
        .extra(order_by=["md5"], select={"md5": "md5(title_id::text)"})
        .annotate(packed=Packed("vector"))
        .values_list("title_id", "packed")[:SAMPLE]
    )
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    return ids, as_array([row[1] for row in rows], dimension=space.dimension)


def fit_ground(ids: np.ndarray, vectors: np.ndarray) -> Ground | None:
    """Return the ground that these titles make, or None where no map can be made of them."""
    try:
        projection = fit_projection(vectors)
    except ValueError:
        return None
    places = projection.places(vectors)
    evenly = np.unique(np.linspace(0, len(ids) - 1, N_BACKDROP).astype(int))
    looked = np.unique(np.linspace(0, len(ids) - 1, N_LOOKED_AROUND).astype(int))
    n = min(10, len(ids) - 1)
    return Ground(
        projection=projection,
        landmarks=_landmarks(ids, places),
        backdrop=places[evenly],
        n_titles=len(ids),
        neighbours=share_of_neighbours(projection, unit(vectors), rows=looked, n=n),
    )


def _landmarks(ids: np.ndarray, places: np.ndarray) -> tuple[Landmark, ...]:
    """Return the genres that lie furthest from the middle, each where its titles do."""
    with connection.cursor() as cursor:
        cursor.execute(GENRES, [ids.tolist()])
        genres = cursor.fetchall()
    found = []
    for name, title_ids in genres:
        rows = np.flatnonzero(np.isin(ids, title_ids))
        if LEAST_OF_GENRE <= len(rows) <= LARGEST_SHARE * len(ids):
            x, y = places[rows].mean(axis=0)
            found.append(Landmark(name, float(x), float(y)))
    found.sort(key=lambda each: (-np.hypot(each.x, each.y), each.name))
    return tuple(_apart(found, n=N_LANDMARKS))


def _apart(landmarks: list[Landmark], *, n: int) -> list[Landmark]:
    """Return up to `n` of them whose names do not lie on one another."""
    kept: list[Landmark] = []
    for one in landmarks:
        if len(kept) < n and all(
            abs(one.y - other.y) > 0.07 or abs(one.x - other.x) > 0.3 for other in kept
        ):
            kept.append(one)
    return kept
