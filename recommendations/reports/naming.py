"""Words for what runs are about: data sets, splits, recipes, metrics, segments."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Source:
    """A data set: whose it is, and on what terms."""

    name: str
    terms: Any
    cite: str


_MOVIELENS = (
    "F. Maxwell Harper and Joseph A. Konstan (2015), The MovieLens Datasets: History and Context, "
    "ACM Transactions on Interactive Intelligent Systems 5, 4."
)
SOURCES = {
    "ml-latest-small": Source(
        "MovieLens latest-small",
        gettext_lazy(
            "Research use, not commercial without permission. It may be redistributed, also "
            "transformed, under the same conditions."
        ),
        _MOVIELENS,
    ),
    "ml-1m": Source(
        "MovieLens 1M",
        gettext_lazy("Research use only. It may not be redistributed."),
        _MOVIELENS,
    ),
    "letterboxd-ratings": Source(
        "Letterboxd ratings",
        gettext_lazy("Ratings from public profiles, names removed. They belong to their writers."),
        "letterboxd.com; samples of letterboxd.samlearner.com",
    ),
}

# The columns of a leaderboard, in order.
METRICS = {
    "ndcg@5": gettext_lazy("NDCG@5"),
    "p@5": gettext_lazy("Precision@5"),
    "p@5 partial": gettext_lazy("Precision@5, partial"),
    "ssr": gettext_lazy("Three of five"),
    "recall@10": gettext_lazy("Recall@10"),
    "coverage@5": gettext_lazy("Coverage@5"),
    "popularity percentile": gettext_lazy("Renown"),
    "disliked@5": gettext_lazy("Disliked@5"),
    "rmse": gettext_lazy("RMSE"),
}
MEANINGS = {
    "ndcg@5": gettext_lazy(
        "how good the first five are, the earlier the better, against the best possible five"
    ),
    "p@5": gettext_lazy("which share of the five the person loved"),
    "ssr": gettext_lazy("how many people loved at least three of their five"),
    "recall@10": gettext_lazy("which share of what a person loved stands among the first ten"),
    "coverage@5": gettext_lazy("which share of all titles stands in anybody’s five"),
    "popularity percentile": gettext_lazy(
        "how well known the five are on average: 1 is the best known title of all"
    ),
    "disliked@5": gettext_lazy("which share of the five the person rated 2.5 stars or less"),
    "rmse": gettext_lazy("how far predicted stars are off"),
}

_RECIPES = {
    "nothing": gettext_lazy("No opinion: titles in their order"),
    "chance": gettext_lazy("Chance"),
    "popularity": gettext_lazy("What most people love"),
    "content_tfidf": gettext_lazy("Words, genres and decades"),
    "content_embed": gettext_lazy("What the description means"),
    "itemknn": gettext_lazy("Titles loved by the same people"),
    "mf": gettext_lazy("Matrix factorisation for ratings"),
    "bpr": gettext_lazy("Bayesian personalised ranking"),
    "item2vec": gettext_lazy("item2vec"),
    "als": gettext_lazy("Alternating least squares"),
    "ease": gettext_lazy("EASE, graded"),
    "hybrid": gettext_lazy("Content and people, blended"),
    "house_space": gettext_lazy("The taste space"),
    "house": gettext_lazy("The taste space, ranked"),
}
_SPLITS = {
    "p1": gettext_lazy("A fifth of all ratings, chosen at random, is held out."),
    "p2r": gettext_lazy("A fifth of each person’s ratings, chosen at random, is held out."),
    "p2": gettext_lazy("The latest fifth of each person’s ratings is held out."),
}


def explained() -> list[tuple[str, str]]:
    """Return every metric's label and what it says."""
    return [(str(METRICS[name]), str(meaning)) for name, meaning in MEANINGS.items()]


def recipe_name(recipe: str) -> str:
    """Return a recipe in words; its own name where there are none."""
    return str(_RECIPES.get(recipe, recipe))


def split_name(split: str) -> str:
    """Return in words what was held out."""
    name, _mark, k = split.partition("-k")
    if name == "p3":
        return _("New people, known by %(k)s ratings each; the rest of theirs is held out.") % {
            "k": k
        }
    return str(_SPLITS.get(name, split))


def segment_name(segment: dict[str, Any]) -> str:
    """Return in words which people or titles belong to a segment."""
    low, high = segment["low"], segment["high"]
    if segment["of"] == "people":
        if high is None:
            return _("People with %(low)d ratings or more") % {"low": low}
        if not high:
            return _("People of whom nothing is known")
        return _("People with %(low)d to %(high)d ratings") % {"low": low, "high": high}
    names = {"low": f"{100 * low:g}", "high": f"{100 * high:g}"}
    if not low:
        return _("The best known %(high)s %% of all titles") % names
    if high >= 1:
        return _("All but the best known %(low)s %% of titles") % names
    return _("Titles between the best known %(low)s %% and %(high)s %%") % names
