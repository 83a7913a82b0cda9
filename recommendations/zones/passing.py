"""What is let through on a list: as a query, and as a rule that known facts are held against."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from catalog.columns import Columns
from catalog.models import Title
from catalog.models.titles import TitleQuerySet
from recommendations.zones.wants import Wants

NO_KIND = ("",)  # what lets nothing through


@dataclass(frozen=True)
class Rule:
    """Which titles are let through.

    Attributes:
        wants: the hard filters.
        today: the day that availability is looked up for.
        gone: titles that must not come.
        seen: what counts as seen where only next parts may come; None where parts do not matter.
        met: titles whose stories are known already.
    """

    wants: Wants
    today: datetime.date
    gone: frozenset[int] = frozenset()
    seen: frozenset[int] | None = None
    met: frozenset[int] = field(default_factory=frozenset)

    def titles(self) -> TitleQuerySet:
        """Return the titles, to be asked of the database."""
        titles = self.wants.titles(self.today).complete().exclude(pk__in=sorted(self.gone))
        if self.seen is not None:
            titles = titles.next_parts(seen=self.seen)
        return titles.of_other_stories_than(self.met)

    def passes(self, known: Columns) -> np.ndarray:
        """Return (n,) which of the titles that are known are let through."""
        found = self.wants.passes(known, self.today) & known.is_complete & ~known.among(self.gone)
        if self.seen is not None:
            found &= known.is_next_part(seen=self.seen)
        if self.met:
            found &= known.is_of_other_stories(self.met)
        return found


class Passing(TitleQuerySet):
    """The titles that a rule lets through, as any other query.

    The query is made when somebody asks it: a zone that searches the vectors a process holds never
    does. What is filtered further is an ordinary query without a rule, so no rule can be held for
    more than it says; `restricted` narrows both.
    """

    rule: Rule | None = None
    _is_made = False

    @classmethod
    def by(cls, rule: Rule) -> "Passing":
        """Return what a rule lets through."""
        found = cls(Title)
        found.rule = rule
        return found

    @property
    def query(self) -> Any:
        """The SQL, made from the rule at first."""
        if self.rule is not None and not self._is_made:
            self._is_made, self._query = True, self.rule.titles().query
        return super().query

    @query.setter
    def query(self, value: Any) -> None:
        """Take another query than the rule's, as Django does where it puts queries together."""
        self._is_made, self._query = True, value


def restricted(
    titles: TitleQuerySet,
    *,
    without: Iterable[int] = (),
    met: Iterable[int] = (),
    kinds: tuple[str, ...] = (),
) -> TitleQuerySet:
    """Return what is let through, narrowed; by a rule still, where one let it through.

    Args:
        without: titles that must not come.
        met: titles whose other forms must not come either.
        kinds: the only kinds that may come; all when empty.
    """
    without, met = frozenset(without), frozenset(met)
    rule = getattr(titles, "rule", None)
    if rule is None:
        titles = titles.exclude(pk__in=sorted(without)).of_other_stories_than(met)
        return titles.filter(kind__in=kinds) if kinds else titles
    wants = rule.wants
    if kinds:
        kept = tuple(kind for kind in kinds if kind in (wants.kinds or kinds))
        wants = replace(wants, kinds=kept or NO_KIND)
    return Passing.by(replace(rule, wants=wants, gone=rule.gone | without, met=rule.met | met))
