"""Build the content space by hand."""

import time

from django.core.management.base import BaseCommand, CommandError

from moviedb.locks import AlreadyRunning, alone
from recommendations.batch import embedding
from recommendations.taste.encoders import EncoderMissing


class Command(BaseCommand):
    help = "Embed every title whose facts have changed; goes on where an earlier run stopped."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--freeze-starter",
            action="store_true",
            help="write the file of vectors that ships with the starter catalogue, and stop",
        )

    def handle(self, *args, freeze_starter: bool, **options) -> None:
        if freeze_starter:
            self.stdout.write(f"{embedding.freeze_starter()} texts written to {embedding.FROZEN}.")
            return
        started = time.monotonic()

        def progress(done: int, total: int) -> None:
            rate = done / max(time.monotonic() - started, 1e-9)
            self.stdout.write(f"  {done} of {total} titles, {rate:.0f} a second")

        try:
            with alone("embed_titles", seconds=4 * 3600):
                report = embedding.embed_titles(progress=progress)
        except (AlreadyRunning, EncoderMissing) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{report.n_embedded} of {report.n_titles} titles embedded "
            f"({report.n_texts} texts) in {report.seconds:.1f} s."
        )
