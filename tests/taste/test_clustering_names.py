"""Names of vibes: true of most titles, never two alike, short, and the same every time."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommendations.taste.clustering.naming import LONGEST, Background, Described, names
from recommendations.taste.clustering.phrases import HEADS, PHRASES
from recommendations.taste.clustering.terms import FAMILIES, THEMES, Term, era_of, terms_of

HEIST = {"kind": "film", "year": 1974, "mood": "tense", "moods": ["gripping", "stylish"],
         "genres": ["Crime", "Thriller"], "themes": ["bank robbery", "getaway driver"],
         "countries": ["US"]}  # fmt: skip
KITCHEN = {"kind": "film", "year": 1996, "mood": "bright", "moods": ["heart-warming", "cosy"],
           "genres": ["Comedy", "Drama"], "themes": ["neighbourhood restaurant", "old recipes"],
           "countries": ["US"]}  # fmt: skip
SPACE = {"kind": "film", "year": 1979, "mood": "dread", "moods": ["eerie", "cerebral"],
         "genres": ["Science Fiction", "Horror"], "themes": ["spaceship crew"],
         "countries": ["GB"]}  # fmt: skip
PLAIN = {"kind": "film", "year": 2005, "genres": ["Drama"], "countries": ["US"]}


def described(*titles):
    told = [terms_of(**title) for title in titles]
    return Described(Counter(term for terms in told for term in terms), len(titles))


def catalogue():
    whole = described(*[HEIST] * 5, *[KITCHEN] * 5, *[SPACE] * 5, *[PLAIN] * 85)
    return Background(whole.terms, whole.n_titles)


# ── What may be said of a title ──


def test_a_free_theme_speaks_of_well_known_ones():
    found = terms_of(**HEIST)

    assert Term("theme", "heists") in found
    assert Term("theme", "bank robbery") in found
    assert Term("era", "seventies") in found
    assert Term("mood", "breathless") in found
    assert Term("place", "American") in found


def test_a_word_within_another_is_no_theme():
    found = terms_of(kind="film", themes=["warmth", "kingpin", "a spyglass"])

    assert not found & {Term("theme", t) for t in ("wars", "thrones", "spies")}


@pytest.mark.parametrize(
    ("year", "era"),
    [(-700, "ancient"), (1605, "early modern"), (1847, "19th-century"), (1919, "1910s"),
     (1974, "seventies"), (2013, "2010s")],
)  # fmt: skip
def test_a_year_has_its_era(year, era):
    assert era_of(year) == era


def test_the_mood_that_only_chooses_a_posters_ink_is_not_told():
    assert not [t for t in terms_of(kind="book", mood="true") if t.kind == "mood"]


# ── Names ──


def test_names_say_what_sets_vibes_apart():
    groups = [described(*[HEIST] * 4), described(*[KITCHEN] * 3), described(*[SPACE] * 5)]

    found = names(groups, catalogue())

    assert [name.text for name in found] == [
        "Tense heists", "Warm kitchens, kind people", "Among the stars",
    ]  # fmt: skip


def test_two_vibes_alike_get_two_names():
    first, second, third = names([described(HEIST, HEIST)] * 3, catalogue())

    assert len({first.text, second.text, third.text}) == 3


def test_a_name_in_use_is_not_given_again_in_any_case():
    group = described(HEIST, HEIST)
    before = names([group], catalogue())[0].text

    assert names([group], catalogue(), taken=[before.upper()])[0].text.casefold() != before.lower()


def test_what_holds_for_less_than_half_is_not_named():
    group = described(KITCHEN, PLAIN, PLAIN)

    (found,) = names([group], catalogue())

    assert all(group.share(term) >= 0.5 for term in found.terms)
    assert "itchen" not in found.text


def test_titles_of_which_nothing_is_known_get_a_plain_name():
    found = names([Described({}, 3)] * 7, Background({}, 0))

    assert [name.text for name in found][:2] == ["All sorts", "This and that"]
    assert len({name.text for name in found}) == 7


def test_every_phrase_is_short_and_rests_on_terms_that_exist():
    families = {*FAMILIES, *" ".join(FAMILIES.values()).split()}
    from catalog.sources.vocabulary import MOODS

    known = {"mood": families | MOODS, "theme": set(THEMES), "genre": set(HEADS)}
    known["era"] = {era_of(year) for year in range(1900, 2030)}
    for terms, phrase in PHRASES.items():
        assert len(phrase) <= LONGEST, phrase
        assert all(text in known[kind] for kind, text in terms), terms


TITLES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["film", "series", "book"]),
        "year": st.one_of(st.none(), st.integers(-800, 2030)),
        "mood": st.sampled_from(["tense", "noir", "true", "hushed", "epic", ""]),
        "moods": st.lists(st.sampled_from(sorted(" ".join(FAMILIES.values()).split())), max_size=4),
        "genres": st.lists(st.sampled_from([*sorted(HEADS), "Telenovela"]), max_size=3),
        "themes": st.lists(
            st.sampled_from(["bank robbery", "first love", "Regency England", "x" * 60, "é"]),
            max_size=3,
        ),
        "countries": st.lists(st.sampled_from(["US", "JP", "SN", "XX"]), max_size=3),
    }
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(TITLES, min_size=1, max_size=6), min_size=1, max_size=8),
    st.lists(st.sampled_from(["tense heists", "ALL SORTS", "Dramas", "Films"]), max_size=4),
)
def test_names_are_short_true_unlike_and_the_same_every_time(vibes, taken):
    groups = [described(*vibe) for vibe in vibes]
    whole = described(*[title for vibe in vibes for title in vibe])
    rest = Background(whole.terms, whole.n_titles)

    found = names(groups, rest, taken=taken)

    folded = [name.text.casefold() for name in found]
    assert len(set(folded)) == len(folded)
    assert not {text.casefold() for text in taken} & set(folded)
    for group, name in zip(groups, found, strict=True):
        assert 0 < len(name.text) <= LONGEST
        assert all(group.share(term) >= 0.5 for term in name.terms)
    assert names(groups, rest, taken=taken) == found
