"""Four algorithms and four grounds for vibes, on 200 real people, into docs/vibes.md.

    .venv/bin/python -m benchmarks.vibes --data FOLDER [--cache FOLDER] [--write]
        [--parts shares,floor,small,growing,grounds]

FOLDER holds ml-latest-small/, ml-1m/, ml-1m-omdb/, tmdb-movies-10866/ and tmdb-top10k/. People of
latest-small with 20 titles or more at 4.0 and up: 200 are printed, another 100 chose the blend's
shares. The taste space is learnt without those who are asked. The tags that judge the groups are
in no text and no vector.
"""

import argparse
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from benchmarks import report as reports
from benchmarks.placing import FILES, encoded, movielens_facts, rows_of
from benchmarks.report import Report
from catalog.sources.vocabulary import MOODS, mood_of_genres, read_genres
from recommendations.taste.clustering.choose import (
    FLOOR,
    FLOOR_BY_ROOT,
    TITLES_A_GROUP,
    silhouette_floor,
)
from recommendations.taste.clustering.grounds import DEFAULT_GROUND, GROUNDS, joined
from recommendations.taste.clustering.methods import (
    METHODS,
    Grouping,
    Growing,
    group,
    grown,
    turned,
)
from recommendations.taste.clustering.parting import parted
from recommendations.taste.clustering.quality import quality_of
from recommendations.taste.evaluation.metrics import interval
from recommendations.taste.geometry import unit
from recommendations.taste.interactions import Interactions, Vocabulary, cleaned
from recommendations.taste.learners.house import HouseSpace
from recommendations.taste.learners.placing import ByRidge, with_new_titles
from recommendations.taste.space import TasteSpace
from recommendations.taste.text import AXIS_WEIGHTS, COMPOSED, MOOD, TitleFacts, axis_texts

