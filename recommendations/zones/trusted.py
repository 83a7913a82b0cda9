"""From people you trust: what friends loved or recommend, apart from what models find."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from recommendations.circle.loves import Voice, voices_of_friends
from recommendations.taste.signals import Signal
from recommendations.taste.spread import SpreadRules
from recommendations.zones.explaining import Mark
from recommendations.zones.gathering import gathered
from recommendations.zones.personal import Cause, bent
from recommendations.zones.reasons import Facts
from recommendations.zones.shelf import Span
from recommendations.zones.zone import Candidates, Context, Ranking

# What how many friends speak for a title weighs against the person's own taste.
FRIENDS_SHARE = 0.7
# A recommendation to this person counts as much as two who loved it.
TIP_COUNTS = 2
MOST = 400


class Word(NamedTuple):
    """What friends say of a title.

    Attributes:
        lovers: names of those who love it, the latest first.
        tippers: names of those who recommend it to this person.
        line: what the latest of them wrote.
    """

    title_id: int
    lovers: tuple[str, ...] = ()
    tippers: tuple[str, ...] = ()
    line: str = ""

    @property
    def n(self) -> int:
        """Return how many voices it has."""
        return TIP_COUNTS * len(self.tippers) + len(set(self.lovers) - set(self.tippers))


@dataclass(frozen=True)
class Trusted:
    """Cut: what friends who open their library love, and what friends recommend to the person.

    Rank: how many speak for a title, bent by the person's taste where it is known.
    """

    name: ClassVar[str] = "trusted"
    label: ClassVar[str] = "From people you trust"
    purpose: ClassVar[str] = "What your friends love and recommend to you."
    inputs: ClassVar[str] = "Your friends, as far as each lets you see; no model chooses."
    space: ClassVar[str] = "None; your taste bends the order."
    url_name: ClassVar[str] = "trusted"
    hides_saved: ClassVar[bool] = True
    needs_taste: ClassVar[bool] = False
    dismisses_here: ClassVar[bool] = True
    rules: ClassVar[SpreadRules] = SpreadRules()

    words: tuple[Word, ...] = ()

    @classmethod
    def of(cls, user: Any) -> Self:
        """Return the zone of somebody's friends, as each lets them see, in one statement."""
        found: dict[int, list[Voice]] = {}
        for voice in voices_of_friends(user, most=MOST):
            found.setdefault(voice.title_id, []).append(voice)
        return cls(
            tuple(
                Word(
                    title_id,
                    tuple(dict.fromkeys(one.name for one in voices if not one.is_tip)),
                    tuple(dict.fromkeys(one.name for one in voices if one.is_tip)),
                    next((one.line for one in voices if one.line), ""),
                )
                for title_id, voices in sorted(found.items())
            )
        )

    def key(self) -> str:
        """Return what friends say: no two people share a list that names somebody."""
        return f"{self.name}/{hashlib.sha256(repr(self.words).encode()).hexdigest()}"

    def cut(self, context: Context) -> Candidates:
        """Return the titles that friends speak for."""
        ids = [word.title_id for word in self.words]
        return gathered(context, context.titles.filter(pk__in=ids))

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Return the order by how many speak for a title; twice as many is one step."""
        said = {word.title_id: word.n for word in self.words}
        voices = np.array([math.log2(0.5 + said.get(i, 0)) for i in candidates.ids.tolist()])
        return bent(context, candidates, voices, weight=FRIENDS_SHARE)

    def marks(self, context: Context, candidates: Candidates, rows: list[int]) -> list[Mark]:
        """Return for each pick who speaks for it, in words."""
        said = {word.title_id: word for word in self.words}
        ids = candidates.ids[rows].tolist()
        return [Mark(word=in_words(said[i]) if i in said else "") for i in ids]

    def sentence(
        self,
        facts: Facts,
        signals: tuple[Signal, ...],
        pick: int,
        causes: Sequence[Cause],
        mark: Mark,
    ) -> tuple[Span, ...]:
        """Return who speaks for a pick."""
        return (Span(mark.word or "A friend loved it a while ago."),)


def in_words(word: Word) -> str:
    """Return who recommends a title, or who loves it, in one sentence."""
    if word.tippers:
        who = listed(word.tippers)
        verb = "recommends" if len(word.tippers) == 1 else "recommend"
        return f"{who} {verb} it to you" + (f": “{word.line}”" if word.line else ".")
    return f"Loved by {listed(word.lovers)}."


def listed(names: tuple[str, ...]) -> str:
    """Return names as a sentence holds them, at most two of them."""
    first, *others = names
    if not others:
        return first
    if len(others) == 1:
        return f"{first} and {others[0]}"
    return f"{first}, {others[0]} and {len(others) - 1} more"
