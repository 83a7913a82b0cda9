"""What a reader types and slides → wants, searches and anchors."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.functional import cached_property

from catalog.choices import Choices, choices
from catalog.models import Kind, Mood
from catalog.words import COUNTRIES, LANGUAGES
from recommendations.panels import Panel
from recommendations.zones import Wants

MOST_LETTERS = 400
SLIDERS = ("story", "themes", "mood", "people")


# What is expected of a filter that is a number, as its message says it.
EXPECTED = {
    "min_year": "a year from −3000 to 2100",
    "max_year": "a year from −3000 to 2100",
    "min_runtime": "a number of minutes from 1 to 1000",
    "max_runtime": "a number of minutes from 1 to 1000",
    "max_certificate": "an age from 0 to 18",
    "min_popularity": "a share from 0 to 1",
    "max_popularity": "a share from 0 to 1",
}
WHAT = {
    "kinds": "kind of title",
    "moods": "mood",
    "genres": "genre of the catalogue",
    "not_genres": "genre of the catalogue",
    "languages": "language code, such as en or fr",
    "countries": "country code, such as NL or JP",
    "services": "service of the catalogue",
    "region": "country code, such as NL or JP",
}
MOST_VALUES, LONGEST_VALUE = 12, 80


class WordsField(forms.MultipleChoiceField):
    """Several short values under one name."""

    def validate(self, value: list[str]) -> None:
        """Refuse what no list of values looks like; which values there are is seen to later."""
        if len(value) > MOST_VALUES:
            raise forms.ValidationError(f"{len(value)} values are too many; up to {MOST_VALUES}.")
        if any(len(word) > LONGEST_VALUE or "\x00" in word for word in value):
            raise forms.ValidationError("A value is too long to be read.")


class WantsForm(forms.Form):
    """The hard filters, as they stand in the address, and what there is to choose for each."""

    kinds = WordsField(required=False)
    min_year = forms.IntegerField(min_value=-3000, max_value=2100, required=False)
    max_year = forms.IntegerField(min_value=-3000, max_value=2100, required=False)
    min_runtime = forms.IntegerField(min_value=1, max_value=1000, required=False)
    max_runtime = forms.IntegerField(min_value=1, max_value=1000, required=False)
    languages = WordsField(required=False)
    countries = WordsField(required=False)
    max_certificate = forms.IntegerField(min_value=0, max_value=18, required=False)
    genres = WordsField(required=False)
    not_genres = WordsField(required=False)
    moods = WordsField(required=False)
    people = WordsField(required=False)
    services = WordsField(required=False)
    region = forms.CharField(max_length=LONGEST_VALUE, required=False)
    min_popularity = forms.FloatField(min_value=0, max_value=1, required=False)
    max_popularity = forms.FloatField(min_value=0, max_value=1, required=False)
    include_seen = forms.BooleanField(required=False)

    def wants(self) -> Wants:
        """Return the filters that make sense; a mistyped one is left out, and told of."""
        self.is_valid()
        values: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name in Wants.__dataclass_fields__ and value not in (None, "", [], False):
                values[name] = tuple(sorted(set(value))) if isinstance(value, list) else value
        if set(values.get("kinds", ())) == set(Kind.values):
            del values["kinds"]
        return Wants(**values)

    def clean(self) -> dict[str, Any]:
        """Keep of each list what there is, and note the rest."""
        self.unknown: list[tuple[str, str]] = []
        for name in WHAT:
            given = self.cleaned_data.get(name)
            if not given:
                continue
            known = self._known(name)
            words = [given] if isinstance(given, str) else [word for word in given if word.strip()]
            self.unknown += [(name, word) for word in words if word.strip().lower() not in known]
            kept = [known[word] for w in words if (word := w.strip().lower()) in known]
            self.cleaned_data[name] = kept if name != "region" else "".join(kept)
        people = self.cleaned_data.get("people", ())
        self.cleaned_data["people"] = [name for p in people if (name := " ".join(p.split()))]
        return self.cleaned_data

    def _known(self, name: str) -> dict[str, str]:
        """Return the values that a filter may have, by how they may be typed."""
        match name:
            case "kinds":
                values: Iterable[str] = Kind.values
            case "moods":
                values = Mood.values
            case "genres" | "not_genres":
                values = self.found.genres
            case "services":
                values = self.found.service_names
            case "languages":
                values = LANGUAGES
            case _:
                values = COUNTRIES
        return {value.lower(): value for value in values}

    @cached_property
    def found(self) -> Choices:
        """What the catalogue has to choose from."""
        return choices()

    @cached_property
    def problems(self) -> list[str]:
        """What could not be read, what was expected, and what became of it, in sentences."""
        self.is_valid()
        told = [f"“{word}” is no {WHAT[name]}. It was left out." for name, word in self.unknown]
        for name, errors in self.errors.items():
            typed = str(self.data.get(name, ""))[:LONGEST_VALUE]
            told.append(
                f"“{typed}” is not {EXPECTED[name]}. It was left out."
                if name in EXPECTED
                else f"{errors[0]} That filter was left out."
            )
        return told

    @cached_property
    def chosen(self) -> Wants:
        """What is set, as filters."""
        return self.wants()

    @cached_property
    def panel(self) -> Panel:
        """What the form shows to choose from."""
        return Panel(self.chosen, self.found)


class NoFilters:
    """What stands for a WantsForm where an address holds no filter, as most do not."""

    problems: tuple[str, ...] = ()

    @property
    def panel(self) -> Panel:
        """What the form shows to choose from."""
        return _panel(choices())


@lru_cache(maxsize=2)  # One that is known again, so that no page asks twice whether it is the same.
def _panel(found: Choices) -> Panel:
    return Panel(Wants(), found)


NO_FILTERS = NoFilters()


def filter_form(query: QueryDict) -> WantsForm | NoFilters:
    """Return the filters of an address; a form is only made where there is something to read."""
    is_filtered = query and not WantsForm.base_fields.keys().isdisjoint(query)
    return WantsForm(query) if is_filtered else NO_FILTERS


def wants_of(query: QueryDict) -> Wants:
    """Return the hard filters that an address asks for."""
    form = filter_form(query)
    return form.wants() if isinstance(form, WantsForm) else Wants()


class SteerForm(forms.Form):
    """The sliders: words against taste, and what should be alike."""

    w = forms.IntegerField(min_value=0, max_value=100, required=False)
    by_story = forms.IntegerField(min_value=0, max_value=100, required=False)
    by_themes = forms.IntegerField(min_value=0, max_value=100, required=False)
    by_mood = forms.IntegerField(min_value=0, max_value=100, required=False)
    by_people = forms.IntegerField(min_value=0, max_value=100, required=False)

    def sliders(self) -> dict[str, float]:
        """Return the axes that were set; all absent means the balanced mix."""
        self.is_valid()
        return {
            axis: float(self.cleaned_data[f"by_{axis}"])
            for axis in SLIDERS
            if self.cleaned_data.get(f"by_{axis}") is not None
        }

    def slid(self) -> float | None:
        """Return the share of the words that the slider stands at, or None when untouched."""
        self.is_valid()
        value = self.cleaned_data.get("w")
        return None if value is None else value / 100

    def weight(self, kept: float | None) -> float:
        """Return the share of the words, from the slider, else as kept for the person."""
        slid = self.slid()
        if slid is not None:
            return slid
        return kept if kept is not None else settings.RECOMMENDER.query_weight


def read_words(text: str) -> tuple[str, str]:
    """Return (the words to search for, what is wrong with them), one of them empty."""
    words = "".join(
        " " if unicodedata.category(letter) in {"Cc", "Cf", "Cs"} else letter for letter in text
    )
    words = " ".join(words.split())
    if not words:
        return "", ""
    if len(words) > MOST_LETTERS:
        return "", (
            f"That is {len(words):,} letters; up to {MOST_LETTERS} can be read. "
            "Say it in two or three sentences."
        )
    if not any(unicodedata.category(letter)[0] in "LN" for letter in words):
        return "", "There are no words in that. Describe a story, a mood or somebody in it."
    return words, ""
