"""Every learner that can be measured, compared and served, by name, with its settings.

A new learner joins by one line here; the suite in tests/taste/test_learners.py then holds it to
what all of them promise, and the leaderboard measures it beside the others.
"""

from recommendations.taste.learners.als import Als
from recommendations.taste.learners.base import Learner
from recommendations.taste.learners.biased_mf import BiasedMf
from recommendations.taste.learners.bpr import Bpr
from recommendations.taste.learners.chance import Chance, Nothing
from recommendations.taste.learners.content import ContentEmbedding, ContentTfIdf
from recommendations.taste.learners.ease import Ease
from recommendations.taste.learners.house import HouseSpace
from recommendations.taste.learners.hybrid import Hybrid
from recommendations.taste.learners.item2vec import Item2Vec
from recommendations.taste.learners.neighbours import ItemNeighbours
from recommendations.taste.learners.popularity import Popularity
from recommendations.taste.learners.ranker import House

RECIPES: dict[str, Learner] = {
    # The floor: what knows nothing of the person, or nothing at all.
    "nothing": Nothing(),
    "chance": Chance(),
    "popularity": Popularity(),
    # By what titles are.
    "content_tfidf": ContentTfIdf(),
    "content_embed": ContentEmbedding(),
    # By who loved what.
    "itemknn": ItemNeighbours(),
    "mf": BiasedMf(),
    "bpr": Bpr(),
    "als": Als(),
    "als_new": Als(regularization=50, short_history=100),
    "item2vec": Item2Vec(),
    "item2vec_softmax": Item2Vec(objective="softmax", epochs=10),
    "ease": Ease(),
    "ease_new": Ease(noise=32.0, ridge=1500.0),
    # Ours.
    "hybrid": Hybrid(Als(), ContentTfIdf()),
    "house_space": HouseSpace(),
    "house": House(),
}


def learner(name: str) -> Learner:
    """Return the learner of that name.

    Raises:
        ValueError: there is none.
    """
    try:
        return RECIPES[name]
    except KeyError:
        known = ", ".join(sorted(RECIPES))
        raise ValueError(f"no learner is called {name!r}; known are {known}") from None
