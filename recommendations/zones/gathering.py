"""Titles that a zone names itself, as candidates: no target, so no closeness."""

from dataclasses import replace

import numpy as np
from django.db.models import FloatField, Value

from catalog.models.titles import TitleQuerySet
from recommendations.models import TitleVector
from recommendations.said import WEIGHTS
from recommendations.taste.geometry import unit
from recommendations.taste.signals import LOVED, RATING
from recommendations.taste.text import COMPOSED
from recommendations.zones.zone import COLUMNS, Candidates, Context, candidates_of, described


def gathered(context: Context, titles: TitleQuerySet) -> Candidates:
    """Return these titles as candidates, in two statements, in no order; closeness is 0.

    They must be among those let through. Titles that no vector is stored of yet are left out. A
    card that is drawn again is alone. Their ids are asked for first: as a part of the second
    statement the filters would be worked out once for each of the vectors.
    """
    asked = list(titles.values_list("pk", flat=True)) if context.only is None else [context.only]
    along = TitleVector.objects.along(context.space, COMPOSED).filter(title__in=asked)
    rows = described(along, context).annotate(closeness=Value(0.0, output_field=FloatField()))
    return candidates_of(list(rows.values_list(*COLUMNS)), context)


def loves(context: Context) -> np.ndarray:
    """Return the rows of the profile that the person loves: hearts, and four stars or more.

    Where there is none yet, all that speaks for their taste: what they saved, tapped or saw.
    """
    profile = context.taste.profile
    loved = {
        s.title_id
        for s in context.taste.signals
        if s.kind == LOVED or (s.kind == RATING and s.stars >= WEIGHTS.positive)
    }
    speaks = profile.weights > 0
    is_loved = speaks & np.isin(profile.title_ids, list(loved))
    return np.flatnonzero(is_loved if is_loved.any() else speaks)


def near_a_love(context: Context, candidates: Candidates) -> np.ndarray:
    """Return (m,) cosines of the candidates to whichever title that they love lies nearest."""
    vectors = context.taste.profile.vectors[loves(context)]
    if not len(vectors) or not len(candidates):
        return np.full(len(candidates), -1.0)
    nearest: np.ndarray = (unit(candidates.vectors) @ unit(vectors).T).max(axis=1)
    return nearest


def narrowed(context: Context, titles: TitleQuerySet, **wants: object) -> Context:
    """Return the context with fewer titles let through, and the wants that say so.

    A cut asks the database for more titles at first where some filter is set.
    """
    return replace(context, titles=titles, wants=replace(context.wants, **wants))  # type: ignore[arg-type]
