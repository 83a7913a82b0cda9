"""Train the taste space by hand, load the one that ships, or go back to the one before."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from moviedb.locks import AlreadyRunning, alone
from recommendations.batch import startertaste, training
from recommendations.batch.pooling import DataSetUnreadable
from recommendations.batch.ratingfiles import RatingsUnreadable
from recommendations.tasks import RETRAINING, RETRAINING_SECONDS
from recommendations.taste.recipes import learner


class Command(BaseCommand):
    help = (
        "Learn what people love together, from everybody here who allows it and from data sets, "
        "and let the new taste space serve unless it loses to the one before."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--recipe", default="house", help="the learner")
        parser.add_argument(
            "--data", type=Path, nargs="+", default=[], metavar="FOLDER", help="of MovieLens"
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument(
            "--force", action="store_true", help="let it serve even when it loses clearly"
        )
        other = parser.add_mutually_exclusive_group()
        other.add_argument(
            "--starter", action="store_true", help="load the space that ships, and stop"
        )
        other.add_argument(
            "--back", action="store_true", help="let the space serve that served before, and stop"
        )

    def handle(self, *args, starter: bool, back: bool, **options) -> None:
        try:
            with alone(RETRAINING, seconds=RETRAINING_SECONDS):
                if starter:
                    self._load_starter()
                elif back:
                    self._go_back()
                else:
                    self._retrain(**options)
        except (
            ValueError,
            AlreadyRunning,
            DataSetUnreadable,
            RatingsUnreadable,
            startertaste.StarterIncomplete,
            training.NotEnoughPeople,
            training.NoSpaceLearnt,
            training.SpaceLosesToServing,
        ) as error:
            raise CommandError(str(error)) from error

    def _retrain(self, *, recipe: str, data: list[Path], seed: int, force: bool, **_) -> None:
        report = training.retrain(
            learner(recipe),
            recipe=recipe,
            folders=data,
            seed=seed,
            force=force,
            say=lambda line: self.stdout.write(f"  {line}"),
        )
        self.stdout.write(
            f"Taste space {report.space.pk} serves: {report.n_placed:,} titles placed by what "
            f"{report.space.teachers()} loved together, {report.n_by_content:,} by their content, "
            f"in {report.seconds:.1f} s."
        )

    def _load_starter(self) -> None:
        if not startertaste.FILE.exists():
            raise startertaste.StarterIncomplete(
                f"there is no {startertaste.FILE}; 'manage.py build_starter_taste' makes it"
            )
        self.stdout.write(startertaste.load(startertaste.FILE.read_bytes()).words)

    def _go_back(self) -> None:
        space = training.roll_back()
        if space is None:
            raise CommandError("no taste space has served before this one; nothing was changed")
        self.stdout.write(f"Taste space {space.pk} ({space.recipe}) serves again.")
