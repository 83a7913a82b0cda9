"""Hide a tenth of the rated titles wholly, place them by their content, and see who finds them.

    .venv/bin/python -m benchmarks.placing --data FOLDER [--cache FOLDER] [--sets small,1m]

FOLDER holds ml-latest-small/, ml-1m/, ml-1m-omdb/, tmdb-movies-10866/ and tmdb-top10k/. Texts are
encoded once and kept in the cache folder, where the encoder is exported to as well. Settings are
chosen by hiding other titles within what is learnt from; what is printed was hidden from that.
"""

import argparse
import csv
import gzip
import hashlib
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from moviedb.knobs import MINILM_SHA256
from recommendations.taste.encoders import OnnxEncoder
from recommendations.taste.evaluation import metrics
from recommendations.taste.exporting import export_onnx
from recommendations.taste.geometry import unit
from recommendations.taste.interactions import Interactions, Vocabulary, cleaned
from recommendations.taste.learners.base import Weights
from recommendations.taste.learners.placing import (
    ByNeighbours,
    ByNetwork,
    ByRidge,
    Placer,
    with_new_titles,
)  # fmt: skip
from recommendations.taste.space import TasteSpace, shares_of
from recommendations.taste.text import PEOPLE, STORY, THEMES, TitleFacts, axis_texts

