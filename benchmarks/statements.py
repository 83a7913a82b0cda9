"""Count the SQL statements of every page, for somebody with 40 ratings and with 400."""

from benchmarks import ground  # noqa: F401  it comes first: it sets Django up

# isort: split
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.test import Client

from benchmarks.people import reader_of
from benchmarks.report import Report, p50
from benchmarks.site import forget_lists
from catalog.models import Title

FEW, MANY, MOST = 40, 400, 10
REPEATS = 11


@dataclass(frozen=True)
class Cost:
    """What a page asked of the database, and how long it took without a web server.

    Attributes:
        n: statements.
        repeated: how often the same statement was sent at most.
        milliseconds: median of several times.
        cpu: the part of them that Python computed, in milliseconds.
    """

    n: int
    repeated: int
    milliseconds: float
    cpu: float


def cost(client: Client, path: str, *, before: Callable[[], None] | None) -> Cost:
    """Ask for a page several times; count the last.

    Raises:
        RuntimeError: the page is not answered with 200.
    """
    times, cpu, sent = [], [], Counter()

    def note(execute, sql, params, many, context):
        sent[sql] += 1
        return execute(sql, params, many, context)

    for _ in range(REPEATS):
        if before:
            before()
        sent.clear()
        started, used = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(note):
            answer = client.get(path)
        cpu.append(1000 * (time.process_time() - used))
        times.append(1000 * (time.perf_counter() - started))
        if answer.status_code != 200:
            raise RuntimeError(f"{path} gave {answer.status_code}")
    return Cost(sum(sent.values()), max(sent.values(), default=0), p50(times), p50(cpu))


def path_for(client: Client, path: str) -> str:
    """Return the path with the person's own first pick in it, where it asks for that."""
    if "=first" not in path:
        return path
    pick = client.get("/").content.decode().partition('id="card-')[2].partition('"')[0]
    return path.replace("=first", f"={pick}")


def measure(report: Report) -> None:
    """Print the statements of every page and whether they grow with what somebody has said."""
    rng = random.Random(3)
    clients = []
    for n in (FEW, MANY):
        client = Client(SERVER_NAME="localhost")
        client.cookies.load(reader_of(n, rng=rng).cookie)
        clients.append(client)
    title = Title.objects.get(starter_id="film/inception-2010").pk
    pages: list[tuple[str, str, Callable[[], None] | None]] = [
        ("Tonight, ranked anew", "/", forget_lists),
        ("Tonight, ranked ids cached", "/", None),
        ("Tonight, a why-panel open", "/?why=first", forget_lists),
        ("Tonight, filtered", "/?kinds=film&max_runtime=120&genres=Drama", forget_lists),
        ("search, ranked anew", "/search/?q=robots+who+dream", forget_lists),
        ("search, ranked ids cached", "/search/?q=robots+who+dream", None),
        ("like, ranked anew", f"/like/?a={title}", forget_lists),
        ("title", f"/title/{title}/", None),
        ("title: more like this", f"/title/{title}/similar/", forget_lists),
        ("title: how it fits", f"/title/{title}/fit/", forget_lists),
        *((f"library: {tab}", f"/library/?tab={tab}", None)
          for tab in ("watchlist", "favourites", "rated", "seen", "dismissed")),
        ("onboarding", "/start/", None),
        ("users/me/state", "/users/me/state", None),
        ("settings", "/me/settings/", None),
        ("my data", "/me/data/", None),
    ]  # fmt: skip
    rows, most, grown = [], 0, []
    for name, path, before in pages:
        few, many = (cost(client, path_for(client, path), before=before) for client in clients)
        most = max(most, few.n, many.n)
        if few.n != many.n:
            grown.append(name)
        rows.append(
            (name, few.n, many.n, max(few.repeated, many.repeated),
             f"{few.milliseconds:.0f} ({few.cpu:.0f})", f"{many.milliseconds:.0f} ({many.cpu:.0f})")
        )  # fmt: skip
    visitor = cost(Client(SERVER_NAME="localhost"), "/", before=forget_lists)
    rows.insert(0, ("landing, for a visitor, drawn anew", visitor.n, "–", visitor.repeated,
                    f"{visitor.milliseconds:.0f} ({visitor.cpu:.0f})", "–"))  # fmt: skip
    most = max(most, visitor.n)
    report.say(
        f"Statements of a member with {FEW} ratings and of one with {MANY} (both made up and "
        "labelled SYNTHETIC), counted in one process, without a web server; milliseconds, and in "
        f"brackets those that Python computed, are medians of {REPEATS}.\n"
    )
    report.table(
        ("page", f"statements at {FEW}", f"at {MANY}", "same one sent at most", f"ms at {FEW}",
         f"ms at {MANY}"),
        rows,
    )  # fmt: skip
    report.targets(
        [
            ("SQL statements on a page", f"up to {most}", f"≤ {MOST}", most <= MOST),
            (f"the same at {MANY} ratings as at {FEW}",
             "on every page" if not grown else "not on " + ", ".join(grown), "constant", not grown),
        ]
    )  # fmt: skip
