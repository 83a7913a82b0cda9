"""What somebody's taste is made of, in words that they can check."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from accounts.models import User
from catalog.models import Exclusion, Title, WrongReason
from recommendations.held import Order, held
from recommendations.models import Space, TitleVector
from recommendations.reports.making import Making, Rating, read_making, read_rating
from recommendations.said import WEIGHTS
from recommendations.steering import half_life_of
from recommendations.taste.geometry import cosine
from recommendations.taste.profiles import profile_of
from recommendations.taste.signals import by_title, relation, weigh
from recommendations.taste.text import COMPOSED
from recommendations.tastes import MOST, Taste, taste_of

N_STRONGEST, N_AGAINST, N_VOICE = 12, 4, 3
# Below the first a taste is a rough guess, from the second on it is known: as the lists say.
ROUGH, KNOWN = 5, 20


@dataclass(frozen=True)
class Part:
    """One of somebody's titles and how much it counts.

    Attributes:
        share: of the weight of all titles that speak for something, in [0, 1].
    """

    title: Title
    said: str
    share: float


@dataclass(frozen=True)
class Voices:
    """What each space would say by itself, and how much it counts.

    Attributes:
        loved_share: of the score of a title that many people placed, in [0, 1].
        written, loved: the three that each puts first.
        teachers: whose love the taste space was learnt from, in words; "" without such a space.
    """

    loved_share: float
    written: list[Title]
    loved: list[Title]
    teachers: str


@dataclass(frozen=True)
class Fading:
    """A half-life on offer, and what it would make of this taste."""

    days: int
    label: str
    is_chosen: bool
    preview: str


@dataclass(frozen=True)
class Mirror:
    """The whole page.

    Attributes:
        n_titles: how many titles count, but for those of tapped groups.
        sure: how well the taste is known: "unknown", "rough", "learning" or "known".
        n_more: how many titles more would make it surer; 0 once it is known.
        strongest: parts that speak for something; `n_for` of them exist.
        against: parts that push away.
        excluded: titles that were taken out.
        wrong: reasons that they called wrong, newest first.
        since: what was said before counts no more.
    """

    taste: Taste
    n_titles: int
    sure: str
    n_more: int
    strongest: list[Part]
    n_for: int
    against: list[Part]
    making: Making
    rating: Rating
    voices: Voices | None
    fadings: list[Fading]
    excluded: list[Title]
    wrong: list[WrongReason]
    since: datetime.datetime | None


def read_mirror(
    person, *, content: Space | None, loved: Space | None, now: datetime.datetime
) -> Mirror:
    """Return what somebody's taste is made of, this moment.

    Args:
        content, loved: the spaces that serve.
    """
    taste = taste_of(person, content, loved=loved, now=now)
    weights = weights_of(taste)
    strong = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    liked = [pair for pair in strong if pair[1] > 0]
    disliked = [pair for pair in reversed(strong) if pair[1] < 0]
    written, by_love = first_of(taste, content, loved)
    shown = [i for i, _ in liked[:N_STRONGEST] + disliked[:N_AGAINST]]
    titles = Title.objects.filter(pk__in=[*shown, *written, *by_love]).for_cards().in_bulk()
    said = by_title(taste.signals)
    total = sum(weight for _, weight in liked)
    n_titles = taste.n_titles

    def parts(pairs: Sequence[tuple[int, float]]) -> list[Part]:
        return [
            Part(titles[i], relation(said[i], i), abs(weight) / total if total else 0.0)
            for i, weight in pairs
            if i in titles
        ]

    return Mirror(
        taste=taste,
        n_titles=n_titles,
        sure=sureness(taste, n_titles),
        n_more=max((ROUGH if n_titles < ROUGH else KNOWN) - n_titles, 0),
        strongest=parts(liked[:N_STRONGEST]),
        n_for=len(liked),
        against=parts(disliked[:N_AGAINST]),
        making=read_making(dict(liked[:MOST])),
        rating=read_rating(person),
        voices=_voices(person, taste, titles, written, by_love),
        fadings=fadings(person, taste),
        excluded=_excluded(person),
        wrong=_wrong(person, taste),
        since=getattr(person, "taste_since", None),
    )


def weights_of(taste: Taste, *, half_life_days: float | None = None) -> dict[int, float]:
    """Return how much each title counts, with the person's half-life or another one.

    Args:
        half_life_days: instead of their own; 0 lets nothing fade.
    """
    return weigh(taste.signals, WEIGHTS, half_life_days=half_life_days)


def sureness(taste: Taste, n_titles: int) -> str:
    """Return how well a taste is known, as the lists say it (U21)."""
    if not taste.speaks:
        return "unknown"
    return "rough" if n_titles < ROUGH else "learning" if n_titles < KNOWN else "known"


def first_of(
    taste: Taste, content: Space | None, loved: Space | None
) -> tuple[list[int], list[int]]:
    """Return the ids of the titles that each space puts first, a few more than are shown.

    Empty where the taste is unknown, or where the titles are too many for this process to hold.
    """
    if taste.is_empty or content is None:
        return [], []
    said = np.array(sorted({s.title_id for s in taste.signals}), dtype=np.int64)

    def first(ids: np.ndarray, scores: np.ndarray) -> list[int]:
        scores = np.where(np.isin(ids, said), -np.inf, scores)
        return Order(ids, -scores, 8 * N_VOICE).first(8 * N_VOICE).tolist()

    by_words: list[int] = []
    by_love: list[int] = []
    if (here := held(content, COMPOSED)) is not None:
        by_words = first(here.ids, here.cosines(taste.profile.vector[None])[:, 0])
    if loved is not None and taste.place is not None and taste.place.share:
        here = held(loved, TitleVector.TASTE)
        if here is not None:
            by_love = first(here.ids, here.vectors @ taste.place.aim)
    return by_words, by_love


def _voices(
    person, taste: Taste, titles: dict[int, Title], written: list[int], loved: list[int]
) -> Voices | None:
    """Return what each space says, of titles that this person may be shown."""
    cap = getattr(person, "certificate_cap", None)

    def shown(ids: list[int]) -> list[Title]:
        found = [titles[i] for i in ids if i in titles]
        if cap is not None:
            found = [t for t in found if t.certificate is not None and t.certificate <= cap]
        return found[:N_VOICE]

    if not written:
        return None
    share = taste.place.share if taste.place else 0.0
    return Voices(share, shown(written), shown(loved), taste.teachers)


def fadings(person, taste: Taste) -> list[Fading]:
    """Return the half-lives on offer, each with what it would change, in words."""
    chosen = half_life_of(person) if person.is_authenticated else int(WEIGHTS.half_life_days)
    newest: dict[int, float] = {}
    for said in taste.signals:
        if said.counts:
            newest[said.title_id] = min(said.days_ago, newest.get(said.title_id, np.inf))
    found = []
    for choice in User.HalfLife:
        weights = weights_of(taste, half_life_days=choice.value)
        liked = {i: w for i, w in weights.items() if w > 0}
        total = sum(liked.values())
        recent = sum(w for i, w in liked.items() if newest.get(i, np.inf) <= 365)
        preview = ""
        if total and not taste.is_empty:
            preview = f"{round(100 * recent / total)} % of it from the last year"
            if choice.value != chosen:
                preview += f"; {difference(taste, weights)}"
            preview += "."
        found.append(Fading(choice.value, str(choice.label), choice.value == chosen, preview))
    return found


def difference(taste: Taste, weights: dict[int, float]) -> str:
    """Return in words how far a taste would move with other weights."""
    profile = taste.profile
    other = profile_of(
        profile.title_ids,
        np.array([weights.get(i, 0.0) for i in profile.title_ids.tolist()]),
        profile.vectors,
    )
    if other.is_empty:
        return "nothing would be left to go by"
    likeness = float(cosine(profile.vector, other.vector))
    if likeness > 0.995:
        return "your lists stay as they are"
    return "your lists change a little" if likeness > 0.97 else "your lists change a lot"


def _excluded(person) -> list[Title]:
    if person.is_anonymous:
        return []
    rows = Exclusion.objects.filter(user=person).order_by("-created_at", "-pk")
    return [row.title for row in rows.select_related("title")]


def _wrong(person, taste: Taste) -> list[WrongReason]:
    """Return the reasons they called wrong; asked for only where there are some."""
    if not taste.wrong_reasons():
        return []
    rows = WrongReason.objects.filter(user=person).select_related("title", "cause")
    return list(rows.order_by("-created_at", "-pk"))
