"""The ranker where lists are served: what trees say of candidates beside a person's own score."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from recommendations.taste.blending import Place
from recommendations.taste.falling import Fall
from recommendations.taste.interactions import Vocabulary
from recommendations.taste.learners.features import (
    History,
    OwnTitles,
    Stats,
    columns,
    columns_without,
)
from recommendations.taste.learners.forest import Forest

# The trees saw lists of this length. Whoever has said little is served by their own score alone:
# for people known by three ratings the trees cost .018 NDCG@5. Beyond so many loves they begin to
# count, never for more than MOST_ORDERED of the order, and for half of that after so many more:
# with all of it they cost .021 at thirty ratings, with two fifths .011 (benchmarks/ordering.py).
N_ORDERED, BEGIN, HALF_ORDERED, MOST_ORDERED = 80, 4.0, 10.0, 0.2


@dataclass(frozen=True)
class Ranker:
    """Trees that put candidates in order, and what they need to know of each title.

    Attributes:
        titles: n titles.
        stats: of the same.
        forest: over the columns of `features`.
    """

    titles: Vocabulary
    stats: Stats
    forest: Forest

    def packed(self) -> bytes:
        """Return everything as the bytes of an .npz file, the same each time."""
        file = io.BytesIO()
        parts = {f"stats_{name}": column for name, column in vars(self.stats).items()}
        forest = {f.name: np.asarray(getattr(self.forest, f.name)) for f in fields(Forest)}
        parts |= {f"forest_{name}": own for name, own in forest.items()}
        np.savez_compressed(file, ids=np.asarray(self.titles.ids), **parts)
        return file.getvalue()

    @classmethod
    def unpacked(cls, kept: bytes) -> "Ranker":
        """Return the ranker of `packed`."""
        with np.load(io.BytesIO(kept), allow_pickle=False) as parts:
            # Trees kept from before it was known of titles do not ask for it.
            nothing = np.zeros((len(parts["ids"]), 1), dtype=np.float32)
            told = {f.name: parts.get(f"stats_{f.name}", nothing) for f in fields(Stats)}
            stats = Stats(**told | {"spread": told["spread"].ravel()})
            found = {f.name: parts[f"forest_{f.name}"] for f in fields(Forest)}
            found["depth"] = int(found["depth"])
            return cls(Vocabulary(parts["ids"]), stats, Forest(**found))

    def renamed(self, ids: np.ndarray) -> "Ranker":
        """Return the same with other ids for its titles, (n,) in their order."""
        order = np.argsort(ids)
        return Ranker(Vocabulary(ids[order]), self.stats.take(order), self.forest)

    def of(self, ids: np.ndarray) -> "Ranker":
        """Return it for those of these titles that it knows."""
        rows = self.titles.numbers(np.asarray(ids, dtype=np.int64))
        rows = np.sort(rows[rows >= 0])
        return Ranker(Vocabulary(self.titles.ids[rows]), self.stats.take(rows), self.forest)


@dataclass(frozen=True)
class Spoken:
    """What a person said, as the trees ask about it.

    Attributes:
        place: where they lie.
        vectors: (k, d) where the titles of `place` lie.
        stars: (k,) 0.5 to 5 of the same.
    """

    place: Place
    vectors: np.ndarray
    stars: np.ndarray

    @property
    def share(self) -> float:
        """Return how much of the order is the trees', in [0, 1)."""
        n = max(float(np.abs(self.place.weights).sum()) - BEGIN, 0.0)
        return MOST_ORDERED * n / (n + HALF_ORDERED)

    def said(self, ranker: Ranker) -> OwnTitles:
        """Return what is known of the titles they spoke of and the trees know."""
        rows = ranker.titles.numbers(self.place.title_ids)
        known = rows >= 0
        # The trees met likes alone as weights; what somebody disliked they see by its stars.
        weights = np.maximum(self.place.weights[known], 0.0)
        history = History(self.place.title_ids[known], weights, self.stars[known])
        pulls = self.place.pulls[:, known]
        return OwnTitles(self.vectors[known], pulls, ranker.stats.take(rows[known]), history)


