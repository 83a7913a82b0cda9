"""Retraining the taste space: pool → train → measure → write → switch, and how to go back."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from django.db import connection
from django.utils import timezone

from catalog.models import Title
from recommendations import vectorstore
from recommendations.batch.comparing import Comparison, compare
from recommendations.batch.placing import content_vectors, placed
from recommendations.batch.pooling import Pool, pool
from recommendations.models import Space, SpaceRanker
from recommendations.taste.interactions import Vocabulary, cleaned
from recommendations.taste.learners.base import Learner
from recommendations.taste.learners.ranker import HouseModel
from recommendations.taste.ordering import Ranker
from recommendations.taste.space import TasteSpace

logger = logging.getLogger(__name__)
# With fewer than these, what people love together is mostly chance (C35).
ENOUGH_PEOPLE, ENOUGH_RATINGS = 50, 2_000
# Spaces that served before are kept for a rollback, the newest ones.
KEPT = 3
LARGEST = 60_000.0  # what sixteen bits can hold, with some room

Say = Callable[[str], None]


class NotEnoughPeople(RuntimeError):
    """Too few people have said too little to learn what is loved together."""


class SpaceLosesToServing(RuntimeError):
    """The new space makes clearly worse lists than the one that serves."""


class NoSpaceLearnt(RuntimeError):
    """The recipe makes no space that could be served."""


@dataclass(frozen=True)
class TrainingReport:
    """What one training did.

    Attributes:
        space: the space that serves now.
        pool: who it was learnt from.
        comparison: how good its lists are, and against what.
        n_placed: titles that people placed.
        n_by_content: titles that their content placed.
        seconds: how long it took.
    """

    space: Space
    pool: Pool
    comparison: Comparison
    n_placed: int
    n_by_content: int
    seconds: float


def retrain(
    learner: Learner,
    *,
    recipe: str,
    folders: Iterable[Path] = (),
    seed: int = 0,
    force: bool = False,
    say: Say = logger.info,
) -> TrainingReport:
    """Train a taste space on everybody who allows it and on these data sets, and let it serve.

    Args:
        recipe: the learner's name, kept with the space.
        force: let it serve even when it loses to the one that serves.
        say: takes a line of progress.
    Raises:
        NotEnoughPeople: too little to learn from; nothing was changed.
        SpaceLosesToServing: the new space loses; nothing was changed.
        NoSpaceLearnt: the recipe makes no space.
    """
    started = time.monotonic()
    pooled = pool([*folders])
    if pooled.n_people < ENOUGH_PEOPLE or pooled.n_ratings < ENOUGH_RATINGS:
        raise NotEnoughPeople(
            f"not enough people here yet: {pooled.n_people:,} people and {pooled.n_ratings:,} "
            f"ratings, needed {ENOUGH_PEOPLE:,} and {ENOUGH_RATINGS:,}; what serves stays. "
            "--data adds a folder of MovieLens"
        )
    interactions, _ = cleaned(pooled.interactions)
    say(f"{pooled.n_people:,} people and {pooled.n_ratings:,} ratings are read")
    comparison = compare(learner, interactions, recipe=recipe, sources=pooled.sources, seed=seed)
    say(f"lists for new people: {comparison}")
    if comparison.is_loss and not force:
        raise SpaceLosesToServing(
            f"the new space loses to the one that serves: {comparison}. Nothing was changed; "
            "--force lets it serve all the same"
        )
    model = learner.fit(interactions, rng=np.random.default_rng(seed))
    learnt = space_of(model, recipe=recipe)
    say(f"trained on {len(learnt.titles):,} titles, {learnt.vectors.shape[1]} dimensions")
    space, n_placed, n_by_content = store(
        learnt,
        recipe=recipe,
        sources=pooled.sources,
        figures=comparison.figures,
        ranker=ranker_of(model),
    )
    return TrainingReport(
        space, pooled, comparison, n_placed, n_by_content, time.monotonic() - started
    )


def space_of(model: object, *, recipe: str) -> TasteSpace:
    """Return the space that a model has learnt, checked for what the tables can hold."""
    learnt = getattr(model, "space", None)
    if not isinstance(learnt, TasteSpace):
        raise NoSpaceLearnt(
            f"the recipe {recipe!r} makes no taste space; take house or house_space"
        )
    for name in ("vectors", "pulls", "starts"):
        values = getattr(learnt, name)
        if not np.isfinite(values).all() or np.abs(values).max(initial=0.0) > LARGEST:
            raise NoSpaceLearnt(
                f"the {name} of {recipe!r} hold numbers that are no numbers or beyond "
                f"{LARGEST:,.0f}, which sixteen bits cannot hold; nothing was changed"
            )
    return learnt


def ranker_of(model: object) -> Ranker | None:
    """Return what a model puts its candidates in order with; None where it has nothing."""
    if not isinstance(model, HouseModel) or model.forest is None:
        return None
    return Ranker(model.titles, model.stats, model.forest)


def store(
    learnt: TasteSpace,
    *,
    recipe: str,
    sources: Iterable[dict],
    figures: Mapping[str, object],
    ranker: Ranker | None = None,
) -> tuple[Space, int, int]:
    """Write a space beside the one that serves, place the titles it lacks, and switch to it.

    Args:
        ranker: what was learnt with it to put its candidates in order.
    Returns:
        The space, how many titles people placed in it, and how many their content did.
    """
    forget_unfinished()
    space = Space.objects.create(
        kind=Space.Kind.TASTE,
        recipe=recipe,
        dimension=learnt.vectors.shape[1],
        starts=learnt.starts.astype(float).tolist(),
        lengths=learnt.lengths.astype(float).tolist(),
        learnt_from=list(sources),
        figures=dict(figures),
    )
    catalogue = np.array(sorted(Title.objects.values_list("pk", flat=True)), dtype=np.int64)
    known = restricted(learnt, catalogue)
    everything = placed(known, *content_vectors())
    vectorstore.write_taste_space(space, everything)
    if ranker is not None:
        SpaceRanker.objects.create(space=space, packed=ranker.of(catalogue).packed())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE recommendations_titlevector")  # Else plans are for emptier tables.
    serve(space)
    n_placed = int((everything.counts > 0).sum())
    return space, n_placed, len(everything.titles) - n_placed


def restricted(learnt: TasteSpace, ids: np.ndarray) -> TasteSpace:
    """Return the space over those of its titles that people placed and that stand in `ids`."""
    keep = np.isin(learnt.titles.ids, ids) & (learnt.counts > 0)
    return replace(
        learnt,
        titles=Vocabulary(learnt.titles.ids[keep]),
        vectors=learnt.vectors[keep],
        pulls=learnt.pulls[:, keep],
        counts=learnt.counts[keep],
    )


def serve(space: Space) -> None:
    """Let this taste space serve, in one switch; the former one is kept for a rollback."""
    space.serve(now=timezone.now())
    retired = Space.objects.filter(kind=Space.Kind.TASTE, status=Space.Status.RETIRED)
    for old in retired.order_by("-served_at", "-pk")[KEPT:]:
        old.delete()


def roll_back() -> Space | None:
    """Let the taste space serve again that served before; None when there was none."""
    retired = Space.objects.filter(kind=Space.Kind.TASTE, status=Space.Status.RETIRED)
    former = retired.order_by("-served_at", "-pk").first()
    if former is not None:
        serve(former)
    return former


def forget_unfinished() -> None:
    """Delete taste spaces that a killed training has left half written."""
    Space.objects.filter(kind=Space.Kind.TASTE, status=Space.Status.BUILDING).delete()


def folders_of_serving() -> list[Path]:
    """Return the folders of data that the serving taste space was learnt from and are there."""
    space = Space.objects.serving(Space.Kind.TASTE).first()
    found = [Path(source["folder"]) for source in (space.learnt_from if space else [])
             if source.get("folder")]  # fmt: skip
    return [folder for folder in found if folder.is_dir()]
