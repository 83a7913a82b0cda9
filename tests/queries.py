"""Looking at what a page asked of the database."""

import re
from collections.abc import Iterable

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE|MERGE|COPY)\b", re.IGNORECASE)


def writes(queries: Iterable[dict[str, str]]) -> list[str]:
    """Return the statements that change something."""
    return [query["sql"] for query in queries if WRITES.match(query["sql"])]
