"""A person's vibes over the starter catalogue: found, kept, shaped by hand, and cut and ranked."""

import datetime
from dataclasses import replace

import numpy as np
import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from catalog.models import Favourite, Group, Rating, Tap, Title
from recommendations import held as holding
from recommendations import zones
from recommendations.batch import vibes as batch
from recommendations.models import Vibe, VibeSet, VibeTitle
from recommendations.taste.geometry import cosine
from recommendations.taste.text import COMPOSED, MOOD
from recommendations.tastes import taste_of
from recommendations.vectorstore import read_axis
from recommendations.vibes import fitting, shaping
from recommendations.vibes.fitting import find_vibes, fit_vibes, store
from recommendations.zones.guarantees import allowed
from recommendations.zones.personal import personal
from recommendations.zones.pipeline import serving_spaces
from recommendations.zones.zone import Context
from tests.factories import make_favourite, make_rating, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]
SPACE = [
    "film/2001-a-space-odyssey-1968", "film/alien-1979", "film/solaris-1972", "film/arrival-2016",
    "film/interstellar-2014", "film/blade-runner-1982", "film/the-matrix-1999", "book/dune-1965",
]  # fmt: skip
HEARTS = [
    "film/the-notebook-2004", "film/brief-encounter-1945", "film/amelie-2001",
    "film/before-sunrise-1995", "book/pride-and-prejudice-1813", "film/casablanca-1942",
    "film/lost-in-translation-2003", "film/when-harry-met-sally-1989",
]  # fmt: skip


def of(starter_ids):
    return list(Title.objects.filter(starter_id__in=starter_ids).order_by("pk"))


def lover(*starter_ids):
    user = make_user()
    for title in of(starter_ids):
        make_favourite(user, title)
    return user


def fit(user, **options):
    assert fit_vibes(user, now=timezone.now(), **options)
    return list(Vibe.objects.owned_by(user).living().in_order())


def ids_of(vibe):
    return set(vibe.places.values_list("title_id", flat=True))


def snapshot(user):
    return {vibe.pk: (vibe.name, ids_of(vibe)) for vibe in Vibe.objects.owned_by(user)}


@pytest.fixture
def ann():
    """Somebody with two tastes and two vibes."""
    user = lover(*SPACE, *HEARTS)
    fit(user, wanted=2)
    return user


# ── Finding ──────────────────────────────────────────────────────────────


def test_two_tastes_become_vibes_that_do_not_mix():
    space = {title.pk for title in of(SPACE)}

    vibes = fit(lover(*SPACE, *HEARTS))

    shares = [len(ids_of(vibe) & space) / len(ids_of(vibe)) for vibe in vibes]

    assert len(shares) >= 2
    assert all(max(share, 1 - share) >= 0.9 for share in shares)


@pytest.mark.parametrize("method", ["kmeans", "ward", "dbscan", "birch"])
def test_every_title_is_in_one_vibe_or_told_to_fit_nowhere(settings, ann, method):
    settings.RECOMMENDER = replace(settings.RECOMMENDER, vibe_algorithm=method)

    vibes = fit(ann)

    stored = VibeSet.objects.get(user=ann)
    placed = [i for vibe in vibes for i in ids_of(vibe)]
    assert stored.algorithm == method
    assert sorted([*placed, *stored.outlier_ids]) == sorted(t.pk for t in of([*SPACE, *HEARTS]))


def test_the_number_of_vibes_can_be_chosen_and_is_remembered(ann):
    assert len(fit(ann, wanted=3)) <= 3
    kept = VibeSet.objects.get(user=ann)

    fit(ann)

    assert kept.wanted == VibeSet.objects.get(user=ann).wanted == 3
    fit(ann, wanted=None)
    assert VibeSet.objects.get(user=ann).wanted is None


