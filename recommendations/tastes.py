"""A person's taste in both spaces, from what they have said so far."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from recommendations.held import by_title, held, held_pulls
from recommendations.models import Space
from recommendations.said import Said, outline_of, signals_of, signals_of_people
from recommendations.taste.blending import Place
from recommendations.taste.interactions import Vocabulary
from recommendations.taste.profiles import Profile, profile_of
from recommendations.taste.signals import Outline, Signal
from recommendations.taste.text import COMPOSED
from recommendations.vectorstore import read_vectors

# The strongest statements carry the vector; more of them would only cost time.
MOST = 400


@dataclass(frozen=True)
class Taste:
    """What a person said, and where that puts them.

    Attributes:
        signals: every statement.
        profile: their place in the content space.
        version: changes whenever a statement does; caches carry it in their keys.
        speaks: whether any statement is for something.
        place: their place in the taste space; None while there is no such space.
        teachers: whose love that space was learnt from, in words.
    """

    signals: tuple[Signal, ...]
    profile: Profile
    version: str
    speaks: bool
    place: Place | None = None
    teachers: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is known of this taste."""
        return self.profile.is_empty

    @property
    def n_titles(self) -> int:
        """Return of how many titles they said something that counts, taps and refusals apart."""
        counted = (s for s in self.signals if s.counts)
        return len({s.title_id for s in counted if s.kind not in {"tapped", "dismissed"}})

    def basis(self) -> str:
        """Return in words what the lists rest on and how sure they are (U21)."""
        n_groups = len({s.source for s in self.signals if s.counts and s.kind == "tapped"})
        n_titles = self.n_titles
        if not n_groups and not n_titles:
            return ""
        groups = f"{n_groups} group{'s' * (n_groups != 1)} you tapped" if n_groups else ""
        titles = f"{n_titles} title{'s' * (n_titles != 1)} of yours" if n_titles else ""
        sure = "a rough guess" if n_titles < 5 else "still learning" if n_titles < 20 else ""
        based = f"Based on {' and '.join(filter(None, (groups, titles)))}"
        return f"{based}{f': {sure}' if sure else ''}. {self.matched_by()}".strip()

    def wrong_reasons(self) -> frozenset[tuple[int, int]]:
        """Return pairs (title, cause): this cause is no reason for this title, they said."""
        return frozenset((pick, s.title_id) for s in self.signals for pick in s.wrong_for)

    def matched_by(self) -> str:
        """Return in words what titles are matched by, once people's love has a part in it."""
        if self.place is None or not self.place.share:
            return ""
        return (
            f"Matched by what is written about titles and by what {self.teachers} loved together."
        )


def taste_of(
    user, space: Space | None, *, loved: Space | None = None, now: datetime.datetime
) -> Taste:
    """Return a person's taste as it is this moment: what they said a second ago counts."""
    return taste_from(signals_of(user, now=now), space, loved=loved)


def tastes_of(
    people: Iterable[Any],
    space: Space | None,
    *,
    loved: Space | None = None,
    now: datetime.datetime,
) -> dict[int, Taste]:
    """Return the taste of each of these people as it is this moment, in two statements for all."""
    said = signals_of_people(people, now=now)
    outlines = {pk: outline_of(signals) for pk, signals in said.items()}
    spoken = {title_id for own in outlines.values() for title_id in strongest(own.weights)}
    stored = read_vectors(_wanted(space, loved), spoken)
    return {pk: _taste(said[pk], outlines[pk], stored, space, loved) for pk in said}


def taste_from(
    signals: tuple[Signal, ...],
    space: Space | None,
    *,
    loved: Space | None = None,
    outline: Outline | None = None,
) -> Taste:
    """Return the taste that these statements make, in one statement for both spaces.

    Args:
        space: the content space; without one the profile is empty.
        loved: the taste space; without one there is no place.
        outline: of the same statements, where it is known already.
    """
    outline = outline or outline_of(signals)
    stored = known_vectors(space, loved, strongest(outline.weights))
    return _taste(signals, outline, stored, space, loved)


