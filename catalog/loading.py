"""Loading rows of any source into the catalogue.

Rows are tidied, matched against what is there, merged and stored in chunks, each chunk all or
nothing. The same rows loaded twice change nothing the second time, and the report says so.
"""

import datetime
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection

from catalog import blocking
from catalog.cleaning import tidy
from catalog.copying import analyze
from catalog.likeness import Facts, joined, row_facts
from catalog.merging import merge, new_draft
from catalog.models import Availability, Credit, Person, SourceRun, Title
from catalog.recalling import recall_catalogue
from catalog.sources.rows import Rejected, TitleRow
from catalog.writing import Tables, rank_popularity, write_adaptations
from moviedb.chunks import in_chunks
from moviedb.locks import AlreadyRunning

logger = logging.getLogger(__name__)

CHUNK = 2000
# From this many changes on, PostgreSQL is told at once instead of in its own time.
MANY = 1000
SHOWN_REJECTIONS = 20
STORED_REASONS = 50
# Any number will do; it is this job's name among PostgreSQL's advisory locks.
LOCK = 7_302_046


@dataclass(slots=True)
class LoadReport:
    """What became of a source's rows.

    Attributes:
        n_read: rows of the source: those kept and those rejected.
        n_new: rows that made a title.
        n_merged: rows that joined a title which other sources had made.
        n_changed: rows that changed a title which was there.
        n_unchanged: rows whose title said all of it already.
        n_links: adaptations that became known.
        reasons: how many rows were rejected, by reason.
        notes: how often a part of a row was left out, by what it was.
        rejections: the first of them, with file and line.
        seconds: how long it took.
    """

    source: str
    path: str = ""
    n_read: int = 0
    n_new: int = 0
    n_merged: int = 0
    n_changed: int = 0
    n_unchanged: int = 0
    n_rejected: int = 0
    n_links: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    rejections: list[Rejected] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def n_kept(self) -> int:
        """How many rows are part of the catalogue now."""
        return self.n_read - self.n_rejected

    def reject(self, rejected: Rejected) -> None:
        """Count a row that was left out; numbers do not make a reason another one."""
        self.n_rejected += 1
        self.reasons[re.sub(r"\d+", "…", rejected.reason)] += 1
        if len(self.rejections) < SHOWN_REJECTIONS:
            self.rejections.append(rejected)


Progress = Callable[[LoadReport], None]