def test_mood_alone_has_its_own_middles_and_its_own_figures(ann):
    before = VibeSet.objects.get(user=ann)

    vibes = fit(ann, ground="mood")

    after = VibeSet.objects.get(user=ann)
    assert {vibe.axis for vibe in vibes} == {MOOD}
    assert before.ground != after.ground == "mood"
    assert after.silhouette != before.silhouette
    assert after.inertia > 0


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_few_likes_give_one_vibe_or_none(n):
    user = lover(*SPACE[:n])

    vibes = fit(user)

    assert len(vibes) == min(n, 1)
    assert sum(len(ids_of(vibe)) for vibe in vibes) == n


def test_what_is_disliked_makes_no_vibe_and_groups_stand_in_for_newcomers():
    user = make_user()
    make_rating(user, of(SPACE[:1])[0], 2)
    Tap.objects.create(user=user, group=Group.objects.get(slug="mind-benders"))

    fit(user)

    titles = set(VibeTitle.objects.filter(vibe__user=user).values_list("title_id", flat=True))
    tapped = set(
        Title.objects.filter(places__group__slug="mind-benders").values_list("pk", flat=True)
    )
    assert titles
    assert titles <= tapped - {of(SPACE[:1])[0].pk}


def test_names_differ_and_are_short(ann):
    names = [vibe.name for vibe in fit(ann, wanted=4)]

    assert len({name.casefold() for name in names}) == len(names)
    assert all(0 < len(name) <= 32 for name in names)


# ── From one fit to the next ─────────────────────────────────────────────


def test_a_second_fit_changes_nothing(ann):
    before = snapshot(ann)

    fit(ann)

    assert snapshot(ann) == before


def test_a_name_given_by_hand_survives_a_fit_with_another_title(ann):
    vibe = Vibe.objects.owned_by(ann).in_order()[0]
    shaping.rename(vibe, "  Rain  on glass ")
    make_favourite(ann, Title.objects.get(starter_id="film/ex-machina-2014"))

    fit(ann)

    assert Vibe.objects.get(pk=vibe.pk).name == "Rain on glass"


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b"])
def test_a_name_that_is_none_is_refused_in_words(ann, name):
    vibe = Vibe.objects.owned_by(ann).in_order()[0]

    with pytest.raises(shaping.NotAName, match=r"\."):
        shaping.rename(vibe, name)


def test_a_name_of_another_vibe_is_refused_in_any_case_also_by_the_database(ann):
    first, second = Vibe.objects.owned_by(ann).in_order()[:2]

    with pytest.raises(shaping.NotAName, match="different"):
        shaping.rename(first, second.name.upper())
    with pytest.raises(IntegrityError, match="vibe_name_once"), transaction.atomic():
        Vibe.objects.filter(pk=first.pk).update(name=second.name.upper())


def test_a_pinned_vibe_keeps_its_titles_when_the_fit_would_lose_it(ann):
    vibe = max(Vibe.objects.owned_by(ann), key=lambda v: v.places.count())
    shaping.pin(vibe, keeps=True)
    before = ids_of(vibe)

    fit(ann, wanted=1)

    assert before <= ids_of(Vibe.objects.living().get(pk=vibe.pk))


def test_a_pinned_vibe_stays_even_when_nothing_in_it_is_liked_any_more(ann):
    vibe = Vibe.objects.owned_by(ann).in_order()[0]
    shaping.pin(vibe, keeps=True)
    Favourite.objects.filter(user=ann, title__in=ids_of(vibe)).delete()

    fit(ann)

    assert Vibe.objects.living().filter(pk=vibe.pk, name=vibe.name).exists()


def test_a_dropped_vibe_does_not_come_back_by_itself_but_by_hand(ann):
    vibe = Vibe.objects.owned_by(ann).in_order()[0]
    shaping.drop(vibe, now=timezone.now())

    living = fit(ann)

    assert vibe.pk not in {one.pk for one in living}
    assert not any(len(ids_of(one) & ids_of(vibe)) > len(ids_of(vibe)) / 2 for one in living)
    shaping.restore(Vibe.objects.get(pk=vibe.pk))
    assert vibe.pk in {one.pk for one in fit(ann)}


