"""Names the admin's site to Django; apart from `apps.py`, which may hold one app only."""

from django.contrib.admin.apps import AdminConfig


class GuardedAdminConfig(AdminConfig):
    """The admin behind the site's own door."""

    default_site = "accounts.admin_site.GuardedSite"
