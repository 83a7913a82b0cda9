"""How good a taste space would be for people it has never met, beside the one that serves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from recommendations import vectorstore
from recommendations.models import Space
from recommendations.taste.evaluation import metrics
from recommendations.taste.evaluation.lists import lists_of
from recommendations.taste.evaluation.splits import Split, new_people
from recommendations.taste.interactions import Interactions, Vocabulary
from recommendations.taste.learners.base import Learner, Model, Weights, histories_of
from recommendations.taste.recipes import RECIPES
from recommendations.taste.space import TasteSpace, person_vector

KNOWN_BY = 10  # ratings of a new person that the lists are made from
# How many people are held out: a tenth, but a thousand at most, and fifty at least where that
# leaves two thirds to learn from.
SHARE, MOST, LEAST = 0.1, 1000, 50
N = 10
METRIC = "ndcg@5"


@dataclass(frozen=True)
class Served:
    """A taste space as a model: people are folded in from what they said."""

    space: TasteSpace
    weights: Weights = field(default_factory=Weights)

    @property
    def titles(self) -> Vocabulary:
        """Which titles it knows."""
        return self.space.titles

    def scores(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, titles) inner products with the people's places."""
        said = histories_of(histories, self.titles, people, self.weights.of(histories))
        places = np.zeros((len(people), self.space.vectors.shape[1]), dtype=np.float32)
        for row in range(len(people)):
            own = slice(said.indptr[row], said.indptr[row + 1])
            places[row] = person_vector(
                self.space.pulls[:, said.indices[own]],
                said.data[own],
                starts=self.space.starts,
                lengths=self.space.lengths,
            )
        return places @ self.space.vectors.T


@dataclass(frozen=True)
class InCatalogue:
    """A model that lists titles of the catalogue only; those outside have negative ids."""

    model: Model

    @property
    def titles(self) -> Vocabulary:
        """Which titles it knows."""
        return self.model.titles

    def scores(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, titles) the model's scores, −inf outside the catalogue."""
        is_in = np.asarray(self.titles.ids) > 0
        return np.where(is_in[None], self.model.scores(histories, people), -np.inf)


@dataclass(frozen=True)
class Comparison:
    """How good lists for new people are.

    Attributes:
        figures: metric → [mean, low, high], with `n_people` and `known_by` beside; kept with the
            space. Empty where nobody could be held out.
        against: mean, low and high of the difference to the serving space for the same people, or
            its own figures as they were once measured; None without such a space.
        is_paired: whether `against` are differences.
    """

    figures: dict[str, object]
    against: tuple[float, float, float] | None = None
    is_paired: bool = False

    @property
    def is_loss(self) -> bool:
        """Return whether the whole interval lies on the wrong side."""
        own = self.figures.get(METRIC)
        if self.against is None or not isinstance(own, list):
            return False
        return self.against[2] < 0 if self.is_paired else own[2] < self.against[1]

    def __str__(self) -> str:
        own = self.figures.get(METRIC)
        if not isinstance(own, list):
            return "nobody has said enough to be held out"
        mean, low, high = own
        said = (
            f"{METRIC} {mean:.3f} ({low:.3f} to {high:.3f}) of {self.figures['n_people']} people "
            f"known by {KNOWN_BY} ratings"
        )
        if self.against is None:
            return said
        mean, low, high = self.against
        other = "difference to the serving space" if self.is_paired else "the serving space had"
        return f"{said}; {other} {mean:.3f} ({low:.3f} to {high:.3f})"


def compare(
    learner: Learner,
    interactions: Interactions,
    *,
    recipe: str,
    sources: Sequence[Mapping],
    seed: int,
) -> Comparison:
    """Return how good a learner's lists are for people it was not trained on, against what serves.

    Only titles of the catalogue are ranked. The serving space ranks for the same people. Where it
    was learnt from any of these sources it has met them: then its recipe is trained again without
    them, and where it is the same recipe, the figures that it had in its day count.
    """
    rng = np.random.default_rng(seed)
    split = held_out(interactions, rng=rng)
    if not len(split.people):
        return Comparison({})
    report = measured(learner.fit(split.train, rng=rng), split)
    figures = figures_of(report, rng=rng)
    serving = Space.objects.serving(Space.Kind.TASTE).first()
    if serving is None or METRIC not in figures:
        return Comparison(figures)
    has_met = {_key(s) for s in serving.learnt_from} & {_key(s) for s in sources}
    if not has_met:
        opponent: Model = Served(vectorstore.read_taste_space(serving))
    elif serving.recipe != recipe and serving.recipe in RECIPES:
        opponent = RECIPES[serving.recipe].fit(split.train, rng=np.random.default_rng(seed))
    else:
        once = serving.figures.get(METRIC)
        return Comparison(figures, tuple(once) if once else None)
    other = measured(opponent, split)
    difference = report.by_person[METRIC] - other.by_person[METRIC]
    interval = metrics.interval(difference, rng=rng)
    return Comparison(figures, (float(np.nanmean(difference)), *interval), is_paired=True)


def _key(source: Mapping) -> tuple[str, int]:
    """Return what tells sources apart; a data set is itself wherever its folder lies."""
    return (source["name"], source["n_ratings"] if source["name"] else 0)


def held_out(interactions: Interactions, *, rng: np.random.Generator) -> Split:
    """Return a split in which some people are known by ten ratings each."""
    n_ratings = np.bincount(interactions.ratings.person, minlength=len(interactions.people))
    n_enough = int((n_ratings >= KNOWN_BY + 5).sum())
    n_new = min(max(round(SHARE * n_enough), min(LEAST, n_enough // 3)), MOST)
    return new_people(interactions, k=KNOWN_BY, n=n_new, rng=rng)


def measured(model: Model, split: Split) -> metrics.Report:
    """Return the metrics of a model's lists of catalogue titles for the people held out."""
    in_catalogue = split.test.titles.ids > 0
    test = split.test.take(in_catalogue[split.test.title])
    counts = np.bincount(split.train.title, minlength=len(split.train.titles))
    lists = lists_of(InCatalogue(model), split.train, split.people, n=N)
    return metrics.report(lists, split.people, test, counts=counts)


def figures_of(report: metrics.Report, *, rng: np.random.Generator) -> dict[str, object]:
    """Return mean and interval of each metric as JSON can hold them; empty without anybody."""
    if not len(report.people):
        return {}
    found: dict[str, object] = {"n_people": len(report.people), "known_by": KNOWN_BY}
    for name, values in report.by_person.items():
        interval = metrics.interval(values, rng=rng)
        found[name] = [round(float(x), 6) for x in (np.nanmean(values), *interval)]
    return found
