"""A person's own lists: making, filling, ordering, opening and deleting them."""

import datetime
from collections.abc import Iterable

from django import forms
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Prefetch, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from catalog.ages import suited_to
from catalog.library import Person
from catalog.models import ListedTitle, Title, TitleList

PER_PAGE = 48
MOST_LISTS, MOST_TITLES = 200, 1000
KEEP_DELETED = datetime.timedelta(days=1)
MOVES = {"up": -1, "down": 1}


class ListIsFull(ValueError):
    """A list holds no more than `MOST_TITLES`, and a person no more than `MOST_LISTS` lists."""


class ListForm(forms.ModelForm):
    """What a list is called, and who may read it; a guest's is for nobody else."""

    class Meta:
        model = TitleList
        fields = ("name", "description", "audience")
        labels = {
            "name": _("Name"),
            "description": _("What it is about"),
            "audience": _("Who may read it"),
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
            "name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "audience": forms.RadioSelect,
        }
        error_messages = {"name": {"required": _("A list needs a name. Nothing was stored.")}}

    def __init__(self, *args, user: Person, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.pk is None or user.is_guest:
            del self.fields["audience"]
        elif self.instance.pk is None:
            self.fields["audience"].required = False
            self.initial.setdefault("audience", user.lists_for)

    def clean_audience(self) -> str:
        """Fall back on what the person opens new lists to."""
        return self.cleaned_data["audience"] or self.user.lists_for


# ── Asking ───────────────────────────────────────────────────────────────


def listed_titles(reader: Person | None = None) -> QuerySet[ListedTitle]:
    """Return places on lists with their visible titles, in order, in one statement.

    Args:
        reader: of lists that are somebody else's: what lies above their age limit is left out.
    """
    shown = ListedTitle.objects.filter(title__is_hidden=False, title__is_adult=False)
    shown = shown.filter(suited_to(reader, title="title__"))
    heavy = ("title__name_keys", "title__search_document")
    return shown.select_related("title").defer(*heavy).order_by("position", "pk")


def with_first_titles(
    lists: QuerySet[TitleList], reader: Person | None = None
) -> QuerySet[TitleList]:
    """Return lists, the newest change first, each with its size `n` and its `first` three titles.

    Args:
        reader: of lists that are somebody else's; see `listed_titles`.
    """
    first = Prefetch("listed", queryset=listed_titles(reader)[:3], to_attr="first")
    return (
        lists.counted(suited_to(reader, title="listed__title__"))
        .select_related("user")
        .prefetch_related(first)
        .order_by("-changed_at", "-pk")
    )


def lists_for_title(person: Person, title: Title) -> QuerySet[TitleList]:
    """Return somebody's own lists by name, each with `has_it`: whether the title is on it."""
    here = ListedTitle.objects.filter(list=OuterRef("pk"), title=title)
    own = TitleList.objects.owned_by(person).standing()
    return own.annotate(has_it=Exists(here)).order_by(Lower("name"), "pk")


# ── Making and changing ──────────────────────────────────────────────────


def make(form: ListForm, *, user: Person, now: datetime.datetime) -> TitleList:
    """Store and return a new list from a valid form.

    Raises:
        ListIsFull: the person has as many lists as one may have.
    """
    if TitleList.objects.owned_by(user).standing().count() >= MOST_LISTS:
        raise ListIsFull(f"You have {MOST_LISTS} lists, the most there may be. Delete one first.")
    made = form.save(commit=False)
    made.user, made.created_at, made.changed_at = user, now, now
    made.save()
    return made


@transaction.atomic
def add(to: TitleList, title: Title, *, now: datetime.datetime) -> None:
    """Put a title at the end of a list; one that is on it stays where it is.

    Raises:
        ListIsFull: the list holds as many titles as one may hold.
    """
    TitleList.objects.select_for_update().get(pk=to.pk)
    if to.listed.filter(title=title).exists():
        return
    if to.listed.count() >= MOST_TITLES:
        raise ListIsFull(
            f"“{to.name}” holds {MOST_TITLES} titles, the most there may be. Take one off first."
        )
    last = to.listed.aggregate(last=Max("position"))["last"]
    ListedTitle.objects.create(
        list=to, title=title, position=0 if last is None else last + 1, added_at=now
    )
    TitleList.objects.filter(pk=to.pk).update(changed_at=now)


@transaction.atomic
def take_off(title_id: int, *, of: TitleList, now: datetime.datetime) -> int | None:
    """Take a title off a list; return the place that it had, or None when it was not there."""
    TitleList.objects.select_for_update().get(pk=of.pk)
    place = of.listed.filter(title=title_id).values_list("position", flat=True).first()
    if place is not None:
        of.listed.filter(title=title_id).delete()
        TitleList.objects.filter(pk=of.pk).update(changed_at=now)
    return place


@transaction.atomic
def put_back(title: Title, *, on: TitleList, place: int, now: datetime.datetime) -> None:
    """Undo `take_off`: give a title its place again; what took it since comes after."""
    add(on, title, now=now)
    on.listed.filter(position__gte=place).exclude(title=title).update(position=F("position") + 1)
    on.listed.filter(title=title).update(position=place)


@transaction.atomic
def move(title_id: int, *, on: TitleList, step: str) -> None:
    """Move a title one place "up" or "down", or to the "top"; at the end it stays."""
    TitleList.objects.select_for_update().get(pk=on.pk)
    listed = list(listed_titles().filter(list=on))
    at = next((n for n, each in enumerate(listed) if each.title_id == title_id), None)
    if at is None:
        return
    to = 0 if step == "top" else min(max(at + MOVES[step], 0), len(listed) - 1)
    listed.insert(to, listed.pop(at))
    _number(listed)


def _number(listed: Iterable[ListedTitle]) -> None:
    """Store the order in which these stand."""
    changed = []
    for place, each in enumerate(listed):
        if each.position != place:
            each.position = place
            changed.append(each)
    ListedTitle.objects.bulk_update(changed, ["position"])


# ── Deleting ─────────────────────────────────────────────────────────────


def delete(which: TitleList, *, now: datetime.datetime) -> None:
    """Delete a list; for a day it can be restored, though nobody sees it."""
    TitleList.objects.filter(pk=which.pk, deleted_at=None).update(deleted_at=now)


def restore(which: TitleList) -> None:
    """Undo `delete`."""
    TitleList.objects.filter(pk=which.pk).update(deleted_at=None)


def forget_deleted(*, now: datetime.datetime) -> int:
    """Let go for good of the lists that were deleted a day ago, and return how many."""
    old = TitleList.objects.filter(deleted_at__lt=now - KEEP_DELETED)
    _, n_rows = old.delete()
    return n_rows.get(TitleList._meta.label, 0)
