"""Answer a file of searches."""

import csv
import os
import time
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from recommendations.batch.searching import SpaceMissing, answer
from recommendations.taste.encoders import EncoderMissing

COLUMNS = ("query_id", "rank", "title_id", "imdb_id", "name", "year", "score")
LONGEST = 20_000


class Command(BaseCommand):
    help = "Answers a CSV file of query_id,text with a CSV file of ranked titles."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--queries", type=Path, required=True, help="CSV: query_id,text")
        parser.add_argument("--out", type=Path, required=True, help="where the results go")
        parser.add_argument("--n", type=int, default=10, help="titles a query, 1 to 1000")

    def handle(self, *args, queries: Path, out: Path, n: int, **options) -> None:
        if not 1 <= n <= 1000:
            raise CommandError(f"--n is {n}; expected 1 to 1000")
        started, n_queries = time.monotonic(), 0
        draft = out.with_name(out.name + ".part")
        try:
            rows = list(read_queries(queries))
            with draft.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(COLUMNS)
                for found in answer(
                    rows, n=n, this_year=timezone.now().year, threads=os.cpu_count() or 1
                ):
                    title = found.title
                    writer.writerow(
                        (
                            found.query_id,
                            found.rank,
                            title.pk,
                            title.imdb_id or "",
                            title.name,
                            title.year or "",
                            f"{found.score:.6f}",
                        )
                    )
                    n_queries += found.rank == 1
            draft.replace(out)
        except (SpaceMissing, EncoderMissing, OSError) as error:
            draft.unlink(missing_ok=True)
            raise CommandError(str(error)) from error
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{n_queries} of {len(rows)} queries answered in {seconds:.1f} s "
            f"({1000 * seconds / max(len(rows), 1):.0f} ms each): {out}"
        )


def read_queries(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (query id, text) of a CSV file.

    Raises:
        CommandError: the file is not what it should be; says which line and what was found.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader(line.replace("\x00", "") for line in file)
        columns = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
        if not {"query_id", "text"} <= set(columns):
            raise CommandError(
                f"{path}: found the columns {', '.join(reader.fieldnames or ()) or 'none'}; "
                "expected query_id and text in the first line"
            )
        for row in reader:
            query_id = (row[columns["query_id"]] or "").strip()
            text = " ".join((row[columns["text"]] or "").split())[:LONGEST]
            if not query_id:
                raise CommandError(f"{path}, line {reader.line_num}: found no query_id")
            yield query_id, text
