"""Tables of any dirt."""

import gzip

import pytest

from catalog.sources.rows import NotThisFormat, Rejected
from catalog.sources.tables import Line, columns_of, read_table, read_text
from tests.catalog.files import write


def table(path, *need):
    return list(read_table(path, need=need or ("id", "title"), what="a test table"))


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_a_table_is_read_plain_or_packed(tmp_path, name):
    path = write(tmp_path / name, "id,title\n1,Heat\n")

    assert table(path) == [Line(2, {"id": "1", "title": "Heat"})]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_delimiter_and_the_case_of_the_header_do_not_matter(tmp_path, mark):
    path = write(tmp_path / "a.csv", f"\ufeffID{mark} Title \r\n1{mark}Heat\r\n")

    assert table(path) == [Line(2, {"id": "1", "title": "Heat"})]


def test_quoted_line_breaks_keep_the_line_numbers_right(tmp_path):
    path = write(tmp_path / "a.csv", 'id,title\n1,"Two\nlines"\n\n2,Heat\n')

    assert [(line.number, line.cells["title"]) for line in table(path)] == [
        (2, "Two\nlines"),
        (5, "Heat"),
    ]


def test_a_quotation_mark_that_never_closes_costs_one_row(tmp_path):
    text = 'id,title,year\n1,Heat,1995\n2,"Broken,1996\n3,"Ronin, again",1998\n4,Alien,1979\n'
    path = write(tmp_path / "a.csv", text)

    heat, broken, ronin, alien = table(path)

    assert [each.cells["title"] for each in (heat, ronin, alien)] == [
        "Heat",
        "Ronin, again",
        "Alien",
    ]
    assert (broken.line, broken.reason) == (3, "a quotation mark is never closed")


def test_inches_in_a_cell_are_no_open_quotation(tmp_path):
    path = write(tmp_path / "a.csv", 'id,title\n1,The 6" gun\n2,Heat\n')

    assert [line.cells["title"] for line in table(path)] == ['The 6" gun', "Heat"]


def test_short_rows_are_filled_and_long_ones_are_named(tmp_path):
    path = write(tmp_path / "a.csv", "id,title,year\n1,Heat\n2,Matrix, The,1999\n3,Alien,1979,,\n")

    short, long, spare = table(path)

    assert short.cells == {"id": "1", "title": "Heat", "year": ""}
    assert (long.line, long.reason) == (3, "the row has 4 cells, expected 3")
    assert spare.cells["year"] == "1979"


def test_a_line_of_another_encoding_is_read_as_windows_does(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("id,title\n1,Amélie\n".encode() + "2,Léon\n".encode("cp1252"))

    assert [line.cells["title"] for line in table(path)] == ["Amélie", "Léon"]


def test_utf_16_is_read_too(tmp_path):
    path = write(tmp_path / "a.csv", "id,title\n1,Léon\n", encoding="utf-16")

    assert table(path) == [Line(2, {"id": "1", "title": "Léon"})]


def test_a_damaged_packed_file_gives_what_it_can_and_says_so(tmp_path):
    text = "id,title\n" + "".join(f"{n},Title number {n * 7919}\n" for n in range(20_000))
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(text.encode())[:-9000])

    *kept, last = table(path)

    assert len(kept) > 1000
    assert isinstance(last, Rejected)
    assert "damaged" in last.reason


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "found an empty file"),
        (b"name;age\nAnna;7\n", "found the columns name, age"),
        (b"PK\x03\x04\x00\x00\x00", "found binary data"),
    ],
)
def test_a_file_that_is_something_else_is_refused_clearly(tmp_path, content, found):
    path = tmp_path / "a.csv"
    path.write_bytes(content)

    with pytest.raises(NotThisFormat, match=found) as refusal:
        table(path)
    assert "expected a test table" in str(refusal.value)


def test_of_two_columns_with_one_name_the_first_counts(tmp_path):
    path = write(tmp_path / "a.csv", "id,title,title\n1,Heat,other\n")

    assert table(path)[0].cells["title"] == "Heat"


def test_columns_of_what_is_no_text_are_none(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\x00\x01\x02\n")

    assert columns_of(path) == ()


def test_lines_end_only_at_line_ends(tmp_path):
    path = write(tmp_path / "a.txt", "one\u2028still one\r\ntwo\x0bstill two\n")

    assert read_text(path).lines == ["one\u2028still one", "two\x0bstill two"]
