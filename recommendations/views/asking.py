"""From an address to a zone: what each page asks the recommender for."""

import datetime
from collections.abc import Container
from dataclasses import dataclass

from django.http import QueryDict

from catalog.models import Mood
from moviedb.requests import is_id
from recommendations import zones
from recommendations.forms import SteerForm, read_words
from recommendations.models import Vibe
from recommendations.taste.reading import plain_words, read_filters
from recommendations.zones.anchor import MOST_ANCHORS
from recommendations.zones.gems import CEILING, HIGHEST, LOWEST
from recommendations.zones.zone import Zone

PER_PAGE, PER_SEARCH, LAST_PAGE = 5, 10, 5
MOST_SHOWN = 60


@dataclass(frozen=True)
class MoodTile:
    """A way in for a visitor: one tap on a mood."""

    slug: str
    name: str
    line: str
    mood: str
    words: str

    @property
    def url(self) -> str:
        """Return the search that the tile stands for."""
        return f"/search/?tile={self.slug}"


MOOD_TILES = (
    MoodTile(
        "edge", "Edge of the seat", "You forget to breathe", "tense",
        "tense, gripping, danger, suspense, edge of the seat",
    ),
    MoodTile(
        "warm", "Warm and funny", "Kind people, good lines", "bright",
        "warm and funny, feel-good, kind people, witty and heart-warming",
    ),
    MoodTile(
        "quiet", "Quiet and strange", "Stays with you", "hushed",
        "quiet, dreamlike, strange, contemplative, haunting",
    ),
)  # fmt: skip


def tile_of(query: QueryDict) -> MoodTile | None:
    """Return the mood tile that was tapped."""
    return next((tile for tile in MOOD_TILES if tile.slug == query.get("tile")), None)


def kept_weight(person) -> float | None:
    """Return the share of the words that the person set last, or None."""
    return getattr(person, "query_weight", None)


def search(query: QueryDict, person, *, now: datetime.datetime) -> zones.Search | None:
    """Return the search that an address asks for, or None before there are words."""
    words, _ = read_words(query.get("q", ""))
    tile, steer = tile_of(query), SteerForm(query)
    if not words and tile is None:
        return None
    weight, sliders = steer.weight(kept_weight(person)), steer.sliders()
    if tile and not words:
        return zones.Search(text=tile.words, weight=weight, sliders=sliders or {"mood": 100.0})
    meant = plain_words(words, read_filters(words, this_year=now.year)) or words
    return zones.Search(text=meant, weight=weight, sliders=sliders)


def named_ids(query: QueryDict, name: str) -> list[int]:
    """Return the title ids under a name in the address, each once, in order, five at most."""
    texts = [text for value in query.getlist(name) for text in value.split(",")]
    ids = dict.fromkeys(int(t) for t in texts if is_id(t))
    return list(ids)[:MOST_ANCHORS]


def anchor(query: QueryDict, *, known: Container[int]) -> zones.Anchor | None:
    """Return the anchors that an address names, those that are known, or None without any."""
    like = tuple(i for i in named_ids(query, "a") if i in known)
    not_like = tuple(i for i in named_ids(query, "n") if i in known and i not in like)
    if not like:
        return None
    return zones.Anchor(
        like=like,
        not_like=not_like,
        across_genres=query.get("x") == "1",
        sliders=SteerForm(query).sliders(),
    )


def gems(query: QueryDict) -> zones.Gems:
    """Return the hidden gems that an address asks for: up to how well known they may be."""
    text = query.get("known", "")
    share = int(text) / 100 if text.isascii() and text.isdigit() and len(text) < 4 else CEILING
    return zones.Gems(ceiling=min(max(share, LOWEST), HIGHEST))


def mood(path: str) -> zones.ByMood:
    """Return the mood whose page has this path."""
    slug = path.strip("/").rpartition("/")[2]
    return zones.ByMood(slug if slug in Mood.values else Mood.WONDER)


def from_vibe(path: str, person) -> zones.FromVibe | None:
    """Return the person's vibe whose page has this path, or None where it is gone."""
    text = path.strip("/").rpartition("/")[2]
    if not is_id(text):
        return None
    vibe = Vibe.objects.owned_by(person).living().filter(pk=int(text)).first()
    return zones.FromVibe.of(vibe) if vibe else None


def zone_of(
    name: str, query: QueryDict, person, *, now: datetime.datetime, path: str = "/"
) -> Zone:
    """Return the zone that a card came from, with the inputs its page's address had.

    Args:
        path: of that page, for zones whose input stands in it.
    """
    zone: Zone | None = None
    if name == zones.Search.name:
        zone = search(query, person, now=now)
    if name == zones.Anchor.name:
        zone = anchor(query, known=range(1, 2**62))
    if name == zones.Gems.name:
        zone = gems(query)
    if name == zones.ByMood.name:
        zone = mood(path)
    if name == zones.FromVibe.name:
        zone = from_vibe(path, person)
    if name == zones.Surprise.name:
        zone = zones.Surprise()
    if name == zones.Trending.name:
        zone = zones.Trending()
    if name == zones.Trusted.name:
        zone = zones.Trusted.of(person)
    return zone or zones.Tonight()
