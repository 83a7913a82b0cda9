"""Filters over a made-up catalogue: nothing that breaks one comes back, and lists are full.

What a filter asks is said a second time here, in plain Python over plain facts.
"""

import datetime
import random
from dataclasses import dataclass, fields

import numpy as np
import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from catalog.choices import choices
from catalog.models import Adaptation, Mood, Title
from recommendations import zones
from recommendations.forms import WantsForm
from recommendations.models import Space, TitleVector
from recommendations.said import signals_of
from recommendations.taste.text import AXES, COMPOSED, TAGS
from recommendations.vectorstore import write_title_vectors
from recommendations.zones.guarantees import allowed
from recommendations.zones.loosening import filter_costs
from recommendations.zones.pipeline import serving_space
from recommendations.zones.zone import Zone
from tests.factories import (
    NOW,
    make_availability,
    make_dismissal,
    make_favourite,
    make_rating,
    make_save,
    make_title,
    make_viewing,
)
from tests.living import empty_database

N = 240
GENRES = ("Drama", "Comedy", "Horror", "Animation", "War")
LANGUAGES, COUNTRIES = ("en", "fr", "ja"), ("US", "FR", "JP", "NL")
PEOPLE = ("Ada Poole", "Bo Lind", "Cy Marsh", "Di Wolfe")
SERVICES, REGIONS = ("Netflix", "MUBI"), ("NL", "BE")
TODAY = NOW.date()
SMALL = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass(frozen=True)
class Known:
    """What the tests know of a title."""

    kind: str
    year: int | None
    runtime: int | None
    language: str
    countries: frozenset[str]
    certificate: int | None
    genres: frozenset[str]
    mood: str
    people: frozenset[str]
    offers: frozenset[tuple[str, str]]
    popularity: float


def passes(known: Known, wants: zones.Wants) -> bool:
    """Return whether a title passes every filter; an unknown fact passes none that asks for it."""
    on = {region for service, region in known.offers if service in wants.services}
    anywhere = {region for _, region in known.offers}
    return all(
        [
            not wants.kinds or known.kind in wants.kinds,
            wants.min_year is None or (known.year is not None and known.year >= wants.min_year),
            wants.max_year is None or (known.year is not None and known.year <= wants.max_year),
            wants.min_runtime is None or (known.runtime or -1) >= wants.min_runtime,
            wants.max_runtime is None or 0 < (known.runtime or 9999) <= wants.max_runtime,
            not wants.languages or known.language in wants.languages,
            not wants.countries or bool(known.countries & set(wants.countries)),
            wants.max_certificate is None
            or (18 if known.certificate is None else known.certificate) <= wants.max_certificate,
            known.genres >= set(wants.genres),
            not known.genres & set(wants.not_genres),
            not wants.moods or known.mood in wants.moods,
            {name.lower() for name in known.people} >= {name.lower() for name in wants.people},
            not wants.services or bool(on),
            not wants.region or wants.region in (on if wants.services else anywhere),
            wants.min_popularity is None or known.popularity >= wants.min_popularity,
            wants.max_popularity is None or known.popularity <= wants.max_popularity,
        ]
    )


def some(rng: random.Random, of: tuple[str, ...], most: int) -> tuple[str, ...]:
    return tuple(rng.sample(of, rng.randint(0, most)))


