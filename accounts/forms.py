"""What people set for themselves."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

CERTIFICATES = (6, 9, 12, 14, 16)
CONFIRMATION = "delete"


def _age(value: str) -> int | None:
    return int(value) if value else None


class SettingsForm(forms.ModelForm):
    """How the site looks and behaves for one person, guest or member."""

    theme = forms.ChoiceField(
        label=_("Light or dark"),
        choices=User.Theme.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    certificate_cap = forms.TypedChoiceField(
        label=_("Suggested age"),
        choices=[
            ("", _("No limit")),
            *((age, _("Up to %(n)d") % {"n": age}) for age in CERTIFICATES),
        ],
        coerce=_age,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "Lists leave out what is suggested for older people, and what has no known age. "
            "A title’s own page can still be opened."
        ),
    )
    has_shortcuts = forms.BooleanField(
        label=_("Single keys"),
        required=False,
        help_text=_(
            "“/” searches, “j” and “k” go from title to title, “s” saves. Press “?” for all. "
            "Switch them off if you steer by voice or press keys by accident."
        ),
    )

    class Meta:
        model = User
        fields = ("theme", "certificate_cap", "has_shortcuts")

    def save(self, commit: bool = True) -> User:
        """Store these settings alone: a guest may be signing up in another window."""
        self.instance.save(update_fields=self.Meta.fields)
        return self.instance


class PrivacyForm(forms.Form):
    """Two separate permissions; both are off until somebody switches them on."""

    is_findable = forms.BooleanField(
        label=_("People with a taste like mine may find me"),
        required=False,
        help_text=_(
            "They see what you are called and how near your tastes are. Titles that you both love "
            "are named only where you open what you love. Switch it off and every match with you "
            "is deleted at once."
        ),
    )
    is_pooled = forms.BooleanField(
        label=_("This server may learn from my ratings"),
        required=False,
        help_text=_(
            "Your ratings then help to tell which titles belong together, for everybody here. "
            "Your own picks work either way. Switch it off and the next training leaves you out."
        ),
    )


class DeleteForm(forms.Form):
    """The confirmation that somebody means it.

    Members type their password, or a word when they have none; of guests the button is enough.
    """

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    word = forms.CharField(
        label=_("Type “%(word)s” to confirm") % {"word": CONFIRMATION},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.is_guest or user.has_usable_password():
            del self.fields["word"]
        if user.is_guest or not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        """Accept the member's own password."""
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password. Nothing was deleted."))
        return password

    def clean_word(self) -> str:
        """Accept the word, however it is written."""
        word = self.cleaned_data["word"]
        if word.strip().lower() != CONFIRMATION:
            raise forms.ValidationError(
                _("Type the word “%(word)s”. Nothing was deleted."), params={"word": CONFIRMATION}
            )
        return word


class NewPasswordForm(ChangePasswordForm):
    """Another password, by somebody who knows the one they have."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_field(self, "oldpassword", _("The password you have"))
        name_new(self)


class LinkedPasswordForm(ResetPasswordKeyForm):
    """Another password, by somebody who came with the link from their mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_new(self)


def name_new(form: forms.Form) -> None:
    """Label the two fields of a new password as the site labels all of its fields."""
    name_field(form, "password1", _("The new password"))
    name_field(form, "password2", _("The new password once more"))


def name_field(form: forms.Form, name: str, label: Any) -> None:
    """Give a field of allauth's another label, and drop the old one that stands in its box."""
    form.fields[name].label = label
    form.fields[name].widget.attrs.pop("placeholder", None)


class PasskeyForm(AddWebAuthnForm):
    """What is told about a new passkey; the browser adds the key itself."""

    name = forms.CharField(
        label=_("What you call it"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        help_text=_("So that you know it again: your phone, say, or the key on your ring."),
    )
    passwordless = forms.BooleanField(
        label=_("It alone signs me in, without a password"),
        initial=True,
        required=False,
        help_text=_(
            "It then asks for your finger, face or PIN. Otherwise it is the second step after "
            "the password."
        ),
    )
