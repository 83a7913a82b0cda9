"""How often a search finds what was meant, and kinship its kin, beside each part on its own.

    python -m benchmarks.search_quality [--write]

The rivals are the parts of the product's own score: the meaning alone (cosine of the composed
vectors) and the words alone (PostgreSQL's word index). Ranks are over the whole catalogue.
"""

from benchmarks import ground

# isort: split
import argparse
import csv
from collections.abc import Callable

import numpy as np
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from benchmarks.report import Report
from catalog.models import Title
from moviedb.embedded import ROOT
from recommendations import vectorstore, zones
from recommendations.batch import searching
from recommendations.encoding import encode_queries
from recommendations.taste.geometry import cosine
from recommendations.taste.text import COMPOSED
from recommendations.words import word_shares
from recommendations.zones.pipeline import serving_space

COMMAND = "python -m benchmarks.search_quality"
GOLDEN = ROOT / "tests" / "golden"


def rows_of(name: str) -> list[dict[str, str]]:
    """Return a golden file's rows."""
    with (GOLDEN / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Measure and print; with --write, into docs/speed.md."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with ground.Ground():
        report = Report("search-quality", command=COMMAND)
        ids, vectors = vectorstore.read_axis(serving_space(), COMPOSED)
        names = dict(Title.objects.values_list("pk", "starter_id"))
        order = [names[title_id] for title_id in ids.tolist()]
        measure_queries(report, ids, vectors, order)
        measure_anchors(report, ids, vectors, names)
        report.finish(write=options.write)


def measure_queries(report: Report, ids: np.ndarray, vectors: np.ndarray, order: list) -> None:
    """Print first place, first three and mean reciprocal rank of each way to score."""
    positions = {title_id: row for row, title_id in enumerate(ids.tolist())}
    names = {starter_id: row for row, starter_id in enumerate(order)}

    def meaning(text: str) -> np.ndarray:
        return cosine(vectors, encode_queries([text])[0])

    def words(text: str) -> np.ndarray:
        scores = np.zeros(len(ids))
        for title_id, share in word_shares(text, n=len(ids)).items():
            scores[positions[title_id]] = share
        return scores

    def product(text: str) -> np.ndarray:
        scores = np.full(len(ids), -9.0)
        found = searching.answer([("q", text)], n=200, this_year=timezone.now().year)
        for answer in found:
            scores[positions[answer.title.pk]] = answer.score
        return scores

    ways: dict[str, Callable[[str], np.ndarray]] = {
        "meaning alone": meaning,
        "words alone": words,
        "the product": product,
    }
    table = []
    for part in ("dev", "golden"):
        queries = [row for row in rows_of("queries.csv") if row["part"] == part]
        for way, score in ways.items():
            ranks = []
            for row in queries:
                scores = score(row["text"])
                wanted = [names[i] for i in row["expected"].split("|")]
                ranks.append(min(int((scores > scores[i]).sum()) + 1 for i in wanted))
            found = np.array(ranks)
            table.append(
                (
                    f"{part} ({len(queries)}), {way}",
                    f"{np.mean(found == 1):.3f}",
                    f"{np.mean(found <= 3):.3f}",
                    f"{np.mean(1 / found):.3f}",
                )
            )
    report.say("Golden queries over the starter catalogue; constants were chosen on *dev*.\n")
    report.table(("queries, scored by", "first", "first three", "MRR"), table)


def measure_anchors(
    report: Report, ids: np.ndarray, vectors: np.ndarray, names: dict[int, str]
) -> None:
    """Print for how many anchors three of ten expected kin stand among the first ten."""
    by_name = {starter_id: title_id for title_id, starter_id in names.items()}
    kinds = dict(Title.objects.values_list("pk", "kind"))
    rows = rows_of("anchors.csv")

    def cosine_alone(anchor: int, wanted: tuple[str, ...]) -> set[str]:
        scores = cosine(vectors, vectors[ids.tolist().index(anchor)])
        ranked = [i for i in ids[np.argsort(-scores, kind="stable")].tolist() if i != anchor]
        return {names[i] for i in [i for i in ranked if not wanted or kinds[i] in wanted][:10]}

    def product(anchor: int, wanted: tuple[str, ...]) -> set[str]:
        shelf = zones.recommend(
            AnonymousUser(),
            zones.Anchor(like=(anchor,)),
            wants=zones.Wants(kinds=wanted),
            n=10,
            now=timezone.now(),
        )
        return {names[pick.title.pk] for pick in shelf.picks}

    table = []
    for way, kin_of in (("composed cosine alone", cosine_alone), ("the product", product)):
        hits = []
        for row in rows:
            wanted = () if row["kinds"] == "any" else tuple(row["kinds"].split("|"))
            found = kin_of(by_name[row["anchor"]], wanted)
            hits.append(len(found & set(row["expected"].split("|"))))
        n_good = sum(n >= 3 for n in hits)
        table.append((way, f"{n_good} of {len(rows)}", f"{np.mean(hits):.2f}"))
    report.say("Golden anchors; the product's weights were chosen on them.\n")
    report.table(("kinship by", "three or more of ten kin", "kin in the first ten"), table)


if __name__ == "__main__":
    main()
