"""The services that a person has, and names for the filters."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog.choices import Choices, choices, people_named
from catalog.subscriptions import Subscribed, subscribe, subscriptions_of
from moviedb.htmx import render_page


class ServicesForm(forms.Form):
    """The services that somebody has, and where they watch."""

    services = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    region = forms.ChoiceField(required=False)

    def __init__(self, *args, found: Choices, had: Subscribed, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # What somebody has stays a choice when the catalogue does not know it any more.
        kept = {slug: slug for slug in had.services} | found.service_names
        self.fields["services"].choices = list(kept.items())
        self.fields["region"].choices = [("", _("Anywhere")), *found.regions]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def services_form(request: HttpRequest) -> HttpResponse:
    """Show and store a person's services, for guests too."""
    found, had = choices(), subscriptions_of(request.person)
    if request.method == "POST":
        form = ServicesForm(request.POST, found=found, had=had)
        if form.is_valid():
            subscribe(request.ensure_person(), **form.cleaned_data)
            messages.success(request, _("Your services are saved."))
            return redirect("services")
        return services_page(request, form, found, status=422)
    form = ServicesForm(
        initial={"services": had.services, "region": had.region}, found=found, had=had
    )
    return services_page(request, form, found)


def services_page(
    request: HttpRequest, form: ServicesForm, found: Choices, *, status: int = 200
) -> HttpResponse:
    """Render the page."""
    today = timezone.localdate()
    context = {
        "form": form,
        "services": [(service, service.is_current(today)) for service in found.services],
        "chosen": set(form["services"].value() or ()),
        "had": subscriptions_of(request.person),
    }
    return render_page(request, "catalog/services.html", context, status=status)


@require_safe
def people_names(request: HttpRequest) -> HttpResponse:
    """Answer a name that is being typed with the names that it may become."""
    typed = (request.GET.getlist("people") or [""])[-1]
    return render(request, "components/people_names.html", {"names": people_named(typed)})
