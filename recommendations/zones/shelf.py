"""What a zone hands to a page: a shelf of picks, each with its reasons. Plain data, no request."""

from collections.abc import Callable
from dataclasses import dataclass, field

from catalog.library import LibraryState
from catalog.models import Title

STRONG, GOOD = 0.75, 0.45
MOST_SERVICES = 2


@dataclass(frozen=True)
class Span:
    """A stretch of a sentence; with a title's id it is that title's name and leads to its page."""

    text: str
    title_id: int | None = None


@dataclass(frozen=True)
class TitleCause:
    """One of the person's own titles that pulled a pick up."""

    title: Title
    relation: str  # "You loved it", "You gave it 4½", "From the group Mind-bending"
    share: float  # of the pick's taste score, in [0, 1]
    is_own: bool = True  # part of their taste, and not an anchor of this one list


@dataclass(frozen=True)
class WordCause:
    """A stretch of the person's words; marked when the pick's score falls without it."""

    text: str
    is_marked: bool


@dataclass(frozen=True)
class AxisCause:
    """How much of the closeness lies on one axis."""

    name: str  # "Story", "Themes", "Mood", "People"
    closeness: float  # in [0, 1]
    text: str = ""  # what both share, such as "Christopher Nolan", when it can be named


@dataclass(frozen=True)
class Why:
    """Everything the why-panel shows."""

    titles: tuple[TitleCause, ...] = ()
    words: tuple[WordCause, ...] = ()
    axes: tuple[AxisCause, ...] = ()
    components: tuple[tuple[str, float], ...] = ()  # popularity, recency, when they acted


@dataclass(frozen=True)
class Pick:
    """A title on a shelf."""

    title: Title
    rank: int
    score: float
    fit: float  # in [0, 1]; the number behind the match word
    reason: tuple[Span, ...]
    tell: Callable[[], Why] = field(default=Why, repr=False, compare=False)
    query_score: float | None = None
    taste_score: float | None = None
    state: LibraryState = field(default_factory=LibraryState)
    services: tuple[str, ...] = ()  # that have it now, by name

    @property
    def watched_on(self) -> str:
        """Return where it can be watched, in a few words: "Netflix, Mubi +2"."""
        more = len(self.services) - MOST_SERVICES
        return ", ".join(self.services[:MOST_SERVICES]) + (f" +{more}" if more > 0 else "")

    @property
    def why(self) -> Why:
        """Return why it is here, in full; most pages never ask, so it is worked out then."""
        return self.tell()

    @property
    def match(self) -> str:
        """Return how good the match is, as a word: strong, good or maybe."""
        return "strong" if self.fit >= STRONG else "good" if self.fit >= GOOD else "maybe"

    @property
    def percent(self) -> int:
        """Return the number behind the word, from 0 to 100."""
        return round(100 * self.fit)


@dataclass(frozen=True)
class Cost:
    """A filter, or several together, and how many titles would come back without."""

    names: tuple[str, ...]  # of filters, such as "max_runtime"
    label: str  # "Under 2 h"
    n_back: int


@dataclass(frozen=True)
class Shelf:
    """A served list."""

    zone: str
    picks: tuple[Pick, ...]
    n_wanted: int
    basis: str = ""  # "Based on 3 titles you love: rough."
    fallback: str = ""  # why the list is made in a simpler way than usual, in words
    costs: tuple[Cost, ...] = ()  # when the list is short: which filter costs how many
    trace: dict[str, int] = field(default_factory=dict)
    space_id: int | None = None
    latency_ms: float = 0.0
    key: str = ""

    @property
    def is_short(self) -> bool:
        """Return whether fewer picks were found than asked for."""
        return len(self.picks) < self.n_wanted
