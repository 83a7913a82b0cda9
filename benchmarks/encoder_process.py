"""One encoder in a process of its own: `benchmarks.encoder` starts it and reads its last line.

It imports no Django, so that the memory is the encoder's.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

N_QUERIES, N_COMPARED = 40, 20


def main(asked: dict[str, Any]) -> None:
    """Load the encoder, encode everything, then single queries; print what that took as JSON."""
    texts = json.loads(Path(asked["texts"]).read_text())
    started = time.perf_counter()
    encoder = loaded(asked)
    load = time.perf_counter() - started
    spread = [text[:120] for text in texts[:: max(1, len(texts) // (N_QUERIES + 1))]]
    queries = asked.get("queries") or spread[: N_QUERIES + 1]
    first, *later = [timed(encoder, [text]) for text in queries]
    cpu, started = time.process_time(), time.perf_counter()
    vectors = encoder.encode(texts)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    import numpy as np

    np.save(asked["out"], vectors[:: max(1, len(vectors) // N_COMPARED)][:N_COMPARED])
    found = {
        "load": load, "first": first, "queries": later, "seconds": seconds, "cpu": cpu,
        "megabytes": resident_megabytes(),
    }  # fmt: skip
    print(json.dumps(found))


def loaded(asked: dict[str, Any]):
    """Return the encoder that was asked for, libraries imported and weights read."""
    from recommendations.taste.encoders import OnnxEncoder, SentenceEncoder, StaticEncoder

    if asked["kind"] == "static":
        return StaticEncoder(asked["name"], sha256=asked["sha256"])
    if asked["kind"] == "onnx":
        return OnnxEncoder(asked["name"], folder=Path(asked["folder"]), threads=asked["threads"])
    import torch

    torch.set_num_threads(asked["threads"])
    return SentenceEncoder(asked["name"], sha256=asked["sha256"], device="cpu")


def timed(encoder, texts: list[str]) -> float:
    """Return the milliseconds that encoding takes."""
    started = time.perf_counter()
    encoder.encode(texts)
    return 1000 * (time.perf_counter() - started)


def resident_megabytes() -> float:
    """Return the largest memory that this process has held, see proc(5)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
