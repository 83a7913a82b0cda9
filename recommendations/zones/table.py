"""Five for a table: the pipeline of the zones, for several people at once."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from django.conf import settings

from recommendations.tastes import taste_from
from recommendations.zones.guarantees import allowed
from recommendations.zones.loosening import filter_costs
from recommendations.zones.pipeline import serving_spaces, spread_beside
from recommendations.zones.shelf import Cost
from recommendations.zones.together import Together, Voice, shown
from recommendations.zones.wants import Wants, capped
from recommendations.zones.zone import Candidates, Context, Ranking


@dataclass(frozen=True)
class Party:
    """Several people as the filters see them: nobody in particular, under the lowest cap."""

    pk: ClassVar[None] = None
    is_anonymous: ClassVar[bool] = True
    certificate_cap: int | None = None

    @classmethod
    def of(cls, voices: Sequence[Voice]) -> "Party":
        """Return the party of these people."""
        return cls(min((v.cap for v in voices if v.cap is not None), default=None))


class Offer(NamedTuple):
    """A title for the table, and how well it fits each, in [0, 1]; None: nothing is known."""

    title_id: int
    fits: tuple[float | None, ...]


class Tabled(NamedTuple):
    """What the table is looked at through: the context, who is considered, and everybody's fits.

    Attributes:
        fits: (k, m), standardised, of the k who speak.
    """

    context: Context
    candidates: Candidates
    fits: np.ndarray


def tabled(voices: Sequence[Voice], wants: Wants, *, now: datetime.datetime) -> Tabled | None:
    """Cut and fit for these people; None while there is no space to look in."""
    space, loved = serving_spaces()
    if space is None:
        return None
    zone, party = Together(tuple(voices)), Party.of(voices)
    wants = capped(wants, party)
    titles = allowed(party, zone, wants, now=now, signals=())
    nobody = taste_from((), space, loved=loved)
    context = Context(
        party, space, nobody, wants, titles, now, settings.RECOMMENDER.n_cut, loved=loved
    )
    candidates = zone.cut(context)
    return Tabled(context, candidates, zone.standings(context, candidates))


def five_for(
    voices: Sequence[Voice],
    *,
    wants: Wants,
    n: int = 5,
    standing: Sequence[int] = (),
    gone: Sequence[int] = (),
    now: datetime.datetime,
) -> list[Offer]:
    """Return up to `n` titles that maximise the lowest of everybody's fits, best first.

    Args:
        voices: who sits there, two to six.
        standing: titles that are on the table already; what comes keeps the rules beside them.
        gone: titles that must not come.
    """
    found = tabled(voices, wants, now=now)
    zone = Together(tuple(voices))
    if found is None:
        party = Party.of(voices)
        titles = allowed(party, zone, capped(wants, party), now=now, signals=())
        for voice in voices:
            titles = zone.allowed_to(voice, titles, include_seen=wants.include_seen, now=now)
        titles = titles.exclude(pk__in=[*standing, *gone]).order_by("-popularity", "pk")
        silent = tuple(None for _ in voices)
        return [Offer(pk, silent) for pk in titles.values_list("pk", flat=True)[:n]]
    context, candidates, fits = found
    if not len(candidates):
        return []
    ranking = zone.rank(context, candidates)
    out = {*standing, *gone}
    keep = [row for row, i in enumerate(candidates.ids.tolist()) if i not in out]
    left = candidates.take(keep)
    order = Ranking(scores=ranking.scores[keep], fits=ranking.fits[keep])
    rows = spread_beside(context, zone, left, order, exclude=tuple(standing), n=n)
    numbers = shown(fits)[:, keep]
    place = iter(range(len(fits)))
    of_voice = [next(place) if voice.speaks else None for voice in voices]
    return [
        Offer(
            int(left.ids[row]),
            tuple(None if k is None else round(float(numbers[k, row]), 4) for k in of_voice),
        )
        for row in rows
    ]


def costs_for(
    voices: Sequence[Voice], *, wants: Wants, n: int = 5, now: datetime.datetime
) -> tuple[Cost, ...]:
    """Return which filter costs the table how many titles, largest first, in one statement."""
    said = tuple(signal for voice in voices for signal in voice.taste.signals)
    party = Party.of(voices)
    return filter_costs(party, Together(), capped(wants, party), said, n=n, now=now)
