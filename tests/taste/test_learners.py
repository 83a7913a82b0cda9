"""What every learner promises. A learner is held to it by having a line in RECIPES."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from recommendations.taste import recipes
from recommendations.taste.interactions import LOVED, Facts, Interactions, Vocabulary
from recommendations.taste.learners.content import ContentEmbedding, ContentTfIdf, likeness
from recommendations.taste.learners.ease import solve
from recommendations.taste.learners.neighbours import ItemNeighbours
from recommendations.taste.learners.popularity import Popularity
from recommendations.taste.recipes import RECIPES, learner
from tests.worlds import make_camps, make_facts

SILENT_PERSON, UNHEARD_TITLE = 4, 9
KNOW_NOBODY = {"nothing", "chance", "popularity"}
# The same code with less to do: forests of this size part so small a world as surely.
LIGHTER = {"house": {"n_examples": 1_000, "n_trees": 40}}
every_recipe = pytest.mark.parametrize("name", sorted(RECIPES))
every_taste = pytest.mark.parametrize("name", sorted(set(RECIPES) - KNOW_NOBODY))


@pytest.fixture(scope="module")
def camps():
    return thinned_camps()


def thinned_camps():
    """Two camps in which, while it is learnt, one person and one title are not heard of."""
    camps = make_camps()
    heard = (camps.train.person != SILENT_PERSON) & (camps.train.title != UNHEARD_TITLE)
    return replace(camps, train=camps.train.take(heard))


@pytest.fixture(scope="module")
def fitted(camps):
    """Fit each recipe on the camps once, when it is first asked for."""
    models = {}

    def fit(name):
        if name not in models:
            models[name] = fit_on(name, camps.train, camps.facts)
        return models[name]

    return fit


def fit_on(name, interactions, facts=None, *, seed=3):
    settings = replace(learner(name), **LIGHTER.get(name, {}))
    return settings.fit(interactions, rng=np.random.default_rng(seed), facts=facts)


def facts_for(interactions):
    titles = interactions.titles
    return make_facts(titles, np.arange(len(titles)) % 2, rng=np.random.default_rng(1))


def all_scores(model, histories):
    return model.scores(histories, np.arange(len(histories.people)))


def order_rate(scores, held):
    """Return how often a held-out loved title scores above a disliked one; a tie is half."""
    rates = []
    for person in np.unique(held.person):
        own = held.person == person
        loved = scores[person, held.title[own & (held.stars >= 4)]]
        not_loved = scores[person, held.title[own & (held.stars < 4)]]
        gaps = np.sign(loved[:, None] - not_loved).ravel()
        rates += ((gaps + 1) / 2).tolist()
    return np.mean(rates)


@every_recipe
def test_scores_are_finite_and_one_for_each_person_and_title(name, camps, fitted):
    scores = fitted(name).scores(camps.train, np.array([3, 0, 3]))

    assert scores.shape == (3, len(camps.train.titles))
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert np.array_equal(scores[0], scores[2]), "the same person twice"


@every_recipe
def test_one_seed_gives_one_model(name, camps, fitted):
    again = fit_on(name, camps.train, camps.facts)

    assert np.array_equal(all_scores(fitted(name), camps.train), all_scores(again, camps.train))


@every_recipe
def test_asking_in_chunks_changes_nothing(name, camps, fitted):
    model, people = fitted(name), np.arange(10)
    halves = [model.scores(camps.train, people[:5]), model.scores(camps.train, people[5:])]

    assert np.concatenate(halves) == pytest.approx(model.scores(camps.train, people), abs=1e-4)


@every_recipe
def test_titles_keep_their_ids(name, camps, fitted):
    titles = fitted(name).titles

    assert titles.ids[titles.numbers(camps.train.titles.ids)].tolist() == (
        camps.train.titles.ids.tolist()
    )
    assert titles.numbers(np.array([1, 10**9])).tolist() == [-1, -1]


@every_taste
def test_it_parts_the_camps_where_popularity_cannot(name, camps, fitted):
    by_popularity = order_rate(all_scores(fitted("popularity"), camps.train), camps.held)
    by_taste = order_rate(all_scores(fitted(name), camps.train), camps.held)

    assert by_popularity < 0.75
    assert by_taste > max(by_popularity + 0.15, 0.8)


@every_taste
def test_somebody_new_is_placed_by_what_they_said(name, camps, fitted):
    """Ids of the people are new, and so are two of the titles that they name."""
    own = camps.train.titles.ids[camps.camp_of_title == 1][:6]
    others = camps.train.titles.ids[camps.camp_of_title == 0][:3]
    titles = np.concatenate([own, others, [1, 10**9]])
    stars = np.array([5.0] * 6 + [1.0] * 3 + [5.0, 5.0])
    newcomer = Interactions.of(np.full(len(titles), 999_999), titles, stars)

    scores = fitted(name).scores(newcomer, np.array([0]))[0]

    unheard = ~np.isin(camps.train.titles.ids, titles)
    assert len(scores) == len(camps.train.titles)
    assert scores[unheard & (camps.camp_of_title == 1)].mean() > (
        scores[unheard & (camps.camp_of_title == 0)].mean()
    )


@every_recipe
def test_people_without_a_history_get_scores_too(name, camps, fitted):
    nobody = Interactions(
        Vocabulary(np.array([1, 2])), camps.train.titles, *(np.zeros(0, dtype=int),) * 2,
        *(np.zeros(0),) * 2,
    )  # fmt: skip

    scores = fitted(name).scores(nobody, np.array([0, 1]))

    assert scores.shape == (2, len(camps.train.titles))
    assert np.isfinite(scores).all()


@every_recipe
def test_some_may_have_said_nothing_in_training(name, camps, fitted):
    assert SILENT_PERSON not in camps.train.person
    assert UNHEARD_TITLE not in camps.train.title

    scores = all_scores(fitted(name), camps.train)

    assert np.isfinite(scores[SILENT_PERSON]).all()
    assert np.isfinite(scores[:, UNHEARD_TITLE]).all()


ODD_WORLDS = {
    "one person": Interactions.of(np.zeros(6), np.arange(6), np.array([5, 4, 4.5, 1, 2, 3])),
    "one title": Interactions.of(np.arange(6), np.zeros(6), np.array([5, 4, 4.5, 1, 2, 3])),
    "one rating": Interactions.of(np.zeros(1), np.zeros(1), np.array([4.0])),
    "equal ratings": Interactions.of(np.arange(24) % 6, np.arange(24) // 4, np.full(24, 4.0)),
    "nobody loves anything": Interactions.of(
        np.arange(24) % 6, np.arange(24) // 4, np.full(24, 1.0)
    ),
    "floats as texts": Interactions.of(
        np.array([f"{n % 6}.0" for n in range(24)]),
        np.array([f"{n // 4}.5" for n in range(24)]),
        np.array([5.0, 1.0] * 12),
    ),
}


@every_recipe
@pytest.mark.parametrize("world", sorted(ODD_WORLDS))
def test_it_survives_odd_worlds(name, world):
    train = ODD_WORLDS[world]

    scores = all_scores(fit_on(name, train, facts_for(train)), train)

    assert scores.shape == train.shape
    assert np.isfinite(scores).all()


@every_recipe
def test_what_comes_in_is_left_as_it_was(name, camps, fitted):
    all_scores(fitted(name), camps.train)

    before = thinned_camps().train
    assert np.array_equal(camps.train.person, before.person)
    assert np.array_equal(camps.train.title, before.title)
    assert np.array_equal(camps.train.stars, before.stars)


def test_a_name_that_no_learner_has_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"'svd\+\+'.*bpr.*popularity"):
        learner("svd++")


def test_a_learner_joins_by_being_in_the_table(monkeypatch):
    @dataclass(frozen=True)
    class Dummy(Popularity):
        """Popularity under another name."""

    monkeypatch.setitem(recipes.RECIPES, "dummy", Dummy())

    assert learner("dummy") == Dummy()
    with pytest.raises(ValueError, match="dummy"):
        learner("unknown")


def test_popularity_is_the_sum_of_weights():
    train = Interactions.of(
        np.array([1, 2, 3, 1]), np.array([7, 7, 7, 8]), np.array([5.0, 4.0, 1.0, 3.5])
    )

    scores = fit_on("popularity", train).scores(train, np.array([0]))

    assert scores[0] == pytest.approx([1.7, 0.2])


def test_chance_differs_from_person_to_person_and_from_seed_to_seed(camps):
    first, second = (all_scores(fit_on("chance", camps.train, seed=s), camps.train) for s in (1, 2))

    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first, second)


def test_likeness_is_the_hand_worked_cosine_shrunk():
    train = Interactions.of(
        np.array([1, 1, 2, 2, 3]), np.array([7, 8, 7, 8, 8]), np.array([5.0, 5.0, 4.0, 5.0, 5.0])
    )
    settings = ItemNeighbours(n_neighbours=2, shrinkage=0.5, asymmetry=0.5)

    likeness = settings.fit(train, rng=np.random.default_rng(0)).likeness.toarray()

    expected = (1 + 0.7) / (np.sqrt((1 + 0.49) * 3) + 0.5)
    assert likeness == pytest.approx(np.array([[0, expected], [expected, 0]]))


def test_only_the_nearest_neighbours_are_kept(camps):
    few = ItemNeighbours(n_neighbours=3).fit(camps.train, rng=np.random.default_rng(0))
    many = ItemNeighbours(n_neighbours=60).fit(camps.train, rng=np.random.default_rng(0))

    assert np.diff(few.likeness.indptr).max() == 3
    for column in range(few.likeness.shape[1]):
        kept, all_of_them = few.likeness[:, column].data, many.likeness[:, column].data
        assert np.sort(kept) == pytest.approx(np.sort(all_of_them)[-len(kept) :])


def test_more_shrinkage_trusts_few_people_less(camps):
    near, far = (
        ItemNeighbours(shrinkage=s).fit(camps.train, rng=np.random.default_rng(0)).likeness.sum()
        for s in (1.0, 50.0)
    )

    assert far < near


@pytest.mark.parametrize("settings", [ContentTfIdf(), ContentEmbedding()])
def test_titles_without_facts_lie_in_the_middle_of_the_others(settings, camps):
    few = without(camps.facts, camps.facts.titles.ids[:5])

    model = settings.fit(camps.train, rng=np.random.default_rng(0), facts=few)
    vectors = np.asarray(model.vectors.todense() if hasattr(model.vectors, "todense")
                         else model.vectors)  # fmt: skip

    assert vectors[:5] == pytest.approx(np.tile(vectors[5:].mean(axis=0), (5, 1)), abs=1e-6)
    assert np.isfinite(all_scores(model, camps.train)).all()


@pytest.mark.parametrize("settings", [ContentTfIdf(), ContentEmbedding()])
def test_content_needs_facts(settings, camps):
    with pytest.raises(ValueError, match="no facts"):
        settings.fit(camps.train, rng=np.random.default_rng(0))
    strangers = replace(camps.facts, titles=Vocabulary(np.arange(60) - 100))
    with pytest.raises(ValueError, match="60 other titles"):
        settings.fit(camps.train, rng=np.random.default_rng(0), facts=strangers)


def test_content_vectors_are_asked_for_by_name(camps):
    with pytest.raises(ValueError, match="embed_titles"):
        fit_on("content_embed", camps.train, replace(camps.facts, vectors=None))


def test_words_that_nobody_shares_are_an_error_with_a_way_out(camps):
    n = len(camps.facts.titles)
    lonely = replace(
        camps.facts,
        names=[f"word{i}" for i in range(n)],
        genres=[()] * n,
        years=np.full(n, np.nan, dtype=np.float32),
    )

    with pytest.raises(ValueError, match="min_titles=1"):
        fit_on("content_tfidf", camps.train, lonely)


@pytest.mark.parametrize("name", ["popularity", "content_tfidf", "content_embed", "itemknn", "bpr"])
def test_a_heart_counts_like_five_stars(name, camps, fitted):
    own = camps.train.titles.ids[camps.camp_of_title == 0][:4]
    stars = Interactions.of(np.full(4, 1), own, np.full(4, 5.0))
    hearts = Interactions.of(np.full(4, 1), own, np.full(4, np.nan), kind=np.full(4, LOVED))

    of_stars, of_hearts = (fitted(name).scores(h, np.array([0])) for h in (stars, hearts))

    assert of_hearts == pytest.approx(of_stars)


def without(facts: Facts, ids: np.ndarray) -> Facts:
    keep = np.flatnonzero(~np.isin(facts.titles.ids, ids))
    assert facts.vectors is not None
    return Facts(
        Vocabulary(facts.titles.ids[keep]),
        [facts.names[row] for row in keep],
        [facts.genres[row] for row in keep],
        facts.years[keep],
        facts.vectors[keep],
    )


def test_titles_are_alike_by_name_genre_and_decade_together():
    facts = Facts(
        Vocabulary(np.array([1, 2, 3, 4])),
        ["Iron Harbour", "Iron Harbour", "Quiet Meadow", ""],
        [("Crime", "Sci:Fi"), ("Crime", "Sci:Fi"), ("Crime", "Sci:Fi"), ()],
        np.array([1984.0, 1989.0, 1984.0, np.nan], dtype=np.float32),
    )

    alike = likeness(facts, np.array([1, 2, 3, 4, 9]))

    np.testing.assert_allclose(alike[0, :3], [3, 3, 2], rtol=1e-6)
    np.testing.assert_allclose(alike, alike.T)
    # Of a title without facts, and of one that is not among them, nothing is told.
    assert not alike[3:].any()
    assert not likeness(facts, np.array([9])).any()


def test_what_titles_are_like_counts_as_more_people_would():
    rng = np.random.default_rng(2)
    loved, told = rng.random((30, 6)), rng.random((4, 6))

    found = solve(loved.T @ loved, noise=0.0, ridge=2.0, likeness=told.T @ told)

    both = np.concatenate([loved, told])
    np.testing.assert_allclose(found, solve(both.T @ both, noise=0.0, ridge=2.0), atol=1e-5)
