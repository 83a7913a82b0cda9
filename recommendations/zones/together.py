"""Together: what nobody at the table merely puts up with."""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import ClassVar

import numpy as np

from catalog.models.titles import TitleQuerySet
from recommendations.taste.geometry import cosine, unit
from recommendations.taste.ranking import blend, standardise
from recommendations.taste.signals import Signal
from recommendations.taste.spread import SpreadRules
from recommendations.taste.text import COMPOSED
from recommendations.tastes import Taste
from recommendations.vectorstore import read_title_vectors
from recommendations.zones.explaining import Mark
from recommendations.zones.gathering import gathered
from recommendations.zones.guarantees import allowed
from recommendations.zones.personal import Cause
from recommendations.zones.reasons import Facts, own_words
from recommendations.zones.search import Search
from recommendations.zones.shelf import Span
from recommendations.zones.tonight import Tonight
from recommendations.zones.vibe import FromVibe
from recommendations.zones.wants import Wants
from recommendations.zones.zone import Candidates, Context, Ranking, as_fit, nearest

# How much a vibe weighs against the person's own taste, as words do in a search.
MOOD_SHARE = 0.7
# Ties of the lower fit, to within this, go by the mean of all.
TIE = 1e-9
# Standardised fits that count as no fit and as the best: the same for everybody at the table, so
# that the lowest number on a card never rises down the list.
LOW, HIGH = -1.0, 2.5


@dataclass(frozen=True)
class Voice:
    """What one person at the table brings: their taste, what they are in the mood for, their cap.

    Attributes:
        mood: words or one of their vibes; None where their taste alone speaks.
        cap: nothing above this age is shown to them.
    """

    user_id: int
    taste: Taste = field(compare=False)
    mood: Search | FromVibe | None = None
    cap: int | None = None

    @property
    def speaks(self) -> bool:
        """Return whether anything is known of what they would like."""
        return self.mood is not None or not self.taste.is_empty


@dataclass(frozen=True)
class Together:
    """Cut: near each person's taste or mood, and near the middle of them all.

    Rank: the lowest of everybody's standardised fits; ties by their mean. Somebody of whom nothing
    is known has no say in the order, but nothing they have seen comes either.
    """

    name: ClassVar[str] = "together"
    label: ClassVar[str] = "Together"
    purpose: ClassVar[str] = "Five for two to six people, so that nobody merely puts up with it."
    inputs: ClassVar[str] = "Everybody's taste, and what each is in the mood for."
    space: ClassVar[str] = "Both spaces."
    url_name: ClassVar[str] = "together"
    hides_saved: ClassVar[bool] = False
    needs_taste: ClassVar[bool] = False
    dismisses_here: ClassVar[bool] = True
    rules: ClassVar[SpreadRules] = SpreadRules(per_maker=1, per_story=1, weaves=False)

    voices: tuple[Voice, ...] = ()

    def key(self) -> str:
        """Return everybody with their taste's version and their mood."""
        told = [
            (v.user_id, v.taste.version, v.mood.key() if v.mood else "", v.cap) for v in self.voices
        ]
        return f"{self.name}/{hashlib.sha256(repr(told).encode()).hexdigest()}"

    def heard(self, context: Context) -> list[Voice]:
        """Return the voices that speak; with no table at all, that of the list's own person."""
        voices = self.voices or (Voice(0, context.taste),)
        return [voice for voice in voices if voice.speaks]

    def cut(self, context: Context) -> Candidates:
        """Return what lies near anybody, or near the middle, of what may come for all of them."""
        inside = self.inside(context)
        voices = self.heard(context)
        if not voices:
            return gathered(inside, inside.titles.order_by("-popularity", "pk")[: context.n_cut])
        parts = [around(inside, voice) for voice in voices]
        if len(voices) > 1:
            aims = np.stack([aim(inside, voice) for voice in voices])
            parts.append(nearest(inside, (unit(aims).mean(axis=0), context.n_cut)))
        found = reduce(lambda others, part: part.after(others), parts)
        return found.take(np.sort(np.unique(found.ids, return_index=True)[1]))

    def inside(self, context: Context) -> Context:
        """Return the context with what is allowed to everybody at the table, under every cap."""
        titles = context.titles
        wants = context.wants
        caps = [voice.cap for voice in self.voices if voice.cap is not None]
        if caps:
            lowest = Wants(max_certificate=min([*caps, wants.max_certificate or min(caps)]))
            titles = titles.filter(lowest.condition(context.now.date()))
            wants = replace(wants, max_certificate=lowest.max_certificate)
        for voice in self.voices:
            titles = self.allowed_to(
                voice, titles, include_seen=wants.include_seen, now=context.now
            )
        return replace(context, titles=titles, wants=wants)

    def allowed_to(
        self, voice: Voice, titles: TitleQuerySet, *, include_seen: bool, now: datetime.datetime
    ) -> TitleQuerySet:
        """Return those of the titles that this person has not turned down, seen or tapped."""
        signals = voice.taste.signals
        own = allowed(None, self, Wants(include_seen=include_seen), now=now, signals=signals)
        tapped = {s.title_id for s in signals if s.kind == "tapped"}
        if not include_seen:
            own = own.exclude(pk__in=sorted(tapped))
        return titles.filter(pk__in=own.order_by().values("pk"))

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return the order by the lowest fit; by how well known titles are for unknown people."""
        fits = self.standings(context, candidates)
        if not len(fits):
            known = np.array(candidates.popularities, dtype=np.float64)
            return Ranking(scores=known, fits=np.full(len(candidates), 0.5))
        lowest = fits.min(axis=0)
        return Ranking(scores=lowest + TIE * fits.mean(axis=0), fits=shown(lowest))

    def standings(self, context: Context, candidates: Candidates) -> np.ndarray:
        """Return (k, m) how much the titles suit each of the k who speak, standardised."""
        voices = self.heard(context)
        if not voices:
            return np.zeros((0, len(candidates)))
        return np.stack([standing(context, voice, candidates) for voice in voices])

    def marks(self, context: Context, candidates: Candidates, rows: list[int]) -> list[Mark]:
        """Return empty marks: a reason that is read by all names nobody's titles."""
        return [Mark() for _ in rows]

    def sentence(
        self,
        facts: Facts,
        signals: tuple[Signal, ...],
        pick: int,
        causes: Sequence[Cause],
        mark: Mark,
    ) -> tuple[Span, ...]:
        """Return what a pick is, in its own words."""
        return own_words(facts.titles[pick])


