"""Time and check the three ways to cut under filters: held by the process, SQL exact, and HNSW.

    .venv/bin/python -m benchmarks.filters [--write] [--sizes 40000 100000]

Titles and vectors beyond the starter catalogue are generated, see `generated.py`, and labelled
GENERATED. What is found is compared with NumPy's brute force over what the filters let through.
HNSW is pgvector's, over one axis of one space alone, with iterative scans.
"""

from benchmarks import ground

# isort: split
import argparse
import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.utils import timezone
from pgvector import HalfVector
from threadpoolctl import threadpool_limits

from benchmarks.generated import fill_up_to
from benchmarks.report import Report, p50, p95
from benchmarks.vectors import TIE
from catalog.models import Title
from recommendations import held as holding
from recommendations import zones
from recommendations.models import Space
from recommendations.taste.text import COMPOSED
from recommendations.tastes import taste_of
from recommendations.vectorstore import read_axis
from recommendations.zones.guarantees import allowed
from recommendations.zones.pipeline import serving_space
from recommendations.zones.zone import Context, nearest, searched

COMMAND = ".venv/bin/python -m benchmarks.filters"
N, TURNS = 100, 4
LEAST = 0.98
HELD, EXACT = "held by the process", "SQL, exact"
M, EF_CONSTRUCTION = 16, 64
# (ef_search, the order of iterative scans, how many tuples they may visit)
SETTINGS = (
    (200, "relaxed_order", 20_000),
    (400, "relaxed_order", 100_000),
    (1000, "strict_order", 100_000),
)


@dataclass(frozen=True)
class Case:
    """One set of filters, by what it keeps; popularity is uniform."""

    name: str
    wants: zones.Wants


CASES = (
    Case("no filter", zones.Wants()),
    Case("half", zones.Wants(max_popularity=0.5)),
    Case("a tenth", zones.Wants(max_popularity=0.1)),
    Case("one in a hundred", zones.Wants(max_popularity=0.01)),
    Case(
        "films since 1990 under 2 h, no horror",
        zones.Wants(kinds=("film",), min_year=1990, max_runtime=120, not_genres=("Horror",)),
    ),
)


def build_index(space: Space) -> tuple[float, float]:
    """Build the index anew; return the seconds it took and its size in MiB."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS benchmark_hnsw")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        started = time.perf_counter()
        cursor.execute(
            "CREATE INDEX benchmark_hnsw ON recommendations_titlevector USING hnsw"
            f" ((vector::halfvec({space.dimension})) halfvec_cosine_ops)"
            f" WITH (m = {M}, ef_construction = {EF_CONSTRUCTION})"
            f" WHERE space_id = {space.pk} AND axis = '{COMPOSED}'"
        )
        took = time.perf_counter() - started
        cursor.execute("SELECT pg_relation_size('benchmark_hnsw')")
        (size,) = cursor.fetchone()
        cursor.execute("RESET maintenance_work_mem")
    return took, size / 2**20


@contextlib.contextmanager
def scanning(ef: int, order: str, most: int) -> Iterator[None]:
    """Have HNSW scans made so, and the planner take them where it would rather not."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL hnsw.ef_search = {ef}")
        cursor.execute(f"SET LOCAL hnsw.iterative_scan = {order}")
        cursor.execute(f"SET LOCAL hnsw.max_scan_tuples = {most}")
        yield


def by_index(context: Context, target: np.ndarray) -> np.ndarray:
    """Return the ids that the index finds under the filters, which stay a subquery."""
    titles, params = context.titles.order_by().values("pk").query.sql_with_params()
    dimension = context.space.dimension
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.title_id FROM recommendations_titlevector v"
            f" WHERE v.space_id = {context.space.pk} AND v.axis = '{COMPOSED}'"
            f" AND v.title_id IN ({titles})"
            f" ORDER BY v.vector::halfvec({dimension}) <=> %s::halfvec({dimension}) LIMIT {N}",
            [*params, HalfVector(target).to_text()],
        )
        return np.array([row[0] for row in cursor.fetchall()], dtype=np.int64)


def is_scanned(context: Context, target: np.ndarray) -> bool:
    """Return whether PostgreSQL chooses the index for these filters."""
    titles, params = context.titles.order_by().values("pk").query.sql_with_params()
    dimension = context.space.dimension
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT v.title_id FROM recommendations_titlevector v"
            f" WHERE v.space_id = {context.space.pk} AND v.axis = '{COMPOSED}'"
            f" AND v.title_id IN ({titles})"
            f" ORDER BY v.vector::halfvec({dimension}) <=> %s::halfvec({dimension}) LIMIT {N}",
            [*params, HalfVector(target).to_text()],
        )
        return any("benchmark_hnsw" in line for (line,) in cursor.fetchall())


