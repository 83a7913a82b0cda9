"""Weaving: where no kind is asked for, a list holds several."""

from dataclasses import replace

from django.conf import settings

from catalog.models import Kind
from recommendations.zones.passing import restricted
from recommendations.zones.zone import Candidates, Context, Zone


def least_kinds(context: Context, zone: Zone) -> int:
    """Return how many kinds ten picks in a row shall have, where there are as many."""
    if context.wants.kinds or not zone.rules.weaves:
        return 0
    return settings.RECOMMENDER.kinds_in_ten


def woven(context: Context, zone: Zone, candidates: Candidates) -> Candidates:
    """Return the candidates, with some of the kinds that the cut has brought too few of.

    A large catalogue may hold so many films near somebody that no book is among the nearest: the
    zone then cuts once more, among the other kinds alone.
    """
    found = set(candidates.kinds)
    if len(found) >= least_kinds(context, zone) or context.only is not None:
        return candidates
    missing = tuple(kind for kind in Kind.values if kind not in found)
    others = zone.cut(
        replace(
            context,
            wants=replace(context.wants, kinds=missing),
            titles=restricted(context.titles, kinds=missing),
            n_cut=max(context.n_cut // 10, 4),
        )
    )
    return others.after(candidates)
