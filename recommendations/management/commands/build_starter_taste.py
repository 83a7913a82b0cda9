"""Make the taste space that ships with the starter catalogue."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from recommendations.batch import startertaste
from recommendations.batch.pooling import DataSetUnreadable
from recommendations.batch.ratingfiles import RatingsUnreadable
from recommendations.batch.training import NoSpaceLearnt
from recommendations.taste.recipes import learner


class Command(BaseCommand):
    help = (
        "Write recommendations/starter/taste_space.npz and its terms from MovieLens latest-small; "
        "the same data give the same bytes."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--path", type=Path, required=True, help="folder of MovieLens latest-small"
        )
        parser.add_argument("--recipe", default="house", help="the learner")
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail when the bytes would differ"
        )

    def handle(self, *args, path: Path, recipe: str, check: bool, **options) -> None:
        try:
            data = startertaste.build(learner(recipe), recipe=recipe, folder=path)
            terms = startertaste.terms(path)
        except (
            ValueError,
            DataSetUnreadable,
            RatingsUnreadable,
            NoSpaceLearnt,
            startertaste.StarterIncomplete,
        ) as error:
            raise CommandError(str(error)) from error
        if check:
            if not startertaste.FILE.exists() or startertaste.FILE.read_bytes() != data:
                raise CommandError(f"{startertaste.FILE.name} would change; run without --check")
            self.stdout.write(f"{startertaste.FILE.name} is what {path} gives, byte for byte.")
            return
        startertaste.FILE.write_bytes(data)
        startertaste.TERMS.write_text(terms, encoding="utf-8")
        self.stdout.write(f"{len(data):,} bytes written to {startertaste.FILE}, its terms beside.")
