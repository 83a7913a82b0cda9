"""Which title of the catalogue a name and a year mean.

Pure. A match is tried by external id, then by name, year and kind, then by other names and a year
beside, then by names that are alike and a maker in common.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz import fuzz, process

from catalog.likeness import (
    ACCEPT,
    Facts,
    evidence,
    ids_differ,
    likeness,
    names_alike,
    numbers,
    years_apart,
)

REVIEW = 0.6
ALIKE_NAMES = 92
MOST_CANDIDATES = 50


class Match(NamedTuple):
    """A title of the catalogue, how sure it is (0 to 1), and what it was found by."""

    key: int
    score: float
    how: str

    @property
    def is_sure(self) -> bool:
        """Whether it needs nobody's eyes."""
        return self.score >= ACCEPT


class Catalogue:
    """The titles that may be meant, laid out to be found."""

    def __init__(self) -> None:
        self._known: dict[int, Facts] = {}
        self._by_id: dict[tuple[str, str | int], int] = {}
        self._by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_main_name: dict[str, list[int]] = defaultdict(list)
        self._by_maker: dict[str, list[int]] = defaultdict(list)
        self._by_year: dict[tuple[str, int], list[int]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, key: int | None) -> bool:
        return key in self._known

    def __getitem__(self, key: int) -> Facts:
        return self._known[key]

    def owner(self, name: str, value: str | int) -> int | None:
        """Return which title has this external id."""
        return self._by_id.get((name, value))

    def add(self, key: int, known: Facts) -> None:
        """Take in a title, or what has become of it; what was known before is kept."""
        before = self._known.get(key)
        self._known[key] = known
        for name in known.names:
            if before is None or name not in before.names:
                self._by_name[known.kind, name].append(key)
        for maker in known.makers - (before.makers if before else frozenset()):
            self._by_maker[maker].append(key)
        for external in known.ids.items():
            self._by_id.setdefault(external, key)
        if known.year is not None and (before is None or before.year is None):
            self._by_year[known.kind, known.year].append(key)
        if known.main_name and (before is None or not before.main_name):
            self._by_main_name[known.main_name].append(key)

    def find(self, sought: Facts, *, guess: bool = False) -> Match | None:
        """Return the best match; None when there is none worth a look.

        Args:
            sought: what is known of the title that is meant.
            guess: also compare with every name of the neighbouring years, which is slow and
                gives matches to be reviewed.
        """
        if match := self._find_by_id(sought):
            return match
        matches = sorted(self._weigh_names(sought), key=lambda match: -match.score)
        best = matches[0] if matches else None
        if best and self._is_one_of_several(sought, matches):
            best = best._replace(score=min(best.score, 0.7), how=f"{best.how}, one of several")
        if best is None or not best.is_sure:
            others = [*self._weigh_makers(sought), *(self._weigh_years(sought) if guess else ())]
            best = max([best, *others] if best else others, key=lambda m: m.score, default=None)
        return best if best and best.score >= REVIEW else None

    def _is_one_of_several(self, sought: Facts, matches: list[Match]) -> bool:
        """Whether the two best matches are as good as each other, and nothing but a name is."""
        if len(matches) < 2 or matches[1].score <= matches[0].score - 0.02:
            return False
        first, second = (self._known[match.key] for match in matches[:2])
        are_as_near = years_apart(sought, first) == years_apart(sought, second)
        return are_as_near and evidence(sought, first) <= 0

    def _find_by_id(self, sought: Facts) -> Match | None:
        """Return the title with the same external id, unless name and year both contradict."""
        for external in sought.ids.items():
            key = self._by_id.get(external)
            if key is None:
                continue
            known = self._known[key]
            apart = years_apart(sought, known)
            if apart is None or apart <= 2 or names_alike(sought, known) >= 60:
                return Match(key, 1.0, f"{external[0]} id")
        return None

    def _weigh_names(self, sought: Facts) -> Iterator[Match]:
        """Yield the titles of the same kind that share a name, or the main part of one."""
        seen = set()
        for place, name in enumerate(sought.names):
            for key in self._by_name.get((sought.kind, name), ())[:MOST_CANDIDATES]:
                if key not in seen:
                    seen.add(key)
                    is_main = place == 0 and self._known[key].names[0] == name
                    how = "name" if is_main else "other name"
                    yield Match(key, likeness(sought, self._known[key], how=how), how)
        for key in self._by_main_name.get(sought.main_name, ())[:MOST_CANDIDATES]:
            if key not in seen and (years_apart(sought, self._known[key]) or 0) <= 1:
                how = "name without subtitle"
                yield Match(key, likeness(sought, self._known[key], how=how), how)

    def _weigh_makers(self, sought: Facts) -> Iterator[Match]:
        """Yield titles by the same makers, of neighbouring years, with a name that is alike."""
        near = {
            key
            for maker in sought.makers
            for key in self._by_maker.get(maker, ())
            if self._known[key].kind == sought.kind
            and (years_apart(sought, self._known[key]) or 0) <= 1
        }
        for key in near:
            known = self._known[key]
            if not ids_differ(sought, known) and names_alike(sought, known) >= ALIKE_NAMES:
                yield Match(key, ACCEPT, "similar name and maker")

    def _weigh_years(self, sought: Facts) -> Iterator[Match]:
        """Yield titles of neighbouring years whose name is alike, to be reviewed."""
        if sought.year is None:
            return
        years = (sought.year, sought.year - 1, sought.year + 1)
        keys = [key for year in years for key in self._by_year.get((sought.kind, year), ())]
        names = {
            (key, place): name
            for key in keys
            for place, name in enumerate(self._known[key].names)
            if not ids_differ(sought, self._known[key])
        }
        for wanted in sought.names:
            for name, alike, (key, _) in process.extract(
                wanted, names, scorer=fuzz.ratio, score_cutoff=75, limit=5
            ):
                if numbers(name) == numbers(wanted):
                    yield Match(key, round(0.9 * alike / 100, 3), "similar name")
