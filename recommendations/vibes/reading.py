"""A person's vibes as pages show them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from catalog.models import Title
from recommendations.models import Vibe, VibeSet, VibeTitle
from recommendations.said import signals_of
from recommendations.taste.clustering.choose import TITLES_A_GROUP
from recommendations.taste.clustering.grounds import DEFAULT_GROUND
from recommendations.taste.clustering.quality import Quality, in_words
from recommendations.taste.signals import Signal
from recommendations.vibes.finding import Findings, Found
from recommendations.vibes.fitting import find_vibes
from recommendations.vibes.likes import liked, said_of

N_POSTERS = 3
N_OUTLIERS = 24
FOUND_SECONDS = 600


@dataclass(frozen=True)
class Card:
    """A vibe on a page.

    Attributes:
        pk: its number; None where it was found just now and is not stored yet.
        titles: the three nearest to its middle.
        counts: how many titles it has of each kind.
        holds: in words how well it holds together.
    """

    pk: int | None
    name: str
    terms: tuple[str, ...]
    titles: tuple[Title, ...]
    counts: dict[str, int]
    holds: str
    is_pinned: bool = False

    @property
    def n_titles(self) -> int:
        """Return how many titles it has."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Programme:
    """Everything that the page of a person's vibes shows.

    Attributes:
        outliers: titles that fit nowhere yet, the first of them; `n_outliers` counts them all.
        n_liked: how many titles the vibes are made of.
        n_loved: how many of those they love, and did not just tap the group of.
        is_stored: whether the vibes have addresses yet.
        is_stale: whether something was said since that may change them.
    """

    cards: tuple[Card, ...] = ()
    outliers: tuple[Title, ...] = ()
    n_outliers: int = 0
    dropped: tuple[Vibe, ...] = ()
    n_liked: int = 0
    n_loved: int = 0
    ground: str = DEFAULT_GROUND
    wanted: int | None = None
    is_stored: bool = False
    is_stale: bool = False

    @property
    def n_missing(self) -> int:
        """Return how many more liked titles it takes before vibes can be told apart."""
        return max(2 * TITLES_A_GROUP - self.n_liked, 0)


def programme(user, *, now: datetime.datetime) -> Programme:
    """Return a person's vibes; worked out on the spot while none are stored. Writes nothing."""
    if user.is_anonymous:
        return Programme()
    signals = signals_of(user, now=now)
    weights = liked(signals)
    loved = {s.title_id for s in signals if s.kind != "tapped"} & weights.keys()
    stored = VibeSet.objects.filter(user=user).first()
    if stored is None:
        return found_now(user, signals, weights, n_loved=len(loved), now=now)
    vibes = list(Vibe.objects.owned_by(user).filter(merged_into=None).in_order())
    living = [vibe for vibe in vibes if vibe.dropped_at is None]
    return Programme(
        cards=cards_of(living),
        outliers=some_titles(stored.outlier_ids[:N_OUTLIERS]),
        n_outliers=len(stored.outlier_ids),
        dropped=tuple(vibe for vibe in vibes if vibe.dropped_at is not None),
        n_liked=len(weights),
        n_loved=len(loved),
        ground=stored.ground,
        wanted=stored.wanted,
        is_stored=True,
        is_stale=stored.said != said_of(weights),
    )


def cards_of(vibes: Iterable[Vibe]) -> tuple[Card, ...]:
    """Return stored vibes as cards, in two statements however many there are."""
    vibes = list(vibes)
    places = VibeTitle.objects.filter(vibe__in=[vibe.pk for vibe in vibes])
    counts = places.counted() if vibes else {}
    nearest: dict[int, list[Title]] = {}
    if vibes:
        rows: Any = places.nearest(n=N_POSTERS)
        for place in rows.order_by("vibe_id", "place"):
            nearest.setdefault(place.vibe_id, []).append(place.title)
    return tuple(
        Card(
            vibe.pk,
            vibe.name,
            tuple(vibe.terms),
            tuple(nearest.get(vibe.pk, ())),
            counts.get(vibe.pk, {}),
            holds_in_words(vibe.silhouette, sum(counts.get(vibe.pk, {}).values())),
            vibe.is_pinned,
        )
        for vibe in vibes
    )


def found_now(
    user,
    signals: tuple[Signal, ...],
    weights: dict[int, float],
    *,
    n_loved: int,
    now: datetime.datetime,
) -> Programme:
    """Return vibes that are not stored: the worker has not come round yet, or is not there."""
    if not weights:
        return Programme()
    key = f"vibes:found:{user.pk}:{said_of(weights)}"
    findings: Findings | None = cache.get(key)
    if findings is None:
        findings = find_vibes(user, now=now, signals=signals)
        cache.set(key, findings, timeout=FOUND_SECONDS)
    shown = findings.shown
    kinds = dict(Title.objects.filter(pk__in=list(weights)).values_list("pk", "kind"))
    outlier_ids = findings.outlier_ids[:N_OUTLIERS]
    wanted = {i for vibe in shown for i in vibe.title_ids[:N_POSTERS]} | set(outlier_ids)
    titles = Title.objects.filter(pk__in=wanted).for_cards().in_bulk()
    return Programme(
        cards=tuple(card_of(vibe, titles, kinds) for vibe in shown),
        outliers=tuple(titles[i] for i in outlier_ids if i in titles),
        n_outliers=len(findings.outlier_ids),
        n_liked=len(weights),
        n_loved=n_loved,
        ground=findings.ground,
    )


def card_of(vibe: Found, titles: dict[int, Title], kinds: dict[int, str]) -> Card:
    """Return a vibe that is not stored as a card."""
    counts: dict[str, int] = {}
    for title_id in vibe.title_ids:
        if title_id in kinds:
            counts[kinds[title_id]] = counts.get(kinds[title_id], 0) + 1
    first = tuple(titles[i] for i in vibe.title_ids[:N_POSTERS] if i in titles)
    holds = holds_in_words(vibe.silhouette, len(vibe.title_ids))
    return Card(None, vibe.name, vibe.terms, first, counts, holds)


def holds_in_words(silhouette: float | None, size: int) -> str:
    """Return in words how well a vibe holds together."""
    return in_words(Quality(silhouette, None, None), size)


def some_titles(title_ids: Iterable[int]) -> tuple[Title, ...]:
    """Return the titles that are still there, in this order."""
    ids = list(title_ids)
    titles = Title.objects.filter(pk__in=ids).for_cards().in_bulk() if ids else {}
    return tuple(titles[i] for i in ids if i in titles)


def vibe_with(user, title_id: int) -> Vibe | None:
    """Return the living vibe that a title is in."""
    return Vibe.objects.owned_by(user).living().filter(places__title=title_id).first()
