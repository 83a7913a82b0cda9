"""The encoder that is set, on the golden queries, in a ground of its own.

`benchmarks.encoders` starts it once for each encoder (ENCODER=NAME) and reads its last line. The
starter catalogue is embedded afresh: the vectors that ship are of one encoder and rounded.
"""

from benchmarks import ground

# isort: split
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.utils import timezone

from benchmarks.report import p50, p95
from benchmarks.search_quality import golden_queries, kin_found, meant, ranks, small_ways, visible
from catalog.models import Title
from recommendations import zones
from recommendations.batch.embedding import embed_titles, facts_of
from recommendations.models import Space
from recommendations.taste.encoders import batch_encoder
from recommendations.taste.text import COMPOSED, axis_texts
from recommendations.vectorstore import read_axis
from recommendations.zones.pipeline import serving_space

N_TITLES = 128


def main(texts_to: Path) -> None:
    """Embed, ask, print what was found as JSON; write some titles' texts for the other process.

    Raises:
        RuntimeError: the space that serves is not of the encoder that is set.
    """
    knobs = settings.RECOMMENDER
    with ground.Ground():
        Space.objects.filter(kind=Space.Kind.CONTENT).update(status=Space.Status.RETIRED)
        encoder = batch_encoder(knobs.encoder, sha256=knobs.encoder_sha256, device="cpu")
        embedded = embed_titles(encoder=encoder)
        ground.count_rows()
        space = serving_space()
        if space is None or space.recipe != knobs.encoder or not embedded.n_embedded:
            raise RuntimeError(f"{knobs.encoder} was asked for and {space} serves")
        found = {
            "n_titles": embedded.n_titles,
            "n_texts": embedded.n_texts,
            "seconds": embedded.seconds,
            "ranks": asked_by_part(),
            "kin": kin_found(),
            "pages": search_milliseconds(),
        }
        ids = list(Title.objects.order_by("pk").values_list("pk", flat=True))
        ids = ids[:: max(1, len(ids) // N_TITLES)][:N_TITLES]
        axes = [axis_texts(facts) for facts in facts_of(ids).values()]
        texts_to.write_text(json.dumps([[t for t in title.values() if t] for title in axes]))
    print(json.dumps(found))


def asked_by_part() -> dict[str, dict[str, list[int]]]:
    """Return per part of the golden queries and way of searching the rank of the right title."""
    ways = small_ways(*visible(read_axis(serving_space(), COMPOSED)))
    return {
        part: {way.name: ranks(way, golden_queries(part)) for way in ways}
        for part in ("dev", "golden")
    }


def search_milliseconds() -> dict[str, float]:
    """Return what a visitor's search of five picks takes, nothing of it in the cache."""
    took = []
    search("what every process does once")
    for text, _ in golden_queries("golden"):
        cache.clear()
        serving_space()
        took.append(milliseconds(lambda text=text: search(text)))
    return {"p50": p50(took), "p95": p95(took)}


def search(text: str) -> None:
    """Ask the real zone once."""
    zone = zones.Search(text=meant(text))
    zones.recommend(AnonymousUser(), zone, n=5, now=timezone.now())


def milliseconds(call: Callable[[], None]) -> float:
    """Return how long a call takes."""
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