def taste_made(said: Said, space: Space, *, loved: Space | None = None) -> Taste:
    """Return the taste that somebody's statements make, worked out once while they are kept."""
    spaces = [(one.pk, one.edition, one.revision) for one in (space, loved) if one]
    known, taste = said.made.get("taste", (None, None))
    if taste is None or known != spaces:
        taste = taste_from(said.signals, space, loved=loved, outline=said.outline)
        said.made["taste"] = (spaces, taste)
    return taste


def strongest(weights: dict[int, float]) -> dict[int, float]:
    """Return the `MOST` weights that say most."""
    return dict(sorted(weights.items(), key=lambda p: (-abs(p[1]), p[0]))[:MOST])


def known_vectors(
    space: Space | None, loved: Space | None, title_ids: Iterable[int]
) -> dict[tuple[int, str], dict[int, tuple[np.ndarray, int]]]:
    """Return what `read_vectors` returns of both spaces, from what this process holds of them."""
    content = held(space, COMPOSED) if space else None
    pulls = held_pulls(loved) if content and loved else None
    if space is None or content is None or (loved is not None and pulls is None):
        return read_vectors(_wanted(space, loved), title_ids)
    ids = np.array(sorted(title_ids), dtype=np.int64)
    found = {(space.pk, COMPOSED): content.by_title(ids.tolist())}
    if loved is not None and pulls is not None:
        rows = Vocabulary(pulls.ids).numbers(ids)
        for axis, vectors in zip(loved.pull_axes, pulls.pulls, strict=True):
            found[loved.pk, axis] = by_title(ids, rows, vectors, pulls.counts)
    return found


def _wanted(space: Space | None, loved: Space | None) -> list[tuple[Space, tuple[str, ...]]]:
    """Return the spaces and axes whose vectors make a taste."""
    wanted: list[tuple[Space, tuple[str, ...]]] = [(space, (COMPOSED,))] if space else []
    return wanted + ([(loved, loved.pull_axes)] if loved and space else [])


def _taste(
    signals: tuple[Signal, ...],
    outline: Outline,
    stored: dict[tuple[int, str], dict[int, tuple[np.ndarray, int]]],
    space: Space | None,
    loved: Space | None,
) -> Taste:
    """Return a taste from weights and from vectors that were read, of more titles perhaps."""
    weights, version, speaks = outline
    own = strongest(weights)
    profile = _profile(own, stored.get((space.pk, COMPOSED), {}) if space else {}, space)
    if loved is None or space is None:
        return Taste(signals, profile, version, speaks)
    place = _place(own, [stored[loved.pk, axis] for axis in loved.pull_axes], loved)
    return Taste(signals, profile, version, speaks, place, loved.teachers())


def _profile(
    weights: dict[int, float], stored: dict[int, tuple[np.ndarray, int]], space: Space | None
) -> Profile:
    ids = sorted(weights.keys() & stored.keys())
    dimension = space.dimension if space else 0
    vectors = [stored[i][0] for i in ids]
    matrix = np.stack(vectors) if vectors else np.zeros((0, dimension), dtype=np.float32)
    return profile_of(np.array(ids, dtype=np.int64), np.array([weights[i] for i in ids]), matrix)


def _place(
    weights: dict[int, float], stored: list[dict[int, tuple[np.ndarray, int]]], loved: Space
) -> Place:
    known = [weights.keys() & one.keys() for one in stored]
    ids = sorted(set.intersection(*known)) if known else []
    pulls = np.zeros((len(stored), len(ids), loved.dimension), dtype=np.float32)
    for number, one in enumerate(stored):
        for row, title_id in enumerate(ids):
            pulls[number, row] = one[title_id][0]
    return Place(
        title_ids=np.array(ids, dtype=np.int64),
        weights=np.array([weights[i] for i in ids], dtype=np.float64),
        pulls=pulls,
        counts=np.array([stored[0][i][1] for i in ids], dtype=np.int64),
        starts=loved.beginnings,
        lengths=np.asarray(loved.lengths, dtype=np.float64),
    )
