"""People's own pages."""

from django.urls import path

from accounts.views import data, settings

urlpatterns = [
    path("me/settings/", settings.settings_form, name="settings"),
    path("me/settings/privacy/", settings.privacy_form, name="privacy"),
    path("me/data/", data.data_page, name="data"),
]