def test_a_dropped_vibe_whose_name_was_taken_meanwhile_comes_back_under_another(ann):
    first, second = Vibe.objects.owned_by(ann).in_order()[:2]
    shaping.drop(first, now=timezone.now())
    shaping.rename(second, first.name)

    shaping.restore(Vibe.objects.get(pk=first.pk))

    assert Vibe.objects.get(pk=first.pk).name == f"{first.name} 2"


def test_findings_that_somebody_outran_are_not_stored(ann):
    late = find_vibes(ann, now=timezone.now())
    shaping.rename(Vibe.objects.owned_by(ann).in_order()[0], "Mine")

    assert not store(ann, late, now=timezone.now())
    assert Vibe.objects.filter(user=ann, name="Mine").exists()


# ── By hand ──────────────────────────────────────────────────────────────


def test_with_many_likes_a_new_one_joins_its_vibe_and_no_other_changes(monkeypatch, ann):
    monkeypatch.setattr(fitting, "GROWS_FROM", 10)
    before = snapshot(ann)
    new = Title.objects.get(starter_id="film/moon-2009")
    make_favourite(ann, new)

    def not_called(*_, **__):
        pytest.fail("everything was grouped anew")

    monkeypatch.setattr("recommendations.vibes.finding.group", not_called)

    vibes = fit(ann)

    (own,) = [vibe for vibe in vibes if new.pk in ids_of(vibe)]
    assert ids_of(own) & {title.pk for title in of(SPACE)}
    assert {pk: (name, ids - {new.pk}) for pk, (name, ids) in snapshot(ann).items()} == before
    assert VibeSet.objects.get(user=ann).n_joined == 1


def test_all_likes_are_grouped_anew_once_a_tenth_came_or_went_or_the_person_asks(monkeypatch, ann):
    monkeypatch.setattr(fitting, "GROWS_FROM", 10)
    more = list(Title.objects.exclude(starter_id__in=[*SPACE, *HEARTS]).order_by("pk")[:2])

    counts = []
    for title in more:
        make_favourite(ann, title)
        fit(ann)
        counts.append(VibeSet.objects.get(user=ann).n_joined)
    Favourite.objects.filter(user=ann, title=more[0]).delete()
    fit(ann)
    counts.append(VibeSet.objects.get(user=ann).n_joined)
    fit(ann, wanted=None)
    counts.append(VibeSet.objects.get(user=ann).n_joined)

    assert counts == [1, 0, 1, 0]


def test_a_split_makes_two_that_stay_apart_and_merging_undoes_it(ann):
    vibe = max(Vibe.objects.owned_by(ann), key=lambda v: v.places.count())
    before = ids_of(vibe)

    other = shaping.split(vibe, now=timezone.now())

    assert ids_of(vibe) | ids_of(other) == before
    assert not ids_of(vibe) & ids_of(other)
    assert ids_of(vibe), ids_of(other)
    assert vibe.name.casefold() != other.name.casefold()
    fit(ann)
    assert ids_of(vibe) != before
    assert Vibe.objects.living().filter(pk=other.pk).exists()
    shaping.merge(Vibe.objects.get(pk=vibe.pk), Vibe.objects.get(pk=other.pk), now=timezone.now())
    assert before <= ids_of(vibe)


def test_what_cannot_be_split_says_why():
    user = lover(*SPACE[:2])
    (vibe,) = fit(user)

    with pytest.raises(shaping.CannotSplit, match="2 titles"):
        shaping.split(vibe, now=timezone.now())


def test_a_merge_takes_the_other_in_and_can_be_undone(ann):
    first, second = Vibe.objects.owned_by(ann).in_order()[:2]
    one, other = ids_of(first), ids_of(second)

    shaping.merge(first, second, now=timezone.now())

    assert ids_of(first) == one | other
    assert second not in Vibe.objects.living()
    shaping.unmerge(Vibe.objects.get(pk=second.pk), now=timezone.now())
    assert (ids_of(first), ids_of(second)) == (one, other)
    assert second in Vibe.objects.living()
    with pytest.raises(shaping.CannotMerge):
        shaping.merge(first, first, now=timezone.now())


