"""A person's vibes from what they said: found beside the former ones, and stored in one switch."""

import datetime
import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.contrib.auth import get_user_model
from django.db import transaction
from pgvector import HalfVector

from recommendations.models import Vibe, VibeSet, VibeTitle
from recommendations.said import signals_of
from recommendations.taste.clustering.grounds import DEFAULT_GROUND, GROUNDS
from recommendations.taste.signals import Signal
from recommendations.vibes.finding import Findings, Former, Found, find
from recommendations.vibes.likes import liked, read_likes, said_of, spaces_now
from recommendations.vibes.naming import named

logger = logging.getLogger(__name__)
AS_BEFORE = -1
# With so many likes the vibes that are there take in what is new, until a tenth of the likes has
# come or gone since all were grouped anew. Grouped anew for a single like, a third of them would
# change places and hold together no better (docs/vibes.md).
GROWS_FROM, GROWS_BY = 250, 0.1


def former_of(user) -> tuple[VibeSet | None, list[Former]]:
    """Return a person's stored set and vibes with their titles, in three statements."""
    stored = VibeSet.objects.filter(user=user).first()
    if stored is None:
        return None, []
    vibes = Vibe.objects.owned_by(user).filter(merged_into=None).in_order()
    places: dict[int, set[int]] = {}
    rows = VibeTitle.objects.filter(vibe__user=user).values_list("vibe_id", "title_id")
    for vibe_id, title_id in rows:
        places.setdefault(vibe_id, set()).add(title_id)
    return stored, [Former(vibe, frozenset(places.get(vibe.pk, ()))) for vibe in vibes]


def find_vibes(
    user,
    *,
    now: datetime.datetime,
    signals: Iterable[Signal] | None = None,
    ground: str = "",
    wanted: int | None = AS_BEFORE,
) -> Findings:
    """Return a person's vibes as they would be now, with names; nothing is stored.

    Args:
        signals: what the person said; read when not given.
        ground: what to group by; as last time, when not given.
        wanted: how many vibes there should be, None to let us choose; as last time, when not
            given.
    """
    stored, former = former_of(user)
    weights = liked(signals_of(user, now=now) if signals is None else signals)
    spaces = spaces_now()
    n_joined = None
    if stored and not ground and wanted == AS_BEFORE and stored.made_in == spaces.edition():
        n_joined = joined_since(stored, former, weights)
    ground = ground or (stored.ground if stored else DEFAULT_GROUND)
    if wanted == AS_BEFORE:
        wanted = stored.wanted if stored else None
    likes = read_likes(weights, spaces, ground=ground if ground in GROUNDS else DEFAULT_GROUND)
    findings = find(likes, former, wanted=wanted, grows=n_joined is not None)
    if stored and n_joined is not None:
        findings = replace(findings, algorithm=stored.algorithm, n_joined=n_joined)
    return replace(
        named(findings, former),
        space_id=spaces.content.pk if spaces.content else None,
        said=said_of(weights),
        made_in=spaces.edition(),
        revision=stored.revision if stored else -1,
    )


def joined_since(
    stored: VibeSet, former: Iterable[Former], weights: Mapping[int, float]
) -> int | None:
    """Return how many likes came or went since all were grouped anew.

    None where they are few, or so many that they are grouped anew.
    """
    known = set(stored.outlier_ids).union(*(one.title_ids for one in former))
    n = stored.n_joined + len(known ^ weights.keys())
    return n if len(weights) >= GROWS_FROM and n <= GROWS_BY * len(weights) else None


def fit_vibes(
    user, *, now: datetime.datetime, ground: str = "", wanted: int | None = AS_BEFORE
) -> bool:
    """Find a person's vibes and store them; return whether they were stored.

    They are not where somebody stored others meanwhile, or shaped them by hand: whoever looks
    next will find them stale, and fit again. Run twice, same rows.
    """
    findings = find_vibes(user, now=now, ground=ground, wanted=wanted)
    return store(user, findings, now=now)


@transaction.atomic
def store(user, findings: Findings, *, now: datetime.datetime) -> bool:
    """Store findings in the place of the former ones; return whether they were."""
    get_user_model().objects.select_for_update().get(pk=user.pk)  # One at a time for a person.
    stored = VibeSet.objects.filter(user=user).first()
    if (stored.revision if stored else -1) != findings.revision:
        logger.info("a person's vibes were changed meanwhile; they are fitted again later")
        return False
    VibeSet.objects.update_or_create(
        user=user,
        defaults={
            "ground": findings.ground,
            "wanted": findings.wanted,
            "algorithm": findings.algorithm,
            "silhouette": findings.quality.silhouette,
            "davies_bouldin": findings.quality.davies_bouldin,
            "inertia": findings.quality.inertia,
            "n_titles": findings.n_titles,
            "n_joined": findings.n_joined,
            "outlier_ids": list(findings.outlier_ids),
            "said": findings.said,
            "made_in": findings.made_in,
            "revision": findings.revision + 1,
            "computed_at": now,
        },
    )
    own = Vibe.objects.owned_by(user)
    continued = {found.former.pk for found in findings.vibes if found.former}
    own.exclude(merged_into=None).delete()
    own.exclude(pk__in=continued).living().filter(is_pinned=False).delete()
    free_names(findings.vibes)
    rows = [row_of(user, findings, found, place) for place, found in enumerate(findings.vibes)]
    for row in rows:
        row.save()
    VibeTitle.objects.filter(vibe__in=rows).delete()
    VibeTitle.objects.bulk_create(
        VibeTitle(vibe=row, title_id=title_id, fit=fit)
        for row, found in zip(rows, findings.vibes, strict=True)
        for title_id, fit in zip(found.title_ids, found.fits, strict=True)
    )
    return True


def free_names(vibes: Iterable[Found]) -> None:
    """Take names off the vibes that get others, so that two may change places."""
    for found in vibes:
        if found.former and not found.keeps_name:
            Vibe.objects.filter(pk=found.former.pk).update(name=f"#{found.former.pk}")


def row_of(user, findings: Findings, found: Found, place: int) -> Vibe:
    """Return the row of a vibe, the former one's where it goes on from one."""
    row = found.former or Vibe(user=user, name=found.name)
    if not found.keeps_name:
        row.name = found.name
    row.terms, row.silhouette, row.position = list(found.terms), found.silhouette, place
    row.ground, row.axis, row.space_id = findings.ground, findings.axis, findings.space_id
    row.centroid = HalfVector(found.centroid)
    return row
