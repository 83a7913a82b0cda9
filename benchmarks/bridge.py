"""From a person's films alone to their books: what was tried, measured, into docs/bridge.md.

    .venv/bin/python -m benchmarks.bridge --data FOLDER [--seeds 0,1,2] [--write]

FOLDER holds amazon-movie-book/interactions.csv.gz (user_id, domain, asin, timestamp). For each
seed a fifth of the people keep their films and lose all their books; another fifth, drawn from
those who are left, chose the settings in the same way before.
"""

import argparse
import csv
import gzip
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from recommendations.taste.evaluation.bridge import (
    Crossing,
    closed_form,
    crossing,
    lists_across,
    measured,
)  # fmt: skip
from recommendations.taste.evaluation.metrics import interval
from recommendations.taste.geometry import unit
from recommendations.taste.interactions import SEEN, Interactions
from recommendations.taste.learners.als import Als
from recommendations.taste.learners.base import Weights
from recommendations.taste.learners.item2vec import Item2Vec

COMMAND = ".venv/bin/python -m benchmarks.bridge"
DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "bridge.md"
SHARE, DAY = 0.2, 86_400
METRICS = ("recall@10", "recall@50", "ndcg@10", "hit@10", "hit@50")
POPULARITY = "popularity of books"
# How much popularity stands beside each way's own score, in deviations of both.
POPULAR = (0.0, 1.0, 3.0)
Scores = Callable[[Crossing], np.ndarray]


@dataclass(frozen=True)
class Way:
    """A way to score books, with every setting that may be chosen; the first two are opponents."""

    name: str
    settings: tuple[tuple[str, Scores], ...]
    with_popularity: bool = True


