"""Find a friend among many people: the exact search beside an index, into docs/people.md.

    .venv/bin/python -m benchmarks.friends [--people 100000] [--write]

People are GENERATED: each loves eight titles of the starter catalogue, drawn from around two of
them in the taste space. Then nights pass: in the first everybody is placed and matched, in the
others those who said something new. What the index finds is compared with NumPy's brute force.
"""

from benchmarks import ground

# isort: split
import argparse
import datetime
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from pgvector import HalfVector

from accounts.models import Findable, User
from benchmarks import report as reports
from benchmarks.people import reader_of
from benchmarks.report import Report, p50, p95
from catalog.models import Favourite
from moviedb.chunks import in_chunks
from recommendations.batch import matches
from recommendations.circle.nearness import Meeting, Standings, meeting, standings
from recommendations.circle.reading import circle_of
from recommendations.models import Space, TasteMatch, TitleVector
from recommendations.taste.geometry import cosine, unit
from recommendations.vectorstore import read_axis

COMMAND = ".venv/bin/python -m benchmarks.friends"
LABEL = "GENERATED-FRIEND"
K, N_ASKED, N_MATCHED = 10, 50, 2000
EFS = (40, 100, 200, 400)
NEAREST = """
    SELECT s.person_id FROM recommendations_standing s
      JOIN accounts_findable f ON f.id = s.person_id
      JOIN accounts_user u ON u.id = f.user_id
     WHERE s.space_id = %s AND s.person_id <> %s AND u.is_active AND u.last_seen_at >= %s
     ORDER BY (s.vector::halfvec({d}) <=> %s::halfvec({d})) {exactly} LIMIT {k}
"""


def generate(n: int, space: Space, *, rng: np.random.Generator, now: datetime.datetime) -> None:
    """Store `n` people who may be found, with what they love; a tenth were not here lately."""
    title_ids, titles = read_axis(space, TitleVector.TASTE)
    titles = unit(titles - titles.mean(axis=0))
    around = np.argsort(-titles @ titles.T, axis=1)[:, :60]
    for chunk in in_chunks(range(n), size=2000):
        anchors = rng.integers(len(titles), size=(len(chunk), 2))
        loved = [
            {*rng.choice(around[one], 5, replace=False), *rng.choice(around[other], 3)}
            for one, other in anchors
        ]
        ages = rng.integers(400, size=len(chunk)).tolist()
        with transaction.atomic():
            people = User.objects.bulk_create(
                User(
                    username=f"{LABEL}-{number}",
                    first_name=f"Generated {number}",
                    email=f"{LABEL}-{number}@example.org".lower(),
                    last_seen_at=now - datetime.timedelta(days=60 * (number % 10 == 0)),
                )
                for number in chunk
            )
            Findable.objects.bulk_create(Findable(user=one) for one in people)
            Favourite.objects.bulk_create(
                Favourite(
                    user=one,
                    title_id=int(title_ids[row]),
                    created_at=now - datetime.timedelta(days=age, minutes=1),
                )
                for one, own, age in zip(people, loved, ages, strict=True)
                for row in own
            )


def take_back(n: int, *, rng: np.random.Generator) -> None:
    """Let `n` of the people take back one of the titles they love."""
    ids = User.objects.filter(username__startswith=LABEL).values_list("pk", flat=True)
    chosen = rng.choice(np.array(ids), n, replace=False).tolist()
    newest = Favourite.objects.filter(user__in=chosen).order_by("user", "-pk").distinct("user")
    Favourite.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).delete()


def timed(call: Callable[[], object]) -> tuple[float, object]:
    """Return how many ms a call took, and what it returned."""
    started = time.perf_counter()
    found = call()
    return 1000 * (time.perf_counter() - started), found


def in_sql(space: Space, everybody: Standings, rows: list[int], *, exactly: bool) -> Callable:
    """Return the search of one person as PostgreSQL does it."""
    since = matches.seen_since(timezone.now())
    statement = NEAREST.format(d=space.dimension, k=K, exactly="+ 0" if exactly else "")

    def search(row: int) -> list[int]:
        person, vector = int(everybody.person_ids[row]), HalfVector(everybody.vectors[row])
        with connection.cursor() as cursor:
            cursor.execute(statement, [space.pk, person, since, vector.to_text()])
            return [one for (one,) in cursor.fetchall()]

    return search


def recall_of(found: list[list[int]], truth: list[set[int]]) -> float:
    """Return the mean share of the true nearest that were found."""
    return float(np.mean([len(set(a) & b) / len(b) for a, b in zip(found, truth, strict=True)]))


