"""The steps of the set-up are run once, and go on where they were left."""

import pytest

from moviedb.embedded import Paths
from moviedb.running import steps
from moviedb.running.children import StartFailed


@pytest.fixture
def paths(tmp_path, monkeypatch):
    """A state folder without anything, beside somebody's own database."""
    monkeypatch.setenv("DATABASE_URL", "postgresql:///somewhere")
    paths = Paths.under(tmp_path)
    paths.var.mkdir(parents=True, exist_ok=True)
    return paths


@pytest.fixture
def ran(monkeypatch):
    """The commands that were run, and the moment the site was opened."""
    done = []

    def run(command, **_):
        done.append(command[2])
        return 0

    monkeypatch.setattr(steps, "run_to_end", run)
    return done


def start(paths, ran):
    ran.clear()
    steps.run_missing(
        paths, n_before=0, say=lambda text: None, open_site=lambda: ran.append("open")
    )
    return list(ran)


EARLY = [step.command[0] for step in steps.STEPS]
LATE = [step.command[0] for step in steps.LATE_STEPS]


def test_they_run_once_and_the_site_opens_before_the_late_ones(paths, ran):
    assert start(paths, ran) == [*EARLY, "open", *LATE]
    assert steps.n_missing(paths) == 0
    assert start(paths, ran) == ["open"]


def test_whoever_ends_the_site_in_a_late_step_waits_for_that_alone(paths, ran, monkeypatch):
    def ended(command, **_):
        ran.append(command[2])
        return 1 if command[2] in LATE else 0

    with monkeypatch.context() as broken:
        broken.setattr(steps, "run_to_end", ended)
        with pytest.raises(StartFailed, match="ended with 1"):
            start(paths, ran)

    assert start(paths, ran) == ["open", *LATE]
    assert start(paths, ran) == ["open"]


def test_a_failure_before_has_all_run_again(paths, ran, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(steps, "run_to_end", lambda command, **_: 1)
        with pytest.raises(StartFailed):
            start(paths, ran)

    assert start(paths, ran) == [*EARLY, "open", *LATE]


def test_other_sources_or_settings_have_all_run_again(paths, ran, monkeypatch):
    start(paths, ran)
    monkeypatch.setenv("ENCODER", "another")

    assert start(paths, ran) == [*EARLY, "open", *LATE]
