"""Which title a name and a year mean."""

import pytest

from catalog.likeness import facts, match_key, person_key
from catalog.matching import ACCEPT, Catalogue


def known(*titles):
    """Return a catalogue of these titles; their keys count from 1."""
    catalogue = Catalogue()
    for key, (kind, name, year, more) in enumerate(titles, start=1):
        catalogue.add(key, facts(kind, [name, *more.pop("others", ())], year=year, **more))
    return catalogue


def find(catalogue, kind, name, year, *, guess=False, others=(), **more):
    return catalogue.find(facts(kind, [name, *others], year=year, **more), guess=guess)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Matrix", "Matrix"),
        ("Amélie", "AMELIE"),
        ("Rocky II", "Rocky 2"),
        ("Kill Bill: Vol. 1", "Kill Bill Volume 1".replace("Volume", "Vol")),
        ("Dune: Part Two", "Dune Part 2"),
        ("Tom & Jerry", "Tom and Jerry"),
        ("Spider-Man: Homecoming", "Spider Man Homecoming"),
    ],
)
def test_spellings_of_one_name_have_one_key(one, other):
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Alien", "Aliens"), ("V", "5"), ("The", "A"), ("Rocky II", "Rocky III")]
)
def test_names_of_two_titles_have_two_keys(one, other):
    assert match_key(one) != match_key(other)


def test_initials_are_one_however_they_are_spaced():
    assert person_key("J.K. Rowling") == person_key("J. K. Rowling") == person_key("JK Rowling")


def test_an_id_decides_whatever_the_name():
    catalogue = known(("film", "La Haine", 1995, {"ids": {"imdb": "tt0113247"}}))

    match = find(catalogue, "film", "Hate", 1996, ids={"imdb": "tt0113247"})

    assert (match.key, match.score, match.how) == (1, 1.0, "imdb id")


def test_an_id_with_another_name_and_year_is_a_mistake():
    catalogue = known(("film", "La Haine", 1995, {"ids": {"imdb": "tt0113247"}}))

    assert find(catalogue, "film", "Bambi", 1942, ids={"imdb": "tt0113247"}) is None


def test_another_id_speaks_against_the_same_name_and_year():
    catalogue = known(("film", "Carmen", 1915, {"ids": {"imdb": "tt0005078"}}))

    assert find(catalogue, "film", "Carmen", 1915, ids={"imdb": "tt0005079"}) is None


def test_name_year_and_kind_are_enough_when_nothing_speaks_against_them():
    catalogue = known(("film", "Heat", 1995, {}), ("series", "Heat", 1995, {}))

    assert find(catalogue, "film", "Heat", 1995).key == 1
    assert find(catalogue, "film", "Heat", 1995).is_sure
    assert find(catalogue, "book", "Heat", 1995) is None


def test_other_people_make_it_another_film():
    catalogue = known(("film", "The Gift", 2000, {"makers": ["Sam Raimi"]}))

    assert find(catalogue, "film", "The Gift", 2000, makers=["Somebody Else"]) is None
    assert find(catalogue, "film", "The Gift", 2000, makers=["Sam Raimi"]).score == 0.99


def test_voices_of_another_language_do_not_make_it_another_film():
    drawn = {"genres": ["Animation"]}
    catalogue = known(("film", "Your Name", 2016, drawn | {"cast": ["Kamiki", "Kamishiraishi"]}))

    match = find(catalogue, "film", "Your Name", 2016, cast=["Sinterniklaas", "Laporte"], **drawn)

    assert match.is_sure


def test_a_year_beside_needs_a_person_in_common_or_a_long_name():
    catalogue = known(
        ("film", "Coda", 2021, {"makers": ["Sian Heder"]}),
        ("film", "How to Kill Your Neighbor's Dog", 2000, {}),
    )

    assert not find(catalogue, "film", "Coda", 2020).is_sure
    assert find(catalogue, "film", "CODA", 2020, makers=["Siân Heder"]).is_sure
    assert find(catalogue, "film", "How to Kill Your Neighbor's Dog", 2001).is_sure


def test_two_films_of_one_name_in_neighbouring_years_are_not_both_well_known():
    catalogue = known(("film", "First Cow", 2019, {"renown": 3}))

    assert find(catalogue, "film", "First Cow", 2020, renown=3).is_sure
    assert not find(catalogue, "film", "First Cow", 2020, renown=1).is_sure


