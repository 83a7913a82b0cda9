"""Filters on a page: removable links, proposals to add, the panel, the way out of a short list.

All state is in the address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, QueryDict

from catalog.choices import choices, people_like
from catalog.subscriptions import subscriptions_of
from recommendations.forms import WantsForm, filter_form
from recommendations.taste.reading import Proposal
from recommendations.zones import Shelf, Wants
from recommendations.zones.wants import KIND_LABELS, TOGETHER

# What a filter change starts over.
RESTART = ("page", "why")
# What people often want, in one tap.
PRESETS: tuple[tuple[str, dict[str, list[str]]], ...] = (
    ("Under 2 h", {"max_runtime": ["120"]}),
    ("From the nineties", {"min_year": ["1990"], "max_year": ["1999"]}),
    ("Not animated", {"not_genres": ["Animation"]}),
    ("Fit for a family", {"max_certificate": ["9"]}),
    ("Little known", {"max_popularity": ["0.25"]}),
)


@dataclass(frozen=True)
class Chip:
    """A filter as a link: on, it takes the filter off; off, it adds it."""

    label: str
    url: str
    is_on: bool


@dataclass(frozen=True)
class Loosening:
    """Filters that cost titles, with the address that is without them."""

    label: str
    n_back: int
    url: str


@dataclass(frozen=True)
class Stranger:
    """A name that nobody has, with those that are nearly so."""

    name: str
    alike: tuple[Chip, ...]


def narrowing(
    request: HttpRequest,
    wants: Wants,
    *,
    shelf: Shelf | None = None,
    chips: Sequence[Chip] = (),
) -> dict[str, Any]:
    """Return all that a page needs to show its filters: the one line that every list page adds.

    `components/narrowing.html` shows it, and `components/short.html` what a short list could do
    without.

    Args:
        shelf: the list, once there is one.
        chips: proposals of the page's own, after the filters that are on.
    """
    proposed = {chip.label for chip in chips}
    return {
        "wants": wants,
        "filter_form": filter_form(request.GET),
        "chips": (*active_chips(request, wants), *chips),
        "presets": tuple(one for one in presets(request, wants) if one.label not in proposed),
        "clear_url": clear_url(request, wants),
        "loosenings": loosenings(request, shelf, wants) if shelf else [],
        "strangers": strangers(request, wants, shelf),
    }


def active_chips(request: HttpRequest, wants: Wants) -> list[Chip]:
    """Return a chip for every filter that is on; following it takes the filter off."""
    return [Chip(label, without(request, name), is_on=True) for name, label in labels(wants)]


def labels(wants: Wants) -> list[tuple[str, str]]:
    """Return (filter, how it reads on its chip) for every filter that is on."""
    services = choices().service_names if wants.services else None
    return list(wants.labels(services).items())


def without(request: HttpRequest, *names: str) -> str:
    """Return this page's address without some filters."""
    off = [param for name in names for param in TOGETHER.get(name, (name,))]
    return _edited(*_here(request), tuple((param, ()) for param in off))


def clear_url(request: HttpRequest, wants: Wants) -> str:
    """Return this page's address without any filter, or "" where there is at most one."""
    return without(request, *WantsForm.base_fields) if len(wants.labels()) > 1 else ""


def with_params(request: HttpRequest, params: Mapping[str, list[str]]) -> str:
    """Return this page's address with these parameters instead of what they were."""
    return _edited(*_here(request), tuple((name, tuple(own)) for name, own in params.items()))


def _here(request: HttpRequest) -> tuple[str, bytes]:
    # As it came: WSGI hands bytes over as if they were Latin-1.
    return request.path, request.META.get("QUERY_STRING", "").encode("latin-1")


@lru_cache(maxsize=4096)  # A page asks for a dozen addresses that are its own but for one filter.
def _edited(path: str, query: bytes, edits: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """Return an address that starts over, with other values under some names."""
    found = QueryDict(query, mutable=True)
    for name, values in edits:
        if values:
            found.setlist(name, list(values))
        else:
            found.pop(name, None)
    for name in RESTART:
        found.pop(name, None)
    text = found.urlencode()
    return f"{path}?{text}" if text else path


def proposed_chips(request: HttpRequest, wants: Wants, proposals: list[Proposal]) -> list[Chip]:
    """Return a chip for every proposed filter that is not on yet; following it adds it."""
    chips = []
    for proposal in proposals:
        now = getattr(wants, proposal.name)
        if now and (not isinstance(now, tuple) or proposal.value in now):
            continue
        values = [*request.GET.getlist(proposal.name), proposal.value]
        url = with_params(request, {proposal.name: values})
        chips.append(Chip(proposal.label, url, is_on=False))
    return chips


def kind_chips(request: HttpRequest, wants: Wants) -> list[Chip]:
    """Return a proposal for every kind of title, while none is chosen."""
    if wants.kinds:
        return []
    return proposed_chips(
        request, wants, [Proposal("kinds", kind, label, "") for kind, label in KIND_LABELS.items()]
    )


def presets(request: HttpRequest, wants: Wants) -> list[Chip]:
    """Return what people often want, but for what is on; first the services somebody has."""
    found = []
    # Most catalogues know of no service: then nobody's need be looked up.
    own = subscriptions_of(getattr(request, "person", None) if choices().services else None)
    if own.services and wants.services != own.services:
        params = {"services": list(own.services), "region": [own.region] if own.region else []}
        found.append(Chip("On my services", with_params(request, params), is_on=False))
    for label, params in PRESETS:
        if not all(getattr(wants, name) for name in params):
            found.append(Chip(label, with_params(request, params), is_on=False))
    return found


def loosenings(request: HttpRequest, shelf: Shelf, wants: Wants | None = None) -> list[Loosening]:
    """Return which filters cost how many, each with the way to loosen it."""
    named = dict(labels(wants)) if wants else {}
    return [
        Loosening(
            " + ".join(named[name] for name in cost.names)
            if named.keys() >= set(cost.names)
            else cost.label,
            cost.n_back,
            without(request, *cost.names),
        )
        for cost in shelf.costs
    ]


def strangers(request: HttpRequest, wants: Wants, shelf: Shelf | None) -> list[Stranger]:
    """Return the names in the filters that nobody has, where they may have emptied the list."""
    if not wants.people or shelf is None or not shelf.is_short:
        return []
    found = []
    for name in wants.people:
        is_known, alike = people_like(name)
        if not is_known:
            others = [other for other in wants.people if other != name]
            found.append(
                Stranger(
                    name,
                    tuple(
                        Chip(one, with_params(request, {"people": [*others, one]}), is_on=False)
                        for one in alike
                    ),
                )
            )
    return found
