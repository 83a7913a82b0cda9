"""A person's vibes shaped by hand: renamed, split, merged, dropped, pinned; and all taken back."""

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from pgvector import HalfVector

from recommendations.models import Vibe, VibeSet, VibeTitle
from recommendations.models.vibes import LONGEST_NAME
from recommendations.said import signals_of
from recommendations.taste.clustering.levels import split as in_two
from recommendations.taste.clustering.quality import quality_of_each
from recommendations.vibes.finding import SEED, Found, found_of
from recommendations.vibes.likes import Likes, liked, read_likes, spaces_now
from recommendations.vibes.naming import names_for, terms_for

LEAST_TO_SPLIT = 4


class NotAName(ValueError):
    """A vibe cannot be called that; the message says why, and what to do."""


class CannotSplit(ValueError):
    """A vibe has too few titles for two, or they are all alike."""


class CannotMerge(ValueError):
    """A vibe cannot be merged with itself."""


@contextmanager
def shaping(user) -> Iterator[None]:
    """Change a person's vibes alone, so that a fit under way knows that it is outdated."""
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=user.pk)
        yield
        VibeSet.objects.filter(user=user).update(revision=F("revision") + 1)


def rename(vibe: Vibe, name: str) -> None:
    """Call a vibe what the person calls it; no fit changes that.

    Raises:
        NotAName: it is empty or too long, or another vibe of theirs is called so.
    """
    name = " ".join(name.split())
    if not name or "\x00" in name:
        raise NotAName("A vibe needs a name. Write one, of a word or a few.")
    if len(name) > LONGEST_NAME:
        raise NotAName(
            f"That name has {len(name)} letters; up to {LONGEST_NAME} fit. Shorten it a little."
        )
    with shaping(vibe.user):
        others = Vibe.objects.owned_by(vibe.user).living().exclude(pk=vibe.pk)
        if others.filter(name__iexact=name).exists():
            raise NotAName(f"Another of your vibes is called “{name}”. Choose a different name.")
        Vibe.objects.filter(pk=vibe.pk).update(name=name, is_named_by_person=True)


def split(vibe: Vibe, *, now: datetime.datetime) -> Vibe:
    """Make two of a vibe and return the new one; the heavier half stays in the old one.

    Both are pinned, since the person wants them apart.

    Raises:
        CannotSplit: there are too few titles, or they are all alike.
    """
    ids = title_ids_of(vibe)
    likes = likes_of(vibe.user, ids, ground=vibe.ground, now=now)
    grouping = None
    if len(likes) >= LEAST_TO_SPLIT:
        grouping = in_two(likes.vectors, likes.weights, np.random.default_rng(SEED))
    if grouping is None:
        raise CannotSplit(
            f"“{vibe.name}” cannot be split: it has {len(ids)} titles, and two vibes need "
            f"{LEAST_TO_SPLIT} at least that are not all alike. Love a few more, then split it."
        )
    halves = [found_of(likes, np.flatnonzero(grouping.labels == number)) for number in (0, 1)]
    with shaping(vibe.user):
        taken = living_names(vibe.user, but=(vibe,))
        if vibe.is_named_by_person:
            taken.append(vibe.name)
        kept_name, new_name = names_for([half.title_ids for half in halves], taken=taken)
        other = Vibe.objects.create(
            user=vibe.user,
            name=new_name,
            ground=vibe.ground,
            axis=vibe.axis,
            centroid=HalfVector(halves[1].centroid),
            position=vibe.position,
            is_pinned=True,
            made_at=now,
        )
        if not vibe.is_named_by_person:
            vibe.name = kept_name
        vibe.is_pinned = True
        vibe.save(update_fields=["name", "is_pinned"])
        settle(vibe, halves[0])
        settle(other, halves[1])
        measure(vibe.user, now=now)
    return other


def merge(vibe: Vibe, other: Vibe, *, now: datetime.datetime) -> None:
    """Let a vibe take in another, which leaves the pages; `unmerge` brings it back.

    Raises:
        CannotMerge: both are the same.
    """
    if vibe.pk == other.pk:
        raise CannotMerge("A vibe cannot be merged with itself. Choose another one.")
    with shaping(vibe.user):
        together = {*title_ids_of(vibe), *title_ids_of(other)}
        other.drop(now=now, into=vibe)
        vibe.pin(keeps=True)
        gather(vibe, together, now=now)
        measure(vibe.user, now=now)