class Loader:
    """Loads one source after the other; what is known of the catalogue is read only once."""

    def __init__(self, *, now: datetime.datetime) -> None:
        self._now = now
        self._tables = Tables()
        self._catalogue = recall_catalogue()

    def load(
        self,
        rows: Iterable[TitleRow | Rejected],
        *,
        source: str,
        path: str = "",
        progress: Progress | None = None,
    ) -> LoadReport:
        """Store a source's rows, and the run itself; return what became of them.

        Args:
            rows: of a reader of `catalog.sources`.
            source: the name under which the run is kept.
            path: where the rows come from.
            progress: is called with the report so far after every chunk.
        Raises:
            NotThisFormat: the reader found something else than its format. Chunks before that are
                stored; the run is kept as failed.
        """
        started, report = time.monotonic(), LoadReport(source=source, path=path)
        run = SourceRun.objects.create(source=source, path=path[:500], started_at=self._now)
        try:
            based_on: dict[str, tuple[str, ...]] = {}
            for chunk in in_chunks(rows, size=CHUNK):
                kept = list(self._tidied(chunk, report))
                self._store(kept, report)
                based_on |= {row.starter_id: row.based_on for row in kept if row.based_on}
                report.seconds = time.monotonic() - started
                if progress:
                    progress(report)
            report.n_links = self._link(based_on)
            if report.n_new or report.n_changed:
                rank_popularity()
            if report.n_new + report.n_changed >= MANY:
                analyze(Title, Credit, Person, Availability)
        except Exception as trouble:
            self._finish(run, report, started, error=str(trouble))
            raise
        self._finish(run, report, started)
        return report

    def _tidied(
        self, chunk: Iterable[TitleRow | Rejected], report: LoadReport
    ) -> Iterator[TitleRow]:
        """Yield the rows worth keeping, tidied; count the others."""
        for row in chunk:
            report.n_read += 1
            tidied = row if isinstance(row, Rejected) else tidy(row, this_year=self._now.year)
            if isinstance(tidied, Rejected):
                report.reject(tidied)
            else:
                report.notes.update(tidied.notes)
                yield self._tables.spelled(tidied)

    def _store(self, rows: list[TitleRow], report: LoadReport) -> None:
        """Match, merge and write a chunk."""
        placed = [(row, *self._place(row)) for row in rows]
        new = {key: new_draft(key, row.kind) for row, key, is_new, _ in placed if is_new}
        drafts = new | self._tables.read({key for _, key, _, _ in placed} - new.keys())
        for row, key, is_new, taken in placed:
            draft = drafts[key]
            is_known = row.source in draft.columns["sources"]
            before, draft.changed = draft.changed, set()
            merge(draft, row, now=self._now, taken=taken)
            changed, draft.changed = bool(draft.changed), draft.changed | before
            report.n_new += is_new
            report.n_merged += not is_new and not is_known
            report.n_changed += not is_new and changed
            report.n_unchanged += not is_new and not changed
        rows_of_titles = [(row, key) for row, key, _, _ in placed]
        self._tables.write(drafts.values(), rows_of_titles, now=self._now)
        blocking.mark(drafts.keys())

    def _place(self, row: TitleRow) -> tuple[int, bool, set[str]]:
        """Return which title the row means, whether it is a new one, and ids that others have."""
        sought = row_facts(row)
        key = self._place_before(row, sought)
        if key is None and (match := self._catalogue.find(sought)) and match.is_sure:
            key = match.key
        is_new = key is None
        key = self._tables.new_id() if key is None else key
        owners = {name: self._catalogue.owner(name, each) for name, each in sought.ids.items()}
        taken = {name for name, owner in owners.items() if owner not in (None, key)}
        known = None if is_new else self._catalogue[key]
        # TMDb counts films and series apart, so a number holds for the kind it was given for.
        if known and known.kind != row.kind:
            taken.add("tmdb")
        sought.ids = {name: each for name, each in sought.ids.items() if name not in taken}
        self._catalogue.add(key, joined(known, sought) if known else sought)
        return key, is_new, {f"{name}_id" for name in taken}

    def _place_before(self, row: TitleRow, sought: Facts) -> int | None:
        """Return where the row went in an earlier load, if the title still has its name.

        Numbers of rows mean other titles in a later release of some sets.
        """
        key = self._tables.title_of_row.get((row.source, row.source_id))
        is_same = key in self._catalogue and sought.names[0] in self._catalogue[key].names
        return key if is_same else None

    def _link(self, based_on: dict[str, tuple[str, ...]]) -> int:
        """Store the adaptations whose both ends are in the catalogue; return how many are new."""
        owner = self._catalogue.owner
        pairs = [
            (owner("starter", origin), owner("starter", form))
            for form, origins in based_on.items()
            for origin in origins
        ]
        return write_adaptations((a, b) for a, b in pairs if a is not None and b is not None)

    def _finish(
        self, run: SourceRun, report: LoadReport, started: float, *, error: str = ""
    ) -> None:
        """Keep how the run went."""
        report.seconds = time.monotonic() - started
        run.status = SourceRun.Status.FAILED if error else SourceRun.Status.DONE
        run.error = error
        run.finished_at = run.started_at + datetime.timedelta(seconds=report.seconds)
        for name in ("n_read", "n_kept", "n_new", "n_merged", "n_changed", "n_rejected"):
            setattr(run, name, getattr(report, name))
        run.reasons = dict(report.reasons.most_common(STORED_REASONS))
        run.save()
        logger.debug(
            "%s: %d rows read, %d new, %d changed, %d rejected in %.1f s",
            report.source,
            report.n_read,
            report.n_new,
            report.n_changed,
            report.n_rejected,
            report.seconds,
        )


@contextmanager
def alone() -> Iterator[None]:
    """Keep other loads out; PostgreSQL lets go when the connection ends, however it ends.

    Raises:
        AlreadyRunning: another load is under way.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning("another load of titles is running; wait until it has ended")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
