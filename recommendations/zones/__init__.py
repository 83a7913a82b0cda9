"""The library's face: what views, commands and engineers may call. No request objects here.

from recommendations import zones
shelf = zones.recommend(user, zones.Tonight(), wants=zones.Wants(kinds=("film",)), now=now)
for pick in shelf.picks:
    print(pick.rank, pick.title.name, pick.match, zones.plain(pick.reason))
"""

from recommendations.zones.anchor import Anchor
from recommendations.zones.calls import explain, fit, named, plain, similar, state
from recommendations.zones.gems import Gems
from recommendations.zones.mood import ByMood
from recommendations.zones.neighbours import neighbours
from recommendations.zones.pipeline import recommend, serving_spaces
from recommendations.zones.plainly import plain_picks
from recommendations.zones.sample import Sample
from recommendations.zones.search import Search
from recommendations.zones.shelf import Pick, Shelf
from recommendations.zones.suggesting import suggest
from recommendations.zones.surprise import Surprise
from recommendations.zones.together import Together
from recommendations.zones.tonight import Tonight
from recommendations.zones.trending import Trending
from recommendations.zones.trusted import Trusted
from recommendations.zones.vibe import FromVibe
from recommendations.zones.wants import Wants

# Every zone by its name. Adding one: a file beside this one, and a line here.
ZONES = {
    zone.name: zone
    for zone in (
        Tonight,
        Search,
        Anchor,
        FromVibe,
        Gems,
        Surprise,
        ByMood,
        Trending,
        Trusted,
        Together,
        Sample,
    )
}

__all__ = [
    "ZONES",
    "Anchor",
    "ByMood",
    "FromVibe",
    "Gems",
    "Pick",
    "Sample",
    "Search",
    "Shelf",
    "Surprise",
    "Together",
    "Tonight",
    "Trending",
    "Trusted",
    "Wants",
    "explain",
    "fit",
    "named",
    "neighbours",
    "plain",
    "plain_picks",
    "recommend",
    "serving_spaces",
    "similar",
    "state",
    "suggest",
]
