"""The reader's own age limit, over what other people chose to show or hand them.

Lists that the site makes are cut by the filters of `recommendations.zones`. What a person chose
passes no filter: a friend's list, a link, a recommendation. It is cut here, by the same rule: a
title of unknown age counts as one for adults. A reader's own library is never cut.
"""

from typing import Any

from django.db.models import Q, QuerySet

from catalog.models import Title

# What a title of unknown certificate counts as; a limit as high as this cuts nothing.
UNKNOWN = 18


def cap_of(reader: Any) -> int | None:
    """Return above which age nothing is shown to `reader`; None where they set no limit."""
    cap = getattr(reader, "certificate_cap", None)
    return None if cap is None or cap >= UNKNOWN else cap


def suited_to(reader: Any, *, title: str = "") -> Q:
    """Return the condition on rows whose title lies within the reader's age limit.

    Args:
        title: the way from the row to its title, such as "title__"; "" for titles themselves.
    """
    cap = cap_of(reader)
    return Q() if cap is None else Q(**{f"{title}certificate__lte": cap})


def suits(title: Title, reader: Any) -> bool:
    """Return whether a title lies within the reader's age limit."""
    cap = cap_of(reader)
    return cap is None or (UNKNOWN if title.certificate is None else title.certificate) <= cap


def n_above(titles: QuerySet[Title], reader: Any) -> int:
    """Return how many of these lie above the reader's age limit; asks nothing without one."""
    cap = cap_of(reader)
    if cap is None:
        return 0
    return titles.filter(Q(certificate__gt=cap) | Q(certificate=None)).count()
