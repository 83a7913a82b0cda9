"""Finding titles by name: the index first, and when it finds little, names that look alike."""

import time
from functools import lru_cache

from django.db.models import Case, IntegerField, Value, When
from rapidfuzz import fuzz, process

from catalog.models import Title
from catalog.naming import name_key

ENOUGH = 5
LIKE_ENOUGH = 80
LONGEST = 80
# More words than this are a description; comparing them with every name would find nothing.
LONGEST_MISSPELT = 6
NAMES_SECONDS = 60


def find_by_name(words: str, *, n: int) -> list[Title]:
    """Return up to `n` visible titles whose name these words are, best first.

    Names that are the words come first, then names that begin with them, then the best known.
    Fewer than five found: misspelt words are forgiven.
    """
    key = name_key(words[: 2 * LONGEST])
    if not key or len(key) > LONGEST:
        return []
    titles = Title.objects.visible().for_cards()
    exactness = Case(
        When(name_keys=key, then=Value(0)),
        When(name_keys__startswith=key, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = list(titles.named_like(key).order_by(exactness, "-popularity", "pk")[:n])
    is_name = len(key) >= 4 and len(key.split()) <= LONGEST_MISSPELT
    if len(found) >= min(ENOUGH, n) or not is_name:
        return found
    known = {title.pk for title in found}
    alike = [title_id for title_id in misspelt(key, n=n) if title_id not in known]
    by_id = titles.in_bulk(alike)
    return [*found, *(by_id[i] for i in alike if i in by_id)][:n]


def misspelt(key: str, *, n: int) -> list[int]:
    """Return the ids of the titles whose folded names look most like `key`."""
    names, ids = _names(int(time.monotonic() / NAMES_SECONDS))
    cutoff = LIKE_ENOUGH if len(key) > 5 else LIKE_ENOUGH + 5
    hits = process.extract(
        key, names, scorer=fuzz.ratio, limit=3 * n, score_cutoff=cutoff, processor=None
    )
    return list(dict.fromkeys(ids[place] for _, _, place in hits))[:n]


@lru_cache(maxsize=1)
def _names(minute: int) -> tuple[list[str], list[int]]:
    """Return every folded name and whose it is, read anew every minute."""
    names, ids = [], []
    rows = Title.objects.visible().order_by("-popularity", "pk").values_list("pk", "name_keys")
    for title_id, keys in rows.iterator():
        for key in keys.split("\n"):
            names.append(key)
            ids.append(title_id)
    return names, ids
