"""What somebody's titles have in common against the catalogue, and how they rate against others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import numpy as np
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from recommendations.taste.leaning import FEWEST, Leaning, leaning
from recommendations.taste.standing_out import Fact, standing_out

# Of one fact so many are told. Counts over the catalogue are kept an hour: they hardly move.
N_TOLD, KEEP_SECONDS = 8, 3600
HEADINGS = {
    "theme": "Themes",
    "genre": "Genres",
    "mood": "Moods",
    "person": "People",
    "era": "Decades",
}
KINDS = {"film": "Films", "series": "Series", "book": "Books"}
# Somebody's rating must not be read from a mean: so many others have to have rated a title.
LEAST_OTHERS, LEAST_VOTES = 3, 20
MINE = """
    WITH mine AS (
        SELECT t.id, t.kind, t.year, t.themes, t.moods, w
        FROM unnest(%s::bigint[], %s::float8[]) AS m(id, w) JOIN catalog_title t ON t.id = m.id
    )
    SELECT 'theme', v, sum(w), count(*), 0, 0 FROM mine, unnest(themes) AS v GROUP BY v
    UNION ALL SELECT 'mood', v, sum(w), count(*), 0, 0 FROM mine, unnest(moods) AS v GROUP BY v
    UNION ALL SELECT 'kind', kind, sum(w), count(*), 0, 0 FROM mine GROUP BY kind
    UNION ALL SELECT 'era', (year / 10 * 10)::text || 's', sum(w), count(*), 0, 0
      FROM mine WHERE year > 0 GROUP BY year / 10
    UNION ALL SELECT 'genre', g.name, sum(w), count(*), 0, 0
      FROM mine JOIN catalog_title_genres l ON l.title_id = mine.id
      JOIN catalog_genre g ON g.id = l.genre_id GROUP BY g.name
    UNION ALL SELECT 'person', p.name, sum(w), count(*),
        (SELECT count(DISTINCT c.title_id) FROM catalog_credit c WHERE c.person_id = p.id), p.id
      FROM (
        SELECT DISTINCT mine.id, w, c.person_id FROM mine
        JOIN catalog_credit c ON c.title_id = mine.id AND c.position < 6
      ) AS made JOIN catalog_person p ON p.id = made.person_id
      GROUP BY p.id, p.name HAVING count(*) > 1
"""
EVERYWHERE = """
    WITH shown AS (
        SELECT id, year, themes, moods FROM catalog_title WHERE NOT is_hidden AND NOT is_adult
    )
    SELECT '', '', count(*) FROM shown
    UNION ALL SELECT 'theme', v, count(*) FROM shown, unnest(themes) AS v GROUP BY v
    UNION ALL SELECT 'mood', v, count(*) FROM shown, unnest(moods) AS v GROUP BY v
    UNION ALL SELECT 'era', (year / 10 * 10)::text || 's', count(*)
      FROM shown WHERE year > 0 GROUP BY year / 10
    UNION ALL SELECT 'genre', g.name, count(*)
      FROM shown JOIN catalog_title_genres l ON l.title_id = shown.id
      JOIN catalog_genre g ON g.id = l.genre_id GROUP BY g.name
"""
# The stars of people who let this server learn from theirs, and of the votes that came along.
RATINGS = """
    SELECT r.stars::float8, o.mean, CASE WHEN t.n_votes >= %(votes)s THEN t.mean_vote / 2 END
    FROM catalog_rating r JOIN catalog_title t ON t.id = r.title_id
    LEFT JOIN (
        SELECT title_id, avg(stars)::float8 AS mean
        FROM catalog_rating JOIN accounts_pooledconsent USING (user_id)
        WHERE user_id <> %(user)s
          AND title_id IN (SELECT title_id FROM catalog_rating WHERE user_id = %(user)s)
        GROUP BY title_id HAVING count(*) >= %(others)s
    ) o ON o.title_id = r.title_id
    WHERE r.user_id = %(user)s
