"""The filters as a panel shows them: what there is to tick, and what is ticked."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.choices import Choices
from catalog.models import Mood
from catalog.words import COUNTRIES, LANGUAGES
from recommendations.zones import Wants
from recommendations.zones.wants import KIND_LABELS

CERTIFICATES = ((6, "6"), (9, "9"), (12, "12"), (14, "14"), (16, "16"))
# Shares of each kind's titles; popularity is a percentile.
BEST_KNOWN = ((0.25, "75 %"), (0.5, "50 %"), (0.75, "25 %"), (0.9, "10 %"))
LEAST_KNOWN = ((0.75, "75 %"), (0.5, "50 %"), (0.25, "25 %"), (0.1, "10 %"))


@dataclass(frozen=True)
class Option:
    """Something to tick: its value in the address, its words, and whether it is ticked."""

    value: str
    label: str
    is_on: bool


@dataclass(frozen=True)
class Panel:
    """What there is to choose for each filter, and what is chosen.

    It is known by these two alone, so that pages work its form out once for each pair.
    """

    wants: Wants
    found: Choices

    def _options(self, name: str, pairs: Iterable[tuple[str, str]]) -> list[Option]:
        """Return what can be ticked under a name; what is ticked already is always among it."""
        on = getattr(self.wants, name)
        words = dict(pairs)
        more = {value: self._word(name, value) for value in on if value not in words}
        return [Option(value, label, value in on) for value, label in (words | more).items()]

    def _word(self, name: str, value: str) -> str:
        table = {"languages": LANGUAGES, "countries": COUNTRIES}.get(name, {})
        return table.get(value, value)

    def kind_options(self) -> list[Option]:
        """Return the kinds of title."""
        return self._options("kinds", KIND_LABELS.items())

    def mood_options(self) -> list[Option]:
        """Return the moods."""
        return self._options("moods", [(str(m), str(label)) for m, label in Mood.choices])

    def genre_options(self) -> list[Option]:
        """Return the genres that a title may have to have."""
        return self._options("genres", zip(self.found.genres, self.found.genres, strict=True))

    def not_genre_options(self) -> list[Option]:
        """Return the genres that a title may not have."""
        return self._options("not_genres", zip(self.found.genres, self.found.genres, strict=True))

    def language_options(self) -> list[Option]:
        """Return the original languages, the most frequent first."""
        return self._options("languages", self.found.languages)

    def country_options(self) -> list[Option]:
        """Return the countries, the most frequent first."""
        return self._options("countries", self.found.countries)

    def service_options(self) -> list[Option]:
        """Return the services."""
        return self._options("services", self.found.service_names.items())

    def region_options(self) -> list[Option]:
        """Return where services are known to have titles."""
        return [Option(c, name, c == self.wants.region) for c, name in self.found.regions]

    def certificate_options(self) -> list[Option]:
        """Return the suggested ages."""
        return [Option(str(n), w, n == self.wants.max_certificate) for n, w in CERTIFICATES]

    def best_known_options(self) -> list[Option]:
        """Return from which percentile on titles are known well enough."""
        return [Option(str(v), words, v == self.wants.min_popularity) for v, words in BEST_KNOWN]

    def least_known_options(self) -> list[Option]:
        """Return up to which percentile titles are known little enough."""
        return [Option(str(v), words, v == self.wants.max_popularity) for v, words in LEAST_KNOWN]
