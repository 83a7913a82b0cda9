"""Time loading every data set of a folder into an empty catalogue, and loading it again.

    python benchmarks/load_everything.py FOLDER

uses a private PostgreSQL that does not wait for the disk and is removed at the end. The second pass
must change nothing.
"""

import os
import resource
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.servers import PrivateServers  # noqa: E402


def main(folder: Path) -> int:
    """Print the figures; return 1 when the second pass changed anything."""
    servers = PrivateServers()
    os.environ["DJANGO_SETTINGS_MODULE"] = "moviedb.settings"
    servers.start()
    try:
        return measure(folder)
    finally:
        servers.stop()


def measure(folder: Path) -> int:
    """Load all twice and print rows, seconds, and reasons of rejection."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from catalog.loading import Loader
    from catalog.models import Title
    from catalog.sources.known import SOURCES
    from catalog.sources.starter import FOLDER

    call_command("migrate", verbosity=0)
    places = [(SOURCES["starter"], FOLDER)]
    for source in SOURCES.values():
        places += [(source, folder / name) for name in source.folders if (folder / name).is_dir()]
    n_changed = 0
    for turn in ("first", "again"):
        started, n_rows, reasons = time.perf_counter(), 0, Counter()
        loader = Loader(now=timezone.now())
        for source, path in places:
            report = loader.load(source.read(path), source=source.name, path=str(path))
            n_rows += report.n_read
            reasons += report.reasons
            print(
                f"{turn}  {path.name:<20} {report.n_read:>7,} rows {report.seconds:>6.1f} s "
                f"{report.n_read / report.seconds:>7,.0f} rows/s  {report.n_new:>6,} new "
                f"{report.n_merged:>6,} merged {report.n_changed:>6,} changed "
                f"{report.n_rejected:>3,} rejected",
                flush=True,
            )
            n_changed += (report.n_new + report.n_changed) if turn == "again" else 0
        seconds = time.perf_counter() - started
        print(
            f"{turn}: {n_rows:,} rows in {seconds:.1f} s, {n_rows / seconds:,.0f} rows/s; "
            f"{Title.objects.count():,} titles; rejected: {dict(reasons)}"
        )
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"memory of the loader: {megabytes} MB; changed by the second pass: {n_changed}")
    connection.close()
    return 1 if n_changed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
