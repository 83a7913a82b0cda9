"""A short name for each vibe, from what sets it apart, and true of most of its titles."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from recommendations.taste.clustering.phrases import (
    ADJECTIVES,
    HEADS,
    KIND_HEADS,
    PHRASES,
    SAME,
)  # fmt: skip
from recommendations.taste.clustering.terms import FAMILIES, THEMES, Term

LONGEST = 32
# A term may be named when it holds for so many of the titles.
HOLDS = 0.5
# A place that so much of the catalogue comes from tells nothing.
COMMON_PLACE = 0.25
PHRASE_BONUS, THEME_BONUS = 1.3, 1.6
# How many terms of each kind names are made of, the most telling ones.
MOST_TERMS = {"mood": 6, "theme": 6, "genre": 4, "era": 1, "place": 2, "kind": 1}
# How much a second and a third term add, beside the first.
FURTHER = (1.0, 0.7, 0.4)
# A plain name waits behind all that say something of the titles.
PLAIN = ("All sorts", "This and that", "A mixed bag", "Odds and ends", "Bits and pieces")


@dataclass(frozen=True)
class Described:
    """The titles of a vibe in terms.

    Attributes:
        terms: how many titles each term holds for; where titles weigh differently, scale their
            weights to a mean of one. `terms.terms_of` says what holds for a title.
        n_titles: how many titles there are.
    """

    terms: Mapping[Term, float]
    n_titles: int

    def share(self, term: Term) -> float:
        """Return for which share of the titles a term holds, in [0, 1]."""
        return min(1.0, self.terms.get(term, 0.0) / self.n_titles) if self.n_titles else 0.0


class Background(Described):
    """The catalogue in terms, which tells how rare each is."""


@dataclass(frozen=True)
class Name:
    """A vibe's name and the terms it rests on, the most telling first; none for a plain name."""

    text: str
    terms: tuple[Term, ...]


def names(
    groups: Sequence[Described], rest: Background, *, taken: Collection[str] = ()
) -> list[Name]:
    """Return one name for each vibe, no two alike, none longer than 32 letters.

    A term's worth is TF-IDF: its share of the vibe's titles, times how rare it is in the
    catalogue, less where the person's other vibes have it, too. Only terms that hold for half of
    the titles are named. The vibe with the most telling name chooses first.

    Args:
        groups: the person's vibes.
        rest: the catalogue.
        taken: names that are in use already, in any case.
    """
    used = {name.casefold() for name in taken}
    wishes = [ranked(one, rest, [o for o in groups if o is not one]) for one in groups]
    found: dict[int, Name] = {}
    # Each round the vibe whose best free name is worth most takes it.
    while len(found) < len(groups):
        open_ = {i: _first_free(wishes[i], used) for i in range(len(groups)) if i not in found}
        i = max(open_, key=lambda number: (open_[number][0], -number))
        name = open_[i][1]
        used.add(name.text.casefold())
        found[i] = name
    return [found[i] for i in range(len(groups))]


def ranked(
    one: Described, rest: Background, others: Sequence[Described]
) -> list[tuple[float, Name]]:
    """Return every name that holds for a vibe with its worth, best first, ties by text."""
    worth = _most_telling(
        {
            term: telling(term, one, rest, others)
            for term in one.terms
            if one.share(term) >= HOLDS
            and not (term.kind == "place" and rest.share(term) > COMMON_PLACE)
        }
    )
    found: dict[str, tuple[float, Name]] = {}
    for text, terms, bonus in candidates(worth):
        if len(text) > LONGEST:
            continue
        order = tuple(sorted(terms, key=lambda t: (-worth[t], t)))
        value = bonus * sum(
            worth[t] * share for t, share in zip(order, FURTHER, strict=False)
        )  # fmt: skip
        if text not in found or value > found[text][0]:
            found[text] = (value, Name(text, order))
    return sorted(found.values(), key=lambda pair: (-pair[0], pair[1].text))


