"""Measure recipes: on two files, or on a prepared data set for the leaderboard."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from recommendations.batch import ablations, measuring
from recommendations.batch.describing import facts_for
from recommendations.batch.evaluation import NothingToLearn, evaluate
from recommendations.batch.listfiles import CannotWrite, check_place, write_lists, write_whole
from recommendations.batch.ratingfiles import RatingsFile, RatingsUnreadable, read_ratings
from recommendations.batch.titlefiles import TitlesUnreadable, read_titles
from recommendations.models import Run
from recommendations.taste import recipes
from recommendations.taste.encoders import EncoderMissing
from recommendations.taste.evaluation.leaderboard import (
    Measure,
    measures_of,
    rows_of,
    with_floor,
)
from recommendations.taste.learners.base import Learner

TROUBLE = (
    CannotWrite,
    EncoderMissing,
    NothingToLearn,
    RatingsUnreadable,
    TitlesUnreadable,
    OSError,
    ValueError,
)


class Command(BaseCommand):
    help = (
        "Measures recipes. With --train and --test it writes ten titles for everybody in test and "
        "prints the metrics, without database or network. With --data it cuts a data set itself "
        "and, with --store, keeps one run for each recipe, split and seed."
    )
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        known = ", ".join(sorted(recipes.RECIPES))
        parser.add_argument("--recipe", required=True, help=f"one, or several by comma: {known}")
        files = parser.add_argument_group("on two files")
        files.add_argument("--train", type=Path, help="CSV or .csv.gz: user,item,rating,timestamp")
        files.add_argument("--test", type=Path, help="the same; who stands in it gets a list")
        files.add_argument("--titles", type=Path, help="CSV: movieId,title,genres")
        files.add_argument("--out", type=Path, help="where user,item,rank goes")
        files.add_argument("--seed", type=int, default=0)
        data = parser.add_argument_group("on a data set")
        data.add_argument("--data", type=Path, help="folder with ratings.csv and movies.csv")
        data.add_argument("--split", default="p2r", choices=measuring.SPLITS)
        data.add_argument("--k", default="5,10,20", help="p3: ratings known of new people")
        data.add_argument("--new", type=float, default=0.1, help="p3: share of people, or number")
        data.add_argument("--scale", type=float, default=1.0, help="times a rating gives stars")
        data.add_argument("--seeds", default="0", help="such as 0,1,2")
        data.add_argument("--set", action="append", default=[], metavar="NAME=VALUE,VALUE")
        data.add_argument("--ablation", choices=ablations.KINDS)
        data.add_argument("--store", action="store_true", help="keep the runs in the database")
        data.add_argument("--table", type=Path, help="keep the runs in this JSON file")

    def handle(self, *args, **options) -> None:
        try:
            if options["data"]:
                self.on_data(options)
            else:
                self.on_files(options)
        except TROUBLE as trouble:
            raise CommandError(str(trouble)) from trouble

    def on_files(self, options: dict) -> None:
        """Make the lists of one recipe, write them and print what they are worth."""
        missing = [f"--{name}" for name in ("train", "test", "out") if not options[name]]
        if missing:
            raise CommandError(f"{', '.join(missing)} missing; give them, or --data FOLDER")
        learner, seed, out = recipes.learner(options["recipe"]), options["seed"], options["out"]
        check_place(out)
        train = self.read("train", options["train"])
        test = self.read("test", options["test"])
        told = read_titles(options["titles"]) if options["titles"] else None
        facts = facts_for([learner], told, settings.RECOMMENDER) if told else None
        outcome = evaluate(
            learner,
            train.interactions,
            test.interactions,
            rng=np.random.default_rng([seed, 2]),
            facts=facts,
        )
        split = outcome.split
        n_lines = write_lists(
            out, outcome.lists, outcome.people, ids=split.train.people, titles=split.train.titles
        )
        self.stdout.write(
            f"{options['recipe']}: trained in {outcome.fit_seconds:.1f} s, lists in "
            f"{outcome.seconds - outcome.fit_seconds:.1f} s, at most {outcome.memory_mb:.0f} MiB"
        )
        n_counted, n = len(outcome.report.people), len(outcome.people)
        self.stdout.write(f"{n_counted} of {n} people have a loved title held out and count:")
        for name, measure in measures_of(outcome.report, seed=seed).items():
            self.stdout.write(f"  {name:<22} {said(measure)}")
        if n_short := int((outcome.lists < 0).any(axis=1).sum()):
            self.stdout.write(f"{n_short} lists are short: there are no more unknown titles")
        self.stdout.write(f"{n_lines} lines for {n} people: {out}")

    def read(self, name: str, path: Path, **how) -> RatingsFile:
        """Read a file of ratings and say what was left out."""
        found = read_ratings(path, **how)
        self.tell(name, path, found)
        return found

    def tell(self, name: str, path: Path, found: RatingsFile) -> None:
        n_people, n_titles = found.interactions.shape
        self.stdout.write(
            f"{name}: {len(found.interactions):,} ratings of {n_people:,} people about "
            f"{n_titles:,} titles"
        )
        for remark in found.remarks():
            self.stderr.write(f"{path}: {remark}")

    def on_data(self, options: dict) -> None:
        """Measure every recipe on every split and keep the runs."""
        if options["table"]:
            check_place(options["table"])
        names = [name.strip() for name in options["recipe"].split(",") if name.strip()]
        chosen = list(self.variations(names, options["set"]))
        data = measuring.read_data(options["data"], scale=options["scale"])
        self.tell(data.name, options["data"], data.ratings)
        learners = [learner for _, _, learner in chosen]
        facts = facts_for(learners, data.titles, settings.RECOMMENDER) if data.titles else None
        version = measuring.code_version(settings.BASE_DIR)
        runs = []
        for task in self.tasks(data, chosen, options):
            run, _ = measuring.run(task, facts=facts, version=version)
            runs.append(run)
            name = f"{task.recipe} {task.variation}".strip()
            ndcg, ssr = run.measure("ndcg@5"), run.measure("ssr")
            self.stdout.write(
                f"{task.split_name} seed {task.seed} {name}: NDCG@5 {said(ndcg)}, SSR {said(ssr)}, "
                f"{run.seconds:.1f} s, {run.memory_mb:.0f} MiB"
            )
            if options["store"]:
                self.store(run)
        if options["table"]:
            write_table(options["table"], runs)
        self.summary(runs)

    def variations(
        self, names: list[str], settings_given: list[str]
    ) -> Iterator[tuple[str, str, Learner]]:
        """Yield (recipe, variation, learner), beginning with those no leaderboard is without."""
        choices = dict(parsed(each) for each in settings_given)
        for name in with_floor(names):
            learner = recipes.learner(name)
            if name in names and choices:
                for variation, changed in measuring.grid(learner, choices):
                    yield name, variation, changed
            else:
                yield name, "", learner

    def tasks(self, data, chosen, options: dict) -> Iterator[measuring.Task]:
        """Yield the runs to make: the recipes as they are, or with something switched off."""
        kind = options["ablation"]
        plain = measuring.tasks(
            data,
            chosen,
            split=options["split"],
            ks=whole_numbers("--k", options["k"]),
            seeds=whole_numbers("--seeds", options["seeds"]),
            new=options["new"],
        )
        wanted = options["recipe"].split(",")
        curves = set()
        for task in plain:
            rng = np.random.default_rng([task.seed, 3])
            if kind is None or (task.recipe not in wanted and kind != ablations.LEARNING_CURVE):
                yield task
            elif kind == ablations.CAUSES:
                yield from ablations.causes(task, rng=rng)
            elif kind == ablations.DISLIKE_WEIGHTS:
                yield from ablations.dislikes(task)
            elif (task.recipe, task.seed) not in curves:
                curves.add((task.recipe, task.seed))
                new = measuring.share_or_number(options["new"])
                yield from ablations.learning_curve(task, data.interactions, rng=rng, **new)

    def store(self, run: Run) -> None:
        try:
            Run.objects.keep(run)
        except DatabaseError as error:
            raise CommandError(
                f"the run cannot be stored: {error}; is the database running and migrated? "
                "('make db' starts it; --table keeps runs in a file instead)"
            ) from error

    def summary(self, runs: list[Run]) -> None:
        """Print the leaderboard of each split."""
        for split in dict.fromkeys(run.split for run in runs):
            self.stdout.write(f"\n{split}, mean over the seeds, best first")
            for row in rows_of(run.as_result() for run in runs if run.split == split):
                lift = "" if row.lift is None else f", lift {row.lift:+.1%}"
                name = f"{row.recipe} {row.variation}".strip()
                recall = row.measures["recall@10"]
                self.stdout.write(
                    f"  {name:<40} NDCG@5 {said(row.measures['ndcg@5'])}, "
                    f"Recall@10 {said(recall)}{lift}"
                )


def write_table(path: Path, runs: list[Run]) -> None:
    """Keep runs in a file, each in the place of an earlier one of the same recipe and split."""
    records = {key_in_table(run): run.as_json() for run in [*read_table(path), *runs]}
    lines = ",\n".join(json.dumps(record) for record in records.values())
    write_whole(path, lambda file: file.write(f'{{"runs": [\n{lines}\n]}}\n'))


def key_in_table(run: Run) -> tuple:
    """Return what tells runs of a file apart, whatever the code."""
    return run.data, run.split, run.recipe, run.variation, run.seed


def read_table(path: Path) -> list[Run]:
    """Return the runs of such a file; none where it is not there yet.

    Raises:
        CommandError: it is something else.
    """
    if not path.exists():
        return []
    try:
        return [Run.from_json(record) for record in json.loads(path.read_text())["runs"]]
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} is no table of runs ({error}); name another file") from error


def said(measure: Measure) -> str:
    """Return a measure in words: mean and interval."""
    if np.isnan(measure.mean):
        return "nobody to measure"
    if np.isnan(measure.low):
        return f"{measure.mean:.4f}"
    return f"{measure.mean:.4f} [{measure.low:.4f}, {measure.high:.4f}]"


def whole_numbers(name: str, text: str) -> list[int]:
    """Return the numbers of a list by comma.

    Raises:
        CommandError: there is something else in it.
    """
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise CommandError(f"{name} is {text!r}; expected whole numbers such as 0,1,2") from None


def parsed(text: str) -> tuple[str, list[str]]:
    """Return the name and the values of NAME=VALUE,VALUE.

    Raises:
        CommandError: it is something else.
    """
    name, _, values = text.partition("=")
    if not name or not values:
        raise CommandError(f"--set is {text!r}; expected NAME=VALUE or NAME=VALUE,VALUE")
    return name.strip(), [value.strip() for value in values.split(",")]
