"""What people say about titles: save, love, seen, not for me, half a star to five; and undo.

Every verb is one call, all or nothing, and said twice changes nothing. It returns a `Change`,
whose token takes back exactly what the call changed, and nothing that was said since.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db import connection, models, transaction

from catalog.models import Dismissal, Favourite, Group, Rating, Save, Tap, Title, Viewing

Person = AbstractBaseUser | AnonymousUser
STATEMENTS = {
    model._meta.model_name: model for model in (Rating, Save, Favourite, Viewing, Dismissal)
}
LEAST_STARS, MOST_STARS = Decimal("0.5"), Decimal(5)
UNDO_SALT, UNDO_SECONDS = "catalog.library.undo", 24 * 3600

# verb: (what it writes down, which statements on the title it ends)
VERBS: dict[str, tuple[type[models.Model] | None, tuple[type[models.Model], ...]]] = {
    "save": (Save, (Dismissal,)),
    "love": (Favourite, (Dismissal,)),
    "seen": (Viewing, (Dismissal,)),
    "dismiss": (Dismissal, (Save,)),
    "unsave": (None, (Save,)),
    "unlove": (None, (Favourite,)),
    "unseen": (None, (Viewing,)),
    "undismiss": (None, (Dismissal,)),
}


class NotARating(ValueError):
    """The stars are not half a star to five, in halves."""


class NotAnAction(ValueError):
    """There is no such verb."""


class NotAnUndo(ValueError):
    """The token is damaged or too old, or belongs to another person or title."""


@dataclass(frozen=True)
class LibraryState:
    """What somebody already did with a title."""

    is_saved: bool = False
    is_loved: bool = False
    is_seen: bool = False
    is_dismissed: bool = False
    stars: float | None = None


@dataclass(frozen=True)
class Change:
    """The rows that one call added and removed; falsy when there are none."""

    user_id: int
    title_id: int
    added: tuple[models.Model, ...] = ()
    removed: tuple[models.Model, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    def token(self) -> str:
        """Return the change as a signed word, for a form to carry to `undo`."""
        rows = [[_packed(row) for row in rows] for rows in (self.added, self.removed)]
        return signing.dumps([self.user_id, self.title_id, *rows], salt=UNDO_SALT)


# ── Saying ───────────────────────────────────────────────────────────────


@transaction.atomic
def act(user: Person, title: Title, action: str, *, zone: str = "", now: datetime) -> Change:
    """Write down one of `VERBS` about a title, and return what that changed.

    Saving, loving and having seen a title end its dismissals, and dismissing it ends its place
    on the watchlist. With a `zone`, "dismiss" and "undismiss" mean that zone alone, and the
    watchlist is left as it is.

    Raises:
        NotAnAction: there is no such verb.
    """
    if action not in VERBS:
        raise NotAnAction(f"{action[:40]!r} is no verb; expected one of {', '.join(VERBS)}")
    adds, ends = VERBS[action]
    if action == "dismiss" and zone:
        ends = ()
    narrowed = {"zone": zone} if action == "undismiss" and zone else {}
    removed = [row for model in ends for row in _take(model, user, title, **narrowed)]
    place = {"zone": zone} if adds is Dismissal else {}
    added = _add(adds, user, title, now=now, **place) if adds else []
    return Change(user.pk, title.pk, tuple(added), tuple(removed))


@transaction.atomic
def rate(user: Person, title: Title, stars: Any, *, now: datetime) -> Change:
    """Give a title half a star to five, and return what that changed.

    Raises:
        NotARating: what was given is something else; the message says what is expected.
    """
    number = read_stars(stars)
    before = Rating.objects.select_for_update().filter(user=user, title=title).first()
    if before and before.stars == number:
        return Change(user.pk, title.pk)
    new = {"stars": number, "rated_at": now}
    rating, _ = Rating.objects.update_or_create(
        user=user, title=title, defaults=new, create_defaults=new | {"created_at": now}
    )
    return Change(user.pk, title.pk, (rating,), (before,) if before else ())


@transaction.atomic
def unrate(user: Person, title: Title) -> Change:
    """Take a rating back."""
    return Change(user.pk, title.pk, removed=tuple(_take(Rating, user, title)))


@transaction.atomic
def undo(user: Person, title: Title, token: str) -> None:
    """Take back the change that a token stands for; what was said since stays.

    Raises:
        NotAnUndo: it is no token of a change of this person's on this title, or it is too old.
    """
    try:
        user_id, title_id, added, removed = signing.loads(
            token, salt=UNDO_SALT, max_age=UNDO_SECONDS
        )
    except signing.BadSignature as error:
        raise NotAnUndo(f"this can no longer be undone ({error})") from error
    if (user_id, title_id) != (user.pk, title.pk):
        raise NotAnUndo("this change is somebody else's, or of another title")
    for name, values in added:
        STATEMENTS[name].objects.filter(user=user, title=title, **values).delete()
    for name, values in removed:
        _restore(STATEMENTS[name], user, title, values)


def read_stars(value: Any) -> Decimal:
    """Return stars as a number from 0.5 to 5 in halves.

    Raises:
        NotARating: `value` is something else.
    """
    try:
        number = Decimal(str(value).strip())
        if LEAST_STARS <= number <= MOST_STARS and number * 2 % 1 == 0:
            return number
    except (InvalidOperation, ValueError):
        pass
    found = str(value)[:20].strip() or "nothing"
    raise NotARating(
        f"A rating is half a star to five stars, in halves, such as 3.5. This was {found!r}."
    )


def _add(
    model: type[models.Model], user: Person, title: Title, *, now: datetime, **key: Any
) -> list[models.Model]:
    """Write a statement down, unless it stands already, and return the new row."""
    if model.objects.filter(user=user, title=title, **key).exists():
        return []
    row, is_new = model.objects.get_or_create(
        user=user, title=title, **key, defaults={"created_at": now}
    )
    return [row] if is_new else []


def _take(model: type[models.Model], user: Person, title: Title, **key: Any) -> list[models.Model]:
    """End a statement and return the rows that are gone."""
    rows = list(model.objects.filter(user=user, title=title, **key))
    if rows:
        model.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return rows


# ── Taking back ──────────────────────────────────────────────────────────


def _packed(row: models.Model) -> tuple[str, dict[str, str | None]]:
    """Return a statement's own columns as text, exact to the microsecond."""
    columns = [f for f in row._meta.concrete_fields if not (f.primary_key or f.is_relation)]
    values = {f.name: getattr(row, f.name) for f in columns}
    return row._meta.model_name, {
        name: None if value is None else str(value) for name, value in values.items()
    }