@dataclass(frozen=True)
class Asked:
    """What the trees were asked, so that they can be asked again without one of the titles.

    Attributes:
        forest: the trees.
        place: where the person lies.
        said: what is known of the titles they spoke of.
        vectors: (r, d) of the candidates.
        stats: of the same.
    """

    forest: Forest
    place: Place
    said: OwnTitles
    vectors: np.ndarray
    stats: Stats

    def columns(self, said: OwnTitles) -> np.ndarray:
        """Return (r, FEATURES): what is known of the candidates for somebody who said this."""
        place = self.place
        return columns(self.vectors, self.stats, said, starts=place.starts, lengths=place.lengths)

    def points_without(self, asked: Sequence[tuple[int, int]]) -> dict[tuple[int, int], float]:
        """Return what the trees give candidates without single titles.

        Args:
            asked: (place of the candidate, title that is left out). What is known of all
                candidates is worked out once a title, and the trees are asked once for all.
        Returns:
            {(place, title): points} of those titles that the trees know of.
        """
        titles = self.said.history.titles.tolist()
        rows = {title_id: row for row, title_id in enumerate(titles)}
        left = [i for i in dict.fromkeys(title_id for _, title_id in asked) if i in rows]
        if not left:
            return {}
        turn = {title_id: number for number, title_id in enumerate(left)}
        about = {place: number for number, place in enumerate(dict.fromkeys(at for at, _ in asked))}
        known = columns_without(
            self.vectors,
            self.stats,
            self.said,
            np.array([rows[title_id] for title_id in left]),
            starts=self.place.starts,
            lengths=self.place.lengths,
            at=np.array(list(about)),
        )
        pairs = [(at, title_id) for at, title_id in asked if title_id in turn]
        points = self.forest.scores(
            known[[turn[i] for _, i in pairs], [about[at] for at, _ in pairs]]
        )
        return dict(zip(pairs, points.tolist(), strict=True))


@dataclass(frozen=True)
class Ordered:
    """Candidates in the trees' order.

    Attributes:
        scores: (m,) the person's own and the trees' together; they decide the order.
        share: how much of the order is the trees'.
        rows: (r,) of the candidates the trees were asked about.
        points: (r,) what the trees gave them.
        weight: what one point of the trees' adds to a score.
        asked: what the trees were asked; None where they were not.
    """

    scores: np.ndarray
    share: float
    rows: np.ndarray
    points: np.ndarray
    weight: float
    asked: Asked | None

    def falls(self, rows: Sequence[int], own_falls: Sequence[list[Fall]]) -> list[list[Fall]]:
        """Return how far scores of candidates fall without single titles, the trees asked as well.

        Args:
            rows: the candidates'.
            own_falls: of the person's own score alone, for each of them.
        Returns:
            For each those that are still falls, largest first.
        """
        if self.asked is None:
            return list(own_falls)
        at = {int(row): place for place, row in enumerate(self.rows)}
        left = self.asked.points_without(
            [
                (at[row], fall.title_id)
                for row, falls in zip(rows, own_falls, strict=True)
                if row in at
                for fall in falls
            ]
        )
        return [
            [*self._fallen(at[row], falls, left)] if row in at else falls
            for row, falls in zip(rows, own_falls, strict=True)
        ]

    def _fallen(
        self, at: int, falls: list[Fall], left: Mapping[tuple[int, int], float]
    ) -> list[Fall]:
        found = []
        for fall in falls:
            own, by_trees = (1 - self.share) * fall.fall, 0.0
            if (at, fall.title_id) in left:
                by_trees = self.weight * (float(self.points[at]) - left[at, fall.title_id])
            if own + by_trees > 1e-6:
                by_love = fall.by_love or by_trees > own
                found.append(Fall(fall.title_id, own + by_trees, by_love))
        return sorted(found, key=lambda fall: (-fall.fall, fall.title_id))


def ordered(
    ranker: Ranker,
    spoken: Spoken,
    ids: np.ndarray,
    vectors: np.ndarray,
    counts: np.ndarray,
    scores: np.ndarray,
) -> Ordered:
    """Return candidates' scores with what the trees say of those that people placed.

    Among the candidates that the trees know, their points are spread like the person's own
    scores, so that titles that only their content placed keep their turn.

    Args:
        ids: (m,) candidates.
        vectors: (m, d) in the taste space.
        counts: (m,) how many people placed each.
        scores: (m,) the person's own.
    """
    said = spoken.said(ranker)
    numbers = ranker.titles.numbers(ids)
    rows = np.flatnonzero((numbers >= 0) & (counts > 0))
    if len(rows) < 2 or not len(said.history.stars) or not spoken.share:
        return Ordered(scores, 0.0, rows[:0], scores[:0], 0.0, None)
    rows = rows[np.lexsort((rows, -scores[rows]))][:N_ORDERED]
    # The trees know a title's place in the space's own order.
    rows = rows[np.argsort(-(vectors[rows] @ spoken.place.vector), kind="stable")]
    stats = ranker.stats.take(numbers[rows])
    asked = Asked(ranker.forest, spoken.place, said, vectors[rows], stats)
    points = asked.forest.scores(asked.columns(said))
    spread, own = float(points.std()) or 1.0, scores[rows]
    weight = spoken.share * float(own.std()) / spread
    mixed = scores.copy()
    mixed[rows] = (1 - spoken.share) * own + spoken.share * own.mean()
    mixed[rows] += weight * (points - points.mean())
    return Ordered(mixed, spoken.share, rows, points, weight, asked)
