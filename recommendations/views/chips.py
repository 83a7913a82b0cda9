"""Chips: the filters as removable links, and proposals to add; all state is in the address."""

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from recommendations.taste.reading import Proposal
from recommendations.zones import Shelf, Wants
from recommendations.zones.wants import KIND_LABELS, LABELS

# What a filter change starts over.
RESTART = ("page", "why")


@dataclass(frozen=True)
class Chip:
    """A filter as a link: on, it takes the filter off; off, it adds it."""

    label: str
    url: str
    is_on: bool


@dataclass(frozen=True)
class Loosening:
    """A filter that costs titles, with the address that is without it."""

    label: str
    n_back: int
    url: str


def address(request: HttpRequest, query: QueryDict) -> str:
    """Return this page's address with another query."""
    for name in RESTART:
        query.pop(name, None)
    text = query.urlencode()
    return f"{request.path}?{text}" if text else request.path


def active_chips(request: HttpRequest, wants: Wants) -> list[Chip]:
    """Return a chip for every filter that is on; following it takes the filter off."""
    return [
        Chip(LABELS[name](value), without(request, name), is_on=True)
        for name, value in wants.active().items()
    ]


def without(request: HttpRequest, name: str) -> str:
    """Return this page's address without one filter."""
    query = request.GET.copy()
    query.pop(name, None)
    return address(request, query)


def proposed_chips(request: HttpRequest, wants: Wants, proposals: list[Proposal]) -> list[Chip]:
    """Return a chip for every proposed filter that is not on yet; following it adds it."""
    chips = []
    for proposal in proposals:
        now = getattr(wants, proposal.name)
        if now and (not isinstance(now, tuple) or proposal.value in now):
            continue
        query = request.GET.copy()
        query.appendlist(proposal.name, proposal.value)
        chips.append(Chip(proposal.label, address(request, query), is_on=False))
    return chips


def kind_chips(request: HttpRequest, wants: Wants) -> list[Chip]:
    """Return a proposal for every kind of title, while none is chosen."""
    if wants.kinds:
        return []
    return proposed_chips(
        request, wants, [Proposal("kinds", kind, label, "") for kind, label in KIND_LABELS.items()]
    )


def loosenings(request: HttpRequest, shelf: Shelf) -> list[Loosening]:
    """Return which filter costs how many, each with the way to loosen it."""
    return [Loosening(cost.label, cost.n_back, without(request, cost.name)) for cost in shelf.costs]
