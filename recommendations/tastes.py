"""A person's taste in the content space, from what they have said so far."""

import datetime
import hashlib
from dataclasses import dataclass

import numpy as np
from django.db import connection

from recommendations.models import Space, TitleVector
from recommendations.taste.profiles import Profile, profile_of
from recommendations.taste.signals import Signal, SignalWeights, weigh
from recommendations.taste.text import COMPOSED
from recommendations.vectorstore import Packed, as_array

WEIGHTS = SignalWeights()
# The strongest statements carry the vector; more of them would only cost time.
MOST = 400
# One statement for all six tables: a page has ten to spend.
STATEMENTS = """
    SELECT title_id, 'rating' AS kind, rated_at AS at, stars::float8, '' AS source
      FROM catalog_rating WHERE user_id = %(user)s
    UNION ALL SELECT title_id, 'loved', created_at, 0, ''
      FROM catalog_favourite WHERE user_id = %(user)s
    UNION ALL SELECT title_id, 'saved', created_at, 0, ''
      FROM catalog_save WHERE user_id = %(user)s
    UNION ALL SELECT title_id, 'seen', created_at, 0, ''
      FROM catalog_viewing WHERE user_id = %(user)s
    UNION ALL SELECT title_id, 'dismissed', created_at, 0, zone
      FROM catalog_dismissal WHERE user_id = %(user)s
    UNION ALL SELECT p.title_id, 'tapped', t.created_at, 0, g.name
      FROM catalog_tap t JOIN catalog_group g ON g.id = t.group_id
      JOIN catalog_grouptitle p ON p.group_id = g.id WHERE t.user_id = %(user)s
    ORDER BY title_id, kind, at
"""


@dataclass(frozen=True)
class Taste:
    """What a person said, and where that puts them.

    Attributes:
        signals: every statement.
        profile: their place in the content space.
        version: changes whenever a statement does; caches carry it in their keys.
        speaks: whether any statement is for something.
    """

    signals: tuple[Signal, ...]
    profile: Profile
    version: str
    speaks: bool

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is known of this taste."""
        return self.profile.is_empty

    def basis(self) -> str:
        """Return in words what the lists rest on and how sure they are (U21)."""
        n_groups = len({s.source for s in self.signals if s.kind == "tapped"})
        n_titles = len({s.title_id for s in self.signals if s.kind not in {"tapped", "dismissed"}})
        if not n_groups and not n_titles:
            return ""
        groups = f"{n_groups} group{'s' * (n_groups != 1)} you tapped" if n_groups else ""
        titles = f"{n_titles} title{'s' * (n_titles != 1)} of yours" if n_titles else ""
        sure = "a rough guess" if n_titles < 5 else "still learning" if n_titles < 20 else ""
        return f"Based on {' and '.join(filter(None, (groups, titles)))}" + (
            f": {sure}." if sure else "."
        )


def signals_of(user, *, now: datetime.datetime) -> tuple[Signal, ...]:
    """Return everything a person said about titles, in one statement."""
    if user.is_anonymous:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS, {"user": user.pk})
        rows = cursor.fetchall()
    return tuple(
        Signal(
            title_id=title_id,
            kind=kind,
            days_ago=round((now - at).total_seconds() / 86400, 3),
            stars=stars,
            source=source,
        )
        for title_id, kind, at, stars, source in rows
    )


def taste_of(user, space: Space | None, *, now: datetime.datetime) -> Taste:
    """Return a person's taste as it is this moment: what they said a second ago counts."""
    return taste_from(signals_of(user, now=now), space)


def taste_from(signals: tuple[Signal, ...], space: Space | None) -> Taste:
    """Return the taste that these statements make in a space."""
    # A dismissal in one zone says something about that zone's list, not about the person.
    counted = [s for s in signals if s.kind != "dismissed" or not s.source]
    weights = weigh(counted, WEIGHTS)
    strongest = sorted(weights.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:MOST]
    said = sorted((s.title_id, s.kind, s.stars, s.source) for s in signals)
    version = hashlib.sha256(repr(said).encode()).hexdigest()[:16]
    profile = _profile(dict(strongest), space)
    return Taste(signals, profile, version, speaks=any(w > 0 for w in weights.values()))


def _profile(weights: dict[int, float], space: Space | None) -> Profile:
    rows: list[tuple[int, bytes | memoryview]] = []
    if space and weights:
        vectors = TitleVector.objects.along(space, COMPOSED).filter(title__in=list(weights))
        rows = list(
            vectors.annotate(packed=Packed("vector"))
            .order_by("title_id")
            .values_list("title_id", "packed")
        )
    ids = [title_id for title_id, _ in rows]
    matrix = as_array((v for _, v in rows), dimension=space.dimension if space else 0)
    return profile_of(np.array(ids, dtype=np.int64), np.array([weights[i] for i in ids]), matrix)