COMMAND = ".venv/bin/python -m benchmarks.placing"
ENCODER = "all-MiniLM-L6-v2"
FILES = {"small": "ml-latest-small/ratings.csv", "1m": "ml-1m/ratings.csv.gz"}
SHARES = {STORY: 0.4, THEMES: 0.4, PEOPLE: 0.2}
HIDDEN, RATED_BY, HIDDEN_RATED_BY, DIMENSION = 0.1, 3, 5, 64
YEAR = re.compile(r"\s*\((\d{4})\)\s*$")
GRIDS: dict[str, list[Placer]] = {
    "ridge": [ByRidge(regularization=r) for r in (1.0, 3.0, 10.0, 30.0)],
    "neighbours": [ByNeighbours(n=n, power=p) for n in (5, 10, 30) for p in (1.0, 4.0)],
    "network": [ByNetwork(decay=decay) for decay in (0.1, 1.0, 10.0)],
}
STRETCHES = (1.0, 1.5, 2.0, 3.0, 4.0)
MOST_PEOPLE = 1_000  # who are ranked for; a sample where there are more.
SpaceOf = Callable[[Interactions], TasteSpace]


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file, packed or not."""
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        yield from csv.DictReader(file)


def ratings(path: Path) -> Interactions:
    """Return the ratings of the titles that enough people rated."""
    rows = [(int(r["userId"]), int(r["movieId"]), float(r["rating"])) for r in rows_of(path)]
    people, titles, stars = (np.array(column) for column in zip(*rows, strict=True))
    known, counts = np.unique(titles, return_counts=True)
    keep = np.isin(titles, known[counts >= RATED_BY])
    return cleaned(Interactions.of(people[keep], titles[keep], stars[keep]))[0]


def movielens_facts(data: Path) -> dict[int, TitleFacts]:
    """Return what the data sets say of each MovieLens title, by its id."""
    names: dict[int, tuple[str, str]] = {}
    for line in (data / "ml-1m/movies.dat").read_text(encoding="latin-1").splitlines():
        number, name, genres = line.split("::")
        names[int(number)] = (name, genres)
    for row in rows_of(data / "ml-latest-small/movies.csv"):
        names[int(row["movieId"])] = (row["title"], row["genres"])
    omdb = {int(r["movieId"]): r for r in rows_of(data / "ml-1m-omdb/movies_extrainfos.csv.gz")}
    tmdb = {r["id"]: r for r in rows_of(data / "tmdb-movies-10866/tmdb-movies.csv.gz")}
    top = {r["id"]: r for r in rows_of(data / "tmdb-top10k/top10K-TMDB-movies.csv.gz")}
    links = {int(r["movieId"]): r["tmdbId"] for r in rows_of(data / "ml-latest-small/links.csv")}
    return {
        number: _facts(
            name, genres, omdb.get(number, {}),
            tmdb.get(links.get(number, ""), {}), top.get(links.get(number, ""), {}),
        )
        for number, (name, genres) in names.items()
    }  # fmt: skip


def _facts(name: str, genres: str, omdb: dict, tmdb: dict, top: dict) -> TitleFacts:
    year = YEAR.search(name)
    plot = omdb.get("plot", "").replace("N/A", "")
    return TitleFacts(
        kind="film",
        name=YEAR.sub("", name),
        year=int(year[1]) if year else None,
        synopsis=plot or tmdb.get("overview", "") or top.get("overview", ""),
        genres=_parts(genres.replace("(no genres listed)", ""), "|"),
        themes=_parts(tmdb.get("keywords", ""), "|"),
        makers=_parts(tmdb.get("director", ""), "|") or _parts(omdb.get("director", ""), ","),
        cast=_parts(tmdb.get("cast", ""), "|")[:4] or _parts(omdb.get("actors", ""), ",")[:4],
    )


def _parts(text: str, separator: str) -> tuple[str, ...]:
    return tuple(p.strip() for p in text.split(separator) if p.strip() not in ("", "N/A"))


def encoded(texts: list[str], *, cache: Path) -> np.ndarray:
    """Return (n, 384) vectors of texts; those in the cache folder are not encoded again."""
    kept_in = cache / "encodings.npz"
    kept: dict[str, np.ndarray] = {}
    if kept_in.exists():
        with np.load(kept_in) as file:
            kept = dict(zip(file["keys"].tolist(), file["vectors"], strict=True))
    keys = [hashlib.sha256(f"{ENCODER}\n{text}".encode()).hexdigest() for text in texts]
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
    if new:
        print(f"encoding {len(new):,} texts …", file=sys.stderr, flush=True)
        if not (cache / "model.onnx").exists():
            export_onnx(ENCODER, folder=cache, sha256=MINILM_SHA256)
        made = OnnxEncoder(ENCODER, folder=cache, threads=2).encode(list(new.values()))
        kept |= dict(zip(new, made, strict=True))
        np.savez(kept_in, keys=np.array(list(kept)), vectors=np.stack(list(kept.values())))
    return np.stack([kept[key] for key in keys])


def content_of(titles: Vocabulary, data: Path, *, cache: Path) -> np.ndarray:
    """Return (n, c) content: axes side by side, each centred, at the root of its share."""
    facts = movielens_facts(data)
    texts = [axis_texts(facts[int(number)]) for number in titles.ids]
    parts = []
    for axis, share in SHARES.items():
        vectors = encoded([text[axis] for text in texts], cache=cache)
        says = np.array([bool(text[axis]) for text in texts])
        centred = unit(vectors - vectors[says].mean(axis=0)) * says[:, None]
        parts.append(share**0.5 * centred)
    return np.hstack(parts)


def plain_space(train: Interactions) -> TasteSpace:
    """Return the truncated SVD of the graded weights: nothing clever, until there is better."""
    weighed = train.matrix(Weights().of(train))
    counts = np.bincount(train.title, minlength=len(train.titles))
    _, _, right = svds(weighed.astype(np.float64), k=DIMENSION, random_state=0)
    vectors = right.T.astype(np.float32)
    return TasteSpace(
        titles=train.titles, vectors=vectors, pulls=vectors[None], starts=np.zeros((1, DIMENSION)),
        lengths=np.ones(1, dtype=np.float32), counts=counts,
    )  # fmt: skip


def without(space: TasteSpace, hidden: np.ndarray) -> TasteSpace:
    """Return the space with only the titles that are not hidden."""
    keep = ~hidden
    return TasteSpace(
        Vocabulary(space.titles.ids[keep]), space.vectors[keep], space.pulls[:, keep],
        space.lengths, space.starts, space.counts[keep],
    )  # fmt: skip


def places_of(said: sparse.csr_matrix, space: TasteSpace) -> np.ndarray:
    """Return (people, d): where everybody lies, by what they said and how much of it."""
    lengths = np.diff(said.indptr)
    shares = np.stack([shares_of(length, space.lengths) for length in lengths])
    parts = [said @ pulls + start for pulls, start in zip(space.pulls, space.starts, strict=True)]
    return np.einsum("km,mkd->kd", shares, np.stack(parts))


class Hiding:
    """One draw of hidden titles, the space without them, and the people who loved one."""

    def __init__(
        self, whole: Interactions, content: np.ndarray, space_of: SpaceOf, rng: np.random.Generator
    ) -> None:
        """Hide a share of the titles that enough people rated."""
        counts = np.bincount(whole.title, minlength=len(whole.titles))
        able = np.flatnonzero(counts >= HIDDEN_RATED_BY)
        self.hidden = np.zeros(len(counts), dtype=bool)
        self.hidden[rng.permutation(able)[: round(HIDDEN * len(able))]] = True
        is_hidden = self.hidden[whole.title]
        self.train, self.content = whole.take(~is_hidden), content
        loved = whole.take(is_hidden & (whole.stars >= 4.0))
        self.people = np.sort(rng.permutation(np.unique(loved.person))[:MOST_PEOPLE])
        self.held = loved.matrix(np.ones(len(loved)))[self.people]
        self.known = self.train.known[self.people]
        self.said = self.train.matrix(Weights().of(self.train))
        self.space = space_of(self.train)
        everybody = places_of(self.said, self.space)
        self.places = everybody[self.people].astype(np.float32)
        columns = whole.matrix(Weights().of(whole))[:, np.flatnonzero(self.hidden)]
        squares = everybody.T @ everybody + 1e-3 * np.eye(everybody.shape[1])
        # Where all ratings would put the hidden titles, in the very space that never saw them.
        self.truth = np.linalg.solve(squares, np.asarray((columns.T @ everybody).T)).T

    def placed(self, placer: Placer, rng: np.random.Generator) -> np.ndarray:
        """Return (titles, d) vectors, those of the hidden placed by content."""
        filled = with_new_titles(
            without(self.space, self.hidden), known=self.content[~self.hidden], placer=placer,
            new_titles=Vocabulary(self.space.titles.ids[self.hidden]),
            new=self.content[self.hidden], rng=rng,
        )  # fmt: skip
        return filled.vectors

    def content_scores(self) -> np.ndarray:
        """Return (k, titles) cosine of each title and what the person loved."""
        return np.asarray(self.said[self.people] @ self.content) @ unit(self.content).T

    def figures(self, scores: np.ndarray) -> dict[str, float]:
        """Return how hidden titles rank for those who loved them, among all and among the new."""
        scores = np.array(scores, dtype=np.float32)
        rows, columns = self.known.nonzero()
        scores[rows, columns] = -np.inf
        found: dict[str, float] = {}
        for name, allowed in (("all", np.ones_like(self.hidden)), ("new", self.hidden)):
            masked = np.where(allowed[None], scores, -np.inf)
            lists = best_first(masked, n=100)
            if name == "all":
                found["new in ten"] = float(self.hidden[lists[:, :10]].mean())
            hits = metrics.hits(lists, self.held)
            for n in (10, 100):
                values = metrics.recall(hits[:, :n], self.held, n=n)
                found[f"recall@{n} {name}"] = float(np.nanmean(values))
        return found

    def closeness(self, vectors: np.ndarray) -> float:
        """Return the mean cosine of placed and true vectors."""
        return float((unit(vectors[self.hidden]) * unit(self.truth)).sum(axis=1).mean())


def best_first(scores: np.ndarray, *, n: int) -> np.ndarray:
    """Return (k, n) column numbers of the highest scores."""
    top = np.argpartition(-scores, n - 1, axis=1)[:, :n]
    order = np.argsort(-np.take_along_axis(scores, top, axis=1), axis=1, kind="stable")
    return np.take_along_axis(top, order, axis=1)


def stretched(vectors: np.ndarray, hidden: np.ndarray, stretch: float) -> np.ndarray:
    """Return the vectors with those of hidden titles multiplied."""
    return np.where(hidden[:, None], stretch * vectors, vectors)


def chosen(inner: Hiding, grid: list[Placer]) -> tuple[Placer, float]:
    """Return the placer and the stretch that rank best, on titles hidden for choosing."""
    worth: dict[tuple[Placer, float], float] = {}
    for placer in grid:
        vectors = inner.placed(placer, np.random.default_rng(0))
        for stretch in STRETCHES:
            scores = inner.places @ stretched(vectors, inner.hidden, stretch).T
            figures = inner.figures(scores)
            worth[placer, stretch] = figures["recall@10 all"] + figures["recall@100 all"]
    return max(worth, key=lambda pair: worth[pair])


def measure(
    whole: Interactions, content: np.ndarray, *, seeds: list[int], space_of: SpaceOf = plain_space
) -> dict[str, dict[str, list[float]]]:
    """Return way → figure → one value a seed."""
    table: dict[str, dict[str, list[float]]] = {}

    def note(way: str, values: dict[str, float]) -> None:
        for name, value in values.items():
            table.setdefault(way, {}).setdefault(name, []).append(value)

    for seed in seeds:
        rng = np.random.default_rng(seed)
        hiding = Hiding(whole, content, space_of, rng)
        # What is hidden stays hidden while settings are chosen.
        inner = Hiding(hiding.train, content, space_of, rng)
        for name, grid in GRIDS.items():
            best, stretch = chosen(inner, grid)
            print(f"seed {seed}: {best}, stretch {stretch}", file=sys.stderr, flush=True)
            vectors = hiding.placed(best, rng)
            cosine = {"cosine": hiding.closeness(vectors)}
            note(f"placed by {name}", cosine | hiding.figures(hiding.places @ vectors.T))
            vectors = stretched(vectors, hiding.hidden, stretch)
            note(f"placed by {name}, stretched", hiding.figures(hiding.places @ vectors.T))
        note("content closeness alone", hiding.figures(hiding.content_scores()))
        counts = np.bincount(hiding.train.title, minlength=len(hiding.hidden))
        chance = rng.random((len(hiding.people), len(counts)))
        note("popularity, ties by lot", hiding.figures(counts + chance))
        note("random", hiding.figures(rng.random(chance.shape)))
        vectors = hiding.space.vectors.copy()
        vectors[hiding.hidden] = hiding.truth
        ceiling = {"cosine": 1.0} | hiding.figures(hiding.places @ vectors.T)
        note("ceiling: placed by its own ratings", ceiling)
    return table


def main() -> None:
    """Print a table for each data set."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--cache", type=Path, help="folder that keeps encodings between runs")
    parser.add_argument("--sets", default="small,1m", help="which ratings, of small and 1m")
    parser.add_argument("--seeds", default="0,1,2", help="draws of hidden titles")
    options = parser.parse_args()
    cache = options.cache or Path(tempfile.mkdtemp(prefix="placing-"))
    cache.mkdir(parents=True, exist_ok=True)
    seeds = [int(seed) for seed in options.seeds.split(",")]
    for name in options.sets.split(","):
        path = options.data / FILES[name]
        if not path.exists():
            parser.error(f"{path} is missing; --data names the folder that holds {FILES[name]}")
        whole = ratings(path)
        content = content_of(whole.titles, options.data, cache=cache)
        table = measure(whole, content, seeds=seeds)
        heads = ["cosine"] + [f"recall@{n} {of}" for of in ("all", "new") for n in (10, 100)]
        heads.append("new in ten")
        print(f"\n{FILES[name]}: {len(whole.titles):,} titles rated by {RATED_BY} or more, a tenth "
              f"of those with {HIDDEN_RATED_BY} hidden, seeds {options.seeds}\n")  # fmt: skip
        print("| way | " + " | ".join(heads) + " |\n|---" + "|--:" * len(heads) + "|")
        for way, figures in table.items():
            cells = [f"{np.mean(figures[h]):.3f}" if h in figures else "–" for h in heads]
            print(f"| {way} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