def measure_search(report: Report, where: Meeting, everybody: Standings, rows: list[int]) -> None:
    """Print latency and recall of one person's search: in this process, in SQL, with an index."""
    space, now = where.space, timezone.now()
    truth = []
    for row in rows:
        near = np.asarray(cosine(everybody.vectors, everybody.vectors[row]))
        near[row] = -np.inf
        truth.append({int(everybody.person_ids[i]) for i in np.argsort(-near)[:K]})
    lines = []

    def line(name: str, call: Callable, *, turns: list[int] = rows, note: str = "") -> None:
        took, found = zip(*(timed(lambda row=row: call(row)) for row in turns), strict=True)
        right = recall_of(list(found), [truth[rows.index(row)] for row in turns])
        lines.append((name, f"{p50(took):.1f}", f"{p95(took):.1f}", f"{right:.3f}", note))

    def held(row: int) -> list[int]:
        own = {int(everybody.user_ids[row])}
        (near,) = everybody.nearest(everybody.vectors[row][None], k=K, without=[own])
        return [int(everybody.person_ids[i]) for i, _ in near]

    def whole(row: int) -> list[int]:
        fresh = standings(space, now=now)
        (near,) = fresh.nearest(
            everybody.vectors[row][None], k=K, without=[{int(everybody.user_ids[row])}]
        )
        return [int(fresh.person_ids[i]) for i, _ in near]

    line("exact, NumPy, people held already", held)
    line("exact, NumPy, people read first", whole, turns=rows[:5], note="what one refresh costs")
    line("exact, PostgreSQL", in_sql(space, everybody, rows, exactly=True), turns=rows[:20])
    with connection.cursor() as cursor:
        took, _ = timed(
            lambda: cursor.execute(
                "CREATE INDEX friends_benchmark ON recommendations_standing USING hnsw"
                f" ((vector::halfvec({space.dimension})) halfvec_cosine_ops)"
            )
        )
        cursor.execute("SELECT pg_relation_size('friends_benchmark')")
        size = cursor.fetchone()[0] / 2**20
        for ef in EFS:
            cursor.execute(f"SET hnsw.ef_search = {ef}")
            name = f"index (HNSW), ef_search {ef}"
            line(name, in_sql(space, everybody, rows, exactly=False))
        cursor.execute("RESET hnsw.ef_search")
        cursor.execute("DROP INDEX friends_benchmark")
    report.table(("the ten nearest of one person", "p50 ms", "p95 ms", "recall", ""), lines)
    report.say(f"Building the index took {took / 1000:.1f} s; it is {size:.0f} MiB.\n")


def processor_seconds() -> float:
    """Return how long this process and its connection's server process have worked so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return time.process_time() + sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


def measure_nights(report: Report, n: int, *, now: datetime.datetime) -> None:
    """Print how long the nights take: everybody new, then a tenth, then nobody."""
    lines = []
    day = datetime.timedelta(days=1)
    for number, (name, n_moved) in enumerate(
        (("everybody is new", n), ("a tenth took something back", n // 10), ("nobody did", 0))
    ):
        if 0 < n_moved < n:
            take_back(n_moved, rng=np.random.default_rng(17))
        then, worked = now + number * day, processor_seconds()
        took, n_matched = timed(lambda then=then: matches.refresh_all(now=then))
        worked = processor_seconds() - worked
        n_written = TasteMatch.objects.filter(matched_at=then).count()
        lines.append(
            (name, f"{n_matched:,}", f"{n_written:,}", f"{took / 60_000:.1f}", f"{worked / 60:.1f}")
        )
        ground.count_rows()
    columns = ("people matched", "matches written", "minutes", "of one core")
    report.table(("a night in which", *columns), lines)


def measure_one(report: Report, everybody: Standings) -> None:
    """Print what placing and matching few people costs, and reading the page."""
    now = timezone.now()
    rng = random.Random(7)
    readers = [reader_of(n, rng=rng).user for n in (10, 40, 160)]
    placing = [Findable.objects.get_or_create(user=one)[0].pk for one in readers]
    where = meeting()
    to_place = [timed(lambda: matches.place(placing, where, now=now))[0] for _ in range(9)]
    ids = everybody.person_ids[:N_MATCHED].tolist()
    took, _ = timed(
        lambda: [matches.match(c, everybody, now=now) for c in in_chunks(ids, size=matches.CHUNK)]
    )
    users = User.objects.filter(findable__pk__in=ids[:N_ASKED])
    pages = [timed(lambda one=one: circle_of(one, now=now))[0] for one in users]
    report.table(
        ("for some", "measured"),
        [
            (f"people matched a second, {matches.KEPT} kept for each (over {len(ids):,})",
             f"{1000 * len(ids) / took:.0f}"),
            ("placing three with 10, 40 and 160 ratings, ms", f"{p50(to_place):.1f}"),
            ("reading the page's matches from the stored rows, p50 ms", f"{p50(pages):.1f}"),
            ("the same, p95 ms", f"{p95(pages):.1f}"),
        ],
    )  # fmt: skip


def main() -> None:
    """Make the people, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--write", action="store_true", help="replace the section in the document")
    given = parser.parse_args()
    reports.DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "people.md"
    with ground.Ground():
        call_command("retrain_taste", "--starter", verbosity=0)
        report = Report("friends", command=f"{COMMAND} --people {given.people}")
        now, where = timezone.now(), meeting()
        User.objects.filter(username__startswith=LABEL).delete()
        took, _ = timed(
            lambda: generate(given.people, where.space, rng=np.random.default_rng(11), now=now)
        )
        ground.count_rows()
        report.say(
            f"**{given.people:,} GENERATED people** who may be found and love eight titles each.\n"
        )
        measure_nights(report, given.people, now=now)
        read, everybody = timed(lambda: standings(where.space, now=now))
        report.say(
            f"{len(everybody.person_ids):,} were seen in the last month and stand somewhere, in "
            f"{where.space.dimension} dimensions. Generating took {took / 1000:.0f} s, reading all "
            f"of them {read / 1000:.2f} s.\n"
        )
        rng = np.random.default_rng(13)
        rows = rng.choice(len(everybody.person_ids), N_ASKED, replace=False).tolist()
        measure_search(report, where, everybody, rows)
        measure_one(report, everybody)
        report.finish(write=given.write)


if __name__ == "__main__":
    main()