def test_a_maker_may_be_spelled_otherwise():
    catalogue = known(("book", "Crime and Punishment", 1866, {"makers": ["Fyodor Dostoevsky"]}))

    match = find(catalogue, "book", "Crime and Punishment", 1866, makers=["Fyodor Dostoyevsky"])

    assert match.is_sure


def test_the_same_synopsis_counts_like_people():
    text = "A deaf family's only hearing daughter wants to sing and not to fish any longer."
    catalogue = known(("film", "Coda", 2021, {"synopsis": text}))

    assert find(catalogue, "film", "Coda", 2020, synopsis=text.replace("any", "any ")).is_sure


def test_a_remake_years_later_is_another_film():
    catalogue = known(("film", "Funny Games", 1997, {"makers": ["Michael Haneke"]}))

    assert find(catalogue, "film", "Funny Games", 2007, makers=["Michael Haneke"]) is None


def test_two_of_one_name_and_year_are_not_told_apart_by_luck():
    catalogue = known(("film", "Mosul", 2019, {}), ("film", "Mosul", 2019, {}))

    match = find(catalogue, "film", "Mosul", 2019)

    assert (match.score, match.how) == (0.7, "name, one of several")


def test_of_two_of_one_name_the_nearer_year_is_meant():
    catalogue = known(
        ("film", "Whiplash", 2013, {"renown": 3}), ("film", "Whiplash", 2014, {"renown": 5})
    )

    assert find(catalogue, "film", "Whiplash", 2014, renown=5).key == 2
    assert find(catalogue, "film", "Whiplash", 2014, renown=5).is_sure


def test_a_newest_season_finds_the_series_that_began_earlier():
    catalogue = known(("series", "Breaking Bad", 2008, {"seasons": 5}))

    newest = find(catalogue, "series", "Breaking Bad", 2013, year_is_latest=True, seasons=5)
    remake = find(catalogue, "series", "Breaking Bad", 2043, year_is_latest=True, seasons=1)

    assert newest.is_sure
    assert remake is None


def test_an_author_decides_for_books_and_the_year_does_not():
    catalogue = known(("book", "Anna Karenina", 1878, {"makers": ["Leo Tolstoy"]}))

    assert find(catalogue, "book", "Anna Karenina", 1901, makers=["Leo Tolstoy"]).is_sure
    assert find(catalogue, "book", "Anna Karenina", 1878, makers=["Somebody Else"]) is None
    assert not find(catalogue, "book", "Anna Karenina", 1878).is_sure


def test_a_book_is_found_without_its_subtitle_but_not_as_another_edition():
    catalogue = known(("book", "Frankenstein", 1818, {"makers": ["Mary Shelley"]}))
    name = "Frankenstein: The Modern Prometheus"

    assert find(catalogue, "book", name, 1818, makers=["Mary Shelley"]).is_sure
    assert find(catalogue, "book", name, 1994, makers=["Mary Shelley"]) is None


def test_a_misspelled_name_needs_the_maker_and_the_same_numbers():
    by = {"makers": ["James Gunn"]}
    catalogue = known(("film", "Guardians of the Galaxy Vol. 2", 2017, dict(by)))

    match = find(catalogue, "film", "Gardians of the Galaxy Vol. 2", 2017, **by)

    assert match.how == "similar name and maker"
    assert find(catalogue, "film", "Guardians of the Galaxy Vol. 3", 2017, **by) is None


def test_a_guess_is_never_sure():
    catalogue = known(("film", "The Shawshank Redemption", 1994, {}), ("film", "Heat", 1995, {}))

    match = find(catalogue, "film", "The Shawshank Redemtion", 1995, guess=True)

    assert match.key == 1
    assert 0.6 <= match.score < ACCEPT
    assert find(catalogue, "film", "The Shawshank Redemtion", 1995) is None


def test_what_is_learnt_of_a_title_makes_it_found_by_it():
    catalogue = known(("film", "La Haine", None, {}))

    catalogue.add(1, facts("film", ["La Haine", "Hate"], year=1995, ids={"imdb": "tt0113247"}))

    assert find(catalogue, "film", "Hate", 1995, genres=["Crime"]).key == 1
    assert catalogue.owner("imdb", "tt0113247") == 1
    assert len(catalogue) == 1
