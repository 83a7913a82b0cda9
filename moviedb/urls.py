"""Every address of the site; the apps are named as strings."""

from django.contrib import admin
from django.urls import include, path

from moviedb import errors, health

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many
handler500 = errors.server_error

urlpatterns = [
    path("", include("recommendations.urls")),
    path("", include("catalog.urls")),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("health/", health.health, name="health"),
    path("ready/", health.ready, name="ready"),
]
