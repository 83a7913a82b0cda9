"""Keeps programs running: starts them, starts them again when they fall, stops them in order."""

import logging
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from moviedb.running.children import Child, StartFailed

logger = logging.getLogger(__name__)

TICK = 0.1  # seconds between two looks
LONGEST_PAUSE = 30.0  # seconds before a program that keeps falling is started once more
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STEADY = 60.0  # seconds after which a program's earlier falls are forgotten


class Stopped(BaseException):
    """Somebody asked us to end: Ctrl-C, a closed terminal, or a signal."""


@dataclass
class Program:
    """What is to be kept running, and how it fares.

    Attributes:
        name: what it is called when something is said of it.
        start: starts it and returns it once it runs; raises StartFailed.
        stop: ends it in its own way.
        stop_order: the lower, the earlier it is ended: the site first, what it needs last.
    """

    name: str
    start: Callable[[], Child]
    stop: Callable[[Child], None]
    stop_order: int
    child: Child | None = None
    n_falls: int = 0
    started_at: float = 0.0
    next_start_at: float = 0.0


@dataclass
class Supervisor:
    """The programs of one start."""

    programs: list[Program] = field(default_factory=list)

    def start(self, program: Program) -> None:
        """Start a program and keep it running from now on."""
        program.child = program.start()
        program.started_at = time.monotonic()
        self.programs.append(program)

    def look(self, *, now: float) -> None:
        """Notice who has fallen, and start again whoever is due."""
        for program in self.programs:
            if program.child is not None and program.child.has_ended():
                program.child.end_group()  # what a fallen program has left would be in the way
                self._note_fall(program, now=now)
            if program.child is None and now >= program.next_start_at:
                self._start_again(program)

    def _note_fall(self, program: Program, *, now: float) -> None:
        """Decide when a fallen program is started again, later each time it falls."""
        program.child = None
        lived = now - program.started_at
        program.n_falls = 1 if lived > STEADY else program.n_falls + 1
        pause = 0.0 if program.n_falls == 1 else min(0.5 * 2**program.n_falls, LONGEST_PAUSE)
        program.next_start_at = now + pause
        logger.warning("%s ended unasked; it is started again.", program.name)

    def _start_again(self, program: Program) -> None:
        """Start a fallen program; a failure is told and counts as another fall."""
        program.started_at = time.monotonic()
        try:
            program.child = program.start()
        except StartFailed as error:
            program.n_falls += 1
            pause = min(0.5 * 2**program.n_falls, LONGEST_PAUSE)
            program.next_start_at = time.monotonic() + pause
            logger.warning("%s Next try in %.0f s.", error, pause)

    def watch(self, *, each_tick: Callable[[], None]) -> None:
        """Keep everything running until `Stopped` is raised."""
        while True:
            self.look(now=time.monotonic())
            each_tick()
            time.sleep(TICK)

    def stop_all(self) -> None:
        """End the programs, each when nothing needs it any more."""
        for program in sorted(self.programs, key=lambda program: program.stop_order):
            if program.child is not None:
                program.stop(program.child)
        self.programs.clear()


def catch_signals() -> None:
    """Raise `Stopped` at the first Ctrl-C, SIGTERM or SIGHUP; from then on ignore them."""

    def stop(number: int, frame: FrameType | None) -> None:
        ignore_signals()
        raise Stopped(signal.Signals(number).name)

    for number in ENDING_SIGNALS:
        signal.signal(number, stop)


def ignore_signals() -> None:
    """Let further signals pass: what runs now is already the way out, and it is bounded."""
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


class Follower:
    """Reads what is added to a log, so that it can be shown on the console."""

    def __init__(self, log: Path) -> None:
        """Begin at the log's present end."""
        self.log = log
        self.position = log.stat().st_size if log.exists() else 0

    def news(self) -> str:
        """Return what was added since the last call."""
        if not self.log.exists():
            return ""
        size = self.log.stat().st_size
        if size < self.position:  # it was put aside and begun anew
            self.position = 0
        if size == self.position:
            return ""
        with self.log.open("rb") as file:
            file.seek(self.position)
            added = file.read(size - self.position)
        self.position = size
        return added.decode(errors="replace")
