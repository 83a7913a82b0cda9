"""Names for members who have not given one: two words, which tell nothing of anybody.

A member's username is such a name, written small with hyphens; it is nobody's way in, and the
database keeps it unlike every other. So whoever says nothing else is called "Quiet Lantern", and
no other member is unless they choose it themselves.
"""

import hashlib
import re
import secrets
from collections.abc import Callable

FIRST = (
    "amber", "autumn", "brave", "bright", "bronze", "calm", "candid", "clever", "copper", "coral",
    "crimson", "curious", "distant", "early", "gentle", "golden", "hazel", "hidden", "honest",
    "indigo", "ivory", "jolly", "keen", "late", "lively", "lucky", "marble", "mellow", "merry",
    "misty", "northern", "olive", "patient", "pearl", "plain", "quick", "quiet", "roving", "rustic",
    "scarlet", "silent", "silver", "snowy", "solar", "southern", "steady", "sunny", "velvet",
    "violet", "wandering", "warm", "western", "winter", "witty", "woven", "young",
)  # fmt: skip
SECOND = (
    "acorn", "anchor", "arcade", "badger", "balcony", "beacon", "bramble", "bridge", "candle",
    "canyon", "cedar", "cello", "chapter", "comet", "compass", "cricket", "curtain", "falcon",
    "feather", "fern", "fiddle", "fjord", "garden", "glacier", "harbour", "heron", "island",
    "juniper", "kettle", "kite", "lagoon", "lantern", "lighthouse", "magpie", "maple", "marquee",
    "meadow", "meteor", "nutmeg", "orchard", "otter", "parasol", "pebble", "piano", "prism",
    "quill", "raven", "reel", "river", "robin", "saffron", "sparrow", "stage", "summit", "teapot",
    "thistle", "tulip", "valley", "violin", "walnut", "willow", "window",
)  # fmt: skip
WRITTEN = re.compile(r"[a-z]+-[a-z]+(-\d+)?")
TRIES, LARGEST = 20, 10**6


def new_username(is_taken: Callable[[str], bool]) -> str:
    """Return a name in small letters that nobody has: two words, and a number once those are rare.

    Args:
        is_taken: says whether somebody is called so.
    """
    for number in range(TRIES):
        name = f"{secrets.choice(FIRST)}-{secrets.choice(SECOND)}"
        if number >= TRIES // 4:
            name += f"-{2 + secrets.randbelow(10 ** (1 + number // 4))}"
        if not is_taken(name):
            return name
    return f"{name}-{secrets.token_hex(6)}"


def shown(username: str) -> str:
    """Return a username as others read it.

    Usernames that were made in another way, such as an operator's, are never shown: two words
    and a number are worked out from them, always the same.
    """
    if not (WRITTEN.fullmatch(username) and _is_ours(username)):
        seed = int.from_bytes(hashlib.sha256(username.encode()).digest()[:8])
        seed, first = divmod(seed, len(FIRST))
        seed, second = divmod(seed, len(SECOND))
        username = f"{FIRST[first]}-{SECOND[second]}-{seed % LARGEST}"
    return username.replace("-", " ").title()


def _is_ours(username: str) -> bool:
    first, second = username.split("-")[:2]
    return first in FIRST and second in SECOND
