"""Which zone works best for somebody, from the log of what they were shown and took."""

import math
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from recommendations.models import Session, Shown
from recommendations.zones.tonight import Tonight

# What counts as taking something from a list.
TAKEN = ("save", "love", "seen")
# With fewer lists of a zone than this there is no telling.
LEAST_LISTS = 5
# Lists of a person that are looked at, newest first.
MOST_LISTS = 200
Z = 1.2816  # the quantile of the normal distribution that leaves one in ten above it


@dataclass(frozen=True)
class Record:
    """How a person fared in one zone: from how many lists of it they took something."""

    zone: str
    n_taken: int
    n_lists: int

    @property
    def share(self) -> float:
        """Return the share of lists that something was taken from."""
        return self.n_taken / self.n_lists if self.n_lists else 0.0

    @property
    def surely(self) -> float:
        """Return what the share is at least, nine times out of ten.

        Source: Wilson, "Probable inference, the law of succession, and statistical inference",
        Journal of the American Statistical Association 22, 1927.
        """
        n, z2 = self.n_lists, Z * Z
        if not n:
            return 0.0
        spread = Z * math.sqrt(self.share * (1 - self.share) / n + z2 / (4 * n * n))
        return (self.share + z2 / (2 * n) - spread) / (1 + z2 / n)


def suggest(user, *, among: Collection[str]) -> Record | None:
    """Return the zone that works better for this person than Tonight does, if it surely does.

    One statement. None for a visitor, and while there are too few lists to tell: five at least
    of the zone and five of Tonight, and a share that lies above Tonight's even at its lower end.

    Args:
        among: names of the zones that may be suggested.
    """
    if user is None or user.is_anonymous:
        return None
    found = {record.zone: record for record in records(user) if record.n_lists >= LEAST_LISTS}
    usual = found.pop(Tonight.name, None)
    if usual is None:
        return None
    better = [
        record
        for record in found.values()
        if record.zone in among and record.n_taken and record.surely > usual.share
    ]
    return max(better, key=lambda record: (record.surely, record.zone), default=None)


def records(user) -> list[Record]:
    """Return how a person fared in each zone, over their newest lists that are closed or used."""
    taken = Shown.objects.filter(session=OuterRef("pk"), action__in=TAKEN)
    newest = (
        Session.objects.filter(user=user)
        .annotate(is_taken=Exists(taken))
        .filter(Q(is_taken=True) | ~Q(closed_at=None))
        .order_by("-served_at", "-pk")
        .values("pk")[:MOST_LISTS]
    )
    rows = (
        Session.objects.filter(pk__in=newest)
        .annotate(is_taken=Exists(taken))
        .values("zone")
        .annotate(n=Count("pk"), n_taken=Count("pk", filter=Q(is_taken=True)))
        .order_by("zone")
    )
    return [Record(row["zone"], row["n_taken"], row["n"]) for row in rows]
