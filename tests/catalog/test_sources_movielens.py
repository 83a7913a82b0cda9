"""MovieLens in both of its forms."""

import pytest

from catalog.sources import movielens
from catalog.sources.movielens import split_title
from catalog.sources.rows import NotThisFormat
from tests.catalog.files import parted, write, write_csv


@pytest.mark.parametrize(
    ("text", "title", "others", "year"),
    [
        ("Matrix, The (1999)", "The Matrix", (), 1999),
        ("Toy Story (1995)", "Toy Story", (), 1995),
        (
            "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
            "The City of Lost Children",
            ("La Cité des enfants perdus",),
            1995,
        ),
        ("Seven (a.k.a. Se7en) (1995)", "Seven", ("Se7en",), 1995),
        (
            "Supercop (Police Story 3: Supercop) (Jing cha gu shi III: Chao ji jing cha) (1992)",
            "Supercop",
            ("Police Story 3: Supercop", "Jing cha gu shi III: Chao ji jing cha"),
            1992,
        ),
        ("Argent, L' (1983)", "L'Argent", (), 1983),
        ("Paris, Texas (1984)", "Paris, Texas", (), 1984),
        ("(500) Days of Summer (2009)", "(500) Days of Summer", (), 2009),
        ("Death Note: Desu nôto (2006–2007)", "Death Note: Desu nôto", (), 2006),
        ("Babylon 5", "Babylon 5", (), None),
        ("2001: A Space Odyssey (1968) ", "2001: A Space Odyssey", (), 1968),
    ],
)
def test_a_title_is_taken_apart(text, title, others, year):
    assert split_title(text) == (title, others, year)


def folder(tmp_path, *films):
    write_csv(tmp_path / "movies.csv", "movieId title genres", *films)
    return tmp_path


def test_ids_and_tags_come_from_the_files_beside(tmp_path):
    folder(tmp_path, (1, "Toy Story (1995)", "Children|Sci-Fi|IMAX"))
    write_csv(tmp_path / "links.csv", "movieId imdbId tmdbId", (1, "0114709", "862"))
    write_csv(
        tmp_path / "tags.csv",
        "userId movieId tag timestamp",
        (1, 1, "atmospheric", 0),
        (1, 1, "toys", 0),
        (2, 1, "Toys", 0),
        (2, 1, "in netflix queue", 0),
        (2, 1, "Tom Hanks", 0),
        (3, 1, "tom hanks", 0),
    )

    [film], _ = parted(movielens.read(tmp_path))

    assert (film.movielens_id, film.imdb_id, film.tmdb_id) == (1, "tt0114709", 862)
    assert film.genres == ("Family", "Science Fiction")
    assert (film.themes, film.moods) == (("toys",), ("atmospheric",))


def test_films_without_year_genres_or_links_are_kept(tmp_path):
    [film], _ = parted(movielens.read(folder(tmp_path, (9, "Moonlight", "(no genres listed)"))))

    assert (film.year, film.genres, film.imdb_id, film.tmdb_id) == (None, (), "", None)


def test_a_duplicate_id_and_a_wrong_one_are_named_by_line(tmp_path):
    films = [(1, "A (1990)", ""), (1, "B (1991)", ""), ("²", "C (1992)", ""), (2, "D (1993)", "")]

    kept, rejected = parted(movielens.read(folder(tmp_path, *films)))

    assert [row.title for row in kept] == ["A", "D"]
    assert [(each.line, each.reason) for each in rejected] == [
        (3, "duplicate id"),
        (4, "the movie id is no number"),
    ]


def test_the_older_form_is_latin_1_with_double_colons(tmp_path):
    text = "1::Misérables, Les (1995)::Children's|Drama\nbroken line\n2::Heat (1995)::Film-Noir\n"
    write(tmp_path / "movies.dat", text, encoding="latin-1")

    kept, [broken] = parted(movielens.read(tmp_path))

    assert [row.title for row in kept] == ["Les Misérables", "Heat"]
    assert (kept[0].genres, kept[1].themes) == (("Family", "Drama"), ("film noir",))
    assert (kept[0].source, broken.line) == ("movielens-1m", 2)


def test_an_unknown_genre_is_dropped_and_noted(tmp_path):
    [film], _ = parted(movielens.read(folder(tmp_path, (1, "A (1990)", "Drama|Mumblecore"))))

    assert film.genres == ("Drama",)
    assert film.notes == ("genre outside the vocabulary: Mumblecore",)


def test_a_folder_without_movies_and_a_file_of_something_else_are_refused(tmp_path):
    with pytest.raises(NotThisFormat, match="neither movies.csv nor movies.dat"):
        list(movielens.read(tmp_path))
    with pytest.raises(NotThisFormat, match="MovieLens' movies.csv"):
        list(movielens.read(write_csv(tmp_path / "movies.csv", "name age", ("Anna", 7))))


def test_a_set_is_counted(tmp_path):
    folder(tmp_path, (1, "A (1990)", ""), (2, "B (1991)", ""))
    ratings = [(1, 1, 4.0, 0), (2, 1, 3.5, 0)]
    write_csv(tmp_path / "ratings.csv", "userId movieId rating timestamp", *ratings)

    assert movielens.count(tmp_path) == (2, 1, 2, 2)
