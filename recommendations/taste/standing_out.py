"""What sets one person's titles apart from the whole catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

# As if the catalogue had so many more titles of every kind of fact: rare facts prove little.
SMOOTHING = 2.0
# How many times as often as in the catalogue something must come to stand out.
LEAST_LIFT = 1.3


@dataclass(frozen=True)
class Fact:
    """A theme, genre, mood or person among somebody's titles.

    Attributes:
        name: as pages write it.
        n: how many of their titles have it.
        share: of the weight of their titles, in [0, 1].
        times: how many times as often as in the catalogue.
    """

    name: str
    n: int
    share: float
    times: float


def standing_out(
    weights: Mapping[str, float],
    counts: Mapping[str, int],
    everywhere: Mapping[str, int],
    *,
    total_weight: float,
    n_everywhere: int,
    n: int,
    least: int = 2,
) -> list[Fact]:
    """Return up to `n` facts that the titles have oftener than the catalogue, most telling first.

    A fact tells as much as its share times the logarithm of how much oftener it comes than in the
    catalogue, as in the Kullback-Leibler divergence of the two: what is rare and what is common
    everywhere both say little.

    Args:
        weights: by name, the weight of the person's titles that have it.
        counts: by name, how many of them do.
        everywhere: by name, how many titles of the catalogue do.
        least: facts of fewer titles are left out.
    """
    if total_weight <= 0 or n_everywhere <= 0:
        return []
    found = []
    for name, weight in weights.items():
        share = weight / total_weight
        usual = (everywhere.get(name, 0) + SMOOTHING) / (n_everywhere + SMOOTHING)
        times = share / usual
        if counts[name] >= least and times >= LEAST_LIFT:
            found.append((share * log(times), Fact(name, counts[name], share, times)))
    return [fact for _, fact in sorted(found, key=lambda pair: (-pair[0], pair[1].name))[:n]]
