"""The Reel experiment, from one command."""

import os
import time
from pathlib import Path

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from recommendations.batch.ratingfiles import RatingsUnreadable, read_ratings
from recommendations.batch.titlefiles import TitlesUnreadable, read_titles
from recommendations.taste.evaluation import reel
from recommendations.taste.interactions import Facts, Interactions

SET = "ml-latest-small"
USERS, FILMS, RATINGS = 610, 9_724, 100_836
# What the Reel document states of itself, on a split of its own.
QUOTED = {"rmse": 0.8559, "order": 0.1464, "popularity": 0.0988, "lift": 0.482, "stars": 0.0184}
N_SHOWN = 12


class Command(BaseCommand):
    """`manage.py demo_reel`."""

    help = (
        "Learns a model of stars and a model of order from MovieLens latest-small and compares "
        "them with popularity. Changes nothing, needs no database; run again, it prints the same."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--path",
            type=Path,
            help=f"the folder with ratings.csv and movies.csv (default: {SET} in $MOVIEDB_DATA, "
            "then where fetch_movielens puts it)",
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="of split and learners (default: 1)"
        )
        parser.add_argument(
            "--synthetic", action="store_true", help="made-up ratings instead, labelled as such"
        )

    def handle(self, *args, path: Path | None, seed: int, synthetic: bool, **options) -> None:
        started = time.monotonic()
        if seed < 0:
            raise CommandError(f"--seed is {seed}; expected 0 or more")
        if synthetic and path:
            raise CommandError("--synthetic reads no files; leave out --path, or --synthetic")
        rng = np.random.default_rng(seed)
        if synthetic:
            interactions, facts = reel.synthetic(rng=rng)
            self.stdout.write(
                f"{reel.LABEL}: made-up ratings. No figure below is about real people."
            )
        else:
            interactions, facts = self._read(path or _folder())
        n_users, n_films = interactions.shape
        self.stdout.write(f"{n_users:,} users, {n_films:,} films, {len(interactions):,} ratings")
        found = reel.run(interactions, facts, rng=rng, recipe=reel.Recipe())
        self._write_figures(found, seed=seed, quoted={} if synthetic else QUOTED)
        self._write_likes(found, interactions, facts)
        self.stderr.write(f"{time.monotonic() - started:.0f} s")

    def _read(self, folder: Path) -> tuple[Interactions, Facts]:
        """Return what the folder holds, once it is clear that it is the set it should be."""
        try:
            ratings, films = (
                read_ratings(folder / "ratings.csv"),
                read_titles(folder / "movies.csv"),
            )
        except (RatingsUnreadable, TitlesUnreadable) as error:
            raise CommandError(f"{error}; or run 'manage.py fetch_movielens' first") from error
        for remark in ratings.remarks() + films.bad:
            self.stderr.write(remark)
        found = (*ratings.interactions.shape, len(ratings.interactions))
        if found != (USERS, FILMS, RATINGS):
            raise CommandError(
                f"{folder}: found {found[0]:,} users, {found[1]:,} films and {found[2]:,} ratings, "
                f"expected {USERS:,}, {FILMS:,} and {RATINGS:,} of MovieLens latest-small "
                "(September 2018); run 'manage.py fetch_movielens' and give its folder as --path"
            )
        return ratings.interactions, films.facts

    def _write_figures(self, found: reel.Reel, *, seed: int, quoted: dict[str, float]) -> None:
        self.stdout.write(
            f"{found.n_train:,} ratings to learn from, {found.n_test:,} held out (seed {seed})\n"
            "Recall@10: of every film that a person has not rated; relevant is a held-out rating "
            f"of 4.0 or more, and only the {found.n_people} people who have one count\n"
        )
        rows = [
            ("Rating model: RMSE in stars", f"{found.rmse:.4f}", "rmse"),
            ("BPR: Recall@10", f"{found.recalls['order']:.4f}", "order"),
            ("Popularity: Recall@10", f"{found.recalls['popularity']:.4f}", "popularity"),
            ("BPR's lift over popularity", f"{found.lift:+.1%}", "lift"),
            ("Rating model: Recall@10", f"{found.recalls['stars']:.4f}", "stars"),
        ]
        head = f"{'':30}{'this run':>10}" + (f"{'quoted, not ours':>20}" if quoted else "")
        self.stdout.write(head)
        for name, ours, key in rows:
            theirs = ""
            if quoted:
                theirs = f"{quoted[key]:+.1%}" if key == "lift" else f"{quoted[key]:.4f}"
            self.stdout.write(f"{name:30}{ours:>10}{theirs:>20}".rstrip())

    def _write_likes(self, found: reel.Reel, interactions: Interactions, facts: Facts) -> None:
        self.stdout.write(
            "\nFilms like a film that share no genre with it, by cosine of the rating model's "
            f"vectors.\n{found.share_with_likes:.0%} of the {len(found.likes)} most rated films "
            f"have one among their {reel.Recipe.nearest} nearest; the first {N_SHOWN} of those:"
        )
        rows = facts.rows_for(interactions.titles)

        def named(film: int) -> str:
            row = rows[film]
            year = f" ({facts.years[row]:.0f})" if np.isfinite(facts.years[row]) else ""
            return f"{facts.names[row]}{year} [{', '.join(facts.genres[row])}]"

        for like in [like for like in found.likes if like.others][:N_SHOWN]:
            self.stdout.write(f"\n{named(like.film)}")
            for other, closeness in zip(like.others, like.cosines, strict=True):
                self.stdout.write(f"  {closeness:.3f}  {named(other)}")


def _folder() -> Path:
    """Return the first folder of the set that is there.

    Raises:
        CommandError: there is none.
    """
    places = [Path(settings.VAR_DIR) / "data" / SET]
    if data := os.environ.get("MOVIEDB_DATA"):
        places.insert(0, Path(data) / SET)
    for place in places:
        if place.is_dir():
            return place
    looked = " or ".join(str(place) for place in places)
    raise CommandError(
        f"no MovieLens ratings at {looked}; run 'manage.py fetch_movielens', name the folder with "
        "--path, or try made-up ratings with --synthetic"
    )