# ── In batches ───────────────────────────────────────────────────────────


def test_only_people_who_love_something_new_are_fitted_again(ann):
    ben = lover(*SPACE)
    now = timezone.now() + datetime.timedelta(minutes=1)

    assert batch.fit_stale(now=now) == 1, "Ann is fitted already"
    assert batch.fit_stale(now=now) == 0
    Rating.objects.create(user=ben, title=of(HEARTS)[0], stars=5, rated_at=now, created_at=now)
    later = now + datetime.timedelta(minutes=1)
    Rating.objects.filter(user=ben).update(rated_at=later)
    assert batch.fit_stale(now=later + datetime.timedelta(minutes=1)) == 1


def test_the_night_sees_what_was_taken_back_and_what_was_learnt_anew(ann):
    now = timezone.now()
    assert batch.fit_changed(now=now) == 0
    gone = of(SPACE)[0]
    Favourite.objects.filter(user=ann, title=gone).delete()

    assert batch.fit_changed(now=now) == 1
    assert not VibeTitle.objects.filter(vibe__user=ann, title=gone).exists()
    VibeSet.objects.update(made_in="another edition")
    assert batch.fit_changed(now=now) == 1


def test_all_of_it_goes_with_the_person(ann):
    User.objects.get(pk=ann.pk).delete()

    assert not Vibe.objects.exists()
    assert not VibeSet.objects.exists()
    assert not VibeTitle.objects.exists()


def test_an_unknown_algorithm_is_told_at_start(settings):
    settings.RECOMMENDER = replace(settings.RECOMMENDER, vibe_algorithm="kmaens")

    (problem,) = [each for each in run_checks() if each.id == "recommendations.E002"]

    assert "kmaens" in problem.msg
    assert "birch" in problem.hint


# ── Cut and rank ─────────────────────────────────────────────────────────


def context_of(user, *, wants=None):
    (space, loved), now, wants = serving_spaces(), timezone.now(), wants or zones.Wants()
    taste = taste_of(user, space, loved=loved, now=now)
    titles = allowed(user, zones.FromVibe, wants, now=now)
    return Context(user, space, taste, wants, titles, now, 200, loved=loved)


def brute_force(context, zone, *, n):
    """The nearest by cosine over every vector, filtered in Python."""
    ids, vectors = read_axis(context.space, zone.axis)
    through = set(context.titles.values_list("pk", flat=True))
    near = cosine(vectors, zone.centroid)
    order = sorted((-round(float(c), 5), i) for c, i in zip(near, ids.tolist(), strict=True))
    return [i for _, i in order if i in through][:n]


@pytest.mark.parametrize("most_held", [50_000, 10], ids=["held", "searched"])
@pytest.mark.parametrize(
    "wants",
    [zones.Wants(), zones.Wants(kinds=("book",)), zones.Wants(min_year=1990, max_runtime=120)],
    ids=["all", "books", "narrow"],
)
@pytest.mark.parametrize("ground", ["content", "mood"])
def test_the_cut_is_brute_forces_hundred(monkeypatch, ann, ground, wants, most_held):
    zone = zones.FromVibe.of(fit(ann, ground=ground)[0])
    monkeypatch.setattr(holding, "MOST_HELD", most_held)
    holding._held.cache_clear()
    context = context_of(ann, wants=wants)

    cut = zone.cut(context)

    expected = brute_force(context, zone, n=100)
    holding._held.cache_clear()
    assert len(cut) == min(100, context.titles.count())
    # Sixteen bits round the last places of a cosine, so the last of the hundred may be a neighbour.
    assert len(set(cut.ids.tolist()) & set(expected)) >= len(expected) - 1
    assert np.all(np.diff(cut.closeness) <= 1e-3)


