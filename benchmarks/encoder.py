"""Time the encoder: torch as the worker runs it, beside ONNX Runtime as web processes run it.

    .venv/bin/python -m benchmarks.encoder [--write]

Each runs in a process of its own, on the starter catalogue's own texts, so that memory and start
are its own; what both make of 20 of the texts is compared.
"""

from benchmarks import ground

# isort: split
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from django.conf import settings

from benchmarks.report import Report, p50, p95
from catalog.models import Title
from moviedb.embedded import ROOT
from recommendations.batch.embedding import facts_of
from recommendations.taste.text import axis_texts

COMMAND = ".venv/bin/python -m benchmarks.encoder"
N_TITLES, TURNS, LIMIT_A_CORE = 128, 3, 34
# (what it is called, the encoder, threads)
RUNS = (
    ("torch, 1 thread", "torch", 1),
    ("torch, 2 threads", "torch", 2),
    ("ONNX Runtime, 1 thread", "onnx", 1),
    ("ONNX Runtime, 2 threads", "onnx", 2),
)


def run(kind: str, *, threads: int, texts: Path, out: Path) -> dict:
    """Run one encoder in a process of its own and return what it measured.

    Raises:
        RuntimeError: it failed.
    """
    knobs = settings.RECOMMENDER
    asked = {
        "kind": kind, "threads": threads, "texts": str(texts), "out": str(out),
        "name": knobs.encoder, "sha256": knobs.encoder_sha256, "folder": str(knobs.encoder_dir),
    }  # fmt: skip
    command = [sys.executable, "-m", "benchmarks.encoder_process", json.dumps(asked)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{kind} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(report: Report) -> None:
    """Print speed, memory, starts and the agreement of both."""
    # Spread over the catalogue by id, so that films, series and books are among them.
    ids = list(Title.objects.order_by("pk").values_list("pk", flat=True))
    ids = ids[:: max(1, len(ids) // N_TITLES)][:N_TITLES]
    axes = [axis_texts(facts) for facts in facts_of(ids).values()]
    texts = [text for title in axes for text in title.values() if text]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.json"
        path.write_text(json.dumps(texts))
        found: dict[str, list[dict]] = {name: [] for name, *_ in RUNS}
        vectors = {}
        for _ in range(TURNS):
            for name, kind, threads in RUNS:
                out = Path(folder) / f"{kind}.npy"
                found[name].append(run(kind, threads=threads, texts=path, out=out))
                vectors[kind] = np.load(out)
    report.say(
        f"{len(axes)} titles of the starter catalogue with {len(texts)} texts on their axes "
        f"({np.mean([len(t.split()) for t in texts]):.0f} words each), encoded afresh; medians of "
        f"{TURNS} processes each, in turn. Queries are one text at a time.\n"
    )

    def middle(name: str, what: str) -> float:
        return p50([one[what] for one in found[name]])

    report.table(
        ("encoder", "titles/s", "texts/s", "CPU-s a title", "import and load, s",
         "first query, ms", "query p50, ms", "query p95, ms", "memory, MB"),
        [
            (
                name,
                f"{len(axes) / middle(name, 'seconds'):.1f}",
                f"{len(texts) / middle(name, 'seconds'):.0f}",
                f"{middle(name, 'cpu') / len(axes):.3f}",
                f"{middle(name, 'load'):.1f}",
                f"{middle(name, 'first'):.0f}",
                f"{p50([p50(one['queries']) for one in found[name]]):.1f}",
                f"{p50([p95(one['queries']) for one in found[name]]):.1f}",
                f"{middle(name, 'megabytes'):.0f}",
            )
            for name in found
        ],
    )  # fmt: skip
    apart = float(np.abs(vectors["torch"] - vectors["onnx"]).max())
    cosine = float((vectors["torch"] * vectors["onnx"]).sum(axis=1).min())
    report.say(
        f"Agreement of torch and ONNX Runtime on {len(vectors['onnx'])} texts: largest difference "
        f"{apart:.1e}, least cosine {cosine:.7f}.\n"
    )
    per_core = len(axes) / middle("torch, 1 thread", "cpu")
    warm = p50([p95(one["queries"]) for one in found["ONNX Runtime, 1 thread"]])
    report.targets(
        [
            (f"titles a second and core, of a limit of {LIMIT_A_CORE}",
             f"{per_core:.1f} ({per_core / LIMIT_A_CORE:.2f}x)", "≥ 0.5x",
             per_core >= LIMIT_A_CORE / 2),  # noqa: E501
            ("ONNX Runtime agrees with torch", f"{apart:.1e}", "≤ 1e-3", apart <= 1e-3),
            ("warm query, encoder alone, p95", f"{warm:.0f} ms", "≤ 100 ms", warm <= 100),
        ]
    )  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into docs/speed.md")
    options = parser.parse_args()
    with ground.Ground():
        report = Report("encoder", command=COMMAND)
        measure(report)
        report.finish(write=options.write)


if __name__ == "__main__":
    main()
