"""What a benchmark prints, and how it gets into docs/speed.md without being typed by hand."""

import os
import platform
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "speed.md"


class Report:
    """Markdown, printed while it is made and kept for the document."""

    def __init__(self, name: str, *, command: str) -> None:
        """Begin with the machine and how busy it is with other work."""
        self.name, self.lines = name, []
        self.say(f"`{command}`, {datetime.now(UTC):%Y-%m-%d}. {machine()}")
        self.say(f"Before the run, other work took {busy():.0%} of the processor.\n")

    def say(self, text: str = "") -> None:
        """Print a line and keep it."""
        print(text, flush=True)
        self.lines.append(text)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Print a table: the first column to the left, the others to the right."""
        self.say("| " + " | ".join(head) + " |")
        self.say("|---" + "|--:" * (len(head) - 1) + "|")
        for row in rows:
            self.say("| " + " | ".join(str(cell) for cell in row) + " |")
        self.say()

    def targets(self, rows: Sequence[tuple[str, str, str, bool]]) -> None:
        """Print (what, measured, target, whether it is met), and each miss once more in words."""
        self.table(
            ("target", "wanted", "measured", ""),
            [
                (what, wanted, found, "met" if met else "**missed**")
                for what, found, wanted, met in rows
            ],
        )
        for what, found, wanted, met in rows:
            if not met:
                self.say(f"Missed: {what} is {found}, the target is {wanted}.\n")

    def finish(self, *, write: bool) -> None:
        """Say how busy the machine is now; with `write`, replace our section of the document."""
        self.say(f"After the run, other work took {busy():.0%} of the processor.")
        if write:
            write_section(self.name, "\n".join(self.lines))


def write_section(name: str, text: str) -> None:
    """Replace what stands between a section's markers, or append the section.

    Raises:
        ValueError: the document has the first marker and not the second.
    """
    first, last = f"<!-- {name}: written by the command below -->", f"<!-- end of {name} -->"
    document = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else "# Speed\n"
    if first not in document:
        document = f"{document.rstrip()}\n\n{first}\n{last}\n"
    before, _, rest = document.partition(first)
    _, found, after = rest.partition(last)
    if not found:
        raise ValueError(f"{DOCUMENT} has no line {last!r}; put it where the section ends")
    DOCUMENT.write_text(f"{before}{first}\n{text.strip()}\n{last}{after}", encoding="utf-8")


def machine() -> str:
    """Return in one sentence what we run on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{len(os.sched_getaffinity(0))} cores ({model}), {memory:.0f} GiB, no GPU used, "
        f"Python {platform.python_version()}. The cores are shared with other programs."
    )


def busy(*, seconds: float = 2.0) -> float:
    """Return which share of all processor time is used, in [0, 1], while we only wait."""
    first = _processor_times()
    time.sleep(seconds)
    idle, total = np.subtract(_processor_times(), first)
    return 1.0 - idle / max(total, 1)


def _processor_times() -> tuple[int, int]:
    """Return (idle, all) ticks since the start of the machine, see proc(5)."""
    ticks = [int(t) for t in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


def p50(values: Sequence[float] | np.ndarray) -> float:
    """Return the median."""
    return float(np.median(values))


def p95(values: Sequence[float] | np.ndarray) -> float:
    """Return what 95 of 100 stay below."""
    return float(np.percentile(values, 95))
