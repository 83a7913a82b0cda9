"""Time finding the nearest titles under real filters, beside the same scan without filters.

    .venv/bin/python -m benchmarks.vectors [--write] [--sizes 10000 40000]

Titles and vectors beyond the starter catalogue are generated, see `generated.py`, and labelled
GENERATED. What is found is compared with NumPy's brute force over what the filters let through.
"""

from benchmarks import ground

# isort: split
import argparse
import datetime
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.utils import timezone

from benchmarks.generated import fill_up_to
from benchmarks.people import reader_of
from benchmarks.report import Report, p50, p95
from catalog.models import Title
from recommendations import zones
from recommendations.models import Space, TitleVector
from recommendations.taste.text import COMPOSED
from recommendations.tastes import taste_of
from recommendations.vectorstore import Packed, as_array, read_axis, write_title_vectors
from recommendations.zones.pipeline import allowed, serving_space
from recommendations.zones.zone import COLUMNS, Context, described, nearest, searched

COMMAND = ".venv/bin/python -m benchmarks.vectors"
N, N_TARGETS, TURNS = 100, 10, 5
N_WRITTEN = 5000
TIE = 2e-6  # in cosine: two titles this close at the end of a list may change places


@dataclass(frozen=True)
class Case:
    """One set of filters: what it is called, who asks, in which zone."""

    name: str
    user: object
    zone: object
    wants: zones.Wants


def cases() -> list[Case]:
    """Return who asks for what; the shares are of all titles, by popularity, which is uniform."""
    visitor, search = AnonymousUser(), zones.Search(text="")
    few, many = (reader_of(n, rng=random.Random(n)).user for n in (40, 400))
    films = zones.Wants(kinds=("film",), min_year=1990, max_runtime=120, not_genres=("Horror",))
    found = [
        Case("a visitor, no filter", visitor, search, zones.Wants()),
        Case("a visitor: films since 1990 under 2 h, no horror", visitor, search, films),
        Case("Tonight of a member with 40 ratings", few, zones.Tonight(), zones.Wants()),
        Case("Tonight of a member with 400 ratings", many, zones.Tonight(), zones.Wants()),
        Case("the same, films since 1990 under 2 h, no horror", many, zones.Tonight(), films),
    ]
    for share in (0.01, 0.1, 0.5):
        wants = zones.Wants(max_popularity=share)
        found.append(Case(f"a visitor, {share:.0%} of the titles", visitor, search, wants))
    return found


def measure_nearest(report: Report, space: Space, targets: np.ndarray) -> list[tuple]:
    """Print time, rows and recall of every case; return what the targets need."""
    now = timezone.now()
    ids, vectors = read_axis(space, COMPOSED)
    place = {title_id: row for row, title_id in enumerate(ids.tolist())}
    everything = TitleVector.objects.along(space, COMPOSED)
    found = cases()
    contexts = {case.name: context_of(case, space, now) for case in found}
    same = described(everything, contexts[found[0].name])
    calls: dict[str, Callable[[np.ndarray], object]] = {
        "plain": lambda t: list(everything.nearest_to(t, n=N).values_list("title_id", "closeness")),
        "columns": lambda t: list(same.nearest_to(t, n=N).values_list(*COLUMNS)),
    } | {c.name: lambda t, c=c: nearest(contexts[c.name], (t, N)) for c in found}
    times = {name: [] for name in calls}
    for turn in range(TURNS):
        for target in targets:
            for name, call in calls.items():
                started = time.perf_counter()
                call(target)
                if turn:  # the first is for warming up
                    times[name].append(1000 * (time.perf_counter() - started))
    plain, columns = times.pop("plain"), times.pop("columns")
    rows, ratios = [], []
    for case in found:
        let_through = list(contexts[case.name].titles.values_list("pk", flat=True))
        kept = np.array([place[i] for i in let_through if i in place], dtype=np.int64)
        recalls, n_rows = [], []
        for target in targets:
            got = nearest(contexts[case.name], (target, N)).ids
            recalls.append(recall(got, ids[kept], vectors[kept], target))
            n_rows.append(len(got))
        ratio = p50(times[case.name]) / p50(columns)
        ratios.append((case.name, ratio, min(recalls), min(n_rows) >= min(N, len(kept))))
        plan = explained(contexts[case.name], targets[0])
        rows.append(
            (case.name, f"{len(kept):,}", min(n_rows), f"{min(recalls):.3f}",
             f"{p50(times[case.name]):.1f}", f"{p95(times[case.name]):.1f}", f"{ratio:.2f}",
             f"{plan['Planning Time']:.1f} + {plan['Execution Time']:.1f}")
        )  # fmt: skip
    report.say(
        f"Rival, the exact scan of all {len(ids):,} without any filter: "
        f"{p50(plain):.1f} ms for ids and cosines, **{p50(columns):.1f} ms** with the columns that "
        "the site reads (their vectors among them). The ratio is to the second.\n"
    )
    report.table(
        ("filters", "let through", f"rows of {N}", "recall", "p50 ms", "p95 ms", "ratio",
         "PostgreSQL: plan + run, ms"),
        rows,
    )  # fmt: skip
    return ratios


def context_of(case: Case, space: Space, now: datetime.datetime) -> Context:
    """Return what the pipeline would hand to the zone."""
    titles = allowed(case.user, case.zone, case.wants, now=now)
    taste = taste_of(case.user, space, now=now)
    return Context(case.user, space, taste, case.wants, titles, now, N)