COMMAND = ".venv/bin/python -m benchmarks.vibes"
TASTE = "taste"
LIKED, ENOUGH, TRIED, ASKED = 4.0, 20, 100, 200
WEIGHTS = {4.0: 0.7, 4.5: 1.0, 5.0: 1.0}
# With the same number of groups everywhere, no ground wins by cutting finer.
FIXED_K = 5
# Blends that were tried: shares of content, mood and taste.
TRIED_SHARES = (
    (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (0.9, 0.1, 0.0), (0.8, 0.2, 0.0),
    (0.8, 0.0, 0.2), (0.6, 0.0, 0.4), (0.4, 0.0, 0.6), (0.2, 0.0, 0.8), (0.7, 0.1, 0.2),
    (0.5, 0.1, 0.4), (0.3, 0.1, 0.6), (0.4, 0.3, 0.3), (0.5, 0.2, 0.3), (0.6, 0.2, 0.2),
    (0.8, 0.05, 0.15),
)  # fmt: skip
# Genres that are two clear kinds, and of how few titles; and the floor as it was without a cap.
PAIRS = (
    ("Horror", "Romance"), ("Sci-Fi", "Musical"), ("Western", "Animation"), ("Crime", "Fantasy"),
    ("War", "Comedy"), ("Children", "Thriller"), ("Documentary", "Action"),
)  # fmt: skip
FEW_TITLES, DRAWS, UNCAPPED = (8, 10, 12, 16), 40, (FLOOR, FLOOR_BY_ROOT)
WAYS = ("all grouped anew, k-means", "joining the nearest vibe", "growing BIRCH's tree")
MOST_LOVING = 12
WORD = re.compile(r"[a-z0-9][a-z0-9'-]{2,}")
# What a tag says of the person who gave it.
ABOUT_ONESELF = {"in netflix queue", "imdb top 250", "own", "seen", "bdr", "clv"}


@dataclass(frozen=True)
class World:
    """Titles with vectors on every axis and the tag words that judge.

    Attributes:
        titles: n titles.
        parts: axis → (n, d).
        words: (n, m) 1 where a title was tagged with a word.
        liked: person → (row numbers, weights).
    """

    titles: Vocabulary
    parts: Mapping[str, np.ndarray]
    words: sparse.csr_matrix
    liked: Mapping[int, tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Judged:
    """How one person's titles were grouped.

    Attributes:
        within, chance: the mean Jaccard of tag words over the pairs of tagged titles within a
            vibe, and over random groups of the same sizes; NaN without such a pair.
    """

    grouping: Grouping
    within: float
    chance: float
    seconds: float

    @property
    def gain(self) -> float:
        """Return how much more a vibe's titles share than random groups; 0 for a single vibe."""
        return self.within - self.chance


def read_world(data: Path, *, without: int, cache: Path, seed: int = 0) -> tuple[World, list[int]]:
    """Return the world and the people to ask, the taste space learnt without them.

    Args:
        without: how many of the 300 drawn people to ask: the first ASKED are those printed.
    """
    rows = list(rows_of(data / FILES["small"]))
    columns = ((int(r["userId"]), int(r["movieId"]), float(r["rating"])) for r in rows)
    people, titles, stars = (np.array(column) for column in zip(*columns, strict=True))
    whole = cleaned(Interactions.of(people, titles, stars))[0]
    counts = np.bincount(whole.person[whole.stars >= LIKED], minlength=len(whole.people))
    able = np.flatnonzero(counts >= ENOUGH)
    drawn = np.random.default_rng(seed).permutation(able)[: ASKED + TRIED]
    asked = drawn[:without]
    liked = {}
    for person in drawn.tolist():
        mine = (whole.person == person) & (whole.stars >= LIKED)
        weights = np.array([WEIGHTS[float(s)] for s in whole.stars[mine]])
        liked[person] = (whole.title[mine], weights)
    parts = content_parts(whole.titles, data, cache=cache)
    learnt = whole.take(~np.isin(whole.person, asked))
    space = HouseSpace().fit(learnt, rng=np.random.default_rng(seed)).space
    parts[TASTE] = placed(space, parts[COMPOSED])
    return World(whole.titles, parts, tag_words(whole.titles, data), liked), drawn.tolist()


def content_parts(titles: Vocabulary, data: Path, *, cache: Path) -> dict[str, np.ndarray]:
    """Return the composed vectors and the mood axis, made as the site makes them, without tags."""
    facts = movielens_facts(data)
    texts = [axis_texts(with_mood(facts[int(number)])) for number in titles.ids]
    composed = np.zeros((len(texts), 384), dtype=np.float32)
    mood = composed
    for axis, share in AXIS_WEIGHTS.items():
        says = np.array([bool(text[axis]) for text in texts])
        if not says.any():
            continue
        vectors = encoded([text[axis] for text in texts], cache=cache)
        centred = unit(vectors - vectors[says].mean(axis=0)) * says[:, None]
        composed = composed + share * centred
        mood = centred if axis == MOOD else mood
    return {COMPOSED: unit(composed), MOOD: mood}


def with_mood(facts: TitleFacts) -> TitleFacts:
    """Return facts with the moods that a site would know: by genre, and from its keywords."""
    moods = tuple(theme for theme in facts.themes if theme in MOODS)
    mood = mood_of_genres(read_genres(facts.genres).genres) if facts.genres else ""
    return TitleFacts(**(vars(facts) | {"mood": mood, "moods": moods}))


def placed(space: TasteSpace, content: np.ndarray) -> np.ndarray:
    """Return (n, d) places, of titles that nobody placed by their content, as the site does."""
    has = space.counts > 0
    known = TasteSpace(
        Vocabulary(space.titles.ids[has]), space.vectors[has], space.pulls[:, has],
        space.lengths, space.starts, space.counts[has],
    )  # fmt: skip
    grown = with_new_titles(
        known, known=content[has], new_titles=Vocabulary(space.titles.ids[~has]),
        new=content[~has], placer=ByRidge(), rng=np.random.default_rng(0),
    )  # fmt: skip
    return grown.vectors[grown.titles.numbers(space.titles.ids)]


def tag_words(titles: Vocabulary, data: Path) -> sparse.csr_matrix:
    """Return (n, m) which words stand in the tags that anybody gave a title."""
    words: dict[int, set[str]] = defaultdict(set)
    for row in rows_of(data / "ml-latest-small/tags.csv"):
        tag = row["tag"].lower().strip()
        if tag not in ABOUT_ONESELF:
            words[int(row["movieId"])] |= set(WORD.findall(tag))
    numbers = {word: i for i, word in enumerate(sorted(set().union(*words.values())))}
    found = sparse.lil_matrix((len(titles), len(numbers)), dtype=np.float32)
    for place, number in enumerate(titles.ids.tolist()):
        for word in words.get(number, ()):
            found[place, numbers[word]] = 1.0
    return found.tocsr()


def judge(
    world: World, person: int, shares: Mapping[str, float], *, method: str, k: int | None = None
) -> Judged:
    """Group one person's liked titles and see what tag words the groups share."""
    rows, weights = world.liked[person]
    vectors = joined({axis: part[rows] for axis, part in world.parts.items()}, shares)
    if k is not None:
        k = max(1, min(k, len(rows) // TITLES_A_GROUP))
    started = time.perf_counter()
    grouping = group(
        vectors, weights, method=method, k=k, rng=np.random.default_rng([person, len(rows)])
    )
    seconds = time.perf_counter() - started
    words, labels = world.words[rows], grouping.labels
    judged = (labels >= 0) & (np.diff(words.indptr) > 0)
    words, labels = words[judged], labels[judged]
    overlap = jaccard(words)
    upper = np.triu(np.ones(overlap.shape, dtype=bool), k=1)
    same = upper & (labels[:, None] == labels[None])
    if not same.any():
        return Judged(grouping, np.nan, np.nan, seconds)
    # The mean over all ways to deal these titles into groups of these sizes is the mean over all
    # pairs, because each pair is as often together as any other: no draw is needed.
    return Judged(grouping, float(overlap[same].mean()), float(overlap[upper].mean()), seconds)


def jaccard(words: sparse.csr_matrix) -> np.ndarray:
    """Return (k, k) the share of the tag words of two titles that both have."""
    both = (words @ words.T).toarray()
    own = np.asarray(words.sum(axis=1)).ravel()
    return both / np.maximum(own[:, None] + own[None] - both, 1.0)


def gains(found: Iterable[Judged]) -> np.ndarray:
    """Return (people,) gains."""
    return np.array([each.gain for each in found])


def mean(values: Iterable[float | None]) -> float:
    """Return the mean of those that are there."""
    there = [v for v in values if v is not None and np.isfinite(v)]
    return float(np.mean(there)) if there else float("nan")


def bounds(values: np.ndarray) -> str:
    """Return a mean and its 95 % bootstrap interval over people, times 1000."""
    low, high = interval(values, rng=np.random.default_rng(0))
    return f"{1000 * np.nanmean(values):+.1f} ({1000 * low:+.1f} to {1000 * high:+.1f})"


def shares_of(numbers: Sequence[float]) -> dict[str, float]:
    """Return shares by axis, without those that are nothing."""
    return {a: s for a, s in zip((COMPOSED, MOOD, TASTE), numbers, strict=True) if s}


def choose_shares(report: Report, world: World, people: Sequence[int]) -> None:
    """Print what each blend is worth to the people who choose."""
    report.say(f"### Shares, on {len(people)} people who are in no other table\n")
    rows = []
    for numbers in TRIED_SHARES:
        shares = shares_of(numbers)
        fixed = [judge(world, p, shares, method="kmeans", k=FIXED_K) for p in people]
        rows.append((
            " / ".join(f"{n:g}" for n in numbers), bounds(gains(fixed)),
            f"{mean(f.grouping.quality.silhouette for f in fixed):.3f}",
        ))  # fmt: skip
    report.table(
        ("content / mood / taste", f"gain × 1000, {FIXED_K} vibes", "silhouette"), rows,
    )  # fmt: skip


def measure_floor(report: Report, world: World, *, n_people: int = 40) -> None:
    """Print the best silhouette that people with one planted taste reach, and with two."""
    report.say(f"### One planted taste, and two: {n_people} people a cell\n")
    vectors = joined(world.parts, GROUNDS[DEFAULT_GROUND])
    rows = []
    for n in (8, 20, 40, 160):
        rng = np.random.default_rng([n, 1])
        floor = silhouette_floor(n)
        draws = [lambda d=d: one_direction(n, d, rng) for d in (32, 128, 384)]  # noqa: B023
        draws += [lambda t=t: planted(vectors, n, t, rng) for t in (1, 2)]  # noqa: B023
        cells = []
        for draw in draws:
            best = np.array([best_silhouette(turned(draw()), rng) for _ in range(n_people)])
            cells.append(f"{np.median(best):.3f} ({(best > floor).mean():.0%})")
        rows.append((str(n), f"{floor:.3f}", *cells))
    report.say("Median of the best silhouette, and in brackets how many are split.\n")
    report.table(
        ("titles", "floor", "one direction in 32", "in 128", "in 384 dimensions",
         "around one real title", "around two"), rows,
    )  # fmt: skip


def measure_small(report: Report, world: World, people: Sequence[int], data: Path) -> None:
    """Print how few titles of two clear kinds it takes for two vibes, and what small ones share."""
    report.say(
        f"### Few titles: of two clear kinds, and of {len(people)} people who are in no other "
        f"table\n\n{DRAWS} draws of each pair of genres, half of the titles from each, none of "
        "both; and six draws of so many titles that one person likes.\n"
    )
    vectors = joined(world.parts, GROUNDS[DEFAULT_GROUND])
    kinds = pure_kinds(world, data)
    rows = []
    for n in FEW_TITLES:
        rng = np.random.default_rng([n, 2])
        floor, former = silhouette_floor(n), UNCAPPED[0] + UNCAPPED[1] / np.sqrt(n)
        both = np.array([
            two_kinds(vectors, kinds[one], kinds[other], n, rng)
            for one, other in PAIRS for _ in range(DRAWS)
        ])  # fmt: skip
        own = np.array([
            small_gain(world, vectors, rng.permutation(world.liked[p][0])[:n], rng)
            for p in people for _ in range(6)
        ])  # fmt: skip
        between = (own[:, 0] > floor) & (own[:, 0] <= former)
        purity = [f"{both[both[:, 0] > one, 1].mean():.2f}" for one in (former, floor)]
        split = [f"{(both[:, 0] > one).mean():.0%} ({pure})" for one, pure in
                 zip((former, floor), purity, strict=True)]  # fmt: skip
        told = [f"{(own[:, 0] > one).mean():.0%}" for one in (former, floor)]
        bands = [own[:, 0] > former, between, own[:, 0] <= floor]
        rows.append((str(n), f"{former:.3f} → {floor:.3f}", *split, *told,
                     *[bounds(own[band, 1]) for band in bands]))  # fmt: skip
    report.table(
        ("titles", "floor, uncapped → now", "two kinds: split (purity), uncapped", "now",
         "people split, uncapped", "now", "gain × 1000 above both", "between", "below both"), rows,
    )  # fmt: skip


def measure_growing(report: Report, world: World) -> None:
    """Print what new likes do to the vibes of those with the most, taken in by three ways."""
    people = sorted(world.liked, key=lambda p: -len(world.liked[p][0]))[:MOST_LOVING]
    sizes = [len(world.liked[p][0]) for p in people]
    report.say(
        f"### New likes, of the {len(people)} people with the most: {min(sizes)} to {max(sizes)}\n"
        "\nThe same places: the adjusted Rand index of the titles that were there with the vibes "
        "they were in; 1 where none changed.\n"
    )
    vectors, rows = joined(world.parts, GROUNDS[DEFAULT_GROUND]), []
    for share in (0.0, 0.1, 0.3):
        found = np.array([grown_ways(vectors, *world.liked[p], share) for p in people])
        for way, (silhouette, same, seconds) in zip(WAYS, found.mean(axis=0), strict=True):
            new = f"{share:.0%} of them" if share else "one"
            rows.append((new, way, f"{silhouette:.4f}", f"{same:.2f}", f"{1000 * seconds:.0f}"))
    report.table(("new", "way", "silhouette", "the same places", "ms of work"), rows)


def grown_ways(
    vectors: np.ndarray, rows: np.ndarray, weights: np.ndarray, share: float
) -> list[tuple[float, float, float]]:
    """Return silhouette, agreement with the former vibes and seconds of work for each of WAYS.

    Args:
        share: of the likes that come last, drawn by lot; one at least.
    """
    from sklearn.metrics import adjusted_rand_score

    order = np.random.default_rng(1).permutation(len(rows))
    inside, heavy = vectors[rows[order]], weights[order]
    n = len(rows) - max(1, int(share * len(rows)))
    former = group(inside[:n], heavy[:n], method="kmeans", rng=np.random.default_rng(20)).labels
    growing = Growing(rng=np.random.default_rng(20)).partial_fit(inside[:n], heavy[:n])
    tree = growing.grouping().labels
    none = np.full(len(rows) - n, -1)
    ways = (
        (former, lambda: group(inside, heavy, method="kmeans", rng=np.random.default_rng(20))),
        (former, lambda: grown(inside, heavy, np.append(former, none))),
        (tree, lambda: growing.partial_fit(inside[n:], heavy[n:]).grouping()),
    )
    found = []
    for before, way in ways:
        started = time.process_time()
        now = way()
        seconds = time.process_time() - started
        same = adjusted_rand_score(before, now.labels[:n])
        found.append((now.quality.silhouette or 0.0, same, seconds))
    return found


def pure_kinds(world: World, data: Path) -> dict[str, np.ndarray]:
    """Return the row numbers of the titles of each genre that somebody drawn likes."""
    facts = movielens_facts(data)
    known = np.unique(np.concatenate([rows for rows, _ in world.liked.values()]))
    found: dict[str, list[int]] = defaultdict(list)
    for row in known.tolist():
        for genre in facts[int(world.titles.ids[row])].genres:
            found[str(genre)].append(row)
    return {genre: np.array(rows) for genre, rows in found.items()}


def two_kinds(
    vectors: np.ndarray, one: np.ndarray, other: np.ndarray, n: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Return the best silhouette of n titles of two genres, and how pure its groups are."""
    apart = [np.setdiff1d(one, other), np.setdiff1d(other, one)]
    rows = np.concatenate([rng.permutation(own)[: n // 2] for own in apart])
    found, labels = best_parted(turned(vectors[rows]), rng)
    kinds = np.repeat([0, 1], n // 2)
    same = sum(np.bincount(kinds[labels == label]).max() for label in np.unique(labels))
    return found, same / n


def small_gain(
    world: World, vectors: np.ndarray, rows: np.ndarray, rng: np.random.Generator
) -> tuple[float, float]:
    """Return the best silhouette of one person's few titles, and what its groups then share."""
    found, labels = best_parted(turned(vectors[rows]), rng)
    tagged = np.diff(world.words[rows].indptr) > 0
    overlap, labels = jaccard(world.words[rows][tagged]), labels[tagged]
    upper = np.triu(np.ones(overlap.shape, dtype=bool), k=1)
    same = upper & (labels[:, None] == labels[None])
    return found, float(overlap[same].mean() - overlap[upper].mean()) if same.any() else np.nan


def one_direction(n: int, dimension: int, rng: np.random.Generator) -> np.ndarray:
    """Return (n, d) titles around one direction, evenly on all sides, as close as liked ones."""
    noise = rng.normal(size=(n, dimension)) * np.sqrt(3.0 / dimension)
    return unit(np.eye(1, dimension) + noise)


def planted(vectors: np.ndarray, n: int, n_tastes: int, rng: np.random.Generator) -> np.ndarray:
    """Return (n, d) titles by lot from the 200 nearest of each of `n_tastes` titles."""
    parts = []
    for anchor in rng.choice(len(vectors), n_tastes, replace=False):
        near = np.argsort(-vectors @ vectors[anchor], kind="stable")[:200]
        parts.append(vectors[rng.choice(near, n // n_tastes, replace=False)])
    return np.concatenate(parts)


def best_silhouette(vectors: np.ndarray, rng: np.random.Generator) -> float:
    """Return the best silhouette over the numbers of groups that would be tried."""
    return best_parted(vectors, rng)[0]


def best_parted(vectors: np.ndarray, rng: np.random.Generator) -> tuple[float, np.ndarray]:
    """Return the best silhouette over the numbers of groups that would be tried, and its groups."""
    ones, best = np.ones(len(vectors)), (-1.0, np.zeros(len(vectors), dtype=np.int64))
    for k in range(2, min(8, len(vectors) // TITLES_A_GROUP) + 1):
        labels = parted(vectors, ones, method="kmeans", k=k, rng=rng, n_starts=1)
        found = quality_of(vectors, labels).silhouette or -1.0
        best = (found, labels) if found > best[0] else best
    return best


def compare(report: Report, world: World, people: Sequence[int]) -> None:
    """Print every ground with every algorithm, and the grounds in pairs."""
    report.say(f"### Grounds and algorithms, on {len(people)} people\n")
    cells = {}
    for ground, shares in GROUNDS.items():
        for method in METHODS:
            cells[ground, method] = [judge(world, p, shares, method=method) for p in people]
            print(ground, method, *line(cells[ground, method]), file=sys.stderr, flush=True)
    report.table(
        ("ground", "algorithm", "vibes", "one vibe", "fits nowhere", "silhouette",
         "Davies-Bouldin", "inertia a title", "tag words shared", "random groups",
         "gain × 1000", "seconds a person"),
        [(ground, method, *line(found)) for (ground, method), found in cells.items()],
    )  # fmt: skip
    fixed = {
        ground: gains(judge(world, p, shares, method="kmeans", k=FIXED_K) for p in people)
        for ground, shares in GROUNDS.items()
    }
    free = {ground: gains(cells[ground, "kmeans"]) for ground in GROUNDS}
    base = max(fixed, key=lambda ground: np.nanmean(fixed[ground]))
    report.say(f"Paired by person, k-means, gain × 1000 less that of {base}:\n")
    report.table(
        ("ground", f"gain, {FIXED_K} vibes", "less the best", "gain, k chosen", "less the same"),
        [(g, bounds(fixed[g]), bounds(fixed[g] - fixed[base]), bounds(free[g]),
          bounds(free[g] - free[base])) for g in GROUNDS],
    )  # fmt: skip


def line(found: Sequence[Judged]) -> tuple[str, ...]:
    """Return one row of the large table."""
    qualities = [each.grouping.quality for each in found]
    n_titles = [max(1, int((each.grouping.labels >= 0).sum())) for each in found]
    a_title = (
        None if q.inertia is None else q.inertia / n
        for q, n in zip(qualities, n_titles, strict=True)
    )
    return (
        f"{mean(len(each.grouping.centroids) for each in found):.1f}",
        f"{np.mean([len(each.grouping.centroids) < 2 for each in found]):.0%}",
        f"{mean(q.outlier_share for q in qualities):.0%}",
        f"{mean(q.silhouette for q in qualities):.3f}",
        f"{mean(q.davies_bouldin for q in qualities):.2f}",
        f"{mean(a_title):.3f}",
        f"{mean(each.within for each in found):.4f}",
        f"{mean(each.chance for each in found):.4f}",
        bounds(gains(found)),
        f"{mean(each.seconds for each in found):.2f}",
    )


def main() -> None:
    """Measure the parts that are asked for, each into its own section."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--cache", type=Path, help="folder that keeps encodings between runs")
    parser.add_argument("--parts", default="shares,floor,small,growing,grounds")
    parser.add_argument("--write", action="store_true", help="into docs/vibes.md")
    options = parser.parse_args()
    path = options.data / FILES["small"]
    if not path.exists():
        parser.error(f"{path} is missing; --data names the folder that holds {FILES['small']}")
    cache = options.cache or Path(tempfile.mkdtemp(prefix="vibes-"))
    cache.mkdir(parents=True, exist_ok=True)
    reports.DOCUMENT = reports.DOCUMENT.with_name("vibes.md")
    for part in options.parts.split(","):
        report = Report(f"vibes-{part}", command=f"benchmarks.vibes --parts {part}")
        # Who chooses the shares is out of that space, too.
        without = ASKED + TRIED if part in ("shares", "small") else ASKED
        world, drawn = read_world(options.data, without=without, cache=cache)
        if part == "shares":
            choose_shares(report, world, drawn[ASKED:])
        elif part == "floor":
            measure_floor(report, world)
        elif part == "small":
            measure_small(report, world, drawn[ASKED:], options.data)
        elif part == "growing":
            measure_growing(report, world)
        elif part == "grounds":
            compare(report, world, drawn[:ASKED])
        else:
            parser.error(
                f"found the part {part!r}, expected shares, floor, small, growing or grounds"
            )
        report.finish(write=options.write)


if __name__ == "__main__":
    main()
