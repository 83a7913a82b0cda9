"""What a reader types and slides → wants, searches and anchors."""

import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict

from catalog.models import Kind, Mood
from recommendations.zones import Wants
from recommendations.zones.wants import KIND_LABELS

MOST_LETTERS = 400
SLIDERS = ("story", "themes", "mood", "people")
CERTIFICATES = ((6, "6"), (9, "9"), (12, "12"), (14, "14"), (16, "16"))


class WordsField(forms.MultipleChoiceField):
    """Several short values under one name, none of them checked against a list."""

    def validate(self, value: list[str]) -> None:
        if len(value) > 12 or any(len(word) > 80 or "\x00" in word for word in value):
            raise forms.ValidationError("Too many or too long values.")


class WantsForm(forms.Form):
    """The hard filters, as they stand in the address."""

    kinds = forms.MultipleChoiceField(choices=list(KIND_LABELS.items()), required=False)
    min_year = forms.IntegerField(min_value=-3000, max_value=2100, required=False)
    max_year = forms.IntegerField(min_value=-3000, max_value=2100, required=False)
    min_runtime = forms.IntegerField(min_value=1, max_value=1000, required=False)
    max_runtime = forms.IntegerField(min_value=1, max_value=1000, required=False)
    languages = WordsField(required=False)
    countries = WordsField(required=False)
    max_certificate = forms.IntegerField(min_value=0, max_value=18, required=False)
    genres = WordsField(required=False)
    not_genres = WordsField(required=False)
    moods = forms.MultipleChoiceField(choices=Mood.choices, required=False)
    people = WordsField(required=False)
    services = WordsField(required=False)
    region = forms.CharField(max_length=2, required=False)
    min_popularity = forms.FloatField(min_value=0, max_value=1, required=False)
    max_popularity = forms.FloatField(min_value=0, max_value=1, required=False)
    include_seen = forms.BooleanField(required=False)

    def wants(self) -> Wants:
        """Return the filters that make sense; a mistyped one is left out, as if absent."""
        self.is_valid()
        values: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name in Wants.__dataclass_fields__ and value not in (None, "", [], False):
                values[name] = tuple(sorted(set(value))) if isinstance(value, list) else value
        if set(values.get("kinds", ())) == set(Kind.values):
            del values["kinds"]
        return Wants(**values)


def wants_of(query: QueryDict) -> Wants:
    """Return the hard filters that an address asks for."""
    return WantsForm(query).wants()


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
