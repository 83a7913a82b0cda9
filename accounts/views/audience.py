"""Who sees what of a member: their name, their page, what they love, their lists."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import pennames
from accounts.calling import LONGEST, read_name
from accounts.models import User
from moviedb.audience import Audience
from moviedb.htmx import render_page


class AudienceForm(forms.ModelForm):
    """What others call a member, and how far each part of theirs is opened."""

    first_name = forms.CharField(
        label=gettext_lazy("What others call you"),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "nickname"}),
    )
    profile_for = forms.ChoiceField(
        label=gettext_lazy("My page"),
        choices=Audience,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Your name, with whatever of the two below is open as well."),
    )
    library_for = forms.ChoiceField(
        label=gettext_lazy("What I love"),
        choices=Audience,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Titles that you marked as loved or gave four stars or more. Nobody ever sees what "
            "you saved, put away, or gave fewer stars."
        ),
    )
    lists_for = forms.ChoiceField(
        label=gettext_lazy("A new list"),
        choices=Audience,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Each list can be opened and closed by itself, later too."),
    )

    class Meta:
        model = User
        fields = ("first_name", "profile_for", "library_for", "lists_for")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = _(
            "It stands under your comments and on your page. Any name will do; without one you "
            "are “%(name)s”."
        )
        # Help stands on the page as it is; a name of ours holds letters and digits alone.
        drawn = pennames.shown(self.instance.username)
        self.fields["first_name"].help_text = told % {"name": drawn}

    def clean_first_name(self) -> str:
        """Return the name in one line, without signs that nobody sees."""
        return read_name(self.cleaned_data["first_name"])

    def save(self, commit: bool = True) -> User:
        """Store these four alone."""
        self.instance.save(update_fields=self.Meta.fields)
        return self.instance


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def audience_form(request: HttpRequest) -> HttpResponse:
    """Show and store who sees what of a member."""
    form = AudienceForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Stored. Below you can look at it with other eyes."))
        return redirect("audience")
    status = 422 if form.errors else 200
    return render_page(request, "accounts/audience_form.html", {"form": form}, status=status)
