"""Commands that measure speed and quality, each beside a rival in the same run.

    .venv/bin/python -m benchmarks.pages            pages a second, statements, starts
    .venv/bin/python -m benchmarks.vectors          the nearest under filters; writing and reading
    .venv/bin/python -m benchmarks.encoder          texts → vectors: torch and ONNX Runtime
    .venv/bin/python -m benchmarks.encoders         encoders side by side: quality, time, memory
    .venv/bin/python -m benchmarks.search_quality   which title a search puts first

With `--write` each puts what it printed into its section of docs/speed.md.
"""