def read(path: Path) -> tuple[Interactions, np.ndarray]:
    """Return the statements, and which titles are books."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    titles = np.array([f"{row['domain']}:{row['asin']}" for row in rows])
    people = np.array([int(row["user_id"]) for row in rows])
    at = np.array([float(row["timestamp"]) for row in rows])
    kind = np.full(len(rows), SEEN)
    stars = np.full(len(rows), np.nan)
    interactions = Interactions.of(people, titles, stars, at=at, kind=kind)
    return interactions, np.char.startswith(interactions.titles.ids.astype(str), "book:")


def said_of(crossed: Crossing) -> sparse.csr_matrix:
    """Return (people, titles) with 1 for each statement of train."""
    return crossed.train.known


def popularity(crossed: Crossing) -> np.ndarray:
    """Return (k, titles): how many people in train spoke of each title."""
    counts = np.bincount(crossed.train.title, minlength=len(crossed.is_asked))
    return np.tile(counts.astype(np.float32), (len(crossed.people), 1))


def of_their_years(days: float) -> Scores:
    """Return scores by how many spoke of a book around the time when the person saw films."""

    def scores(crossed: Crossing) -> np.ndarray:
        train, n = crossed.train, len(crossed.is_asked)
        counts = np.maximum(np.bincount(train.person, minlength=len(train.people)), 1)
        sums = np.bincount(train.person, weights=train.at, minlength=len(train.people))
        own = (sums / counts)[crossed.people]
        of_books = crossed.is_asked[train.title]
        at, title = train.at[of_books], train.title[of_books]
        found = np.empty((len(own), n), dtype=np.float32)
        for row, moment in enumerate(own):
            near = np.exp(-np.abs(at - moment) / (days * DAY))
            found[row] = np.bincount(title, weights=near, minlength=n)
        return found

    return scores


def alike_people(power: float) -> Scores:
    """Return scores by the books of people with the same films, by the cosine of their films."""

    def scores(crossed: Crossing) -> np.ndarray:
        said = said_of(crossed)
        films = said.multiply(~crossed.is_asked[None]).tocsr()
        counts = np.maximum(np.asarray(films.sum(axis=0)).ravel(), 1)
        films = films @ sparse.diags(counts**-power)
        lengths = np.sqrt(np.asarray(films.multiply(films).sum(axis=1)).ravel())
        films = sparse.diags(1.0 / np.maximum(lengths, 1e-9)) @ films
        books = said.multiply(crossed.is_asked[None]).tocsr()
        return (films.tocsr()[crossed.people] @ films.T @ books).toarray().astype(np.float32)

    return scores


def regression(dimension: int, regularization: float) -> Scores:
    """Return scores of the closed form (dropout .5), cut to one space of so many dimensions."""

    def scores(crossed: Crossing) -> np.ndarray:
        said = said_of(crossed)
        space = closed_form(
            said, is_asked=crossed.is_asked, dimension=dimension,
            regularization=regularization, dropout=0.5,
        )  # fmt: skip
        return space.scores(said[crossed.people])

    return scores


def least_squares(dimension: int, regularization: float) -> Scores:
    """Return scores of ALS over both kinds together."""
    learner = Als(
        dimension=dimension, alpha=10.0, regularization=regularization, short_history=0.0,
        weights=Weights(seen=1.0),
    )  # fmt: skip

    def scores(crossed: Crossing) -> np.ndarray:
        model = learner.fit(crossed.train, rng=np.random.default_rng(0))
        return model.scores(crossed.train, crossed.people)

    return scores


def as_words(epochs: int) -> Scores:
    """Return scores of item2vec over both kinds together, in order of time."""
    learner = Item2Vec(dimension=32, epochs=epochs, at_least=3)

    def scores(crossed: Crossing) -> np.ndarray:
        # Presence is all there is, so every statement is a liking.
        loved = Interactions(
            crossed.train.people, crossed.train.titles, crossed.train.person,
            crossed.train.title, crossed.train.stars, crossed.train.at,
            np.ones(len(crossed.train), dtype=np.uint8),
        )  # fmt: skip
        model = learner.fit(loved, rng=np.random.default_rng(0))
        return model.scores(loved, crossed.people)

    return scores


def added(first: Scores, second: Scores, share: float) -> Scores:
    """Return the sum of two scores, each at length one a person."""
    return lambda crossed: unit(first(crossed)) + share * unit(second(crossed))


WAYS = (
    Way(POPULARITY, (("", popularity),), with_popularity=False),
    Way("popularity in the person's years",
        tuple((f"{d} days", of_their_years(d)) for d in (180, 365, 730)), with_popularity=False),
    Way("people with the same films",
        tuple((f"counts^-{p}", alike_people(p)) for p in (0.0, 0.25))),
    Way("one space: closed form, cut by SVD",
        tuple((f"d {d}, λ {r}", regression(d, r)) for d in (64, 512) for r in (10.0,))),
    Way("one space: ALS",
        tuple((f"d {d}, λ {r}", least_squares(d, r)) for d in (16, 64) for r in (3.0,))),
    Way("one space: item2vec", tuple((f"{e} epochs", as_words(e)) for e in (20,))),
    Way("same films + popularity in their years",
        tuple((f"share {s}", added(of_their_years(365), alike_people(0.0), s))
              for s in (0.1, 0.3, 1.0)), with_popularity=False),
)  # fmt: skip


def values_of(scores: np.ndarray, crossed: Crossing) -> dict[str, np.ndarray]:
    """Return every metric, one value a person."""
    return measured(lists_across(scores, crossed), crossed)


def with_popular(scores: np.ndarray, popular: np.ndarray, share: float) -> np.ndarray:
    """Return scores plus a share of popularity, each at length one a person."""
    return unit(scores) + share * unit(popular) if share else scores


def choose(way: Way, crossed: Crossing) -> tuple[str, Scores, float]:
    """Return the name, the scores and the share of popularity that find most, by NDCG@10."""
    popular = np.where(crossed.is_asked, popularity(crossed), 0.0)
    tried: list[tuple[float, int, str, Scores, float]] = []
    for name, scores in way.settings:
        found = np.where(crossed.is_asked, scores(crossed), 0.0)
        for share in POPULAR if way.with_popularity else (0.0,):
            worth = values_of(with_popular(found, popular, share), crossed)["ndcg@10"].mean()
            label = f"{name}, popularity × {share:g}" if way.with_popularity else name
            tried.append((float(worth), -len(tried), label, scores, share))
    _, _, label, scores, share = max(tried, key=lambda t: t[:2])
    return label, scores, share


def measure(
    whole: Interactions, is_book: np.ndarray, *, seeds: list[int]
) -> tuple[dict[str, dict[str, np.ndarray]], dict[str, list[str]], float]:
    """Return way → metric → values of all asked people, what was chosen, and the findable share."""
    table: dict[str, list[dict[str, np.ndarray]]] = {way.name: [] for way in WAYS}
    picked: dict[str, list[str]] = {way.name: [] for way in WAYS}
    findable = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        crossed = crossing(whole, is_asked=is_book, share=SHARE, rng=rng)
        inner = crossing(crossed.train, is_asked=is_book, share=SHARE, rng=rng)
        known = np.bincount(crossed.train.title, minlength=len(is_book)) > 0
        findable.append(known[crossed.test.title].mean())
        popular = np.where(is_book, popularity(crossed), 0.0)
        for way in WAYS:
            label, scores, share = choose(way, inner)
            found = np.where(is_book, scores(crossed), 0.0)
            values = values_of(with_popular(found, popular, share), crossed)
            table[way.name].append(values)
            picked[way.name].append(label)
            worth = values["ndcg@10"].mean()
            print(f"{seed}: {way.name} ({label}): {worth:.4f}", file=sys.stderr, flush=True)
    joined = {
        name: {m: np.concatenate([draw[m] for draw in draws]) for m in METRICS}
        for name, draws in table.items()
    }
    return joined, picked, float(np.mean(findable))


def cell(values: np.ndarray, *, seed: int = 0) -> str:
    """Return a mean in per cent with its interval."""
    low, high = interval(values, rng=np.random.default_rng(seed))
    return f"{100 * values.mean():.2f} ({100 * low:.2f}–{100 * high:.2f})"


def document(
    table: dict[str, dict[str, np.ndarray]], picked: dict[str, list[str]], findable: float,
    n_seeds: int,
) -> str:  # fmt: skip
    """Return the measured part of docs/bridge.md."""
    baseline = table[POPULARITY]
    asked = len(baseline["ndcg@10"])
    lines = [
        f"`{COMMAND}`: {asked:,} askings of people in {n_seeds} draws; in per cent, with 95 % "
        f"bootstrap intervals over askings. {100 * findable:.0f} % of the hidden books are known "
        "to anybody else in train: no way that learns from people alone can find more.",
        "",
        "| way | " + " | ".join(METRICS) + " | NDCG@10 over popularity, paired |",
        "|---" + "|--:" * (len(METRICS) + 1) + "|",
    ]
    for name, values in table.items():
        paired = cell(values["ndcg@10"] - baseline["ndcg@10"]) if name != POPULARITY else "–"
        cells = " | ".join(cell(values[m]) for m in METRICS)
        lines.append(f"| {name} | {cells} | {paired} |")
    lines += ["", "Chosen on the validation people of each draw:", ""]
    lines += [f"- {n}: {'; '.join(labels)}" for n, labels in picked.items() if any(labels)]
    return "\n".join(lines)


def write(text: str) -> None:
    """Replace what stands between the markers of docs/bridge.md.

    Raises:
        ValueError: the document has no markers.
    """
    first, last = "<!-- measured: written by the command below -->", "<!-- end of measured -->"
    before, found, rest = DOCUMENT.read_text(encoding="utf-8").partition(first)
    _, ends, after = rest.partition(last)
    if not found or not ends:
        raise ValueError(f"{DOCUMENT} needs the lines {first!r} and {last!r} around the figures")
    DOCUMENT.write_text(f"{before}{first}\n{text}\n{last}{after}", encoding="utf-8")


def main() -> None:
    """Measure, print, and with --write put the figures into the document."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--seeds", default="0,1,2", help="draws of people")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/bridge.md")
    options = parser.parse_args()
    path = options.data / "amazon-movie-book" / "interactions.csv.gz"
    if not path.exists():
        parser.error(f"{path} is missing; --data names the folder that holds amazon-movie-book/")
    seeds = [int(seed) for seed in options.seeds.split(",")]
    whole, is_book = read(path)
    text = document(*measure(whole, is_book, seeds=seeds), len(seeds))
    print(text)
    if options.write:
        write(text)


if __name__ == "__main__":
    main()
