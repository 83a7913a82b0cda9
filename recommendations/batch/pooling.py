"""What people said, from everybody here who allows it and from data sets, as one set of columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from catalog.models import Title
from catalog.sources.tables import Line, find_file, read_table
from recommendations.batch.ratingfiles import read_ratings
from recommendations.columns import row_of, stream_rows
from recommendations.taste.interactions import RATED, Interactions, Vocabulary

# Everything said by people who lend it to training. Who has not said yes is never read at all.
STATEMENTS = """
    COPY (
        SELECT s.user_id::int8, s.title_id::int8, s.stars::float4, s.at::float8, s.kind::int2
        FROM (
            SELECT user_id, title_id, stars, extract(epoch FROM rated_at) AS at, 0 AS kind
              FROM catalog_rating
            UNION ALL
            SELECT user_id, title_id, 'NaN', extract(epoch FROM created_at), 1
              FROM catalog_favourite
            UNION ALL
            SELECT user_id, title_id, 'NaN', extract(epoch FROM created_at), 2 FROM catalog_save
            UNION ALL
            SELECT user_id, title_id, 'NaN', max(extract(epoch FROM created_at)), 3
              FROM catalog_viewing GROUP BY user_id, title_id
        ) s JOIN accounts_pooledconsent c ON c.user_id = s.user_id
        ORDER BY s.user_id, s.title_id, s.kind
    ) TO STDOUT (FORMAT BINARY)
