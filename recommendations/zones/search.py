"""Search: what the words mean, weighed against what the person loves."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from recommendations.encoding import encode_meaning_without, encoder_of
from recommendations.taste.explain import falls_without
from recommendations.taste.ranking import blend, standardise
from recommendations.taste.spread import SpreadRules
from recommendations.taste.wording import query_scores, telling_spans, without_talk
from recommendations.words import word_shares
from recommendations.zones import axes
from recommendations.zones.personal import personal
from recommendations.zones.zone import Candidates, Context, Ranking, as_fit, nearest

MOST_HOLDERS = 1000


@dataclass(frozen=True)
class Search:
    """Cut: nearest to the words. Rank: words and taste, each standardised, weighed by a slider."""

    name: ClassVar[str] = "search"
    label: ClassVar[str] = "Search"
    purpose: ClassVar[str] = "Say it in plain words."
    inputs: ClassVar[str] = (
        "Your words, how much they weigh against your taste, and what shall be alike."
    )
    space: ClassVar[str] = "The content space for the words, both for your taste."
    url_name: ClassVar[str] = "search"
    hides_saved: ClassVar[bool] = False
    needs_taste: ClassVar[bool] = False
    dismisses_here: ClassVar[bool] = False
    rules: ClassVar[SpreadRules] = SpreadRules(weaves=False)

    text: str
    weight: float = 0.7
    sliders: dict[str, float] = field(default_factory=dict)
    _shares: dict[int, float] | None = field(default=None, repr=False, compare=False)
    _read: tuple[np.ndarray, np.ndarray] | None = field(default=None, repr=False, compare=False)

    def key(self) -> str:
        """Return the words, the weight and the sliders."""
        return f"{self.name}/{self.text}/{self.weight}/{sorted(self.sliders.items())}"

    def shares(self) -> dict[int, float]:
        """Return which titles hold the words, looked up once a list."""
        if self._shares is None:
            object.__setattr__(
                self, "_shares", word_shares(without_talk(self.text), n=MOST_HOLDERS)
            )
        return self._shares or {}

    def read(self, context: Context) -> tuple[np.ndarray, np.ndarray]:
        """Return the (d,) vector of the words, and (k, d) without each that tells, once a list."""
        if self._read is None:
            spans = list(telling_spans(self.text).values())
            read = encode_meaning_without(self.text, spans, name=encoder_of(context.space))
            object.__setattr__(self, "_read", read)
        assert self._read is not None
        return self._read

    def vector(self, context: Context) -> np.ndarray:
        """Return the (d,) vector of the words."""
        return self.read(context)[0]

    def cut(self, context: Context) -> Candidates:
        """Return the titles nearest to the words, along the axes the sliders ask for."""
        target, shares = self.vector(context), axes.active(self.sliders)
        if shares:
            return axes.cut(context, dict.fromkeys(shares, target), shares, n=context.n_cut)
        holders = list(self.shares())[: context.n_cut // 2]
        return nearest(context, (target, context.n_cut), also=holders)

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return words and taste blended; pure words for somebody unknown.

        What the words mean is their cosine; a title that holds the words themselves, a place or
        a name, gains up to `WORD_SHARE`, unless sliders ask for single axes.
        """
        query = candidates.closeness
        if not axes.active(self.sliders):
            query = query_scores(
                self.text,
                query,
                ids=candidates.ids.tolist(),
                kinds=candidates.kinds,
                shares=self.shares(),
            )
        fits = as_fit(query, low=0.05, high=0.55)
        if context.taste.is_empty:
            return Ranking(scores=standardise(query), fits=fits, query=candidates.closeness)
        own = personal(context, candidates)
        return Ranking(
            scores=blend(query, own.scores, weight=self.weight),
            fits=self.weight * fits + (1 - self.weight) * own.fits,
            query=candidates.closeness,
            taste=own.closeness,
        )

    def word_falls(self, context: Context, vectors: np.ndarray) -> tuple[list[str], np.ndarray]:
        """Return the telling words and, per word and title, how much the match falls without it.

        Args:
            vectors: (m, d) of the served titles.
        Returns:
            Up to ten words in their order, and (words, m).
        """
        words = list(telling_spans(self.text))
        if len(words) < 2:
            return words, np.full((len(words), len(vectors)), 1.0)
        return words, falls_without(*self.read(context), vectors)
