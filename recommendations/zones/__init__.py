"""The library's face: what views, commands and engineers may call. No request objects here.

from recommendations import zones
shelf = zones.recommend(user, zones.Tonight(), wants=zones.Wants(kinds=("film",)), now=now)
for pick in shelf.picks:
    print(pick.rank, pick.title.name, pick.match, zones.plain(pick.reason))
"""

from recommendations.zones.anchor import Anchor
from recommendations.zones.calls import explain, fit, named, neighbours, plain, similar, state
from recommendations.zones.pipeline import recommend, serving_spaces
from recommendations.zones.sample import Sample
from recommendations.zones.search import Search
from recommendations.zones.shelf import Pick, Shelf
from recommendations.zones.tonight import Tonight
from recommendations.zones.wants import Wants

# Every zone by its name. Adding one: a file beside this one, and a line here.
ZONES = {zone.name: zone for zone in (Tonight, Search, Anchor, Sample)}

__all__ = [
    "ZONES",
    "Anchor",
    "Pick",
    "Sample",
    "Search",
    "Shelf",
    "Tonight",
    "Wants",
    "explain",
    "fit",
    "named",
    "neighbours",
    "plain",
    "recommend",
    "serving_spaces",
    "similar",
    "state",
]
