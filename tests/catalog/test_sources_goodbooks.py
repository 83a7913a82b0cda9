"""goodbooks-10k."""

import pytest

from catalog.sources import goodbooks
from catalog.sources.goodbooks import genres_of, split_series
from catalog.sources.isbn import is_isbn13, isbn13_of
from catalog.sources.rows import NotThisFormat, PartOf
from tests.catalog.files import parted, write_csv

BOOKS = (
    "book_id isbn isbn13 authors original_publication_year original_title title language_code "
    "average_rating ratings_count"
)
TWILIGHT = (3, "316015849", "9.78031601584e+12", "Stephenie Meyer, Pen Illustrator", "2005.0",
            "Twilight", "Twilight (Twilight, #1)", "en-US", "3.57", "3866839")  # fmt: skip


@pytest.mark.parametrize(
    ("text", "title", "series"),
    [
        ("Catching Fire (The Hunger Games, #2)", "Catching Fire", PartOf("The Hunger Games", 2)),
        ("Dune (Dune Chronicles #1)", "Dune", PartOf("Dune Chronicles", 1)),
        ("Angels & Demons  (Robert Langdon, #1)", "Angels & Demons", PartOf("Robert Langdon", 1)),
        ("Boxset (Harry Potter, #1-7)", "Boxset", PartOf("Harry Potter", None)),
        ("Four (Divergent, #0.1 - 0.4)", "Four", PartOf("Divergent", None)),
        ("Raising Steam (Discworld, #40, Moist #3 )", "Raising Steam", PartOf("Discworld", 40)),
        ("The Firm (Penguin Readers, Level 5)", "The Firm (Penguin Readers, Level 5)", None),
        ("Nickel and Dimed: On (Not) Getting By", "Nickel and Dimed: On (Not) Getting By", None),
        ("Night", "Night", None),
    ],
)
def test_the_series_is_taken_off_the_title(text, title, series):
    assert split_series(text) == (title, series)


def test_a_book_is_read_with_its_isbn_rebuilt(tmp_path):
    write_csv(tmp_path / "books.csv", BOOKS, TWILIGHT)
    write_csv(tmp_path / "book_genres.csv", "book_id genres", (3, "fantasy,romance,ya,magic"))
    descriptions = tmp_path / "book_descriptions.csv"
    write_csv(descriptions, "isbn13 description", ("9780316015844", "A girl moves to Forks."))

    [book], _ = parted(goodbooks.read(tmp_path))

    assert (book.title, book.year, book.isbn13) == ("Twilight", 2005, "9780316015844")
    assert book.franchise == PartOf("Twilight", 1)
    assert book.genres == ("Fantasy", "Romance", "Young Adult")
    assert book.themes == ("magic",)
    assert (book.renown, book.mean_vote, book.n_votes) == (5, 7.14, 3866839)
    assert (book.synopsis, book.synopsis_source) == ("A girl moves to Forks.", "publisher")


def test_illustrators_and_translators_are_no_authors(tmp_path):
    omens = (5, "", "", "Terry Pratchett, Neil Gaiman", "1990.0", "", "Omens", "", "4", "10")
    gods = (6, "", "", "Neil Gaiman", "2001.0", "", "Gods", "ger", "4", "10")

    kept, _ = parted(
        goodbooks.read(write_csv(tmp_path / "books.csv", BOOKS, TWILIGHT, omens, gods))
    )

    assert [book.authors for book in kept] == [
        ("Stephenie Meyer",),
        ("Terry Pratchett", "Neil Gaiman"),
        ("Neil Gaiman",),
    ]
    assert kept[2].original_language == "de"


def test_dirty_rows_are_kept_or_named(tmp_path):
    old = (7, "bad", "", "Homer", "-720.0", "", "The Odyssey", "xx", "", "")
    undated = (8, "", "", "Nobody", "", "", "Undated", "", "", "many")
    path = write_csv(tmp_path / "books.csv", BOOKS, old, undated, undated, ("", *undated[1:]))

    kept, rejected = parted(goodbooks.read(path))

    assert [(book.year, book.isbn13, book.n_votes) for book in kept] == [
        (-720, "", None),
        (None, "", None),
    ]
    assert [(each.line, each.reason) for each in rejected] == [
        (4, "duplicate id"),
        (5, "the book id is no number"),
    ]


def test_shelves_vote_for_genres():
    shelves = "fiction,fantasy,fantasy-sci-fi,ya-fantasy,mystery,science-fiction-fantasy,magic"

    assert genres_of(shelves.split(",")) == ("Fantasy", "Mystery", "Science Fiction")


def test_check_digits_follow_the_standard():
    assert isbn13_of("0306406152") == "9780306406157"  # the standard's own example
    assert isbn13_of("306406152") == "9780306406157"  # its leading zero lost
    assert isbn13_of("080442957X") == "9780804429573"
    assert isbn13_of("0306406153") == ""
    assert is_isbn13("9780306406157")
    assert not is_isbn13("9780306406158")


def test_a_folder_without_books_is_refused(tmp_path):
    with pytest.raises(NotThisFormat, match="no books.csv"):
        list(goodbooks.read(tmp_path))
