"""What a person's vibes are made of: the titles they love, and where those lie."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from recommendations.models import Space, TitleVector
from recommendations.taste.clustering.grounds import GROUNDS, joined
from recommendations.taste.signals import LOVED, RATING, TAPPED, Signal, SignalWeights, weigh
from recommendations.taste.text import COMPOSED, MOOD
from recommendations.vectorstore import read_vectors

# A vibe is made of everything somebody loves, however long ago they said so.
WEIGHTS = SignalWeights(half_life_days=0)
# Groups that were tapped stand in until so many titles are loved.
NEWCOMER = 12


class Spaces(NamedTuple):
    """The spaces that serve; None before the first of a kind is built."""

    content: Space | None
    taste: Space | None

    def edition(self) -> str:
        """Return sixteen letters that change with the vectors."""
        return _short([(s.pk, str(s.edition)) if s else None for s in self])


def spaces_now() -> Spaces:
    """Return the spaces that serve, in one statement."""
    rows = Space.objects.filter(status=Space.Status.SERVING).defer("means")
    by_kind = {space.kind: space for space in rows}
    return Spaces(by_kind.get(Space.Kind.CONTENT), by_kind.get(Space.Kind.TASTE))


@dataclass(frozen=True)
class Likes:
    """Liked titles where they are grouped and where they are searched.

    Attributes:
        ids: (n,) title ids, rising.
        weights: (n,) how much each is liked, in (0, 1].
        vectors: (n, d) float32, on the ground, at length one; zeros for what no space knows.
        content: (n, e) float32, along `axis` of the content space.
        ground: what they are grouped by.
        axis: the axis of the content space that middles lie on.
    """

    ids: np.ndarray
    weights: np.ndarray
    vectors: np.ndarray
    content: np.ndarray
    ground: str
    axis: str

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: np.ndarray) -> "Likes":
        """Return only these rows."""
        return replace(
            self,
            ids=self.ids[rows],
            weights=self.weights[rows],
            vectors=self.vectors[rows],
            content=self.content[rows],
        )

    def rows_of(self, title_ids: Iterable[int]) -> np.ndarray:
        """Return the row numbers of those of these titles that are liked."""
        return np.flatnonzero(np.isin(self.ids, np.array(list(title_ids), dtype=np.int64)))


def liked(signals: Iterable[Signal]) -> dict[int, float]:
    """Return {title id: weight} of what somebody loves: hearts and four stars or more.

    Titles of tapped groups stand in with less weight, until twelve titles are loved. What was
    taken out of the taste makes no vibe, and nothing that is disliked does.
    """
    counted = [s for s in signals if s.counts]
    loved = [
        s for s in counted if s.kind == LOVED or (s.kind == RATING and s.stars >= WEIGHTS.positive)
    ]
    if len({s.title_id for s in loved}) < NEWCOMER:
        turned_down = {
            s.title_id
            for s in counted
            if s.kind == "dismissed" or (s.kind == RATING and s.stars < WEIGHTS.positive)
        }
        loved += [s for s in counted if s.kind == TAPPED and s.title_id not in turned_down]
    return {title_id: weight for title_id, weight in weigh(loved, WEIGHTS).items() if weight > 0}


def said_of(weights: dict[int, float]) -> str:
    """Return sixteen letters that change with what is liked and how much."""
    return _short(sorted((i, round(w, 4)) for i, w in weights.items()))


def read_likes(weights: dict[int, float], spaces: Spaces, *, ground: str) -> Likes:
    """Return liked titles with their vectors, in one statement.

    Without a taste space, or where it knows no title of theirs, content stands in for it.

    Raises:
        KeyError: there is no such ground.
    """
    shares = GROUNDS[ground]
    axis = MOOD if set(shares) == {MOOD} else COMPOSED
    ids = np.array(sorted(weights), dtype=np.int64)
    wanted: list[tuple[Space, tuple[str, ...]]] = []
    if spaces.content:
        wanted.append((spaces.content, tuple(sorted({axis, *shares} - {TitleVector.TASTE}))))
    if spaces.taste and TitleVector.TASTE in shares:
        wanted.append((spaces.taste, (TitleVector.TASTE,)))
    stored = read_vectors(wanted, ids.tolist())
    parts = {
        name: _matrix(ids, found, dimension=space.dimension)
        for space, axes in wanted
        for name in axes
        for found in [stored[space.pk, name]]
    }
    content = parts.get(axis, np.zeros((len(ids), 1), dtype=np.float32))
    known = {name: parts[name] for name in shares if name in parts and parts[name].any()}
    known = known or {axis: content}
    vectors = joined(known, {name: shares.get(name, 1.0) for name in known})
    return Likes(ids, np.array([weights[i] for i in ids.tolist()]), vectors, content, ground, axis)


def _matrix(
    ids: np.ndarray, found: dict[int, tuple[np.ndarray, int]], *, dimension: int
) -> np.ndarray:
    """Return (n, dimension) float32 vectors, zeros where a title has none."""
    matrix = np.zeros((len(ids), dimension), dtype=np.float32)
    for row, title_id in enumerate(ids.tolist()):
        if title_id in found:
            matrix[row] = found[title_id][0]
    return matrix


def _short(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]