def make_one(number: int, rng: random.Random) -> tuple[Title, Known]:
    """Store a title of drawn facts, some of them unknown."""
    kind = rng.choice(("film", "film", "series", "book"))
    genres, people = some(rng, GENRES, 3), some(rng, PEOPLE, 2)
    offers, old = some(rng, SERVICES, 2), rng.random() < 0.3
    title = make_title(
        f"Tale {number}",
        kind=kind,
        year=rng.choice((None, *range(1960, 2020))),
        runtime=None if kind == "book" else rng.choice((None, 45, 90, 100, 120, 170)),
        original_language=rng.choice(LANGUAGES),
        countries=list(some(rng, COUNTRIES, 2)),
        certificate=rng.choice((None, 6, 12, 16, 18)),
        genres=genres,
        mood=rng.choice(Mood.values),
        popularity=round(rng.random(), 3),
        cast=people,
        maker=f"Maker {number}",
    )
    current = set()
    for service in offers:
        region = rng.choice(REGIONS)
        days = 30 if old else rng.randint(0, 7)
        make_availability(title, service, region=region, day=TODAY - datetime.timedelta(days=days))
        if not old:
            current.add((service.lower(), region))
    return title, Known(
        kind, title.year, title.runtime, title.original_language, frozenset(title.countries),
        title.certificate, frozenset(genres), title.mood, frozenset(people), frozenset(current),
        title.popularity,
    )  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(django_db_setup, django_db_blocker, onnx_folder):
    """Some hundred titles of drawn facts with drawn vectors, and somebody who knows a few."""
    rng, numbers = random.Random(4), np.random.default_rng(4)
    with django_db_blocker.unblock():
        empty_database()
        drawn = [make_one(number, rng) for number in range(N)]
        space = Space.objects.create(kind=Space.Kind.CONTENT, recipe="drawn", dimension=384)
        vectors = numbers.standard_normal((N, 384)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        write_title_vectors(
            space,
            (
                (title.pk, axis, vectors[k] if axis != TAGS else vectors[k], "")
                for axis in (COMPOSED, TAGS, *AXES)
                for k, (title, _) in enumerate(drawn)
            ),
        )
        space.serve(now=NOW)
    yield {title.pk: known for title, known in drawn}
    with django_db_blocker.unblock():
        empty_database()


@pytest.fixture
def ann(db, catalogue):
    """Somebody who has said something of every kind."""
    user = User.objects.create(username="ann", email="ann@example.org")
    titles = list(Title.objects.order_by("pk"))
    for title in titles[:6]:
        make_favourite(user, title)
    make_rating(user, titles[6], 4.5)
    make_viewing(user, titles[7])
    make_save(user, titles[8])
    make_dismissal(user, titles[9])
    return user


WANTS = st.builds(
    zones.Wants,
    kinds=st.sets(st.sampled_from(("film", "series", "book")), max_size=2).map(tuple),
    min_year=st.none() | st.integers(1955, 2010),
    max_year=st.none() | st.integers(1970, 2025),
    min_runtime=st.none() | st.sampled_from((40, 90, 130)),
    max_runtime=st.none() | st.sampled_from((60, 100, 180)),
    languages=st.sets(st.sampled_from(LANGUAGES), max_size=2).map(tuple),
    countries=st.sets(st.sampled_from(COUNTRIES), max_size=2).map(tuple),
    max_certificate=st.none() | st.sampled_from((0, 6, 12, 18)),
    genres=st.sets(st.sampled_from(GENRES), max_size=2).map(tuple),
    not_genres=st.sets(st.sampled_from(GENRES), max_size=2).map(tuple),
    moods=st.sets(st.sampled_from(Mood.values), max_size=3).map(tuple),
    people=st.sets(st.sampled_from(("ada poole", *PEOPLE[1:])), max_size=1).map(tuple),
    services=st.sets(st.sampled_from(("netflix", "mubi")), max_size=2).map(tuple),
    region=st.sampled_from(("", "", "NL", "BE")),
    min_popularity=st.none() | st.sampled_from((0.25, 0.75)),
    max_popularity=st.none() | st.sampled_from((0.25, 0.5)),
    include_seen=st.booleans(),
)


@st.composite
def few_filters(draw) -> zones.Wants:
    """Wants of up to four filters: all at once would let nothing through."""
    wants = draw(WANTS)
    kept = draw(st.sets(st.sampled_from([f.name for f in fields(zones.Wants)]), max_size=4))
    return wants.without(*(f.name for f in fields(zones.Wants) if f.name not in kept))


def zone_named(name: str) -> Zone:
    """Return a zone with inputs of this catalogue."""
    first, second = Title.objects.order_by("-pk").values_list("pk", flat=True)[:2]
    along = TitleVector.objects.along(serving_space(), COMPOSED)
    inputs = {
        "search": {"text": "a lighthouse at sea"},
        "anchor": {"like": (first, second)},
        "vibe": {"vibe_id": 1, "centroid": np.array(along.get(title=first).vector)},
    }
    return zones.ZONES[name](**inputs.get(name, {}))


# Zones that take from the whole catalogue; the others have a floor or a ceiling of their own.
FROM_ALL = ("tonight", "search", "anchor")


@pytest.mark.parametrize("name", sorted(zones.ZONES))
@SMALL
@given(wants=few_filters())
def test_no_filter_is_ever_broken_and_lists_are_full_when_they_can_be(ann, catalogue, name, wants):
    zone = zone_named(name)

    shelf = zones.recommend(ann, zone, wants=wants, n=5, now=NOW)

    ids = [pick.title.pk for pick in shelf.picks]
    assert [i for i in ids if not passes(catalogue[i], wants)] == []
    assert len(set(ids)) == len(ids)
    if name in FROM_ALL:
        anchors = set(getattr(zone, "like", ()))
        through = set(allowed(ann, zone, wants, now=NOW).values_list("pk", flat=True)) - anchors
        assert len(ids) == min(5, len(through))


@SMALL
@given(wants=few_filters())
def test_the_costs_are_what_plain_counting_finds(ann, catalogue, wants):
    zone, signals = zones.Tonight(), signals_of(ann, now=NOW)
    free = zones.Wants(include_seen=wants.include_seen)
    held = allowed(ann, zone, free, now=NOW).values_list("pk", flat=True)
    around = [catalogue[i] for i in held]

    def n_through(some: zones.Wants) -> int:
        return sum(passes(known, some) for known in around)

    costs = filter_costs(ann, zone, wants, signals, n=5, now=NOW)

    for cost in costs:
        assert cost.n_back == n_through(wants.without(*cost.names)) - n_through(wants) > 0
    alone = {cost.names[0] for cost in costs if len(cost.names) == 1}
    labels = wants.labels()
    assert alone == {
        name for name in labels
        if n_through(wants.without(name)) > n_through(wants) and name != "include_seen"
    }  # fmt: skip
    if labels and n_through(wants) < 5 and n_through(free) > n_through(wants):
        assert costs, "a way out is always named"


def test_the_costs_take_one_statement_however_many_filters(ann, django_assert_num_queries):
    wants = zones.Wants(
        kinds=("film",), min_year=2015, max_runtime=50, genres=("War",), not_genres=("Drama",),
        people=("Ada Poole",), services=("mubi",), region="NL", max_popularity=0.1,
    )  # fmt: skip
    signals = signals_of(ann, now=NOW)

    with django_assert_num_queries(1):
        costs = filter_costs(ann, zones.Tonight(), wants, signals, n=5, now=NOW)

    assert len(costs[-1].names) > 1, "no filter alone is enough"


def test_an_age_limit_of_ones_own_is_not_offered_to_be_taken_off(ann):
    ann.certificate_cap = 6
    wants = zones.Wants(max_certificate=6, min_year=2019)
    signals = signals_of(ann, now=NOW)

    costs = filter_costs(ann, zones.Tonight(), wants, signals, n=5, now=NOW)

    assert [cost.names for cost in costs] == [("min_year",)]


def test_the_promises_hold_by_plain_counting(ann, catalogue):
    """Unseen, not turned down, not saved, next parts only, and no other form of what is known."""
    ids = list(catalogue)
    loved, seen, saved, away = ids[0], ids[7], ids[8], ids[9]
    first, second, third, other, origin, form = ids[20:26]
    franchise = make_title("A part", franchise="Saga", franchise_position=9).franchise
    for part, title_id in enumerate((first, second, third), start=1):
        Title.objects.filter(pk=title_id).update(
            kind="film", franchise=franchise, franchise_position=part
        )
    make_viewing(ann, Title.objects.get(pk=first))
    make_favourite(ann, Title.objects.get(pk=form))
    for one in (form, other):
        Adaptation.objects.create(origin_id=origin, form_id=one)

    def let_through(zone: Zone, **wants: bool) -> set[int]:
        return set(allowed(ann, zone, zones.Wants(**wants), now=NOW).values_list("pk", flat=True))

    search = zones.Search(text="x")
    tonight, found = let_through(zones.Tonight()), let_through(search)
    everything = let_through(search, include_seen=True)

    assert not tonight & {loved, seen, saved, away, first, third, origin, other, form}
    assert second in tonight
    assert {saved, second, origin, other} <= found
    assert not found & {loved, seen, away, first, third, form}
    assert {loved, seen, saved, first, third, form} <= everything
    assert away not in everything


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("max_year=abc", "“abc” is not a year from −3000 to 2100. It was left out."),
        ("min_runtime=-5", "“-5” is not a number of minutes from 1 to 1000. It was left out."),
        ("kinds=film&kinds=opera", "“opera” is no kind of title. It was left out."),
        ("languages=klingon", "“klingon” is no language code, such as en or fr. It was left out."),
        ("genres=Slapstick", "“Slapstick” is no genre of the catalogue. It was left out."),
        ("services=betamax", "“betamax” is no service of the catalogue. It was left out."),
        ("region=Holland", "“Holland” is no country code, such as NL or JP. It was left out."),
        ("max_popularity=nan", "“nan” is not a share from 0 to 1. It was left out."),
        ("people=" + "x" * 99, "A value is too long to be read. That filter was left out."),
        ("genres=a&" * 13, "13 values are too many; up to 12. That filter was left out."),
    ],
)  # fmt: skip
def test_what_is_mistyped_is_left_out_and_told(db, catalogue, query, told):
    form = WantsForm(QueryDict(query))

    wants = form.wants()

    assert form.problems == [told]
    assert wants == (zones.Wants(kinds=("film",)) if "film" in query else zones.Wants())


