"""Titles by what is known of them, whoever loved them: names and genres, or content vectors."""

import re
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from recommendations.taste.geometry import unit
from recommendations.taste.interactions import Facts, Interactions, Vocabulary
from recommendations.taste.learners.base import Weights, histories_of

_WORD = re.compile(r"\w\w+")


@dataclass(frozen=True)
class ContentModel:
    """Titles as vectors; a person is the weighted sum of what they loved, at length one.

    Attributes:
        vectors: (titles, d), dense or sparse; the mean of all where a title has no facts.
    """

    titles: Vocabulary
    vectors: np.ndarray | sparse.csr_matrix
    weights: Weights

    def scores(self, histories: Interactions, people: np.ndarray) -> np.ndarray:
        """Return (k, titles) float32: cosines; zeros for a person who loved nothing."""
        loved = histories_of(histories, self.titles, people, self.weights.of(histories))
        persons = loved @ self.vectors
        if sparse.issparse(persons):
            persons = persons.toarray()
        return np.asarray((self.vectors @ unit(persons).T).T, dtype=np.float32)


@dataclass(frozen=True)
class ContentTfIdf:
    """Titles by the words of their names, their genres and their decade, rare ones counting more.

    Attributes:
        weights: how much each statement adds to a person.
        min_titles: a word that fewer titles share is left out.
    """

    weights: Weights = field(default_factory=Weights)
    min_titles: int = 2

    def fit(
        self, interactions: Interactions, *, rng: np.random.Generator, facts: Facts | None = None
    ) -> ContentModel:
        """Return the titles as TF-IDF rows at length one.

        Raises:
            ValueError: there are no facts, or no two titles share a word, genre or decade.
        """
        facts = _given(facts, interactions.titles)
        rows = facts.rows_for(interactions.titles)
        known = rows >= 0
        words = [_words_of(facts, row) for row in rows[known]]
        at_least = min(self.min_titles, len(words))
        found = _tf_idf(words, at_least)
        if found is None:
            raise ValueError(
                f"no word, genre or decade is shared by {at_least} of {len(words)} titles; give "
                "facts with genres and years, or set min_titles=1"
            )
        return ContentModel(interactions.titles, _filled(found, known), self.weights)


@dataclass(frozen=True)
class ContentEmbedding:
    """Titles by the vectors that an encoder made of their descriptions."""

    weights: Weights = field(default_factory=Weights)

    def fit(
        self, interactions: Interactions, *, rng: np.random.Generator, facts: Facts | None = None
    ) -> ContentModel:
        """Return the titles with their content vectors.

        Raises:
            ValueError: there are no facts, or they hold no vectors.
        """
        facts = _given(facts, interactions.titles)
        if facts.vectors is None:
            raise ValueError(
                f"the facts of {len(facts.titles)} titles hold no vectors; content_embed needs "
                "them: run 'manage.py embed_titles', or pass facts with vectors"
            )
        rows = facts.rows_for(interactions.titles)
        known = rows >= 0
        vectors = np.zeros((len(rows), facts.vectors.shape[1]), dtype=np.float32)
        vectors[known] = unit(facts.vectors[rows[known]])
        vectors[~known] = vectors[known].mean(axis=0)
        return ContentModel(interactions.titles, vectors, self.weights)


def _given(facts: Facts | None, titles: Vocabulary) -> Facts:
    """Return the facts, once it is clear that they tell of at least one of the titles.

    Raises:
        ValueError: they do not.
    """
    if facts is not None and (facts.rows_for(titles) >= 0).any():
        return facts
    found = "no facts" if facts is None else f"facts of {len(facts.titles)} other titles"
    raise ValueError(
        f"found {found}, expected names, genres, years or vectors of the {len(titles)} titles "
        "to learn; pass facts= with the same ids"
    )


def likeness(facts: Facts, ids: np.ndarray) -> np.ndarray:
    """Return (n, n) float32: how alike titles are by what is told of them, 0 to 3.

    The cosine of the words of their names, that of their genres and that of their decades, rare
    ones counting more, added up; 0 where nothing is told.

    Args:
        ids: (n,) of titles.
    """
    told = [_words_of(facts, row) if row >= 0 else [] for row in facts.titles.numbers(ids)]
    alike = np.zeros((len(ids), len(ids)), dtype=np.float32)
    for sort in ("", "genre", "decade"):
        own = [[word for word in words if _sort_of(word) == sort] for words in told]
        found = _tf_idf(own, min(2, len(own)))
        if found is None:
            continue
        # Nearly all share a genre with most others, hardly any a word.
        rows = found.toarray() if sort else found
        shared = rows @ rows.T
        alike += shared if sort else shared.toarray()
    return alike


def _tf_idf(words: list[list[str]], at_least: int) -> sparse.csr_matrix | None:
    """Return (n, words) float32 rows at length one; None where no word is in `at_least` rows."""
    # scikit-learn is heavy, and whoever serves vectors never needs it.
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=list, min_df=at_least, dtype=np.float32)
    try:
        return vectorizer.fit_transform(words).tocsr()
    except ValueError:
        return None


def _words_of(facts: Facts, row: int) -> list[str]:
    """Return a title's words: of its name, and its genres and decade marked as such."""
    words = _WORD.findall(facts.names[row].casefold())
    words += [f"genre:{genre.casefold()}" for genre in facts.genres[row]]
    if np.isfinite(facts.years[row]):
        words.append(f"decade:{int(facts.years[row]) // 10 * 10}")
    return words


def _sort_of(word: str) -> str:
    """Return "genre" or "decade", "" for a word of a name."""
    sort, colon, _ = word.partition(":")
    return sort if colon else ""


def _filled(found: sparse.csr_matrix, known: np.ndarray) -> sparse.csr_matrix:
    """Return (titles, d): the found rows where a title is known, their mean elsewhere."""
    mean = sparse.csr_matrix(found.mean(axis=0), dtype=np.float32)
    places = np.where(known, np.cumsum(known) - 1, found.shape[0])
    return sparse.vstack([found, mean]).tocsr()[places]
