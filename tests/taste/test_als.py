"""ALS against implicit's own answers, and the hybrid that stands on it."""

from dataclasses import dataclass

import numpy as np
import pytest

from recommendations.taste.evaluation.metrics import gains, report
from recommendations.taste.evaluation.splits import per_person
from recommendations.taste.interactions import Facts, Interactions, Vocabulary
from recommendations.taste.learners.als import Als, folded_in
from recommendations.taste.learners.base import Weights
from recommendations.taste.learners.hybrid import Hybrid, standardised


def camps(*, n_people: int = 40, n_titles: int = 30, seed: int = 0) -> Interactions:
    """Return two camps that love their own half of the titles and dislike the other."""
    rng = np.random.default_rng(seed)
    person, title = np.nonzero(rng.random((n_people, n_titles)) < 0.5)
    is_own = (person % 2) == (title % 2)
    return Interactions.of(person, title, np.where(is_own, 5.0, 1.0))


def test_a_newcomer_is_scored_with_their_camp():
    model = Als(dimension=4, regularization=1.0).fit(camps(), rng=np.random.default_rng(0))
    newcomer = Interactions.of(np.array([99, 99]), np.array([0, 2]), np.array([5.0, 5.0]))

    scores = model.scores(newcomer, np.array([0]))[0]

    assert scores[0::2].min() > scores[1::2].max()


def test_folding_in_agrees_with_implicit():
    from implicit.cpu.als import AlternatingLeastSquares

    world, alpha, ridge = camps(), 5.0, 3.0
    weights = Weights(mild=0.0).of(world)
    confidence = world.matrix(weights)
    confidence.data = 1.0 + alpha * confidence.data
    solver = AlternatingLeastSquares(
        factors=4, regularization=ridge, alpha=1.0, use_cg=False, num_threads=1, random_state=1
    )
    solver.fit(confidence, show_progress=False)

    ours = folded_in(
        solver.item_factors, world.matrix(weights), alpha=alpha, regularization=np.full(40, ridge)
    )

    theirs = solver.recalculate_user(np.arange(40), confidence)
    assert ours == pytest.approx(theirs, abs=1e-3)


def test_folding_in_by_hand():
    # One dimension, titles at 1 and 2, the second said with weight 1, alpha 3, lambda 1:
    # x = 4·2 / (1 + 4 + 1 + 3·4) = 8 / 18.
    from scipy import sparse

    said = sparse.csr_matrix(np.array([[0.0, 1.0]]))

    place = folded_in(np.array([[1.0], [2.0]]), said, alpha=3.0, regularization=np.ones(1))

    assert place == pytest.approx(np.array([[8 / 18]]))


def test_a_short_history_is_believed_less():
    world = camps()
    newcomer = Interactions.of(np.array([99]), np.array([0]), np.array([5.0]))
    careful = Als(dimension=4, short_history=100.0).fit(world, rng=np.random.default_rng(0))
    plain = Als(dimension=4, short_history=0.0).fit(world, rng=np.random.default_rng(0))

    near = np.linalg.norm(careful.person_vectors(newcomer, np.array([0])))
    far = np.linalg.norm(plain.person_vectors(newcomer, np.array([0])))

    assert 0 < near < far


def test_one_seed_gives_one_model():
    first, again = (Als(dimension=4).fit(camps(), rng=np.random.default_rng(3)) for _ in range(2))

    assert np.array_equal(first.title_vectors, again.title_vectors)


def test_who_said_nothing_lies_at_zero():
    model = Als(dimension=4).fit(camps(), rng=np.random.default_rng(0))
    silent = camps().take(np.zeros(0, dtype=int))

    assert not model.person_vectors(silent, np.array([0])).any()


def test_where_nobody_likes_anything_all_titles_are_equal():
    world = Interactions.of(np.arange(3), np.arange(3), np.ones(3))

    model = Als().fit(world, rng=np.random.default_rng(0))

    assert not model.scores(world, np.arange(3)).any()


@dataclass(frozen=True)
class Alike:
    """A plain content learner: closeness to what the person loved."""

    @dataclass(frozen=True)
    class Fitted:
        titles: Vocabulary
        content: np.ndarray

        def scores(self, histories, people):
            said = histories.matrix(gains(histories.stars))[people]
            return (said @ self.content) @ self.content.T

    def fit(self, interactions, *, rng, facts=None):
        return self.Fitted(interactions.titles, facts.vectors)


def taste_and_content(seed: int = 0) -> tuple[Interactions, Facts]:
    """Return a world in which content tells of half of the taste, and people of all of it.

    A title has a subject, which its content shows with noise, and a tone, which only people
    notice; a person loves what has their subject and their tone.
    """
    rng = np.random.default_rng(seed)
    n_people, n_titles = 60, 160
    subject, tone = rng.integers(4, size=n_titles), rng.integers(2, size=n_titles)
    likes, mood = rng.integers(4, size=n_people), rng.integers(2, size=n_people)
    person, title = np.nonzero(rng.random((n_people, n_titles)) < 0.3)
    loved = (subject[title] == likes[person]) & (tone[title] == mood[person])
    everybody = Interactions.of(person, title, np.where(loved, 5.0, 2.0))
    content = np.eye(4)[subject] + 0.2 * rng.standard_normal((n_titles, 4))
    content = content[everybody.titles.ids].astype(np.float32)
    n = len(content)
    facts = Facts(everybody.titles, [""] * n, [()] * n, np.zeros(n), content)
    return everybody, facts


def ndcg_of(learner, *, seed: int) -> float:
    everybody, facts = taste_and_content(seed)
    split = per_person(everybody, share=0.3, at_least=2, rng=np.random.default_rng(seed))
    model = learner.fit(split.train, rng=np.random.default_rng(0), facts=facts)
    scores = np.array(model.scores(split.train, split.people), dtype=np.float32)
    scores[split.train.known[split.people].toarray() > 0] = -np.inf
    lists = np.argsort(-scores, axis=1, kind="stable")[:, :5]
    counts = np.bincount(split.train.title, minlength=len(split.train.titles))
    return report(lists, split.people, split.test, counts=counts).means()["ndcg@5"]


def test_the_hybrid_beats_both_its_parts():
    together, content = Als(dimension=8, regularization=2.0, short_history=0.0), Alike()
    hybrid = Hybrid(together, content)

    of_hybrid, of_together, of_content = (
        np.mean([ndcg_of(learner, seed=seed) for seed in range(4)])
        for learner in (hybrid, together, content)
    )

    assert of_hybrid > 1.05 * max(of_together, of_content)


def test_the_collaborative_share_grows_with_ratings():
    everybody, facts = taste_and_content()
    model = Hybrid(Als(dimension=4), Alike(), half_at_person=5.0, half_at_title=10.0).fit(
        everybody, rng=np.random.default_rng(0), facts=facts
    )
    new = Interactions.of(np.repeat([1, 2], [1, 5]), np.array([0, 0, 1, 2, 3, 4]), np.full(6, 5.0))

    one, five = model.shares(new, np.array([0, 1]))

    assert (one < five).all()
    order = np.argsort(model.counts)
    assert (np.diff(five[order]) >= 0).all()
    assert five == pytest.approx(0.5 * model.counts / (model.counts + 10))


def test_standardised_scores_keep_what_may_never_be_listed():
    scores = standardised(np.array([[1.0, 3.0, -np.inf], [2.0, 2.0, 2.0]]))

    assert scores.tolist() == [[-1.0, 1.0, -np.inf], [0.0, 0.0, 0.0]]