def unmerge(other: Vibe, *, now: datetime.datetime) -> None:
    """Take a vibe out again of the one that took it in."""
    vibe = other.merged_into
    with shaping(other.user):
        if vibe is not None:
            apart = {*title_ids_of(vibe)} - {*title_ids_of(other)}
            gather(vibe, apart, now=now)
        bring_back(other)
        measure(other.user, now=now)


def drop(vibe: Vibe, *, now: datetime.datetime) -> None:
    """Take a vibe off the pages; its titles stay loved, and it does not come back by itself."""
    with shaping(vibe.user):
        vibe.drop(now=now)


def restore(vibe: Vibe) -> None:
    """Bring a dropped vibe back, under another name where its own is taken."""
    with shaping(vibe.user):
        bring_back(vibe)


def pin(vibe: Vibe, *, keeps: bool) -> None:
    """Keep a vibe's titles together through every fit, or let the next fit decide again."""
    with shaping(vibe.user):
        vibe.pin(keeps=keeps)


def bring_back(vibe: Vibe) -> None:
    """Show a vibe again, under a name that is free."""
    taken = {name.casefold() for name in living_names(vibe.user, but=(vibe,))}
    name, number = vibe.name, 2
    while name.casefold() in taken:
        ending = f" {number}"
        name, number = vibe.name[: LONGEST_NAME - len(ending)] + ending, number + 1
    vibe.name, vibe.dropped_at, vibe.merged_into = name, None, None
    vibe.save(update_fields=["name", "dropped_at", "merged_into"])


def title_ids_of(vibe: Vibe) -> list[int]:
    """Return the ids of a vibe's titles, by id."""
    return list(vibe.places.order_by("title_id").values_list("title_id", flat=True))


def living_names(user, *, but: Iterable[Vibe]) -> list[str]:
    """Return the names in use."""
    living = Vibe.objects.owned_by(user).living().exclude(pk__in=[one.pk for one in but])
    return list(living.order_by("pk").values_list("name", flat=True))


def likes_of(user, title_ids: Iterable[int], *, ground: str, now: datetime.datetime) -> Likes:
    """Return these titles as likes; one that is no longer liked counts like a tap."""
    weights = liked(signals_of(user, now=now))
    return read_likes({i: weights.get(i, 0.35) for i in title_ids}, spaces_now(), ground=ground)


def gather(vibe: Vibe, title_ids: set[int], *, now: datetime.datetime) -> None:
    """Let a vibe be made of these titles."""
    likes = likes_of(vibe.user, title_ids, ground=vibe.ground, now=now)
    settle(vibe, found_of(likes, np.arange(len(likes))))


def settle(vibe: Vibe, found: Found) -> None:
    """Store a vibe's titles and middle."""
    vibe.centroid = HalfVector(found.centroid)
    vibe.terms = terms_for(found.title_ids, name=vibe.name)
    vibe.space = spaces_now().content
    vibe.save(update_fields=["centroid", "terms", "space"])
    vibe.places.all().delete()
    VibeTitle.objects.bulk_create(
        VibeTitle(vibe=vibe, title_id=title_id, fit=fit)
        for title_id, fit in zip(found.title_ids, found.fits, strict=True)
    )


def measure(user, *, now: datetime.datetime) -> None:
    """Store anew how well each of a person's vibes holds together beside the others."""
    living = list(Vibe.objects.owned_by(user).living().in_order())
    number = {vibe.pk: place for place, vibe in enumerate(living)}
    rows = VibeTitle.objects.filter(vibe__in=living).values_list("title_id", "vibe_id")
    vibe_of = dict(rows)
    if not vibe_of:
        return
    likes = likes_of(user, vibe_of, ground=living[0].ground, now=now)
    labels = np.array([number[vibe_of[i]] for i in likes.ids.tolist()])
    numbers = np.unique(labels).tolist()
    for place, quality in zip(numbers, quality_of_each(likes.vectors, labels), strict=True):
        Vibe.objects.filter(pk=living[place].pk).update(silhouette=quality.silhouette)
