"""Titles that nobody has rated get their place in the taste space from their content vectors."""

import numpy as np
from django.db.models import F

from moviedb.cache import forget
from recommendations import vectorstore
from recommendations.models import Space
from recommendations.taste.interactions import Vocabulary
from recommendations.taste.learners.placing import ByRidge, with_new_titles
from recommendations.taste.space import TasteSpace
from recommendations.taste.text import COMPOSED

PLACER = ByRidge()
# With fewer titles that people placed, what content says of taste cannot be learnt.
ENOUGH_PLACED = 30


def content_vectors() -> tuple[np.ndarray, np.ndarray]:
    """Return (n,) ids of the titles that are embedded and their (n, c) vectors, sorted by id."""
    space = Space.objects.serving(Space.Kind.CONTENT).first()
    if space is None:
        return np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.float32)
    return vectorstore.read_axis(space, COMPOSED)


def placed(learnt: TasteSpace, ids: np.ndarray, content: np.ndarray) -> TasteSpace:
    """Return the space with those of these titles added that it lacks, where content puts them.

    Args:
        ids: (n,) titles that are embedded, sorted.
        content: (n, c) their vectors.
    """
    embedded = Vocabulary(ids)
    numbers = embedded.numbers(learnt.titles.ids)
    is_new = learnt.titles.numbers(embedded.ids) < 0
    if ((numbers >= 0) & (learnt.counts > 0)).sum() < ENOUGH_PLACED or not is_new.any():
        return learnt
    known = np.full((len(learnt.titles), content.shape[1]), np.nan)
    known[numbers >= 0] = content[numbers[numbers >= 0]]
    return with_new_titles(
        learnt,
        known=known,
        new_titles=Vocabulary(embedded.ids[is_new]),
        new=content[is_new],
        placer=PLACER,
        rng=np.random.default_rng(0),
    )


def place_by_content(space: Space) -> int:
    """Place in a stored taste space every embedded title that it lacks; return how many."""
    stored = vectorstore.read_taste_space(space)
    grown = placed(stored, *content_vectors())
    new = grown.titles.ids[stored.titles.numbers(grown.titles.ids) < 0]
    if len(new):
        vectorstore.write_taste_space(space, grown, ids=new)
        Space.objects.filter(pk=space.pk).update(revision=F("revision") + 1)
        forget(Space.SERVING_KEY)
    return len(new)
