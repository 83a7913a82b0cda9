"""How often a search puts the title that was meant first, beside meaning and words alone.

    .venv/bin/python -m benchmarks.search_quality [--write] [--big]

Searches: tests/golden/queries.csv, whose part `dev` was used to choose weights and whose part
`golden` was not. Anchors: tests/golden/anchors.csv, which the weights of kinship were chosen on.
With `--big` and MOVIEDB_DATA, the first 400 descriptions of half-remembered films in
`MOVIEDB_DATA/search/tip-of-my-tongue.csv` too, over the 10,866 TMDb titles: embedding those
takes minutes (BENCHMARK_VAR=FOLDER keeps them for the next run).
"""

from benchmarks import ground

# isort: split
import argparse
import csv
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from benchmarks.report import Report
from catalog.loading import Loader
from catalog.models import Title
from catalog.sources.known import SOURCES
from moviedb.embedded import ROOT
from recommendations import zones
from recommendations.batch.embedding import embed_titles
from recommendations.batch.searching import answer, batch_of_queries
from recommendations.encoding import encode_meaning, encoder_of
from recommendations.taste.reading import plain_words, read_filters
from recommendations.taste.text import COMPOSED
from recommendations.taste.wording import FILLERS, without_manner, without_talk
from recommendations.vectorstore import read_axis
from recommendations.words import word_shares
from recommendations.zones.pipeline import serving_space

COMMAND = ".venv/bin/python -m benchmarks.search_quality"
GOLDEN = ROOT / "tests" / "golden"
DEPTH, N_BIG, MOST_HOLDERS = 50, 400, 2000
TMDB = "tmdb-movies-10866"


@dataclass(frozen=True)
class Way:
    """A way to search: a text to title ids, best first."""

    name: str
    find: Callable[[str], Sequence[int]]


def ranks(way: Way, asked: Iterable[tuple[str, set[int]]]) -> list[int]:
    """Return per (text, ids that are right) the rank of the first right one, 0 for none in 50."""
    found = []
    for text, right in asked:
        listed = list(way.find(text))[:DEPTH]
        found.append(next((n for n, i in enumerate(listed, start=1) if i in right), 0))
    return found


def figures(found: list[int]) -> list[str]:
    """Return hit@1, hit@3, hit@10 and the mean reciprocal rank."""
    n = max(len(found), 1)
    hits = [sum(0 < rank <= most for rank in found) / n for most in (1, 3, 10)]
    return [f"{hit:.1%}" for hit in hits] + [f"{sum(1 / r for r in found if r) / n:.3f}"]


def meant(text: str) -> str:
    """Return a text as the search page hands it on: what became a chip is taken out."""
    return plain_words(text, read_filters(text, this_year=timezone.now().year)) or text


def by_cosine(vector: np.ndarray, ids: np.ndarray, vectors: np.ndarray) -> list[int]:
    """Return the ids whose vectors lie closest, ties by id."""
    return ids[np.lexsort((ids, -(vectors @ vector)))].tolist()


def by_words(text: str) -> list[int]:
    """Return the ids of the titles that hold the words of a text."""
    return list(word_shares(without_talk(meant(text)), n=MOST_HOLDERS))


def small_ways(ids: np.ndarray, vectors: np.ndarray) -> list[Way]:
    """Return meaning alone, words alone, and the site's own search for a visitor."""

    name = encoder_of(serving_space())

    def product(text: str) -> list[int]:
        zone = zones.Search(text=meant(text))
        shelf = zones.recommend(AnonymousUser(), zone, n=DEPTH, now=timezone.now())
        return [pick.title.pk for pick in shelf.picks]

    return [
        Way("meaning alone: cosine of the composed vectors",
            lambda text: by_cosine(encode_meaning([meant(text)], name=name)[0], ids, vectors)),
        Way("words alone", by_words),
        Way("both: the site's search", product),
    ]  # fmt: skip


def golden_queries(part: str) -> list[tuple[str, set[int]]]:
    """Return the texts of one part, each with the ids of the titles that are right."""
    of_starter = dict(Title.objects.exclude(starter_id=None).values_list("starter_id", "pk"))
    with (GOLDEN / "queries.csv").open(encoding="utf-8") as file:
        return [
            (row["text"], {of_starter[i] for i in row["expected"].split("|")})
            for row in csv.DictReader(file)
            if row["part"] == part
        ]


def measure_golden(report: Report) -> list[tuple]:
    """Print the golden queries by part and way; return what the targets need."""
    ids, vectors = visible(read_axis(serving_space(), COMPOSED))
    rows, share = [], 0.0
    ways = small_ways(ids, vectors)
    for part in ("dev", "golden"):
        asked = golden_queries(part)
        for way in ways:
            found = ranks(way, asked)
            rows.append((f"{part} ({len(asked)})", way.name, *figures(found)))
            share = sum(0 < rank <= 3 for rank in found) / len(found)
    report.say(f"Golden queries over {len(ids)} titles, no title's name in them:\n")
    report.table(("queries", "way", "hit@1", "hit@3", "hit@10", "MRR"), rows)
    return [("golden queries in the first three", f"{share:.1%}", "≥ 85 %", share >= 0.85)]