def _most_telling(worth: dict[Term, float]) -> dict[Term, float]:
    """Return the terms that names are made of, so many of each kind."""
    found: dict[Term, float] = {}
    counts = dict.fromkeys(MOST_TERMS, 0)
    for term in sorted(worth, key=lambda t: (-worth[t], t)):
        if counts[term.kind] < MOST_TERMS[term.kind]:
            counts[term.kind] += 1
            found[term] = worth[term]
    return found


def telling(term: Term, one: Described, rest: Background, others: Sequence[Described]) -> float:
    """Return how much a term tells one vibe apart from the catalogue and from the other vibes."""
    rare = log((rest.n_titles + 1) / (rest.share(term) * rest.n_titles + 1))
    elsewhere = max((other.share(term) for other in others), default=0.0)
    # A term without a hint of rarity still beats saying nothing.
    return one.share(term) * max(rare, 0.02) * (1.0 - 0.7 * elsewhere)


def candidates(terms: Collection[Term]) -> Iterator[tuple[str, tuple[Term, ...], float]]:
    """Yield every name that can be made of these terms: text, the terms it says, and its bonus."""
    held = set(terms)
    for wanted, phrase in PHRASES.items():
        named = tuple(Term(kind, text) for kind, text in wanted)  # type: ignore[arg-type]
        if held.issuperset(named):
            has_theme = any(term.kind == "theme" for term in named)
            yield phrase, named, THEME_BONUS if has_theme else PHRASE_BONUS
    moods = sorted(t for t in held if t.kind == "mood")
    times = sorted(t for t in held if t.kind in ("era", "place"))
    heads = [(t, head) for t in sorted(held) if (head := head_of(t))]
    for term, head in heads:
        yield _capital(head), (term,), 1.0 if term.kind != "kind" else 0.3
        for mood in moods:
            if mood.text not in SAME.get(term.text, "").split():
                yield _capital(f"{adjective(mood)} {head}"), (mood, term), 1.0
                for time in times:
                    text = f"{adjective(mood)} {adjective(time)} {head}"
                    yield _capital(text), (mood, time, term), 1.0
        for time in times:
            yield _capital(f"{adjective(time)} {head}"), (time, term), 1.0
    for i, mood in enumerate(moods):
        yield _capital(f"{adjective(mood)} stories"), (mood,), 0.8
        for other in moods[i + 1 :]:
            if not _kin(mood.text, other.text):
                yield _capital(f"{adjective(mood)} and {adjective(other)}"), (mood, other), 0.9
    for time in times:
        yield _capital(f"{adjective(time)} stories"), (time,), 0.8
    for theme in (t for t in sorted(held) if t.kind == "theme" and not head_of(t)):
        # A free theme fits no grammar; it stands by itself.
        yield _capital(theme.text), (theme,), 0.9


def head_of(term: Term) -> str:
    """Return the noun that a term puts into a name; "" when it is no noun there."""
    if term.kind == "genre":
        return HEADS.get(term.text, term.text.lower())
    if term.kind == "kind":
        return KIND_HEADS.get(term.text, "")
    if term.kind == "theme" and term.text in THEMES:
        return term.text
    return ""


def adjective(term: Term) -> str:
    """Return the word that a mood, an era or a place puts before a noun."""
    return ADJECTIVES.get(term.text, term.text)


def _kin(one: str, other: str) -> bool:
    """Return whether two moods are of one family, so that naming both says little."""
    return any(
        {one, other} <= {family, *moods.split()} for family, moods in FAMILIES.items()
    )  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _first_free(wishes: list[tuple[float, Name]], used: set[str]) -> tuple[float, Name]:
    """Return the best name that nobody has, with its worth; a plain one when all are taken."""
    for value, name in wishes:
        if name.text.casefold() not in used:
            return value, name
    for text in PLAIN:
        if text.casefold() not in used:
            return -1.0, Name(text, ())
    number = 2
    while f"{PLAIN[0]}, part {number}".casefold() in used:
        number += 1
    return -1.0, Name(f"{PLAIN[0]}, part {number}", ())