def recall(got: np.ndarray, ids: np.ndarray, vectors: np.ndarray, target: np.ndarray) -> float:
    """Return the share of the true nearest that were found, by brute force in NumPy."""
    if not len(ids):
        return 1.0
    cosines = vectors.astype(np.float64) @ target / np.linalg.norm(vectors, axis=1)
    n = min(N, len(ids))
    least = np.sort(cosines)[-n]
    good = set(ids[cosines >= least - TIE].tolist())
    return len(good & set(got.tolist())) / n


def explained(context: Context, target: np.ndarray) -> dict:
    """Return PostgreSQL's own account of a search."""
    sent: list[tuple[str, object]] = []

    def note(execute, sql, params, many, wrapped):
        sent.append((sql, params))
        return execute(sql, params, many, wrapped)

    with connection.execute_wrapper(note):
        searched(context, (target, N))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sent[-1][0]}", sent[-1][1])
        (plan,) = cursor.fetchone()
    return (json.loads(plan) if isinstance(plan, str) else plan)[0]


def measure_writing(report: Report, space: Space) -> None:
    """Print rows a second of COPY beside Django's bulk_create, both rolled back."""
    ids, vectors = (part[:N_WRITTEN] for part in read_axis(space, COMPOSED))

    def copied() -> None:
        rows = zip(ids.tolist(), vectors, strict=True)
        write_title_vectors(space, ((i, "benchmark", v, "") for i, v in rows))

    def created() -> None:
        rows = zip(ids.tolist(), vectors, strict=True)
        TitleVector.objects.bulk_create(
            (TitleVector(space=space, title_id=i, axis="benchmark", vector=v) for i, v in rows),
            batch_size=1000,
        )

    def rate(write: Callable[[], None]) -> float:
        with transaction.atomic():
            started = time.perf_counter()
            write()
            took = time.perf_counter() - started
            transaction.set_rollback(True)
        return len(ids) / took

    pairs = [(rate(copied), rate(created)) for _ in range(TURNS)]
    copy, bulk = (p50(column) for column in zip(*pairs, strict=True))
    report.table(
        ("writing vectors", "rows/s", "of bulk_create"),
        [
            ("COPY, then one upsert", f"{copy:,.0f}", f"{p50([c / b for c, b in pairs]):.1f}x"),
            ("rival: bulk_create, 1,000 a statement", f"{bulk:,.0f}", "1.0x"),
        ],
    )


def measure_reading(report: Report, space: Space) -> None:
    """Print rows a second of vectors read in binary beside their text."""
    rows = TitleVector.objects.along(space, COMPOSED).order_by("title_id")

    def binary() -> np.ndarray:
        packed = rows.annotate(packed=Packed("vector")).values_list("packed", flat=True)
        return as_array(packed[:N_WRITTEN], dimension=space.dimension)

    def text() -> np.ndarray:
        found = rows.values_list("vector", flat=True)[:N_WRITTEN]
        return np.asarray(list(found), dtype=np.float32)

    def rate(read: Callable[[], np.ndarray]) -> float:
        started = time.perf_counter()
        n = len(read())
        return n / (time.perf_counter() - started)

    if not np.array_equal(binary(), text()):
        raise RuntimeError("binary and text are read as different numbers")
    pairs = [(rate(binary), rate(text)) for _ in range(TURNS)]
    first, second = (p50(column) for column in zip(*pairs, strict=True))
    report.table(
        ("reading vectors", "rows/s", "of text"),
        [
            ("binary (halfvec_send)", f"{first:,.0f}", f"{p50([b / t for b, t in pairs]):.1f}x"),
            ("rival: text, as the ORM reads them", f"{second:,.0f}", "1.0x"),
        ],
    )


def main() -> None:
    """Measure at every size, smallest first."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into docs/speed.md")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 40_000])
    options = parser.parse_args()
    rng = np.random.default_rng(11)
    with ground.Ground():
        report, space, rows = Report("vectors", command=COMMAND), serving_space(), []
        for size in sorted(options.sizes):
            fill_up_to(size, space, rng=rng)
            n_real = Title.objects.exclude(starter_id=None).count()
            report.say(
                f"**{Title.objects.count():,} titles**, of them {n_real} real and the others "
                f"GENERATED, vectors of {space.dimension} numbers on every axis; {N_TARGETS} "
                f"targets, {TURNS - 1} times each, in turn.\n"
            )
            _, vectors = read_axis(space, COMPOSED)
            targets = vectors[rng.choice(len(vectors), size=N_TARGETS, replace=False)]
            ratios = measure_nearest(report, space, targets)
            name, worst, *_ = max(ratios, key=lambda row: row[1])
            least = min(row[2] for row in ratios)
            rows += [
                (f"top {N} at {size:,}, slowest filters ({name})", f"{worst:.2f}x", "≤ 1.5x",
                 worst <= 1.5),
                (f"recall at {size:,}", f"{least:.3f}", "1.000", least >= 1.0),
                (f"every row that filters let through, at {size:,}",
                 "yes" if all(row[3] for row in ratios) else "no", "yes",
                 all(row[3] for row in ratios)),
            ]  # fmt: skip
        measure_writing(report, space)
        measure_reading(report, space)
        report.targets(rows)
        report.finish(write=options.write)


if __name__ == "__main__":
    main()