def kin_found() -> dict[str, list[int]]:
    """Return per way how many of its ten kin each anchor finds among the first ten titles."""
    ids, vectors = visible(read_axis(serving_space(), COMPOSED))
    row_of = {title_id: row for row, title_id in enumerate(ids.tolist())}
    titles = {t.starter_id: t for t in Title.objects.exclude(starter_id=None)}
    kinds = dict(Title.objects.values_list("pk", "kind"))
    with (GOLDEN / "anchors.csv").open(encoding="utf-8") as file:
        anchors = list(csv.DictReader(file))
    good: dict[str, list[int]] = {'the site\'s "more like this"': [], "cosine alone": []}
    for row in anchors:
        anchor, kin = titles[row["anchor"]].pk, {titles[i].pk for i in row["expected"].split("|")}
        wanted = () if row["kinds"] == "any" else tuple(row["kinds"].split("|"))
        shelf = zones.recommend(
            AnonymousUser(),
            zones.Anchor(like=(anchor,)),
            wants=zones.Wants(kinds=wanted),
            n=10,
            now=timezone.now(),
        )
        near = [
            i
            for i in by_cosine(vectors[row_of[anchor]], ids, vectors)
            if i != anchor and (not wanted or kinds[i] in wanted)
        ]
        lists = ([pick.title.pk for pick in shelf.picks], near[:10])
        for found, listed in zip(good.values(), lists, strict=True):
            found.append(len(kin & set(listed)))
    return good


def measure_anchors(report: Report) -> list[tuple]:
    """Print how many anchors find at least three of ten kin; return what the targets need."""
    good = kin_found()
    n_anchors = len(next(iter(good.values())))
    report.say(f"{n_anchors} anchors with ten kin each, the first ten titles of each list:\n")
    report.table(
        ("way", "anchors with 3 kin or more", "kin a list"),
        [
            (name, f"{np.mean(np.array(found) >= 3):.1%}", f"{np.mean(found):.2f}")
            for name, found in good.items()
        ],
    )
    share = float(np.mean(np.array(next(iter(good.values()))) >= 3))
    return [("anchors with 3 of 10 kin in ten", f"{share:.1%}", "≥ 85 % (34 of 40)", share >= 0.85)]


def measure_big(report: Report, data: Path) -> None:
    """Load and embed the TMDb titles; print how the half-remembered films are found."""
    started = time.monotonic()
    source, folder = SOURCES["tmdb"], data / TMDB
    Loader(now=timezone.now()).load(source.read(folder), source=source.name, path=str(folder))
    ground.count_rows()

    def progress(done: int, total: int) -> None:
        rate = done / (time.monotonic() - started)
        print(f"  embedded {done:,} of {total:,}, {rate:.0f} a second", file=sys.stderr, flush=True)

    done = embed_titles(progress=progress)
    ground.count_rows()
    ids, vectors = visible(read_axis(serving_space(), COMPOSED))
    by_imdb = dict(Title.objects.exclude(imdb_id=None).values_list("imdb_id", "pk"))
    with (data / "search" / "tip-of-my-tongue.csv").open(encoding="utf-8") as file:
        queries = list(csv.DictReader(file))[:N_BIG]
    asked = [
        (row["text"], {by_imdb[row["imdb_id"]]}) for row in queries if row["imdb_id"] in by_imdb
    ]
    texts = [text for text, _ in asked]
    encoder = batch_of_queries(os.cpu_count() or 1, name=encoder_of(serving_space()))
    asks = [meant(text) for text in texts]
    filler = encoder.encode(list(FILLERS)).mean(axis=0)
    places = dict(zip(texts, without_manner(encoder.encode(asks), asks, filler), strict=True))
    began, both = time.monotonic(), {text: [] for text in texts}
    for found in answer(
        [(str(row), text) for row, text in enumerate(texts)], n=DEPTH, this_year=timezone.now().year
    ):
        both[texts[int(found.query_id)]].append(found.title.pk)
    took = (time.monotonic() - began) / max(len(texts), 1)
    ways = [
        Way("meaning alone: cosine of the composed vectors",
            lambda text: by_cosine(places[text], ids, vectors)),
        Way("words alone", by_words),
        Way("both: `manage.py search`", lambda text: both[text]),
    ]  # fmt: skip
    report.say(
        f"Half-remembered films in people's own words, {len(asked)} of {len(queries)} queries (the "
        f"others' films are not in the catalogue), over {len(ids):,} titles, of which "
        f"{done.n_embedded:,} were embedded in {done.seconds / 60:.1f} minutes now; "
        f"{1000 * took:.0f} ms a query in a batch:\n"
    )
    report.table(
        ("way", "hit@1", "hit@3", "hit@10", "MRR"),
        [(way.name, *figures(ranks(way, asked))) for way in ways],
    )


def visible(axis: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return only the ids and vectors of titles that people may see."""
    shown = set(Title.objects.visible().complete().values_list("pk", flat=True))
    keep = np.array([i in shown for i in axis[0].tolist()], dtype=bool)
    return axis[0][keep], axis[1][keep]


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into docs/speed.md")
    parser.add_argument("--big", action="store_true", help="half-remembered films, see above")
    options = parser.parse_args()
    data = Path(os.environ.get("MOVIEDB_DATA", ""))
    if options.big and not (data / TMDB).is_dir():
        parser.error(f"--big needs MOVIEDB_DATA to name a folder that holds {TMDB}/ and search/")
    with ground.Ground():
        if Title.objects.filter(starter_id=None).exists():
            parser.error("BENCHMARK_VAR holds more than the starter catalogue; name another folder")
        report = Report("search-quality", command=COMMAND + " --big" * options.big)
        rows = measure_golden(report) + measure_anchors(report)
        report.targets(rows)
        if options.big:
            measure_big(report, data)
        report.finish(write=options.write)


if __name__ == "__main__":
    main()
