"""Which filters a short list could do without, and how many titles each costs."""

import datetime
from collections import Counter

from django.db.models import BooleanField, Count, ExpressionWrapper

from recommendations.zones.guarantees import allowed
from recommendations.zones.shelf import Cost
from recommendations.zones.wants import Wants, capped
from recommendations.zones.zone import Zone

MOST_TOGETHER = 2  # ways out that take several filters off at once


def filter_costs(
    user, zone: Zone, wants: Wants, signals: tuple, *, n: int, now: datetime.datetime
) -> tuple[Cost, ...]:
    """Return what comes back without a filter, largest first, in one statement.

    Where no filter alone lets `n` titles through when it is taken off, the fewest that do so
    together follow.
    """
    held_up = _held_up(user, zone, wants, signals, now=now)
    if not held_up:
        return ()
    n_now = held_up.pop(frozenset(), 0)

    def n_back(names: frozenset[str]) -> int:
        return sum(count for those, count in held_up.items() if those <= names)

    ways = {names: n_back(names) for names in held_up}
    alone = [names for names in ways if len(names) == 1]
    together: list[frozenset[str]] = []
    if all(n_now + ways[names] < n for names in alone):
        several = [names for names in ways if len(names) > 1]
        enough = [names for names in several if n_now + ways[names] >= n]
        together = sorted(enough, key=lambda names: (len(names), -ways[names], sorted(names)))
        if not together and several:  # Nothing is enough: the most that there is.
            together = sorted(several, key=lambda names: (-ways[names], len(names), sorted(names)))
    alone.sort(key=lambda names: (-ways[names], sorted(names)))
    labels = wants.labels()
    return tuple(
        Cost(
            tuple(name for name in labels if name in names),
            " + ".join(label for name, label in labels.items() if name in names),
            ways[names],
        )
        for names in [*alone, *together[:MOST_TOGETHER]]
    )


def _held_up(
    user, zone: Zone, wants: Wants, signals: tuple, *, now: datetime.datetime
) -> Counter[frozenset[str]]:
    """Return how many titles exactly these filters hold up, in one statement.

    Under no filter at all stands how many pass. A person's own age limit is no filter of the
    list: it cannot be taken off there.
    """
    free = capped(Wants(include_seen=wants.include_seen), user)
    conditions = {
        name: condition
        for name, condition in wants.conditions(now.date()).items()
        if name == "services" or getattr(wants, name) != getattr(free, name)
    }
    if not conditions:
        return Counter()
    names = {name: f"passes_{name}" for name in conditions}
    rows = (
        allowed(user, zone, free, now=now, signals=signals)
        .order_by()
        .annotate(
            **{
                names[name]: ExpressionWrapper(condition, output_field=BooleanField())
                for name, condition in conditions.items()
            }
        )
        .values_list(*names.values())
        .annotate(n=Count("pk"))
    )
    found: Counter[frozenset[str]] = Counter()
    for *passes, n in rows:
        found[
            frozenset(name for name, passed in zip(names, passes, strict=True) if not passed)
        ] += n
    return found