def recall(got: np.ndarray, ids: np.ndarray, cosines: np.ndarray) -> float:
    """Return the share of the true nearest that were found; ties at the end may change places."""
    n = min(N, len(ids))
    if not n:
        return 1.0
    least = np.sort(cosines)[-n]
    return len(set(ids[cosines >= least - TIE].tolist()) & set(got.tolist())) / n


def measure(report: Report, space: Space, targets: np.ndarray) -> list[tuple[str, str, float]]:
    """Print every way's recall and time under every filter; return (way, filter, recall)."""
    ids, vectors = read_axis(space, COMPOSED)
    lengths = np.linalg.norm(vectors, axis=1)
    now, visitor = timezone.now(), AnonymousUser()
    taste = taste_of(visitor, space, now=now)
    found = []
    for case in CASES:
        titles = allowed(visitor, zones.Search(text=""), case.wants, now=now)
        context = Context(visitor, space, taste, case.wants, titles, now, N)
        through = np.isin(ids, list(titles.values_list("pk", flat=True)))
        truths = [vectors[through] @ t / lengths[through] / np.linalg.norm(t) for t in targets]

        def held_way(target: np.ndarray, context: Context = context) -> np.ndarray:
            return nearest(context, (target, N)).ids

        def exact_way(target: np.ndarray, context: Context = context) -> np.ndarray:
            return searched(context, (target, N)).ids

        def index_way(target: np.ndarray, context: Context = context) -> np.ndarray:
            return by_index(context, target)

        ways: list[tuple[str, Callable[[np.ndarray], np.ndarray], tuple | None]] = [
            (HELD, held_way, None),
            (EXACT, exact_way, None),
            *(
                (f"HNSW, ef_search {ef}, {order}, {most:,} tuples", index_way, (ef, order, most))
                for ef, order, most in SETTINGS
            ),
        ]
        rows = []
        for name, way, setting in ways:
            with scanning(*setting) if setting else contextlib.nullcontext():
                times, recalls = [], []
                for turn in range(TURNS):
                    for target, truth in zip(targets, truths, strict=True):
                        started = time.perf_counter()
                        got = way(target)
                        if turn:  # the first is for warming up
                            times.append(1000 * (time.perf_counter() - started))
                        else:
                            recalls.append(recall(got, ids[through], truth))
                chosen = "" if not setting else "yes" if is_scanned(context, targets[0]) else "no"
            mean = float(np.mean(recalls))
            rows.append((name, f"{mean:.3f}", f"{min(recalls):.3f}", f"{p50(times):.1f}",
                         f"{p95(times):.1f}", chosen))  # fmt: skip
            found.append((name, case.name, mean))
        report.say(f"{case.name}: {through.sum():,} titles let through.\n")
        report.table(
            ("way", "recall, mean", "least", "p50 ms", "p95 ms", "PostgreSQL takes the index"), rows
        )
    return found


def main() -> None:
    """Measure at every size, smallest first."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into docs/speed.md")
    parser.add_argument("--sizes", type=int, nargs="+", default=[40_000, 100_000])
    parser.add_argument("--targets", type=int, default=12, help="how many places to look around")
    options = parser.parse_args()
    rng = np.random.default_rng(11)
    # Every size is held here, so that the ways can be compared beyond what a process holds.
    holding.MOST_HELD = max(holding.MOST_HELD, *options.sizes)
    with ground.Ground(), threadpool_limits(limits=1):
        report, space, goals = Report("filters", command=COMMAND), serving_space(), []
        for size in sorted(options.sizes):
            fill_up_to(size, space, rng=rng)
            took, size_in_mib = build_index(space)
            ground.count_rows()
            n_real = Title.objects.exclude(starter_id=None).count()
            _, vectors = read_axis(space, COMPOSED)
            targets = vectors[rng.choice(len(vectors), size=options.targets, replace=False)]
            report.say(
                f"**{Title.objects.count():,} titles**, of them {n_real} real and the others "
                f"GENERATED, vectors of {space.dimension} numbers; the nearest {N} to "
                f"{options.targets} of them, {TURNS - 1} times each. The index (m {M}, "
                f"ef_construction {EF_CONSTRUCTION}) took {took:.0f} s and {size_in_mib:.0f} MiB.\n"
            )
            rows = measure(report, space, targets)
            for way in dict.fromkeys(name for name, _, _ in rows):
                worst = min((row for row in rows if row[0] == way), key=lambda row: row[2])
                goals.append((f"recall at {size:,}, {way}; worst under: {worst[1]}",
                              f"{worst[2]:.3f}", f"≥ {LEAST}", worst[2] >= LEAST))  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS benchmark_hnsw")
        report.targets(goals)
        report.finish(write=options.write)


if __name__ == "__main__":
    main()
