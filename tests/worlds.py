"""Little worlds of known answer: what everybody loves is planted, so a learner can be held to it.

Everything here is made up; nobody's taste was recorded.
"""

from dataclasses import dataclass

import numpy as np

from recommendations.taste.interactions import Facts, Interactions, Vocabulary

LABEL = "SYNTHETIC"


@dataclass(frozen=True)
class Camps:
    """People and titles of two camps, cut into what is learnt from and what is asked for.

    Attributes:
        train, held: over the same vocabularies.
        facts: what is known of all titles; genres and vectors tell the camp.
        camp_of_person, camp_of_title: 0 or 1 each.
    """

    train: Interactions
    held: Interactions
    facts: Facts
    camp_of_person: np.ndarray
    camp_of_title: np.ndarray


def make_camps(
    *, n_people: int = 80, n_titles: int = 60, own: int = 14, other: int = 6, seed: int = 5
) -> Camps:
    """Return two camps: people love titles of their own (4 to 5 stars), not the others' (1 to 2.5).

    A quarter of everybody's ratings is held out. Popularity cannot part the camps, because they
    are of one size.

    Args:
        own, other: how many titles of their own and of the other camp each person rates.
    """
    rng = np.random.default_rng(seed)
    camp_of_person, camp_of_title = np.arange(n_people) % 2, np.arange(n_titles) % 2
    rows = []
    for person, camp in enumerate(camp_of_person):
        for is_own, count in ((True, own), (False, other)):
            its = np.flatnonzero((camp_of_title == camp) == is_own)
            for title in rng.choice(its, size=min(count, len(its)), replace=False):
                stars = rng.choice([4.0, 4.5, 5.0] if is_own else [1.0, 1.5, 2.0, 2.5])
                rows.append((person, title, stars, 1.6e9 + 86_400 * rng.integers(1000)))
    person, title, stars, at = (np.array(column) for column in zip(*rows, strict=True))
    # Ids have gaps, as real ones do.
    everything = Interactions(
        Vocabulary(np.arange(n_people) * 3 + 7),
        Vocabulary(np.arange(n_titles) * 10 + 100),
        person.astype(np.int32),
        title.astype(np.int32),
        stars.astype(np.float32),
        at.astype(np.float64),
    )
    is_held = rng.random(len(everything)) < 0.25
    return Camps(
        train=everything.take(~is_held),
        held=everything.take(is_held),
        facts=make_facts(everything.titles, camp_of_title, rng=rng),
        camp_of_person=camp_of_person,
        camp_of_title=camp_of_title,
    )


def make_facts(titles: Vocabulary, camps: np.ndarray, *, rng: np.random.Generator) -> Facts:
    """Return names, genres, years and vectors in 8 dimensions that tell each title's camp."""
    centres = np.eye(8)[camps]
    vectors = centres + rng.normal(0, 0.2, centres.shape)
    return Facts(
        titles=titles,
        names=[f"{LABEL} {'Quiet' if camp == 0 else 'Loud'} {n}" for n, camp in enumerate(camps)],
        genres=[("Drama",) if camp == 0 else ("Action", "Comedy") for camp in camps],
        years=np.where(camps == 0, 1975, 2005).astype(np.float32),
        vectors=(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32),
    )
