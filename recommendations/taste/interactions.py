"""What many people said about many titles, as columns, and ids turned into dense numbers."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np
from scipy import sparse

# What an interaction says. Only ratings have stars.
RATED, LOVED, SAVED, SEEN = range(4)


@dataclass(frozen=True)
class Vocabulary:
    """Ids and their dense numbers: the place of an id is its number (D19).

    Attributes:
        ids: (n,) sorted, each once; whole numbers or texts.
    """

    ids: np.ndarray

    @classmethod
    def of(cls, ids: np.ndarray) -> Self:
        """Return the vocabulary of these ids, which may repeat."""
        return cls(np.unique(np.asarray(ids)))

    def __len__(self) -> int:
        return len(self.ids)

    def numbers(self, ids: np.ndarray) -> np.ndarray:
        """Return (k,) int64 numbers of these ids, −1 for one that is not here."""
        ids = np.asarray(ids)
        if not len(self.ids) or not len(ids):
            return np.full(len(ids), -1, dtype=np.int64)
        found = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[found] == ids, found, -1)


@dataclass(frozen=True)
class Interactions:
    """Who said what about which title, one row a statement, in any order.

    A pair of person and title has one rating at most; `cleaned` sees to that.

    Attributes:
        people: the people by number; some may have said nothing.
        titles: the titles by number; some may have no row.
        person: (n,) int32 numbers of people.
        title: (n,) int32 numbers of titles.
        stars: (n,) float32, 0.5 to 5; NaN where the row is no rating.
        at: (n,) float64 seconds since 1970; NaN where nobody knows.
        kind: (n,) uint8, one of RATED, LOVED, SAVED, SEEN.
    """

    people: Vocabulary
    titles: Vocabulary
    person: np.ndarray
    title: np.ndarray
    stars: np.ndarray
    at: np.ndarray
    kind: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.uint8))

    def __post_init__(self) -> None:
        if not len(self.kind) and len(self.person):
            object.__setattr__(self, "kind", np.zeros(len(self.person), dtype=np.uint8))
        lengths = {len(self.person), len(self.title), len(self.stars), len(self.at), len(self.kind)}
        if len(lengths) != 1:
            raise ValueError(f"columns have {sorted(lengths)} rows, expected one length")

    @classmethod
    def of(
        cls,
        people: np.ndarray,
        titles: np.ndarray,
        stars: np.ndarray,
        at: np.ndarray | None = None,
        kind: np.ndarray | None = None,
    ) -> Self:
        """Return interactions from columns of ids."""
        people, titles = np.asarray(people), np.asarray(titles)
        who, which = Vocabulary.of(people), Vocabulary.of(titles)
        n = len(people)
        return cls(
            who,
            which,
            who.numbers(people).astype(np.int32),
            which.numbers(titles).astype(np.int32),
            np.asarray(stars, dtype=np.float32),
            np.full(n, np.nan) if at is None else np.asarray(at, dtype=np.float64),
            np.zeros(n, dtype=np.uint8) if kind is None else np.asarray(kind, dtype=np.uint8),
        )

    def __len__(self) -> int:
        return len(self.person)

    @property
    def shape(self) -> tuple[int, int]:
        """Return (people, titles)."""
        return len(self.people), len(self.titles)

    def take(self, rows: np.ndarray) -> Self:
        """Return only these rows (numbers or a mask); the vocabularies stay."""
        return replace(
            self,
            person=self.person[rows],
            title=self.title[rows],
            stars=self.stars[rows],
            at=self.at[rows],
            kind=self.kind[rows],
        )

    @cached_property
    def ratings(self) -> Self:
        """Only the rows that are ratings."""
        return self.take(self.kind == RATED)

    def matrix(self, values: np.ndarray) -> sparse.csr_matrix:
        """Return (people, titles) float32 with one value a row, the largest where a pair repeats.

        Pairs whose value is zero are not stored.
        """
        values = np.asarray(values, dtype=np.float32)
        keep = values != 0
        person, title, values = self.person[keep], self.title[keep], values[keep]
        order = np.lexsort((-values, title, person))
        person, title, values = person[order], title[order], values[order]
        first = np.ones(len(values), dtype=bool)
        first[1:] = (person[1:] != person[:-1]) | (title[1:] != title[:-1])
        return sparse.csr_matrix(
            (values[first], (person[first], title[first])), shape=self.shape, dtype=np.float32
        )

    @cached_property
    def known(self) -> sparse.csr_matrix:
        """(people, titles) with 1 where a person said anything about a title."""
        return self.matrix(np.ones(len(self), dtype=np.float32))


@dataclass(frozen=True)
class Facts:
    """What is known of titles besides who loved them; every part may be missing.

    Attributes:
        titles: which titles the rows tell of.
        names: m names, "" when unknown.
        genres: m tuples of genre names.
        years: (m,) float32, NaN when unknown.
        vectors: (m, d) content vectors at length one, or None where nothing encoded them.
    """

    titles: Vocabulary
    names: list[str]
    genres: list[tuple[str, ...]]
    years: np.ndarray
    vectors: np.ndarray | None = None

    def rows_for(self, titles: Vocabulary) -> np.ndarray:
        """Return for each title of another vocabulary its row here, −1 without one."""
        return self.titles.numbers(titles.ids)


def cleaned(interactions: Interactions) -> tuple[Interactions, dict[str, int]]:
    """Return the interactions that can be learnt from, and how many rows went for which reason.

    Stars outside 0.5–5 and NaN stars of ratings go; of a pair rated twice the latest stays (the
    later row where times are equal or unknown).
    """
    is_rating = interactions.kind == RATED
    with np.errstate(invalid="ignore"):
        good = ~is_rating | ((interactions.stars >= 0.5) & (interactions.stars <= 5.0))
    kept = interactions.take(good)
    at = np.where(np.isnan(kept.at), -np.inf, kept.at)
    order = np.lexsort((np.arange(len(kept)), at, kept.kind, kept.title, kept.person))
    person, title, kind = kept.person[order], kept.title[order], kept.kind[order]
    last = np.ones(len(order), dtype=bool)
    last[:-1] = (person[1:] != person[:-1]) | (title[1:] != title[:-1]) | (kind[1:] != kind[:-1])
    rows = np.sort(order[last])
    counts = {
        "stars out of range": int((~good).sum()),
        "rated again later": len(kept) - len(rows),
    }
    return kept.take(rows), counts
