"""What orders the five: trees over what the space, the titles and the person's history say."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from recommendations.taste.evaluation.metrics import gains
from recommendations.taste.evaluation.splits import places_from_end
from recommendations.taste.interactions import Facts, Interactions, Vocabulary
from recommendations.taste.learners.features import (
    DISLIKED,
    FEATURES,
    Stats,
    features,
    histories,
    stats_of,
)
from recommendations.taste.learners.forest import Forest, forest_of
from recommendations.taste.learners.house import HouseSpace, HouseSpaceModel
from recommendations.taste.ranking import standardise
from recommendations.taste.space import TasteSpace, shares_of

# Labels of simulated candidates; what is liked comes above.
UNMET, MET = 1, 2
LENGTH = FEATURES.index("length")


@dataclass(frozen=True)
class House:
    """The house space, and on top of it a ranker trained on simulated new people.

    People are set aside in folds; a space learnt from the others lists candidates for what is
    left of their histories when they are cut to random lengths; the trees learn which of them
    they loved. Who is served gets the same features from the space learnt from everybody.
    Source: Burges, "From RankNet to LambdaRank to LambdaMART", 2010, as in LightGBM.

    Attributes:
        space: how the space is learnt.
        n_candidates: how many titles are put in order.
        n_folds: how many folds people are set aside in.
        n_examples, most_each: about how many simulated people the trees see, and how many of them
            one person may stand for.
        shortest: the shortest simulated history.
        settled: the share of simulated people who keep four fifths of what they said.
        fresh, few: the share of them who keep `few` ratings at most. Lengths drawn evenly in
            their logarithm alone are short too seldom: what trees learn of long histories does
            not hold for somebody known by five ratings.
        late: the share of the other people beyond `few` who keep what they said first instead of
            a random part, as people are asked: what they love later is what is looked for.
        n_trees, n_leaves, rate, least_in_leaf: of the trees.
        own: how much the space's own score counts beside the trees', both standardised, for long
            histories; short ones are ordered by the trees alone. See `HouseModel.own_of`.
        distaste: how much worse a disliked title is than an unknown one; 4.0 stars are worth 1.
        wary, n_wary: how much the chance that somebody dislikes a title once they have met it
            counts against it, and how many trees tell it. Trees that learn the order hardly hear
            of it, for few candidates are disliked at all; told apart, it can be weighed. It is for
            short histories: the lists of long ones hold fewer disliked titles already, and lost
            loved ones by it.
    """

    space: HouseSpace = field(default_factory=HouseSpace)
    n_candidates: int = 80
    n_folds: int = 3
    n_examples: int = 18_000
    most_each: int = 15
    shortest: int = 3
    settled: float = 0.2
    fresh: float = 0.5
    few: int = 12
    late: float = 0.25
    n_trees: int = 300
    n_leaves: int = 15
    own: float = 0.5
    rate: float = 0.04
    least_in_leaf: int = 200
    distaste: float = 1.0
    wary: float = 8.0
    n_wary: int = 80

    def fit(
        self, interactions: Interactions, *, rng: np.random.Generator, facts: Facts | None = None
    ) -> "HouseModel":
        """Return the space with its ranker; the space alone where nobody can be set aside."""
        model = self.space.fit(interactions, rng=rng, facts=facts)
        stats = stats_of(interactions, facts)
        examples = self._examples(interactions, facts, rng)
        forest = self._grown(*examples, rng) if examples is not None else None
        return HouseModel(model, stats, forest, self.n_candidates, self.own)

    def _examples(
        self, interactions: Interactions, facts: Facts | None, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """Return (rows, features), (rows,) labels and how many rows each list has.

        Labels are 0 for disliked, 1 for never met, 2 for met and neither, 3 for 4.0 stars and 4
        for more.
        """
        said = np.bincount(interactions.ratings.person, minlength=len(interactions.people))
        able = np.flatnonzero(said >= self.shortest + 5)
        if len(able) < 20:
            return None
        fold = rng.integers(self.n_folds, size=len(interactions.people))
        n_each = min(max(1, round(self.n_examples / len(able))), self.most_each)
        rows: list[np.ndarray] = []
        labels: list[np.ndarray] = []
        for number in range(self.n_folds):
            others = interactions.take(fold[interactions.person] != number)
            apart = interactions.take(fold[interactions.person] == number)
            space = self.space.fit(others, rng=rng, facts=facts).space
            stats = stats_of(others, facts)
            people = rng.permutation(able[fold[able] == number])
            people = people[: max(1, self.n_examples // (self.n_folds * n_each))]
            for _ in range(n_each):
                for got in self._simulated(apart, people, space, stats, rng):
                    rows.append(got[0])
                    labels.append(got[1])
        if not rows:
            return None
        return np.concatenate(rows), np.concatenate(labels), np.array([len(r) for r in rows])

    def _simulated(
        self,
        apart: Interactions,
        people: np.ndarray,
        space: TasteSpace,
        stats: Stats,
        rng: np.random.Generator,
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield features and labels for each of some people, whose histories are cut at random."""
        apart = apart.ratings
        kept = self._lengths(np.bincount(apart.person, minlength=len(apart.people)), rng)
        from_end, n_of_all = places_from_end(apart, self._turns(apart, kept, rng))
        is_known = n_of_all - 1 - from_end < np.floor(kept)[apart.person]
        held = apart.take(~is_known)
        wanted = held.matrix(1 + 2 * gains(held.stars) - 2 * (held.stars <= DISLIKED))
        known = histories(apart.take(is_known), self.space.weights, people)
        for person, history in zip(people, known, strict=True):
            best, found = features(space, stats, history, n=self.n_candidates)
            label = np.ones(len(apart.titles), dtype=np.int8)
            own = slice(wanted.indptr[person], wanted.indptr[person + 1])
            label[wanted.indices[own]] += wanted.data[own].astype(np.int8)
            if (label[best] > MET).any():
                yield found, label[best]

    def _turns(self, apart: Interactions, kept: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return (n,): by which of their ratings are kept, lowest first, chance or time decides."""
        chance = rng.random(len(apart))
        is_late = (kept > self.few) & (rng.random(len(kept)) < self.late)
        by_time = is_late[apart.person] & np.isfinite(apart.at)
        # Within a second by chance: pages of ratings come in at once.
        return np.where(by_time, np.floor(apart.at) + chance, chance)

    def _lengths(self, n_own: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return (people,) how many ratings to keep of each person's `n_own`."""
        longest = np.maximum(0.8 * n_own, self.shortest)
        low, which = np.log(self.shortest), rng.random(len(n_own))
        some = np.exp(rng.uniform(low, np.log(longest + 1)))
        few = np.exp(rng.uniform(low, np.log(self.few + 1), len(n_own)))
        # The settled have told nearly all, as people who have been here for long.
        is_settled, is_fresh = which < self.settled, which < self.settled + self.fresh
        return np.select([is_settled, is_fresh], [longest, np.minimum(few, longest)], some)

    def _grown(
        self,
        rows: np.ndarray,
        labels: np.ndarray,
        lists: np.ndarray,
        rng: np.random.Generator,
    ) -> Forest:
        """Return trees that put what is loved first, and what is disliked back."""
        order = {
            "objective": "lambdarank",
            "lambdarank_truncation_level": 10,
            # What is disliked is worse than what is unknown.
            "label_gain": [0.0, *(self.distaste + gain for gain in (0.0, 0.0, 1.0, 2.0))],
            "learning_rate": self.rate,
        }
        forest = self._trees(order, rows, labels, rng, n=self.n_trees, lists=lists)
        met = labels != UNMET
        if not self.wary or not (labels[met] == 0).any():
            return forest
        chance = {"objective": "regression", "learning_rate": 2 * self.rate}
        harm = (labels[met] == 0) * self._wariness(rows[met, LENGTH])
        return forest.plus(
            self._trees(chance, rows[met], harm, rng, n=self.n_wary), times=-self.wary
        )

    def _wariness(self, lengths: np.ndarray) -> np.ndarray:
        """Return (rows,) how much of `wary` counts for histories of these lengths, from 1 to 0."""
        each, places = np.unique(lengths, return_inverse=True)
        long = np.array([shares_of(length, np.array(self.space.lengths))[-1] for length in each])
        return 1.0 - long[places]

    def _trees(
        self,
        aim: dict[str, object],
        rows: np.ndarray,
        labels: np.ndarray,
        rng: np.random.Generator,
        *,
        n: int,
        lists: np.ndarray | None = None,
    ) -> Forest:
        lightgbm = _lightgbm()
        data = lightgbm.Dataset(rows, labels, group=lists, free_raw_data=True)
        settings = {
            "num_leaves": self.n_leaves,
            "min_data_in_leaf": min(self.least_in_leaf, max(len(rows) // 100, 1)),
            "feature_fraction": 0.5,
            "bagging_fraction": 0.7,
            "bagging_freq": 1,
            "lambda_l2": 10.0,
            "deterministic": True,
            "force_row_wise": True,
            "seed": int(rng.integers(2**31 - 1)),
            "verbose": -1,
        }
        return forest_of(lightgbm.train(settings | aim, data, n).dump_model())


def _lightgbm():
    """Return LightGBM. It needs an OpenMP library that a bare machine may lack; torch has one."""
    try:
        import lightgbm
    except OSError:
        import torch

        own = Path(torch.__file__).parent / "lib" / "libgomp.so.1"
        ctypes.CDLL(str(own), mode=ctypes.RTLD_GLOBAL)
        import lightgbm
    return lightgbm


@dataclass(frozen=True)
class HouseModel:
    """The space, and the trees that put its candidates in order.

    Attributes:
        forest: None where too few people were there to learn an order from.
        own: how much the space's own score counts beside the trees' for long histories.
    """

    model: HouseSpaceModel
    stats: Stats
    forest: Forest | None
    n_candidates: int
    own: float = 0.5

    @property
    def space(self) -> TasteSpace:
        """Return the space that candidates come from."""
        return self.model.space

    @property
    def titles(self) -> Vocabulary:
        """Which titles it knows."""
        return self.model.titles

    def own_of(self, length: int) -> float:
        """Return how much the space's own score counts for a history of so many statements.

        As much of `own` as the reading of the longest histories has in the person's place: up to
        twenty ratings the trees alone were no worse, and showed a fifth more titles.
        """
        return self.own * float(shares_of(length, self.space.lengths)[-1])

    def scores(self, histories_: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, titles): candidates by the trees, above all others in the space's order."""
        scores = self.model.scores(histories_, people)
        if self.forest is None:
            return scores
        numbers = self.titles.numbers(histories_.titles.ids)
        mine = replace(
            histories_.take(numbers[histories_.title] >= 0),
            titles=self.titles,
        )
        mine = replace(mine, title=numbers[histories_.title][numbers[histories_.title] >= 0])
        told = histories(mine, self.model.weights, people)
        found = [features(self.space, self.stats, each, n=self.n_candidates) for each in told]
        by_trees = self.forest.scores(np.concatenate([rows for _, rows in found]))
        first, top = 0, scores.max(axis=1)
        for row, (best, rows) in enumerate(found):
            if not len(best):
                continue
            mixed = standardise(by_trees[first : first + len(rows)])
            mixed += self.own_of(len(told[row].titles)) * standardise(scores[row, best])
            scores[row, best] = top[row] + 1.0 + mixed - mixed.min()
            first += len(rows)
        return scores
