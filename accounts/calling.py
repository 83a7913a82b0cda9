"""What others call a member: how such a name is asked for and read."""

import re

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User

LONGEST = 40
ADDRESS = re.compile(r"\S@\S")


def read_name(typed: str) -> str:
    """Return a name in one line, without signs that nobody sees.

    Raises:
        forms.ValidationError: it is an address, which others would read.
    """
    name = " ".join("".join(c for c in typed if c.isprintable()).split())
    if ADDRESS.search(name):
        raise forms.ValidationError(
            _("Others will read this, so it is better no address. Any name will do, or none.")
        )
    return name


class NameForm(forms.Form):
    """The part of signing up that asks for a name; without one, two words stand in for it."""

    first_name = forms.CharField(
        label=_("What others call you"),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "nickname"}),
        help_text=_(
            "Any name will do. Without one you are called by two words drawn for you, such as "
            "“Quiet Lantern”. Others read it only where you speak or open something."
        ),
    )

    def clean_first_name(self) -> str:
        """Return the name as it is stored."""
        return read_name(self.cleaned_data["first_name"])

    def signup(self, request: HttpRequest, user: User) -> None:
        """Do nothing more: the adapter stores the name with the member."""
