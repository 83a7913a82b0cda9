"""What a search's words weigh beside what they mean: pure, so that pages and batches agree."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from recommendations.taste.geometry import unit

MOST_WORDS = 10
WORD = re.compile(r"[^\W_][\w'’-]*")
# What holding every word is worth against a cosine of 1, growing with the length of the text:
# found on the development queries and on long descriptions of half-remembered films.
WORD_SHARE, WORDS_FOR_ONE_SHARE, MOST_SHARE = 0.2, 10, 1.0
# Words about the search itself: rare in synopses, so they would weigh much and tell nothing.
TALK = re.compile(
    r"\b(?:movies?|films?|series|serie|shows?|books?|novels?|remember(?:ed|s)?|scenes?|think|"
    r"thought|know|knew|saw|seen?|watch(?:ed|ing)?|years? ago|maybe|might|titles?|names?|anyone|"
    r"help|please|look(?:ing)? for|find|try(?:ing)?|called|plots?|things?|parts?|ending|begins?|"
    r"beginning|starts?|pretty sure|really|just|something|someone|somebody)\b",
    re.IGNORECASE,
)
KIND_NAMED = {
    "film": re.compile(r"\b(?:films?|movies?|flicks?|cinema)\b", re.IGNORECASE),
    "series": re.compile(r"\b(?:series?|tv|shows?|episodes?|seasons?)\b", re.IGNORECASE),
    "book": re.compile(r"\b(?:books?|novels?|read|memoir)\b", re.IGNORECASE),
}
KIND_BONUS = 0.05
# Requests that ask for nothing in particular: their mean is the manner of asking.
FILLERS = (
    "I am looking for a film where something happens.",
    "A movie about a person.",
    "I want to see a series about people.",
    "Does anyone remember this movie? I saw it years ago.",
    "I want to read a novel about somebody.",
    "What is the name of the film in which a man meets a woman?",
    "I remember a scene in a movie but not its title.",
    "Something to watch tonight.",
    "A story in which somebody does something and in the end something happens.",
    "Please help me find this old movie, I only remember parts of the plot.",
    "I think it was a film from some years ago, maybe on television.",
    "There is a scene where someone says something to someone.",
)
LEAST_MANNER, MOST_MANNER, WORDS_FOR_MOST_MANNER = 0.3, 0.8, 40
STOP_WORDS = frozenset(
    (  # noqa: SIM905
        "a an and are about as at be but by can do for from get give has have he her him his "
        "how i if in into is it its like me my of on one or our she show so some somebody "
        "someone something that the their them then there they this those to us want was watch "
        "we were what when where which who whose will with would you your see read film films "
        "movie movies series serie book books novel story stories please looking find good "
    ).split()
)


def telling(text: str, *, n: int | None = MOST_WORDS) -> list[str]:
    """Return the words that carry meaning, in order, each once, `n` at most."""
    return list(telling_spans(text, n=n))


def telling_spans(text: str, *, n: int | None = MOST_WORDS) -> dict[str, tuple[int, int]]:
    """Return the words that `telling` returns, each with where it stands first."""
    found: dict[str, tuple[int, int]] = {}
    for word in WORD.finditer(text):
        if word.group().lower() not in STOP_WORDS:
            found.setdefault(word.group(), word.span())
    return dict(list(found.items())[:n])


def without_span(text: str, span: tuple[int, int]) -> str:
    """Return a text without the letters from the first of these places to the second."""
    start, end = span
    return " ".join(f"{text[:start]} {text[end:]}".split())


def without_manner(vectors: np.ndarray, texts: Sequence[str], filler: np.ndarray) -> np.ndarray:
    """Return queries' vectors with the manner of asking taken off, the more the longer they are.

    "I remember a film in which …" pulls every query towards titles about remembering and films.

    Args:
        vectors: (n, d) at length one.
        filler: (d,) the mean vector of FILLERS.
    Returns:
        (n, d) float32 at length one.
    """
    n_words = np.array([len(telling(text, n=None)) for text in texts], dtype=np.float32)
    grown = np.clip((n_words - MOST_WORDS) / (WORDS_FOR_MOST_MANNER - MOST_WORDS), 0.0, 1.0)
    shares = LEAST_MANNER + (MOST_MANNER - LEAST_MANNER) * grown
    return unit(vectors - shares[:, None] * filler[None, :])


def word_weight(text: str) -> float:
    """Return what holding every word is worth against a cosine of 1: more, the longer the text."""
    n_words = len(telling(text, n=None))
    return min(MOST_SHARE, WORD_SHARE * max(1.0, n_words / WORDS_FOR_ONE_SHARE))


def without_talk(text: str) -> str:
    """Return a text without the words that speak of the search itself."""
    return TALK.sub(" ", text)


def query_scores(
    text: str,
    closeness: np.ndarray,
    *,
    ids: Sequence[int],
    kinds: Sequence[str],
    shares: Mapping[int, float],
) -> np.ndarray:
    """Return (m,) how well titles answer a text.

    What the words mean is the cosine. A title that holds the words themselves, a place or a
    name, gains up to `word_weight`; one of the kind that the words name, "serie" included, gains
    a little: naming a kind is a leaning and no filter.

    Args:
        closeness: (m,) cosines to the text's vector.
        ids, kinds: of the m titles.
        shares: of the text's word weight, by title id; absent means none.
    """
    held = np.array([shares.get(title_id, 0.0) for title_id in ids], dtype=np.float64)
    named = {kind for kind, pattern in KIND_NAMED.items() if pattern.search(text)}
    leaning = np.array([kind in named for kind in kinds], dtype=np.float64)
    return np.asarray(closeness) + word_weight(text) * held + KIND_BONUS * leaning