def test_what_is_typed_a_little_differently_is_understood(db, catalogue):
    form = WantsForm(QueryDict("genres=comedy&countries=nl&languages=FR&people=+Ada++Poole"))

    assert form.wants() == zones.Wants(
        genres=("Comedy",), countries=("NL",), languages=("fr",), people=("Ada Poole",)
    )
    assert form.problems == []


def test_what_there_is_to_choose_from_is_counted_once(db, catalogue, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = choices()
        assert choices() == found

    assert found.genres == tuple(sorted(GENRES))
    assert {code for code, _ in found.languages} == set(LANGUAGES)
    assert found.service_names == {"mubi": "MUBI", "netflix": "Netflix"}
    assert found.regions == (("BE", "Belgium"), ("NL", "Netherlands"))
    assert all(service.is_current(TODAY) for service in found.services)


def test_a_filter_on_services_takes_what_was_confirmed_within_a_week(db, catalogue):
    fresh, stale = Title.objects.order_by("pk")[:2]
    make_availability(fresh, "Cinetree", day=TODAY - datetime.timedelta(days=7))
    make_availability(stale, "Cinetree", day=TODAY - datetime.timedelta(days=8))

    titles = zones.Wants(services=("cinetree",), region="NL").titles(TODAY)

    assert list(titles) == [fresh]