"""


@dataclass(frozen=True)
class Told(Fact):
    """What stands out, with the page of all that the catalogue has of it; "" without one."""

    url: str = ""


@dataclass(frozen=True)
class Making:
    """What stands out among somebody's titles.

    Attributes:
        kinds: (name, share in [0, 1]), largest first.
        facts: (heading, what stands out), without headings of which nothing does.
    """

    kinds: list[tuple[str, float]] = field(default_factory=list)
    facts: list[tuple[str, list[Told]]] = field(default_factory=list)


@dataclass(frozen=True)
class Rating:
    """How somebody rates.

    Attributes:
        n: how many ratings they gave.
        mean: of their stars; None without any.
        leaning: against others; None where that cannot be known.
        others: who those are, in words.
    """

    n: int
    mean: float | None = None
    leaning: Leaning | None = None
    others: str = ""

    @property
    def leans(self) -> str:
        """Return "below", "above" or "like" others; "" where that is not known."""
        if self.leaning is None:
            return ""
        by = round(self.leaning.by, 1)
        return "below" if by < 0 else "above" if by > 0 else "like"

    @property
    def by(self) -> float:
        """Return by how many stars they differ from others, without a sign."""
        return abs(self.leaning.by) if self.leaning else 0.0

    @property
    def n_missing(self) -> int:
        """Return how many ratings it takes before they can be compared."""
        return max(FEWEST - self.n, 0)


def read_making(weights: Mapping[int, float]) -> Making:
    """Return what the titles with these positive weights have oftener than the catalogue."""
    if not weights:
        return Making()
    ids = list(weights)
    with connection.cursor() as cursor:
        cursor.execute(MINE, [ids, [weights[i] for i in ids]])
        rows = cursor.fetchall()
    mine: dict[str, list[tuple[str, float, int, int]]] = {}
    people: dict[str, int] = {}
    for of, name, weight, n, n_everywhere, person_id in rows:
        mine.setdefault(of, []).append((name, weight, n, n_everywhere))
        people |= {name: person_id} if of == "person" else {}
    everywhere = _everywhere()
    n_everywhere, total = everywhere[""].get("", 0), sum(weights.values())
    told = []
    for of, heading in HEADINGS.items():
        own = mine.get(of, [])
        usual = everywhere.get(of, {}) | ({p[0]: p[3] for p in own} if of == "person" else {})
        found = standing_out(
            {name: weight for name, weight, *_ in own},
            {name: n for name, _, n, _ in own},
            usual,
            total_weight=total,
            n_everywhere=n_everywhere,
            n=N_TOLD,
        )
        if found:
            told.append((heading, [Told(**vars(f), url=url_of(of, f.name, people)) for f in found]))
    kinds = sorted(mine.get("kind", []), key=lambda row: (-row[1], row[0]))
    return Making([(KINDS[name], weight / total) for name, weight, *_ in kinds], told)


def url_of(of: str, name: str, people: Mapping[str, int]) -> str:
    """Return the page of the titles that have a fact, or "" where there is none.

    Args:
        people: ids by name.
    """
    if of == "person":
        return reverse("person", args=[people[name]])
    if of == "genre":
        return f"{reverse('browse')}?{urlencode({'genre': name})}"
    if of == "era":
        return f"{reverse('browse')}?{urlencode({'decade': name.removesuffix('s')})}"
    return ""


def _everywhere() -> dict[str, dict[str, int]]:
    """Return how many titles of the catalogue have each fact; under "", how many there are."""
    kept = cache.get("facts-everywhere")
    if kept is None:
        kept = {}
        with connection.cursor() as cursor:
            cursor.execute(EVERYWHERE)
            for of, name, n in cursor.fetchall():
                kept.setdefault(of, {})[name] = n
        cache.set("facts-everywhere", kept, timeout=KEEP_SECONDS)
    return kept


def read_rating(person) -> Rating:
    """Return how somebody rates against people here, else against the catalogue's own votes."""
    if person.is_anonymous:
        return Rating(0)
    with connection.cursor() as cursor:
        known = {"user": person.pk, "others": LEAST_OTHERS, "votes": LEAST_VOTES}
        cursor.execute(RATINGS, known)
        rows = cursor.fetchall()
    if not rows:
        return Rating(0)
    # NULL becomes NaN.
    own, here, votes = np.array(rows, dtype=np.float64).T
    mean = float(own.mean())
    for means, others in ((here, "people here"), (votes, "the votes the catalogue came with")):
        found = leaning(own, means)
        if found:
            return Rating(len(rows), mean, found, others)
    return Rating(len(rows), mean)
