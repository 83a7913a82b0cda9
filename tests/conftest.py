"""Starts the servers of the tests before Django reads its settings, and stops them at the end."""

import atexit
import os

import django
import hypothesis
import pytest
from django.conf import settings

from tests import chromium
from tests.servers import PrivateServers, prepare_helpers

pytest_plugins = ["tests.living"]

if settings.configured:
    raise pytest.UsageError(
        "Django's settings were read before the test servers were named: unset "
        "DJANGO_SETTINGS_MODULE, and leave it out of pyproject.toml"
    )
# How long an example takes says how busy the machine is, and nothing about the code.
hypothesis.settings.register_profile("busy", deadline=None)
hypothesis.settings.load_profile("busy")
SERVERS = PrivateServers()
atexit.register(SERVERS.stop)
os.environ["DJANGO_SETTINGS_MODULE"] = "moviedb.settings"
django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Run the tests in this process where the one Redis to use was named: each needs its own."""
    return None if SERVERS.needs_redis else 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Make ready for the processes that will run the tests."""
    prepare_helpers()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the servers once the command line is known to be right."""
    if not session.config.option.collectonly:
        SERVERS.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop them, also after Ctrl-C; `atexit` does it when pytest never comes as far."""
    SERVERS.stop()


def pytest_report_header(config: pytest.Config) -> str:
    """Say which browser the browser tests will use."""
    return chromium.message()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end, too, when the browser tests could not be run."""
    if chromium.find_chromium() is None:
        terminalreporter.write_line(chromium.message(), yellow=True)
