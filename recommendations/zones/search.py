"""Search: what the words mean, weighed against what the person loves."""

import re
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from recommendations.encoding import encode_queries
from recommendations.taste.explain import falls_without
from recommendations.taste.geometry import cosine
from recommendations.taste.profiles import closeness
from recommendations.taste.ranking import blend, standardise
from recommendations.taste.spread import SpreadRules
from recommendations.words import word_shares
from recommendations.zones import axes
from recommendations.zones.tonight import SHARPNESS
from recommendations.zones.zone import Candidates, Context, Ranking, as_fit, nearest

MOST_WORDS = 10
MOST_HOLDERS = 1000
# What holding every word is worth against a cosine of 1, growing with the length of the text:
# found on the development queries and on long descriptions of half-remembered films.
WORD_SHARE, WORDS_FOR_ONE_SHARE, MOST_SHARE = 0.2, 10, 1.0
# Words about the search itself: rare in synopses, so they would weigh much and tell nothing.
TALK = re.compile(
    r"\b(?:movies?|films?|series|serie|shows?|books?|novels?|remember(?:ed|s)?|scenes?|think|"
    r"thought|know|knew|saw|seen?|watch(?:ed|ing)?|years? ago|maybe|might|titles?|names?|anyone|"
    r"help|please|look(?:ing)? for|find|try(?:ing)?|called|plots?|things?|parts?|ending|begins?|"
    r"beginning|starts?|pretty sure|really|just|something|someone|somebody)\b",
    re.IGNORECASE,
)
KIND_NAMED = {
    "film": re.compile(r"\b(?:films?|movies?|flicks?|cinema)\b", re.IGNORECASE),
    "series": re.compile(r"\b(?:series?|tv|shows?|episodes?|seasons?)\b", re.IGNORECASE),
    "book": re.compile(r"\b(?:books?|novels?|read|memoir)\b", re.IGNORECASE),
}
KIND_BONUS = 0.05
STOP_WORDS = frozenset(
    (  # noqa: SIM905
        "a an and are about as at be but by can do for from get give has have he her him his "
        "how i if in into is it its like me my of on one or our she show so some somebody "
        "someone something that the their them then there they this those to us want was watch "
        "we were what when where which who whose will with would you your see read film films "
        "movie movies series serie book books novel story stories please looking find good "
    ).split()
)


@dataclass(frozen=True)
class Search:
    """Cut: nearest to the words. Rank: words and taste, each standardised, weighed by a slider."""

    name: ClassVar[str] = "search"
    label: ClassVar[str] = "Search"
    purpose: ClassVar[str] = "Say it in plain words."
    hides_saved: ClassVar[bool] = False
    needs_taste: ClassVar[bool] = False
    rules: ClassVar[SpreadRules] = SpreadRules()

    text: str
    weight: float = 0.7
    sliders: dict[str, float] = field(default_factory=dict)
    _shares: dict[int, float] | None = field(default=None, repr=False, compare=False)

    def key(self) -> str:
        """Return the words, the weight and the sliders."""
        return f"{self.name}/{self.text}/{self.weight}/{sorted(self.sliders.items())}"

    def shares(self) -> dict[int, float]:
        """Return which titles hold the words, looked up once a list."""
        if self._shares is None:
            object.__setattr__(
                self, "_shares", word_shares(TALK.sub(" ", self.text), n=MOST_HOLDERS)
            )
        return self._shares or {}

    def kind_bonus(self, candidates: Candidates) -> np.ndarray:
        """Return (m,) a little for titles of the kind that the words name, "serie" included.

        Naming a kind is a leaning and no filter: what fits better still comes first.
        """
        named = [kind for kind, pattern in KIND_NAMED.items() if pattern.search(self.text)]
        return KIND_BONUS * np.array([kind in named for kind in candidates.kinds], dtype=np.float64)

    def word_weight(self) -> float:
        """Return what holding every word is worth: more, the longer the text."""
        n_words = len(telling(self.text, n=None))
        return min(MOST_SHARE, WORD_SHARE * max(1.0, n_words / WORDS_FOR_ONE_SHARE))

    def vector(self) -> np.ndarray:
        """Return the (d,) vector of the words."""
        return encode_queries([self.text])[0]

    def cut(self, context: Context) -> Candidates:
        """Return the titles nearest to the words, along the axes the sliders ask for."""
        target, shares = self.vector(), axes.active(self.sliders)
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
            shares = self.shares()
            held = np.array([shares.get(i, 0.0) for i in candidates.ids.tolist()])
            query = query + self.word_weight() * held + self.kind_bonus(candidates)
        fits = as_fit(query, low=0.1, high=0.6)
        if context.taste.is_empty:
            return Ranking(scores=standardise(query), fits=fits, query=candidates.closeness)
        taste = closeness(context.taste.profile, candidates.vectors, sharpness=SHARPNESS)
        taste_fits = as_fit(taste, low=0.1, high=0.6)
        return Ranking(
            scores=blend(query, taste, weight=self.weight),
            fits=self.weight * fits + (1 - self.weight) * taste_fits,
            query=candidates.closeness,
            taste=taste,
        )

    def word_falls(self, context: Context, vectors: np.ndarray) -> tuple[list[str], np.ndarray]:
        """Return the telling words and, per word and title, how much the match falls without it.

        Args:
            vectors: (m, d) of the served titles.
        Returns:
            Up to ten words in their order, and (words, m).
        """
        words = telling(self.text)
        if len(words) < 2:
            return words, np.full((len(words), len(vectors)), 1.0)

        def score(shorter: list[str]) -> np.ndarray:
            return cosine(encode_queries(shorter), vectors)

        return words, falls_without(score, self.text, words)


def telling(text: str, *, n: int | None = MOST_WORDS) -> list[str]:
    """Return the words that carry meaning, in order, each once, `n` at most."""
    words = re.findall(r"[^\W_][\w'’-]*", text)
    kept = dict.fromkeys(word for word in words if word.lower() not in STOP_WORDS)
    return list(kept)[:n]
