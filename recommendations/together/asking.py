"""What somebody says when they come into a room: a name, and what they are in the mood for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recommendations import zones
from recommendations.encoding import encode_meaning, encoder_of
from recommendations.forms import read_words
from recommendations.models import Seat, Vibe
from recommendations.models.rooms import LONGEST_NAME, LONGEST_WORDS
from recommendations.taste.encoders import EncoderMissing
from recommendations.together.seating import Wish

BY_TASTE = ""


class WishForm(forms.Form):
    """A name for the others, and a mood: typed, or one of their own vibes, or none."""

    words = forms.CharField(
        label=_("In the mood for"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.TextInput(
            attrs={
                "dir": "auto",
                "autocomplete": "off",
                "placeholder": _("something warm, not too sad"),
            }
        ),
    )
    vibe = forms.ChoiceField(label=_("Or one of your vibes"), required=False)
    name = forms.CharField(
        label=_("What the others call you"),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "nickname"}),
    )

    def __init__(
        self, data: Any, *, vibes: list[Vibe], seat: Seat | None = None, name: str = ""
    ) -> None:
        """Offer the person's vibes; show what they said before, where they sit already."""
        initial = {"name": name}
        if seat is not None:
            chosen = str(seat.vibe_id or BY_TASTE)
            initial = {"name": seat.name, "words": seat.words, "vibe": chosen}
        super().__init__(data, initial=initial)
        self.vibes = {str(vibe.pk): vibe for vibe in vibes}
        if vibes:
            none = (BY_TASTE, _("None: go by my taste"))
            self.fields["vibe"].choices = [none, *((pk, v.name) for pk, v in self.vibes.items())]  # type: ignore[attr-defined]
        else:
            del self.fields["vibe"]

    def clean_name(self) -> str:
        """Return the name without letters that cannot be seen."""
        name = " ".join(self.cleaned_data["name"].split())
        return "".join(letter for letter in name if letter.isprintable())

    def clean_words(self) -> str:
        """Return a mood that can be understood."""
        words, problem = read_words(self.cleaned_data["words"])
        if problem:
            raise forms.ValidationError(problem)
        if words:
            try:
                encode_meaning([words], name=encoder_of(zones.serving_spaces().content))
            except EncoderMissing as error:
                raise forms.ValidationError(
                    _(
                        "Words cannot be understood on this site at the moment. Leave this empty "
                        "to go by your taste, or pick a vibe."
                    )
                ) from error
        return words

    def wish(self) -> Wish:
        """Return what a valid form asks for; words win over a vibe."""
        words = self.cleaned_data["words"]
        vibe = self.vibes.get(self.cleaned_data.get("vibe", BY_TASTE))
        return Wish(None if words else vibe, words)
