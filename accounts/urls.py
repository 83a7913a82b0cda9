"""People's own pages."""

from django.urls import path
from django.views.generic import RedirectView

from accounts.views import audience, data, notices, oidc, safety, settings

urlpatterns = [
    path("me/settings/", settings.settings_form, name="settings"),
    path("me/settings/privacy/", settings.privacy_form, name="privacy"),
    path("me/safety/", safety.safety, name="safety"),
    path("me/safety/sessions/", safety.sessions_end, name="sessions_end"),
    # allauth's own lists of the same things.
    path("accounts/2fa/", RedirectView.as_view(pattern_name="safety")),
    path("accounts/2fa/webauthn/", RedirectView.as_view(pattern_name="safety")),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="safety")),
    # Before allauth's own, which believes a provider without looking at its signature.
    path("accounts/oidc/<str:provider_id>/login/callback/", oidc.callback),
    path("me/audience/", audience.audience_form, name="audience"),
    path("me/data/", data.data_page, name="data"),
    path("notices/", notices.notices, name="notices"),
    path("notices/act/", notices.notices_act, name="notices_act"),
]
