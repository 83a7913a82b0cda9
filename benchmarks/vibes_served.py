"""Time the pages of vibes for people who love 60 to 5,000 titles, and what fitting them takes.

    .venv/bin/python -m benchmarks.vibes_served [--write] [--titles 40000] [--likes 60 2000]

Pages are asked for through Django's test client: everything a worker does for one, no network.
Titles beyond the starter catalogue are GENERATED, and the people SYNTHETIC: each loves titles
around six of the catalogue, half of them by heart and half by stars. Medians come first, since
other programs share the cores.
"""

from benchmarks import ground

# isort: split
import argparse
import time
from collections.abc import Callable

import numpy as np
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from threadpoolctl import threadpool_limits

from accounts.models import User
from benchmarks import report as reports
from benchmarks.generated import fill_up_to
from benchmarks.people import LABEL, new_person
from benchmarks.report import Report, p50, p95
from benchmarks.site import forget_lists
from catalog.models import Favourite, Rating, Title
from recommendations.batch.placing import place_by_content
from recommendations.held import held
from recommendations.models import Vibe
from recommendations.taste.text import COMPOSED
from recommendations.vibes.fitting import find_vibes, fit_vibes
from recommendations.zones.pipeline import serving_space, serving_spaces

COMMAND = ".venv/bin/python -m benchmarks.vibes_served"
N_ANCHORS, PAGES, ROUNDS = 6, 4, 5
MOST_SWITCH = 300  # milliseconds
PART = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "vibe"}


def lover_of(n: int, *, rng: np.random.Generator) -> User:
    """Return a member who loves `n` titles around six, by hearts and by stars."""
    user = new_person(f"{LABEL}-lover-{n}", is_guest=False)
    known = held(serving_spaces().content, COMPOSED)
    anchors = rng.choice(len(known.ids), N_ANCHORS, replace=False)
    near = np.argsort(-known.cosines(known.vectors[anchors]), axis=0)[: max(200, n)]
    drawn = np.unique([rng.permutation(near[:, k])[:n] for k in range(N_ANCHORS)])
    ids = known.ids[rng.permutation(drawn)[:n]].tolist()
    now, half = timezone.now(), len(ids) // 2
    Favourite.objects.bulk_create(
        Favourite(user=user, title_id=i, created_at=now) for i in ids[:half]
    )
    Rating.objects.bulk_create(
        Rating(user=user, title_id=i, stars=4 + 0.5 * (i % 3), rated_at=now, created_at=now)
        for i in ids[half:]
    )
    return user


def taken(call: Callable[[], object]) -> float:
    """Return in how many milliseconds something was done."""
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


def measure(n: int, *, rng: np.random.Generator) -> dict[str, list[float]]:
    """Return milliseconds of everything that is done for somebody who loves `n` titles."""
    user, client = lover_of(n, rng=rng), Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    ground.count_rows()
    found: dict[str, list[float]] = {}
    client.get("/start/")  # The session and the templates are there.
    cache.clear()
    find_vibes(user, now=timezone.now())  # scikit-learn, the catalogue in terms
    found["programme, nothing stored"] = [taken(lambda: client.get("/vibes/"))]
    found["the same, kept"] = [taken(lambda: client.get("/vibes/")) for _ in range(ROUNDS)]
    found["grouping all anew"] = [
        taken(lambda: find_vibes(user, now=timezone.now(), wanted=None)) for _ in range(3)
    ]
    fit_vibes(user, now=timezone.now())
    found["the next fit, stored"] = [
        taken(lambda: fit_vibes(user, now=timezone.now())) for _ in range(3)
    ]
    found["programme"] = [taken(lambda: client.get("/vibes/")) for _ in range(ROUNDS)]
    vibes = [v.pk for v in Vibe.objects.owned_by(user).living().in_order()]
    urls = [f"/vibes/{pk}/" for pk in vibes]
    answer = client.get(urls[0])
    if answer.status_code != 200:
        raise RuntimeError(f"{urls[0]} answers {answer.status_code}, expected 200")
    anew, warm = [], []
    for page in range(1, PAGES + 1):
        forget_lists()
        for url in urls:
            asked = f"{url}?page={page}" if page > 1 else url
            anew.append(taken(lambda asked=asked: client.get(asked, **PART)))
        for url in urls:
            asked = f"{url}?page={page}" if page > 1 else url
            warm.append(taken(lambda asked=asked: client.get(asked, **PART)))
    found["a vibe's list, ranked anew"], found["switch, warm"] = anew, warm
    found["your taste"] = [taken(lambda: client.get("/me/taste/")) for _ in range(ROUNDS)]
    found["map, first"] = [taken(lambda: client.get("/me/taste/map/"))]
    found["map"] = [taken(lambda: client.get("/me/taste/map/")) for _ in range(ROUNDS)]
    found["vibes"] = [float(len(vibes))]
    return found


def line(name: str, found: list[list[float]]) -> tuple[str, ...]:
    """Return one row of the table: the median, and where more than one was taken, the p95."""
    cells = [f"{p50(own):.0f}" + (f" / {p95(own):.0f}" if len(own) > 3 else "") for own in found]
    return (name, *cells)


def main() -> None:
    """Measure everybody, the smallest taste first."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/vibes.md")
    parser.add_argument("--titles", type=int, default=40_000)
    parser.add_argument("--likes", type=int, nargs="+", default=[60, 400, 2_000, 5_000])
    options = parser.parse_args()
    reports.DOCUMENT = reports.DOCUMENT.with_name("vibes.md")
    # Workers have threads enough: products on several more wait for one another.
    with ground.Ground(), threadpool_limits(limits=1):
        fill_up_to(options.titles, serving_space(), rng=np.random.default_rng(11))
        place_by_content(serving_spaces().taste)
        cache.clear()
        report = Report("vibes-served", command=COMMAND)
        report.say(
            f"### Pages of vibes over {Title.objects.count():,} titles\n\n"
            f"{Title.objects.exclude(starter_id=None).count()} of the titles are real, the others "
            "GENERATED. Milliseconds, p50, and after the stroke p95 where more than three were "
            "taken.\n"
        )
        found = [measure(n, rng=np.random.default_rng(n)) for n in sorted(options.likes)]
        heads = [f"{n:,} loved" for n in sorted(options.likes)]
        report.table(("", *heads), [line(name, [one[name] for one in found]) for name in found[0]])
        worst = max(p95(one["switch, warm"]) for one in found)
        met = worst <= MOST_SWITCH
        report.targets([("switch, warm, p95, at worst", f"{worst:.0f} ms",
                         f"≤ {MOST_SWITCH} ms", met)])  # fmt: skip
        report.finish(write=options.write)


if __name__ == "__main__":
    main()