def shown(fits: np.ndarray) -> np.ndarray:
    """Return standardised fits as numbers in [0, 1], on one scale for everybody."""
    return as_fit(fits, low=LOW, high=HIGH)


def seat_of(context: Context, voice: Voice) -> Context:
    """Return the context as this person alone would have it."""
    return replace(context, user=None, taste=voice.taste)


def around(context: Context, voice: Voice) -> Candidates:
    """Return the titles near somebody's mood, or near their taste where they named none."""
    zone = voice.mood or Tonight()
    return zone.cut(seat_of(context, voice))


def aim(context: Context, voice: Voice) -> np.ndarray:
    """Return the (d,) place in the content space that somebody's titles are looked for around."""
    mood = voice.mood
    if isinstance(mood, Search):
        return np.asarray(mood.vector(context), dtype=np.float32)
    if isinstance(mood, FromVibe) and (mood.axis == COMPOSED or voice.taste.is_empty):
        return np.asarray(mood.middle(context), dtype=np.float32)
    return voice.taste.profile.vector


def standing(context: Context, voice: Voice, candidates: Candidates) -> np.ndarray:
    """Return (m,) how much titles suit somebody this evening, with mean 0 and deviation 1.

    Their own score is Tonight's. Words are weighed against it as in a search, a vibe likewise.
    """
    own, mood = seat_of(context, voice), voice.mood
    if isinstance(mood, Search):
        near = np.asarray(cosine(candidates.vectors, mood.vector(context)), dtype=np.float64)
        return standardise(mood.rank(own, replace(candidates, closeness=near)).scores)
    if isinstance(mood, FromVibe):
        near = near_vibe(context, mood, candidates)
        if voice.taste.is_empty:
            return standardise(near)
        return standardise(blend(near, Tonight().rank(own, candidates).scores, weight=MOOD_SHARE))
    return standardise(Tonight().rank(own, candidates).scores)


def near_vibe(context: Context, vibe: FromVibe, candidates: Candidates) -> np.ndarray:
    """Return (m,) cosines of titles to a vibe's middle, along the vibe's own axis."""
    middle = vibe.middle(context)
    if vibe.axis == COMPOSED:
        return np.asarray(cosine(candidates.vectors, middle), dtype=np.float64)
    ids = candidates.ids.tolist()
    stored = read_title_vectors(context.space, ids, axes=(vibe.axis,))[vibe.axis]
    has = np.array([i in stored for i in ids], dtype=bool)
    near = np.full(len(ids), -1.0)
    if has.any():
        near[has] = cosine(np.stack([stored[i] for i in ids if i in stored]), middle)
    return near
