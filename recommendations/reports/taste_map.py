"""Somebody's titles, vibes and picks on a flat map of the content space."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from catalog.models import Title
from recommendations.ground import Ground, ground_of
from recommendations.held import held
from recommendations.models import Space, VibeTitle
from recommendations.said import WEIGHTS, signals_of
from recommendations.taste.geometry import unit
from recommendations.taste.signals import by_title, relation, weigh
from recommendations.taste.text import COMPOSED
from recommendations.vectorstore import read_title_vectors

# More would lie on one another; the table stays readable.
MOST_YOURS = 120
YOURS, PICK = "yours", "pick"
# The drawing without script: its width, height and margin.
WIDTH, HEIGHT, MARGIN = 1000.0, 860.0, 36.0


@dataclass(frozen=True)
class Label:
    """Words on the map: a genre, a vibe or the person.

    Attributes:
        x, y: on the map; most titles of the catalogue lie within ±1, y upwards.
        left, top: in the drawing.
        n: how many titles a vibe has.
    """

    name: str
    x: float
    y: float
    left: float
    top: float
    n: int = 0
    url: str = ""


@dataclass(frozen=True)
class Dot:
    """A title on the map.

    Attributes:
        of: "yours" or "pick".
        said: what the person said of it, or that it is a pick.
        x, y, left, top: as of a label.
        near: the genre written nearest to it.
        beside: the shown title that lies closest to it in the space itself.
    """

    title: Title
    of: str
    said: str
    x: float
    y: float
    left: float
    top: float
    near: str
    beside: Title | None


@dataclass(frozen=True)
class Frame:
    """The stretch of the map that is drawn: the same scale along both axes.

    Attributes:
        x, y: its left and upper edge on the map.
        unit: how long one unit of the map is in the drawing.
        low, high: (x, y) of the lower left and upper right of what is to be seen.
    """

    x: float
    y: float
    unit: float
    low: tuple[float, float]
    high: tuple[float, float]

    @classmethod
    def around(cls, places: np.ndarray, backdrop: np.ndarray) -> "Frame":
        """Return a frame with all of these places, and with most of the catalogue."""
        everything = np.vstack([places, np.quantile(backdrop, [0.02, 0.98], axis=0)])
        low, high = everything.min(axis=0), everything.max(axis=0)
        room = np.array([WIDTH, HEIGHT]) - 2 * MARGIN
        length = float((room / np.maximum(high - low, 1e-6)).min())
        middle = (low + high) / 2
        half = np.array([WIDTH, HEIGHT]) / 2 / length
        corner = float(middle[0] - half[0]), float(middle[1] + half[1])
        return cls(*corner, length, tuple(low.tolist()), tuple(high.tolist()))

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return (left, top) in the drawing."""
        return round((x - self.x) * self.unit, 1), round((self.y - y) * self.unit, 1)

    def label(self, name: str, x: float, y: float, **more: Any) -> Label:
        """Return words with their place in the drawing."""
        return Label(name, x, y, *self.place(x, y), **more)

    def holds(self, left: float, top: float) -> bool:
        """Return whether a place lies in the drawing."""
        return 0 <= left <= WIDTH and 0 <= top <= HEIGHT

    def path(self, places: np.ndarray) -> str:
        """Return a path with a point at each of (n, 2) places."""
        found = [self.place(float(x), float(y)) for x, y in places]
        return "".join(f"M{left:g} {top:g}h0" for left, top in found if self.holds(left, top))


@dataclass(frozen=True)
class Map:
    """Everything on the map.

    Attributes:
        n_yours: how many titles speak for something; up to `MOST_YOURS` of them are drawn.
        you: the middle of their titles, each as much as it counts.
        kept, neighbours: percent of the variance, and of neighbourhoods, that the map keeps.
        by_chance: percent of neighbourhoods that a map drawn by chance would keep.
        backdrop: the drawing's path through titles from everywhere.
    """

    dots: list[Dot]
    n_yours: int
    vibes: list[Label]
    landmarks: list[Label]
    you: Label
    kept: float
    neighbours: float
    by_chance: float
    n_titles: int
    backdrop: str
    chart: dict[str, object]

    @property
    def n_drawn(self) -> int:
        """Return how many of the person's titles are drawn."""
        return sum(dot.of == YOURS for dot in self.dots)