"""
ROW = row_of(user=">i8", title=">i8", stars=">f4", at=">f8", kind=">i2")
# People of the first data set are numbered from here on, those of the second from twice as much.
ANOTHER_SET = 1 << 40


class DataSetUnreadable(RuntimeError):
    """A folder does not hold a MovieLens data set."""


@dataclass(frozen=True)
class Pool:
    """Statements of many people about titles of the catalogue and beyond.

    Attributes:
        interactions: titles by their id in the catalogue; a film of a data set that is not in the
            catalogue has minus its MovieLens id, since it still tells who is like whom.
        sources: for each source its `name` ("" for the people here), `n_people`, `n_ratings` and
            `folder`, in the order in which they were read.
    """

    interactions: Interactions
    sources: tuple[dict, ...]

    @property
    def n_people(self) -> int:
        """Return how many people said something."""
        return sum(source["n_people"] for source in self.sources)

    @property
    def n_ratings(self) -> int:
        """Return how many ratings they gave."""
        return sum(source["n_ratings"] for source in self.sources)


def pool(folders: Sequence[Path]) -> Pool:
    """Return what the people here said who allow it, and what the data sets hold.

    Raises:
        DataSetUnreadable: a folder holds no MovieLens ratings.
        RatingsUnreadable: its file of ratings is damaged.
    """
    here = people_here()
    parts, sources = [here], [source_of("", here)] if len(here) else []
    titles = titles_of_movies(folders) if folders else {}
    for number, folder in enumerate(folders, start=1):
        part = people_of(folder, titles, number=number)
        parts.append(part)
        sources.append(source_of("MovieLens", part, folder=folder))
    return Pool(joined(parts), tuple(sources))


def source_of(name: str, part: Interactions, *, folder: Path | None = None) -> dict:
    """Return what a space keeps of where it was learnt."""
    return {
        "name": name,
        "n_people": len(np.unique(part.person)),
        "n_ratings": int((part.kind == RATED).sum()),
        "folder": str(folder.resolve()) if folder else "",
    }


def people_here() -> Interactions:
    """Return everything said by the people of this site who allow it, streamed in columns."""
    types = {"user": np.int64, "title": np.int64, "stars": np.float32, "at": np.float64}
    types["kind"] = np.uint8
    blocks = [
        {name: rows[name].astype(type_) for name, type_ in types.items()}
        for rows in stream_rows(STATEMENTS, ROW)
    ]
    columns = {
        name: np.concatenate([np.zeros(0, dtype=type_), *(block[name] for block in blocks)])
        for name, type_ in types.items()
    }
    return Interactions.of(
        columns["user"], columns["title"], columns["stars"], columns["at"], columns["kind"]
    )


def people_of(folder: Path, titles: dict[int, int], *, number: int) -> Interactions:
    """Return the ratings of a MovieLens folder, its people numbered apart from all others.

    Args:
        titles: catalogue ids by MovieLens id.
        number: which data set this is, from 1.
    """
    path = find_file(folder, "ratings.csv") if folder.is_dir() else None
    if path is None:
        raise DataSetUnreadable(
            f"{folder}: found no ratings.csv, expected a folder of MovieLens with ratings.csv and "
            "links.csv; 'manage.py fetch_movielens' gets one"
        )
    found = read_ratings(path).interactions
    if found.people.ids.dtype.kind != "i" or found.titles.ids.dtype.kind != "i":
        raise DataSetUnreadable(f"{path}: found ids that are texts, expected MovieLens' numbers")
    ids = np.array([titles.get(i, -i) for i in found.titles.ids.tolist()], dtype=np.int64)
    return renamed(found, people=found.people.ids + number * ANOTHER_SET, titles=ids)


def renamed(found: Interactions, *, people: np.ndarray, titles: np.ndarray) -> Interactions:
    """Return interactions whose people and titles have other ids, in the order of the old ones."""
    who, which = Vocabulary.of(people), Vocabulary.of(titles)
    return replace(
        found,
        people=who,
        titles=which,
        person=who.numbers(people).astype(np.int32)[found.person],
        title=which.numbers(titles).astype(np.int32)[found.title],
    )


def joined(parts: Sequence[Interactions]) -> Interactions:
    """Return all rows of all parts, over the ids that stand in any of them."""
    people = Vocabulary.of(np.concatenate([part.people.ids.astype(np.int64) for part in parts]))
    titles = Vocabulary.of(np.concatenate([part.titles.ids.astype(np.int64) for part in parts]))

    def column(name: str, places: Vocabulary | None = None) -> np.ndarray:
        pieces = [getattr(part, name) for part in parts]
        if places is not None:
            ids = [getattr(part, "people" if name == "person" else "titles").ids for part in parts]
            pieces = [
                places.numbers(own).astype(np.int32)[piece]
                for own, piece in zip(ids, pieces, strict=True)
            ]
        return np.concatenate(pieces)

    return Interactions(
        people,
        titles,
        column("person", people),
        column("title", titles),
        column("stars"),
        column("at"),
        column("kind"),
    )


def titles_of_movies(folders: Sequence[Path]) -> dict[int, int]:
    """Return the catalogue's id by MovieLens id: as loaded, else by IMDb's number in links.csv."""
    rows = Title.objects.order_by("pk").values_list("pk", "movielens_id", "imdb_id")
    found, by_imdb = {}, {}
    for pk, movielens_id, imdb_id in rows.iterator(2000):
        if movielens_id is not None:
            found[movielens_id] = pk
        if imdb_id:
            by_imdb[imdb_id] = pk
    for movie_id, imdb_id in imdb_ids(folders).items():
        if imdb_id in by_imdb:
            found.setdefault(movie_id, by_imdb[imdb_id])
    return found


def imdb_ids(folders: Sequence[Path]) -> dict[int, str]:
    """Return IMDb's id by MovieLens id, from the links.csv of these folders."""
    found = {}
    for folder in folders:
        path = find_file(folder, "links.csv") if folder.is_dir() else None
        for line in _links(path) if path else ():
            movie_id, imdb_id = line.cells["movieid"], line.cells["imdbid"]
            if movie_id.isdecimal() and imdb_id.isdecimal():
                found[int(movie_id)] = f"tt{imdb_id.zfill(7)}"
    return found


def _links(path: Path) -> Iterator[Line]:
    lines = read_table(path, need=("movieid", "imdbid"), what="MovieLens' links.csv")
    return (line for line in lines if isinstance(line, Line))
