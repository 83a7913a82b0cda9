"""Ratings and titles from files: what is read, what is left out and how that is told."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.batch import ratingfiles, ratinglines
from recommendations.batch.ratingfiles import RatingsUnreadable, read_ratings
from recommendations.batch.titlefiles import (
    TitlesUnreadable,
    of_the_same_ids,
    read_titles,
    with_vectors,
)
from recommendations.taste.encoders import HashingEncoder
from recommendations.taste.interactions import Vocabulary

DATA = Path(os.environ.get("MOVIEDB_DATA") or "nowhere")
NAN = float("nan")


@pytest.fixture
def read(tmp_path):
    """A function that reads ratings from a file with this text."""

    def read_text(text, *, name="ratings.csv", **how):
        path = tmp_path / name
        data = text if isinstance(text, bytes) else text.encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return read_ratings(path, **how)

    return read_text


def rows_of(found):
    """Every row as (person, title, stars, time), by ids; 0 for an unknown time."""
    said = found.interactions
    return list(
        zip(
            said.people.ids[said.person].tolist(),
            said.titles.ids[said.title].tolist(),
            said.stars.tolist(),
            np.nan_to_num(said.at).tolist(),
            strict=True,
        )
    )


# ── What is read ──


def test_a_plain_file_is_read_in_its_order(read):
    found = read("user,item,rating,timestamp\n7,30,4.5,100\n3,20,0.5,\n7,10,5,-1\n")

    assert rows_of(found) == [(7, 30, 4.5, 100), (3, 20, 0.5, 0), (7, 10, 5, 0)]
    assert np.isnan(found.interactions.at[1:]).all()
    assert found.remarks() == []


@pytest.mark.parametrize(
    "text",
    [
        "rating,timestamp,item,user\n4,9,2,1\n3.5,,5,1\n",
        "user;item;rating;timestamp\r\n1;2;4;9\r\n1;5;3.5;\r\n",
        "user\titem\trating\ttimestamp\n1\t2\t4\t9\n1\t5\t3.5\t",
        "\ufeffuserId,movieId,rating,timestamp\n1,2,4.0,9\n1,5,3.5,-1\n",
        'user,note,item,rating,timestamp\n1,"a, b",2,4,9\n\n1,,5,3.5,\n',
        "User , Item,Rating,Timestamp\n 1 ,2, 4,9\n1,5,3.50,-1.0\n",
        "user,item,rating,timestamp,extra\n1,2,4,9,\n1,5,3.5,,8\n",
    ],
)
def test_the_same_rows_come_from_any_form_of_the_file(read, text):
    assert rows_of(read(text)) == [(1, 2, 4, 9), (1, 5, 3.5, 0)]


def test_a_packed_file_is_read_whatever_its_name_says(read):
    assert len(read("user,item,rating\n1,2,4\n", name="a.csv.gz").interactions) == 1
    assert len(read(gzip.compress(b"user,item,rating\n1,2,4\n")).interactions) == 1


def test_marks_of_another_scale_become_stars(read):
    found = read("user_id,film_id,rating\n1,2,9\n1,3,1\n1,4,11\n", scale=0.5)

    assert [row[2] for row in rows_of(found)] == [4.5, 0.5]
    assert str(found.bad[0]) == "line 4: rating is '11', expected 1 to 10"


def test_ids_that_are_texts_stay_what_they_are(read):
    found = read("user,item,rating\nann,tt0012,4\n7,12,5\n07,12,5\n")

    assert rows_of(found) == [("ann", "tt0012", 4, 0), ("7", "12", 5, 0), ("07", "12", 5, 0)]
    assert found.interactions.people.ids.tolist() == ["07", "7", "ann"]


def test_only_the_column_with_texts_turns_to_texts(read):
    found = read("user,item,rating\n1,b,4\n2,a,5\n")

    assert found.interactions.people.ids.dtype == np.int64
    assert found.interactions.titles.ids.tolist() == ["a", "b"]


@pytest.mark.parametrize("id_", ["-5", "1.0", "12345678901234567890", "+1", "1_000", "٣", "-0"])
def test_an_id_is_written_again_as_it_was_read(read, id_):
    found = read(f"user,item,rating\n{id_},2,4\n1,3,5\n")

    assert id_ in [str(person) for person, *_ in rows_of(found)]
    assert len(found.interactions.people) == 2


def test_blocks_that_cut_through_lines_change_nothing(read, monkeypatch):
    text = "user,item,rating,timestamp\n" + "".join(
        f"{i % 7},{i},{(i % 10 + 1) / 2},{i if i % 3 else ''}\n" for i in range(200)
    )
    whole = rows_of(read(text))

    monkeypatch.setattr(ratingfiles, "BLOCK", 64)

    assert rows_of(read(text)) == whole
    assert len(whole) == 200


NUMBERS = st.sampled_from(["1", "20", "0", "-1", "4.5", "0.5", "", "007", "3.", ".5", "5-3", "nan"])


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=12))
def test_whole_blocks_and_single_lines_say_the_same(rows):
    block = "".join(",".join(row) + "\n" for row in rows).encode()

    def filled(by_lines):
        table = ratinglines.Table.of(Path("x"), b"user,item,rating,timestamp", scale=1)
        if by_lines:
            table.add_lines(block.split(b"\n")[:-1], first=2)
        else:
            table.add(block, first=2)
        return ratingfiles.finished(table)

    at_once, one_by_one = filled(False), filled(True)

    assert rows_of(at_once) == rows_of(one_by_one)
    assert at_once.remarks() == one_by_one.remarks()


# ── What is left out ──


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1,2,7,0", "line 3: rating is '7', expected 0.5 to 5"),
        ("1,2,0,0", "line 3: rating is '0', expected 0.5 to 5"),
        ("1,2,nan,0", "line 3: rating is 'nan', expected 0.5 to 5"),
        ("1,2,,0", "line 3: rating is '', expected 0.5 to 5"),
        ("1,2,four,0", "line 3: rating is 'four', expected 0.5 to 5"),
        (",2,4,0", "line 3: user is empty, expected an id"),
        ("1, ,4,0", "line 3: item is empty, expected an id"),
        ("1,2,4", "line 3: 3 cells, expected 4, as in the header"),
        ("1,2,4,0,9", "line 3: 5 cells, expected 4, as in the header"),
        ("1,2,4,noon", "line 3: timestamp is 'noon', expected seconds since 1970, or nothing"),
        ('1,"2,4,0', "line 3: a quotation mark that is never closed, expected 4 cells"),
    ],
)
def test_a_bad_line_is_named_with_what_was_found_and_the_others_stay(read, line, said):
    found = read(f"user,item,rating,timestamp\n1,1,4,0\n{line}\n1,3,4,0\n")

    assert found.remarks() == [said]
    assert [row[1] for row in rows_of(found)] == [1, 3]


def test_bytes_that_are_not_utf_8_are_named_by_line(read):
    found = read(b"user,item,rating\n1,2,4\n\xe9,2,4\n")

    assert found.remarks() == ["line 3: bytes that are not UTF-8, expected text in UTF-8"]


def test_ten_bad_lines_are_named_and_the_others_counted(read):
    found = read("user,item,rating\n" + "1,2,6\n" * 1500 + "1,2,4\n")

    assert found.n_bad == 1500
    assert [line.number for line in found.bad] == list(range(2, 12))
    assert found.remarks()[-1] == "and 1,490 more lines that cannot be read"


def test_line_numbers_count_empty_lines_and_go_on_over_blocks(read, monkeypatch):
    monkeypatch.setattr(ratingfiles, "BLOCK", 16)

    found = read("user,item,rating\n1,2,4\n\n1,3,4\n1,4,4\n1,5,9\n")

    assert [line.number for line in found.bad] == [6]


def test_of_a_pair_rated_twice_the_latest_counts_and_the_others_are_counted(read):
    found = read(
        "user,item,rating,timestamp\n1,2,1,50\n1,2,2,90\n1,2,3,70\n"  # the second is the latest
        "1,3,1,\n1,3,2,\n"  # nobody knows when: the later line
        "2,2,5,\n"
    )

    assert rows_of(found) == [(1, 2, 2, 90), (1, 3, 2, 0), (2, 2, 5, 0)]
    assert found.n_repeats == 3
    assert "3 rows gave way to a later rating of the same pair" in found.remarks()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing that can be read"),
        ("1,2,4,0\n", "user, item, rating is missing"),
        ("user,item,stars\n1,2,4\n", "rating is missing"),
        (b"\xff\xfe\x00", "nothing that can be read"),
    ],
)
def test_a_file_without_a_header_is_refused_with_what_it_should_say(read, text, said):
    with pytest.raises(RatingsUnreadable, match=said) as error:
        read(text)

    assert "user,item,rating,timestamp" in str(error.value)


def test_a_damaged_or_missing_file_is_refused_with_its_name(read, tmp_path):
    packed = gzip.compress(b"user,item,rating\n" + b"1,2,4\n" * 9000)

    with pytest.raises(RatingsUnreadable, match=r"ratings\.csv"):
        read(packed[:-20])
    with pytest.raises(RatingsUnreadable, match="No such file"):
        read_ratings(tmp_path / "nothing.csv")


def test_a_header_alone_holds_no_rating(read):
    assert len(read("user,item,rating\n").interactions) == 0


# ── Titles ──


def test_titles_of_movielens_have_their_year_taken_off_and_their_article_in_front(tmp_path):
    path = tmp_path / "movies.csv"
    path.write_text(
        'movieId,title,genres\n3,"Matrix, The (1999)",Action|Sci-Fi\n1,Heat,(no genres listed)\n'
    )

    told = read_titles(path)

    assert told.facts.titles.ids.tolist() == [1, 3]
    assert told.facts.names == ["Heat", "The Matrix"]
    assert told.facts.genres == [(), ("Action", "Sci-Fi")]
    assert np.isnan(told.facts.years[0])
    assert told.facts.years[1] == 1999


def test_other_tables_of_titles_give_year_and_plot_from_their_columns(tmp_path):
    path = tmp_path / "films.csv"
    path.write_text(
        'film_id,name,release_date,genres,overview\n5,Alien,1979-05-25,"Horror, SF",No.\n'
    )

    told = read_titles(path)

    assert (told.facts.names, told.facts.genres) == (["Alien"], [("Horror", "SF")])
    assert told.facts.years.tolist() == [1979]
    assert told.plots == ["No."]


def test_vectors_are_made_of_name_genres_and_plot(tmp_path):
    path = tmp_path / "movies.csv"
    path.write_text(
        "item,title,genres,plot\n1,Alien,Horror,A ship\n2,Alien,Horror,A ship\n3,Up,,\n"
    )

    facts = with_vectors(read_titles(path), HashingEncoder())

    assert facts.vectors.shape == (3, 256)
    assert facts.vectors[0] @ facts.vectors[1] == pytest.approx(1.0)
    assert facts.vectors[0] @ facts.vectors[2] < 0.9


def test_facts_follow_the_kind_of_ids_that_the_ratings_have(tmp_path):
    path = tmp_path / "movies.csv"
    path.write_text("item,title,genres\n2,Two,\n10,Ten,\n")
    facts = read_titles(path).facts

    as_texts = of_the_same_ids(facts, Vocabulary(np.array(["10", "x"])))

    assert as_texts.titles.ids.tolist() == ["10", "2"]
    assert as_texts.names == ["Ten", "Two"]
    back = of_the_same_ids(as_texts, Vocabulary(np.array([10, 11])))
    assert (back.titles.ids.tolist(), back.names) == ([10], ["Ten"])


def test_a_file_that_tells_of_no_titles_is_refused(tmp_path):
    path = tmp_path / "movies.csv"
    path.write_text("a,b\n1,2\n")

    with pytest.raises(TitlesUnreadable, match="title"):
        read_titles(path)


# ── Real files ──


@pytest.mark.skipif(not DATA.is_dir(), reason="MOVIEDB_DATA names no folder of data sets")
def test_the_real_files_are_read_whole():
    small = read_ratings(DATA / "ml-latest-small" / "ratings.csv")
    older = read_ratings(DATA / "ml-1m" / "ratings.csv.gz")

    assert (len(small.interactions), small.interactions.shape) == (100_836, (610, 9_724))
    assert (len(older.interactions), older.interactions.shape) == (1_000_209, (6_040, 3_706))
    assert small.remarks() == older.remarks() == []
    assert np.isnan(older.interactions.at).sum() == 1_000_209 - 487_650