def read_map(
    person, *, space: Space | None, picks: Sequence[Title], now: datetime.datetime
) -> Map | None:
    """Return the map of somebody's taste, or None while nothing of it is known.

    Args:
        space: the content space that serves.
        picks: what the lists give them now, best first.
    """
    ground = ground_of(space) if space else None
    if space is None or ground is None:
        return None
    signals = signals_of(person, now=now)
    weights = weigh(signals, WEIGHTS)
    liked = sorted((pair for pair in weights.items() if pair[1] > 0), key=lambda p: (-p[1], p[0]))
    strongest = [title_id for title_id, _ in liked[:MOST_YOURS]]
    ids, vectors = _vectors(space, [*(i for i, _ in liked), *(t.pk for t in picks)])
    rows = {title_id: row for row, title_id in enumerate(ids.tolist())}
    yours = [i for i in strongest if i in rows]
    if not yours:
        return None
    titles = Title.objects.filter(pk__in=yours).for_cards().in_bulk()
    said = by_title(signals)
    shown = [(titles[i], YOURS, relation(said[i], i)) for i in yours if i in titles]
    shown += [(title, PICK, "A pick for you") for title in picks if title.pk in rows]
    drawn = np.stack([vectors[rows[title.pk]] for title, *_ in shown])
    places = ground.projection.places(drawn)
    frame = Frame.around(places, ground.backdrop)
    everywhere = ground.projection.places(vectors)
    known = [(rows[i], weight) for i, weight in liked if i in rows]
    x, y = np.average(
        everywhere[[row for row, _ in known]], axis=0, weights=[weight for _, weight in known]
    )
    vibes = _vibes(person, everywhere, rows, frame)
    dots = _dots(shown, drawn, places, ground, frame)
    landmarks = [frame.label(one.name, one.x, one.y) for one in ground.landmarks]
    you = frame.label("You", float(x), float(y))
    return Map(
        dots=dots,
        n_yours=len(liked),
        vibes=vibes,
        landmarks=[one for one in landmarks if frame.holds(one.left, one.top)],
        you=you,
        kept=100 * ground.projection.kept,
        neighbours=100 * ground.neighbours,
        by_chance=100 * min(10, ground.n_titles - 1) / max(ground.n_titles - 1, 1),
        n_titles=ground.n_titles,
        backdrop=frame.path(ground.backdrop),
        chart=_chart(dots, vibes, landmarks, you, frame, ground),
    )


def _vectors(space: Space, title_ids: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the ids of those titles that have a vector, and their (n, d) vectors."""
    wanted = np.unique(np.array(title_ids, dtype=np.int64))
    here = held(space, COMPOSED)
    if here is not None:
        rows = here.rows_of(wanted)
        return wanted[rows >= 0], here.vectors[rows[rows >= 0]]
    found = read_title_vectors(space, wanted.tolist(), axes=(COMPOSED,))[COMPOSED]
    ids = sorted(found)
    vectors = [found[i] for i in ids]
    matrix = np.stack(vectors) if vectors else np.zeros((0, space.dimension), dtype=np.float32)
    return np.array(ids, dtype=np.int64), matrix


def _dots(
    shown: list[tuple[Title, str, str]],
    vectors: np.ndarray,
    places: np.ndarray,
    ground: Ground,
    frame: Frame,
) -> list[Dot]:
    """Return the titles with where they lie and what they lie by."""
    likeness = unit(vectors) @ unit(vectors).T
    np.fill_diagonal(likeness, -np.inf)
    marks = np.array([(mark.x, mark.y) for mark in ground.landmarks]).reshape(-1, 2)
    dots = []
    for row, ((title, of, said), (x, y)) in enumerate(zip(shown, places.tolist(), strict=True)):
        near = ""
        if len(marks):
            near = ground.landmarks[int(((marks - (x, y)) ** 2).sum(axis=1).argmin())].name
        beside = shown[int(likeness[row].argmax())][0] if len(shown) > 1 else None
        dots.append(Dot(title, of, said, x, y, *frame.place(x, y), near, beside))
    return dots


def _vibes(person, places: np.ndarray, rows: Mapping[int, int], frame: Frame) -> list[Label]:
    """Return the person's vibes, each in the middle of its titles on the map."""
    members = VibeTitle.objects.filter(vibe__user=person, vibe__dropped_at=None)
    found: dict[tuple[int, str], list[int]] = {}
    of_vibes = members.order_by("vibe__position", "vibe_id", "title_id")
    for vibe_id, name, title_id in of_vibes.values_list("vibe_id", "vibe__name", "title_id"):
        own = found.setdefault((vibe_id, name), [])
        if title_id in rows:
            own.append(rows[title_id])
    return [
        frame.label(name, *map(float, places[own].mean(axis=0)), n=len(own), url=f"/vibes/{pk}/")
        for (pk, name), own in found.items()
        if own
    ]


def _chart(
    dots: list[Dot],
    vibes: list[Label],
    landmarks: list[Label],
    you: Label,
    frame: Frame,
    ground: Ground,
) -> dict[str, object]:
    """Return what the script draws, as JSON may hold it."""

    def at(one: Dot | Label) -> dict[str, float]:
        return {"x": round(one.x, 4), "y": round(one.y, 4)}

    return {
        "dots": [
            at(dot)
            | {
                "name": str(dot.title),
                "kind": dot.title.kind,
                "of": dot.of,
                "said": dot.said,
                "url": dot.title.get_absolute_url(),
            }
            for dot in dots
        ],
        "vibes": [at(one) | {"name": one.name} for one in vibes],
        "landmarks": [at(one) | {"name": one.name} for one in landmarks],
        "you": at(you),
        "backdrop": [
            {"x": round(float(x), 3), "y": round(float(y), 3)} for x, y in ground.backdrop
        ],
        "frame": {"low": frame.low, "high": frame.high},
    }
