"""Fetch the small MovieLens set from its makers."""

import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.fetching import FetchFailed, fetch_set
from catalog.sources.movielens import count
from catalog.sources.rows import NotThisFormat

BASE_URL = "https://files.grouplens.org/datasets/movielens"
SET = "ml-latest-small"
NOTICE = """MovieLens latest-small, by GroupLens Research, University of Minnesota (grouplens.org)

  - For research. No commercial or revenue-bearing use without permission of GroupLens.
  - It may be passed on, changed or not, under these same conditions.
  - Neither the University of Minnesota nor GroupLens endorses what is made with it.
  - No warranty. In publications cite: F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens
    Datasets: History and Context. ACM TiiS 5, 4: 19:1-19:19. https://doi.org/10.1145/2827872
"""


class Command(BaseCommand):
    """`manage.py fetch_movielens --accept-licence`."""

    help = (
        "Downloads MovieLens latest-small (1 MB) from its makers, checks it against their checksum "
        "and unpacks it. Prints the licence first and asks for --accept-licence."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--accept-licence", action="store_true", help="say that you accept the licence"
        )
        parser.add_argument(
            "--to",
            type=Path,
            default=Path(settings.VAR_DIR) / "data",
            help="the folder to put it in (default: %(default)s)",
        )
        parser.add_argument(
            "--base-url",
            default=os.environ.get("MOVIELENS_URL") or BASE_URL,
            help="a mirror of the makers' folder (default: %(default)s)",
        )
        parser.add_argument(
            "--sha256",
            default=os.environ.get("MOVIELENS_SHA256", ""),
            help="what the zip file must be (default: $MOVIELENS_SHA256, or only the MD5 sum that "
            "is published beside it)",
        )

    def handle(
        self,
        *args,
        accept_licence: bool,
        to: Path,
        base_url: str,
        sha256: str,
        **options,
    ) -> None:
        self.stdout.write(NOTICE)
        if not accept_licence:
            raise CommandError("nothing was fetched; if you accept this, add --accept-licence")
        url = f"{base_url.rstrip('/')}/{SET}.zip"
        self.stdout.write(f"Fetching {url} …")
        try:
            folder = fetch_set(url, to, sha256=sha256, progress=self._progress)
        except FetchFailed as trouble:
            raise CommandError(str(trouble)) from trouble
        try:
            self.stdout.write(str(count(folder)))
        except NotThisFormat as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(
            f"Unpacked to {folder}. Next: manage.py load_titles movielens --path {folder}"
        )

    def _progress(self, done: int, size: int) -> None:
        if self.stdout.isatty():
            share = f" of {size:,}" if size else ""
            self.stdout.write(f"  {done:,}{share} bytes", ending="\r")
            self.stdout.flush()
