"""How good Tonight's lists are with the ranker's trees and without, for people never met.

    .venv/bin/python -m benchmarks.ordering --data FOLDER [--people 200] [--write]

FOLDER holds MovieLens latest-small. Some of its people are set aside; the house recipe learns from
the others and serves; then everybody set aside is known by so many of their ratings and gets a
list from the site itself: filters, rules and all. What they loved of the rest of the starter
catalogue is looked for in it.
"""

from benchmarks import ground

# isort: split
import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from benchmarks import report as reports
from benchmarks.report import Report
from catalog.models import Rating
from recommendations import zones
from recommendations.batch.pooling import people_of, titles_of_movies
from recommendations.batch.training import ranker_of, space_of, store
from recommendations.taste.evaluation import metrics
from recommendations.taste.evaluation.splits import new_people
from recommendations.taste.interactions import Interactions, cleaned
from recommendations.taste.recipes import learner
from recommendations.zones import ordering

COMMAND = ".venv/bin/python -m benchmarks.ordering"
KNOWN_BY = (3, 10, 30)
N = 5


def person_of(said: Interactions, person: int, *, k: int, number: int) -> User:
    """Store somebody with these ratings and return them."""
    user = User.objects.create(
        username=f"SYNTHETIC-{k}-{number}", email=f"{k}.{number}@example.org"
    )
    own = np.flatnonzero(said.person == person)
    now = timezone.now()
    Rating.objects.bulk_create(
        Rating(
            user=user,
            title_id=int(said.titles.ids[said.title[row]]),
            stars=str(said.stars[row]),
            rated_at=now,
        )
        for row in own
    )
    return user


def listed(user: User) -> list[int]:
    """Return what Tonight shows, worked out anew."""
    cache.clear()
    shelf = zones.recommend(user, zones.Tonight(), n=N, now=timezone.now())
    return [pick.title.pk for pick in shelf.picks]


def without_trees(users: Sequence[User]) -> list[list[int]]:
    """Return everybody's list as if the space had come without trees."""
    kept = ordering.ranker_of
    ordering.ranker_of = lambda space: None
    try:
        return [listed(user) for user in users]
    finally:
        ordering.ranker_of = kept


def measured(lists: list[list[int]], test: Interactions, people: np.ndarray) -> metrics.Report:
    """Return the metrics of lists of title ids."""
    numbers = np.full((len(lists), N), -1, dtype=np.int64)
    for row, ids in enumerate(lists):
        numbers[row, : len(ids)] = test.titles.numbers(np.array(ids, dtype=np.int64))
    counts = np.zeros(len(test.titles), dtype=np.int64)
    return metrics.report(numbers, people, test, counts=counts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--write", action="store_true", help="into docs/taste-space.md")
    options = parser.parse_args()
    with ground.Ground():
        run(options.data, options.people, write=options.write)


def run(folder: Path, n_people: int, *, write: bool) -> None:
    """Print the table, and with `write` put it into the document."""
    report = Report("ordering", command=f"{COMMAND} --people {n_people}")
    User.objects.filter(username__startswith="SYNTHETIC-").delete()
    said, _ = cleaned(people_of(folder, titles_of_movies([folder]), number=1))
    rows = []
    for k in KNOWN_BY:
        rng = np.random.default_rng(k)
        # Only titles of the catalogue can be told and found.
        inside = said.take(np.asarray(said.titles.ids)[said.title] > 0)
        split = new_people(inside, k=k, n=n_people, at_least=k + 10, rng=rng)
        people_apart = set(np.asarray(split.test.people.ids)[split.people].tolist())
        others = ~np.isin(np.asarray(said.people.ids)[said.person], list(people_apart))
        model = learner("house").fit(said.take(others), rng=rng)
        store(
            space_of(model, recipe="house"),
            recipe="house",
            sources=[{"name": "MovieLens", "n_people": int(len(said.people) - n_people),
                      "n_ratings": int(others.sum()), "folder": ""}],
            figures={},
            ranker=ranker_of(model),
        )  # fmt: skip
        users = [
            person_of(split.train, person, k=k, number=number)
            for number, person in enumerate(split.people)
        ]
        own = measured(without_trees(users), split.test, split.people)
        both = measured([listed(user) for user in users], split.test, split.people)
        difference = both.by_person["ndcg@5"] - own.by_person["ndcg@5"]
        low, high = metrics.interval(difference, rng=rng)
        rows.append(
            (
                k,
                *(f"{r.means()[name]:.3f}" for r in (own, both) for name in ("ndcg@5", "p@5")),
                f"{np.nanmean(difference):+.4f}",
                f"{low:+.3f} to {high:+.3f}",
            )
        )
    report.table(
        ("ratings known", "own score: NDCG@5", "P@5", "with the trees: NDCG@5", "P@5",
         "difference", "95 %, paired"), rows,
    )  # fmt: skip
    reports.DOCUMENT = reports.DOCUMENT.with_name("taste-space.md")
    report.finish(write=write)


if __name__ == "__main__":
    main()
