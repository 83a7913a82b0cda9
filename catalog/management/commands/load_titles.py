"""Load titles into the catalogue from files, as often as you like."""

from contextlib import nullcontext
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from catalog.grouping import load_groups, read_groups
from catalog.loading import Loader, LoadReport, alone
from catalog.models import Title
from catalog.sources.known import SOURCES, Source
from catalog.sources.rows import NotThisFormat
from catalog.sources.starter import FOLDER
from moviedb.locks import AlreadyRunning

ALL = "all"
SHOWN = 5


class Command(BaseCommand):
    """`manage.py load_titles SOURCE --path PATH`."""

    help = (
        "Adds the titles of a source to the catalogue and fills what is missing in those that are "
        "there. Loading the same files again changes nothing. Nothing is ever deleted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", choices=[*SOURCES, ALL], help="the set's form, or all")
        parser.add_argument(
            "--path",
            type=Path,
            help="its file or folder; with 'all', the folder in which the sets' folders lie: "
            + ", ".join(_folders()),
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="do everything, tell it, and store nothing"
        )

    def handle(self, *args, source: str, path: Path | None, dry_run: bool, **options) -> None:
        self.is_quiet = options["verbosity"] == 0
        places = _places(source, path)
        try:
            with alone(), transaction.atomic() if dry_run else nullcontext():
                loader = Loader(now=timezone.now())
                for each, place in places:
                    self._load(loader, each, place)
                    if place == FOLDER:
                        load_groups(read_groups())
                self._say(f"The catalogue holds {Title.objects.count():,} titles.")
                if dry_run:
                    transaction.set_rollback(True)
                    self._say("A dry run: nothing of this was stored.")
        except (NotThisFormat, AlreadyRunning, OSError) as trouble:
            raise CommandError(str(trouble)) from trouble

    def _load(self, loader: Loader, source: Source, place: Path) -> None:
        """Load one source and print how it goes and how it went."""
        self._say(f"{source.name} from {place}\n  {source.terms}")
        report = loader.load(
            source.read(place), source=source.name, path=str(place), progress=self._progress
        )
        self._say(f"  {in_words(report)}")
        for name, counts in (("rejected", report.reasons), ("left out", report.notes)):
            for reason, n in counts.most_common(SHOWN):
                self._say(f"  {name} {n:,} × {reason}")
        for rejected in report.rejections[:SHOWN]:
            self._say(f"    {rejected}")

    def _say(self, text: str) -> None:
        if not self.is_quiet:
            self.stdout.write(text)

    def _progress(self, report: LoadReport) -> None:
        """Overwrite one line on a terminal; a file gets a line a chunk."""
        ending = "\r" if self.stdout.isatty() else "\n"
        if not self.is_quiet:
            rate = report.n_read / max(report.seconds, 0.001)
            line = f"  {report.n_read:,} rows, {report.seconds:.1f} s, {rate:,.0f} rows a second"
            self.stdout.write(f"{line:<60}", ending=ending)
            self.stdout.flush()


def in_words(report: LoadReport) -> str:
    """Return what became of a source's rows, in one line."""
    line = (
        f"{report.n_read:,} rows read: {report.n_kept:,} kept ({report.n_new:,} new, "
        f"{report.n_changed:,} changed a title, {report.n_unchanged:,} changed nothing; "
        f"{report.n_merged:,} merged with other sources), {report.n_rejected:,} rejected, "
        f"in {report.seconds:.1f} s"
    )
    return line + (f"; {report.n_links:,} new adaptations" if report.n_links else "")


def _folders() -> list[str]:
    """Return what the folders of all sets are called."""
    return [name for source in SOURCES.values() for name in source.folders]


def _places(source: str, path: Path | None) -> list[tuple[Source, Path]]:
    """Return what to load from where.

    Raises:
        CommandError: the path is missing or does not exist, or holds none of the sets.
    """
    if source == "starter" and path is None:
        return [(SOURCES["starter"], FOLDER)]
    if path is None:
        raise CommandError(f"say where {source} lies: manage.py load_titles {source} --path FOLDER")
    if not path.exists():
        raise CommandError(f"there is nothing at {path.absolute()}; name a path that exists")
    if source != ALL:
        return [(SOURCES[source], path)]
    places = [
        (each, path / name)
        for each in SOURCES.values()
        for name in each.folders
        if (path / name).is_dir()
    ]
    if not places:
        known = ", ".join(_folders())
        raise CommandError(f"{path.absolute()} holds none of the folders {known}")
    return [(SOURCES["starter"], FOLDER), *places]
