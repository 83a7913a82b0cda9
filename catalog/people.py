"""People as pages show them: what they made and played in, and with whom."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import Credit, Person, Title

MOST_CREDITS, MOST_OTHERS, MOST_FOUND = 300, 12, 36
KEEP_SECONDS = 600
ROLES: dict[str, str | Promise] = {
    Credit.Role.DIRECTOR: _("Directed"),
    Credit.Role.CREATOR: _("Created"),
    Credit.Role.AUTHOR: _("Wrote"),
    Credit.Role.CAST: _("Played in"),
}


@dataclass(frozen=True)
class Part:
    """What somebody did in one role, newest first."""

    label: str | Promise
    titles: tuple[Title, ...]


def parts_of(person: Person) -> tuple[Part, ...]:
    """Return what a person did, role by role, in two queries; only visible titles count."""
    credits = Credit.objects.filter(person=person, title__is_hidden=False, title__is_adult=False)
    titles = Prefetch("title", Title.objects.for_cards())
    rows = credits.order_by("-title__year", "title__name", "pk").prefetch_related(titles)
    found: dict[str, list[Title]] = {role: [] for role in ROLES}
    for credit in rows[:MOST_CREDITS]:
        found[credit.role].append(credit.title)
    return tuple(Part(ROLES[role], tuple(done)) for role, done in found.items() if done)


def others_with(person: Person) -> QuerySet[Person]:
    """Return who worked on most titles with a person, with `n` of them, in one query."""
    shared = Title.objects.visible().filter(credits__person=person).values("pk")
    together = Count("credits__title", filter=Q(credits__title__in=shared), distinct=True)
    return (
        Person.objects.filter(credits__title__in=shared)
        .exclude(pk=person.pk)
        .annotate(n=together)
        .order_by("-n", "name", "pk")[:MOST_OTHERS]
    )


def people_found(words: str) -> QuerySet[Person]:
    """Return people in whose name a word begins so, those of most titles first, with `n` each."""
    is_called = Q(name__istartswith=words) | Q(name__icontains=f" {words}")
    return _counted(Person.objects.filter(is_called))


def people_of_most_titles() -> list[Person]:
    """Return who has a part in most titles, with `n` of them; kept for ten minutes."""
    found = cache.get("browse:people")
    if found is None:
        found = list(_counted(Person.objects.all()))
        cache.set("browse:people", found, timeout=KEEP_SECONDS)
    return found


def _counted(people: QuerySet[Person]) -> QuerySet[Person]:
    seen = Q(credits__title__is_hidden=False, credits__title__is_adult=False)
    n = Count("credits__title", filter=seen, distinct=True)
    return people.annotate(n=n).filter(n__gt=0).order_by("-n", "name", "pk")[:MOST_FOUND]