def _restore(
    model: type[models.Model], user: Person, title: Title, values: dict[str, str | None]
) -> None:
    """Write a statement down as it was, unless its place has been taken since."""
    place = {name: values.pop(name) for name in ("zone", "watched_on") if name in values}
    model.objects.get_or_create(user=user, title=title, **place, defaults=values)


# ── Asking ───────────────────────────────────────────────────────────────


# Put together by Django, the five parts would take ten times as long as the database.
STATES = """
    SELECT title_id, 'stars', stars::float8 FROM catalog_rating
      WHERE user_id = %(user)s AND title_id = ANY(%(ids)s)
    UNION SELECT title_id, 'is_saved', NULL FROM catalog_save
      WHERE user_id = %(user)s AND title_id = ANY(%(ids)s)
    UNION SELECT title_id, 'is_loved', NULL FROM catalog_favourite
      WHERE user_id = %(user)s AND title_id = ANY(%(ids)s)
    UNION SELECT title_id, 'is_seen', NULL FROM catalog_viewing
      WHERE user_id = %(user)s AND title_id = ANY(%(ids)s)
    UNION SELECT title_id, 'is_dismissed', NULL FROM catalog_dismissal
      WHERE user_id = %(user)s AND title_id = ANY(%(ids)s) AND zone = ''
"""


def state_of(user: Person, title_ids: Iterable[int]) -> dict[int, LibraryState]:
    """Return what somebody did with each of these titles, in one query; in none for a visitor.

    Dismissed means everywhere; a title that was dismissed in one zone is not.
    """
    ids = list(title_ids)
    if user.is_anonymous or not ids:
        return dict.fromkeys(ids, LibraryState())
    with connection.cursor() as cursor:
        cursor.execute(STATES, {"user": user.pk, "ids": ids})
        rows = cursor.fetchall()
    found: dict[int, dict[str, Any]] = {title_id: {} for title_id in ids}
    for title_id, claim, given in rows:
        found[title_id][claim] = True if given is None else given
    return {title_id: LibraryState(**claims) for title_id, claims in found.items()}


def tapped_groups(user: Person) -> set[int]:
    """Return the ids of the groups that somebody has tapped."""
    return set() if user.is_anonymous else set(user.taps.values_list("group_id", flat=True))


@transaction.atomic
def tap_groups(user: Person, groups: Iterable[Group]) -> None:
    """Let these be the groups that somebody has tapped, in place of earlier ones."""
    group_ids = {group.pk for group in groups}
    user.taps.exclude(group__in=group_ids).delete()
    taps = [Tap(user=user, group_id=group_id) for group_id in sorted(group_ids)]
    Tap.objects.bulk_create(taps, ignore_conflicts=True)