def test_the_rank_is_the_persons_own_and_nothing_from_outside_the_cut_comes(ann):
    zone = zones.FromVibe.of(Vibe.objects.owned_by(ann).in_order()[0])
    context = context_of(ann)
    cut = zone.cut(context)

    ranking = zone.rank(context, cut)
    shelf = zones.recommend(ann, zone, n=20, now=timezone.now())

    own = personal(context, cut)
    assert ranking.scores == pytest.approx(own.scores)
    assert {pick.title.pk for pick in shelf.picks} <= set(cut.ids.tolist())
    scores = [pick.score for pick in shelf.picks]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= pick.query_score <= 1 and 0 <= pick.fit <= 1 for pick in shelf.picks)


def test_another_middle_makes_other_candidates(ann):
    first, second = Vibe.objects.owned_by(ann).in_order()[:2]
    before = zones.FromVibe.of(first).cut(context_of(ann)).ids

    Vibe.objects.filter(pk=first.pk).update(centroid=second.centroid)
    moved = zones.FromVibe.of(Vibe.objects.get(pk=first.pk))

    after = moved.cut(context_of(ann)).ids
    assert set(after.tolist()) != set(before.tolist())
    assert moved.key() != zones.FromVibe.of(first).key()


def test_a_middle_from_another_space_is_worked_out_anew_from_the_titles(ann):
    vibe = Vibe.objects.owned_by(ann).in_order()[0]
    before = zones.FromVibe.of(vibe).cut(context_of(ann)).ids[:10]

    Vibe.objects.filter(pk=vibe.pk).update(space=None, centroid=[1.0, 0.0])

    after = zones.FromVibe.of(Vibe.objects.get(pk=vibe.pk)).cut(context_of(ann)).ids[:10]
    assert len(set(before.tolist()) & set(after.tolist())) >= 8


def test_two_who_share_a_vibe_and_differ_in_taste_get_different_tens():
    """Both love the same thrillers; beside them one loves romances, the other loud adventures."""
    thrillers = [
        "film/gone-girl-2014", "film/se7en-1995", "film/the-silence-of-the-lambs-1991",
        "film/zodiac-2007", "film/north-by-northwest-1959", "film/the-bourne-identity-2002",
    ]  # fmt: skip
    loud = [
        "film/mission-impossible-1996", "film/die-hard-1988", "film/mad-max-fury-road-2015",
        "film/the-terminator-1984", "film/skyfall-2010", "film/kill-bill-vol-1-2003",
        "film/heat-1995", "film/the-dark-knight-2008",
    ]  # fmt: skip
    one, other = lover(*thrillers, *HEARTS), lover(*thrillers, *loud)
    shared = zones.FromVibe.of(
        next(v for v in fit(one, wanted=2) if ids_of(v) & {t.pk for t in of(thrillers)})
    )

    tens = []
    for user in (one, other):
        shelf = zones.recommend(user, shared, n=10, now=timezone.now())
        tens.append([pick.title.pk for pick in shelf.picks])

    both = set(tens[0]) & set(tens[1])
    assert len(both) / len({*tens[0], *tens[1]}) < 0.5
    ids, vectors = read_axis(serving_spaces().content, COMPOSED)
    row = {i: n for n, i in enumerate(ids.tolist())}

    def nearness(ten, beside):
        theirs = vectors[[row[t.pk] for t in of(beside)]].mean(axis=0)
        return float(np.mean(cosine(vectors[[row[i] for i in ten]], theirs)))

    assert nearness(tens[0], HEARTS) > nearness(tens[1], HEARTS)
    assert nearness(tens[1], loud) > nearness(tens[0], loud)


def test_a_vibe_of_films_gives_books_and_series():
    user = lover(*[i for i in SPACE if i.startswith("film")])
    zone = zones.FromVibe.of(fit(user)[0])

    for kind in ("book", "series"):
        shelf = zones.recommend(user, zone, wants=zones.Wants(kinds=(kind,)), now=timezone.now())
        assert [pick.title.kind for pick in shelf.picks] == [kind] * 5


def test_the_state_call_names_the_vibes(ann, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        state = zones.state(ann, now=timezone.now())

    own = Vibe.objects.owned_by(ann).in_order()
    assert state["vibes"] == [{"id": vibe.pk, "name": vibe.name} for vibe in own]
