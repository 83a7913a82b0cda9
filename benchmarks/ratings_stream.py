"""How fast, and in how much memory, a file of many ratings is read (A21).

    python -m benchmarks.ratings_stream --rows 32000000 --folder /tmp --write

The file is generated, labelled SYNTHETIC, and deleted again; only the reading is measured, in a
process of its own, so that making the file does not count.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.report import Report

CHUNK = 1_000_000
N_PEOPLE, N_TITLES = 200_000, 80_000  # as many as MovieLens 32M has
MOST_MEMORY = 2 * 1024  # MiB
MEASURE = """
import json, resource, sys, time
from pathlib import Path
from recommendations.batch.evaluation import peak_memory
from recommendations.batch.ratingfiles import read_ratings
started = time.monotonic()
found = read_ratings(Path(sys.argv[1]))
print(json.dumps({
    "seconds": time.monotonic() - started,
    "cpu": resource.getrusage(resource.RUSAGE_SELF).ru_utime,
    "memory": peak_memory(),
    "rows": len(found.interactions),
    "repeats": found.n_repeats,
    "shape": found.interactions.shape,
}))
"""


def main() -> None:
    """Generate, read, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=32_000_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--write", action="store_true", help="into docs/speed.md")
    options = parser.parse_args()
    report = Report("ratings-stream", command=f"benchmarks.ratings_stream --rows {options.rows}")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder) / "synthetic.csv"
        started = time.monotonic()
        generate(path, options.rows)
        size = path.stat().st_size / 2**20
        report.say(
            f"SYNTHETIC: {options.rows:,} generated ratings, {size:,.0f} MiB of CSV, "
            f"written in {time.monotonic() - started:.0f} s.\n"
        )
        found = json.loads(
            subprocess.run(
                [sys.executable, "-c", MEASURE, str(path)],
                check=True, capture_output=True, text=True,
            ).stdout
        )  # fmt: skip
    rows, memory = found["rows"] + found["repeats"], found["memory"]
    report.table(
        ("rows", "people", "titles", "rated again", "seconds", "of processor", "rows a second",
         "most memory"),
        [(
            f"{rows:,}", *(f"{n:,}" for n in found["shape"]), f"{found['repeats']:,}",
            f"{found['seconds']:.1f}", f"{found['cpu']:.1f}", f"{rows / found['seconds']:,.0f}",
            f"{memory:,.0f} MiB",
        )],
    )  # fmt: skip
    is_met = memory < MOST_MEMORY and rows == options.rows
    target = (f"{options.rows:,} rows in memory", f"{memory:,.0f} MiB", f"< {MOST_MEMORY:,} MiB")
    report.targets([(*target, is_met)])
    report.finish(write=options.write)


def generate(path: Path, n_rows: int) -> None:
    """Write a file of ratings in which few titles have most of them, and few pairs repeat."""
    rng = np.random.default_rng(0)
    with path.open("w", encoding="ascii") as file:
        file.write("userId,movieId,rating,timestamp\n")
        for start in range(0, n_rows, CHUNK):
            n = min(CHUNK, n_rows - start)
            people = rng.integers(1, N_PEOPLE + 1, n)
            titles = (N_TITLES * rng.random(n) ** 3).astype(np.int64) + 1
            stars = rng.integers(1, 11, n) / 2
            at = rng.integers(800_000_000, 1_700_000_000, n)
            columns = (people.tolist(), titles.tolist(), stars.tolist(), at.tolist())
            file.writelines(f"{a},{b},{c},{d}\n" for a, b, c, d in zip(*columns, strict=True))


if __name__ == "__main__":
    main()
