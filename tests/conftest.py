"""Starts the servers of the tests before Django reads its settings, and stops them at the end."""

import os

import django
import pytest
from django.conf import settings

from tests.servers import PrivateServers

if settings.configured:
    raise pytest.UsageError(
        "Django's settings were read before the test servers were named: unset "
        "DJANGO_SETTINGS_MODULE, and leave it out of pyproject.toml"
    )
SERVERS = PrivateServers()
os.environ["DJANGO_SETTINGS_MODULE"] = "moviedb.settings"
django.setup()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the servers once the command line is known to be right."""
    if not session.config.option.collectonly:
        SERVERS.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop them, also after Ctrl-C."""
    SERVERS.stop()
